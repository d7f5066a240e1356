#include "jit_seed.h"

#include <algorithm>
#include <cstring>

#include "jit_machines.h"
#include "kernel_rows.h"

namespace p2ph::randomx {

namespace {

/* Four turn about hide most of what a fetch costs; v2 fetches for two
 * iterations at once, so that two do as well. */
constexpr size_t kFastV1 = 4;
constexpr size_t kFastV2 = 2;

/* Machines and how many of them share a call of the kernel. Few machines keep
 * the caches; when nearly all items are there, few park. */
struct PartialShape {
    size_t machines;
    size_t batch;
};
constexpr PartialShape kPartial = {8, 8};
constexpr PartialShape kNearlyWhole = {5, 3};

PartialShape partial_shape(uint64_t resident) { return resident >= kDatasetItems / 10 * 9 ? kNearlyWhole : kPartial; }

}  // namespace

bool jit_can_run(Version version) { return !portable_is_forced() && (version == Version::v1 || (usable_features() & P2PH_CPU_AES) != 0); }

size_t jit_machines(Version version, uint64_t resident) {
    if (resident == 0) {
        return best_item_row().machines(version);
    }
    return resident < kDatasetItems ? partial_shape(resident).machines : version == Version::v1 ? kFastV1 : kFastV2;
}

size_t jit_machines_max(Version version, uint64_t resident) {
    const auto items = best_item_row().light.back().items();
    return std::min<size_t>(P2PH_RX_MACHINES_MAX, resident != 0 ? P2PH_RX_MACHINES_MAX : version == Version::v1 ? items : items / 2);
}

JitSeed::JitSeed(const SuperscalarPrograms& programs, const ItemRow& row) : row_(row), dataset_(programs, row.dataset) {
    for (size_t i = 0; i < light_.size(); i++) {
        light_pointers_[i] = &light_[i].emplace(programs, row.light[i]);
    }
}

void JitSeed::compute_dataset(const uint8_t* cache, uint64_t first, uint64_t count, uint8_t* items) const {
    constexpr size_t kBatches = 8;
    constexpr size_t kItemsMax = 80;
    const auto batch = dataset_.items();
    uint64_t numbers[kBatches * kItemsMax];
    const auto number = [&](size_t batches) {
        for (size_t i = 0; i < batches * batch; i++) {
            numbers[i] = first + i;
        }
    };
    while (count >= batch) {
        const auto batches = std::min<uint64_t>(count / batch, kBatches);
        const auto part = batches * batch;
        number(batches);
        dataset_.run(cache, numbers, items, batches);
        first += part;
        count -= part;
        items += part * kItemBytes;
    }
    if (count != 0) {
        alignas(64) uint8_t rest[kItemsMax * kItemBytes];
        number(1);
        dataset_.run(cache, numbers, rest, 1);
        std::memcpy(items, rest, count * kItemBytes);
    }
}

std::unique_ptr<Machines> JitSeed::make_light(Version version, const uint8_t* cache, bool huge_pages, size_t machines) const {
    const JitSource source{version, nullptr, 0, cache, light_pointers_};
    return std::make_unique<JitMachines>(source, machines != 0 ? machines : row_.machines(version), huge_pages);
}

std::unique_ptr<Machines> JitSeed::make_partial(Version version, const uint8_t* cache, const uint8_t* dataset, uint64_t resident,
                                                bool huge_pages, size_t machines) const {
    const auto shape = machines != 0 ? PartialShape{machines, machines} : partial_shape(resident);
    const JitSource source{version, dataset, resident, cache, light_pointers_, FetchHint::nta, shape.batch};
    return std::make_unique<JitMachines>(source, shape.machines, huge_pages);
}

std::unique_ptr<Machines> make_jit_fast(Version version, const uint8_t* dataset, bool huge_pages, size_t machines, FetchHint hint) {
    const JitSource source{version, dataset, kDatasetItems, nullptr, {}, hint};
    return std::make_unique<JitMachines>(source, machines != 0 ? machines : jit_machines(version, kDatasetItems), huge_pages);
}

}  // namespace p2ph::randomx
