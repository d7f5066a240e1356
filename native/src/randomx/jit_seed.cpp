#include "jit_seed.h"

#include <algorithm>
#include <cstring>

#include "jit_machines.h"
#include "machine/kernel_rows.h"

namespace p2ph::randomx {

namespace {

/* Four turn about hide most of what a fetch costs; v2 fetches for two
 * iterations at once, so that two do as well. */
constexpr size_t kFastV1 = 4;
constexpr size_t kFastV2 = 2;

/* Machines of one thread, and how many items are computed together. */
struct MixedShape {
    size_t machines;
    size_t batch;
};

/* With fewer items in memory nothing is won: a call of the kernel takes as long for the lanes that they leave empty, and machines that go on
 * by themselves wait for their memory. They are not used then, and all machines go in step. */
constexpr uint64_t kUsefulItems = kDatasetItems / 4;

/* With nearly all items in memory machines seldom wait, and more than these drive each other's scratchpads and code out of the caches. */
constexpr size_t kNearlyWholeV1 = 6;
constexpr size_t kNearlyWholeV2 = 4;

/* While most items are computed, machines wait until the kernel is full. Later that would leave too few of them at work: one item for each
 * hundredth that is missing comes together in about a dozen turns. */
MixedShape mixed_shape(const ItemRow& row, Version version, uint64_t resident) {
    auto machines = row.machines(version);
    if (resident < kDatasetItems / 2) {
        return {machines, row.few.back().items()};
    }
    const auto missing = 100 * (kDatasetItems - resident) / kDatasetItems;
    if (missing < 10) {
        machines = std::min(machines, version == Version::v1 ? kNearlyWholeV1 : kNearlyWholeV2);
    }
    const auto half = row.few[row.few.size() / 2].items();
    return {machines, std::clamp<size_t>(missing, 1, std::min(machines, half - 1))};
}

}  // namespace

bool jit_can_run(Version version) { return !portable_is_forced() && (version == Version::v1 || (usable_features() & P2PH_CPU_AES) != 0); }

size_t jit_machines(Version version, uint64_t resident) {
    if (resident == kDatasetItems) {
        return version == Version::v1 ? kFastV1 : kFastV2;
    }
    return mixed_shape(best_item_row(), version, resident).machines;
}

JitSeed::JitSeed(const SuperscalarPrograms& programs, const ItemRow& row) : row_(row), dataset_(programs, row.dataset) {
    for (size_t i = 0; i < few_.size(); i++) {
        few_pointers_[i] = &few_[i].emplace(programs, row.few[i]);
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
    return make_partial(version, cache, nullptr, 0, huge_pages, machines);
}

std::unique_ptr<Machines> JitSeed::make_partial(Version version, const uint8_t* cache, const uint8_t* dataset, uint64_t resident,
                                                bool huge_pages, size_t machines, size_t batch) const {
    if (batch == 0 && resident < kUsefulItems) {
        dataset = nullptr;
        resident = 0;
    }
    const auto shape = mixed_shape(row_, version, resident);
    const auto together = batch != 0 ? std::min(batch, row_.few.back().items()) : shape.batch;
    const JitSource source{version, dataset, resident, cache, few_pointers_, FetchHint::nta, together};
    return std::make_unique<JitMachines>(source, machines != 0 ? machines : shape.machines, huge_pages);
}

std::unique_ptr<Machines> make_jit_fast(Version version, const uint8_t* dataset, bool huge_pages, size_t machines, FetchHint hint) {
    const JitSource source{version, dataset, kDatasetItems, nullptr, {}, hint};
    return std::make_unique<JitMachines>(source, machines != 0 ? machines : jit_machines(version, kDatasetItems), huge_pages);
}

}  // namespace p2ph::randomx
