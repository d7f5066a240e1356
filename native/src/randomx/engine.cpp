#include "engine.h"

#include <stdexcept>
#include <system_error>
#include <utility>

#include "argon2d.h"
#include "dataset_item.h"
#include "hasher.h"
#include "huge_memory.h"
#include "huge_pages.h"
#include "interpreter_machines.h"

#if defined(__x86_64__)
#include "jit_seed.h"
#endif

namespace p2ph::randomx {

namespace {

/* Interpreted light machines share the cost of looking at a SuperscalarHash
 * instruction; with the dataset they have nothing to share. */
constexpr uint32_t kInterpretedLight = 8;
constexpr uint32_t kInterpretedFast = 1;

/* bytes: what is needed; the mapping may be a little larger. */
p2ph_memory memory_of(const HugeMemory& memory, uint64_t bytes) {
    if (!memory.data()) {
        return {};
    }
    return {bytes, memory.huge_pages(), huge_pages_for(bytes)};
}

#if defined(__x86_64__)
/* Null where the system allows no code to be generated, or the processor lacks
 * what the code would need. */
std::unique_ptr<JitSeed> try_compile(Version version, const SuperscalarPrograms& programs) {
    if (!jit_can_run(version)) {
        return nullptr;
    }
    try {
        return std::make_unique<JitSeed>(programs);
    } catch (const std::system_error&) {
        return nullptr;
    }
}
#endif

class MachineSeedData final : public EngineData {
   public:
    MachineSeedData(Version version, const SeedRequest& request)
        : version_(version),
          items_(request.items),
          dataset_(items_ != 0 ? HugeMemory(dataset_bytes(), request.huge_pages) : HugeMemory()),
          cache_(kCacheBytes, request.huge_pages),
          programs_(make_superscalar_programs(request.seed)) {
        fill_cache(request.seed, cache_.data());
#if defined(__x86_64__)
        jit_ = try_compile(version, programs_);
#endif
    }

    Version version() const noexcept override { return version_; }
    uint64_t item_count() const override { return items_; }

    void init_items(uint64_t first, uint64_t count) override {
#if defined(__x86_64__)
        if (jit_) {
            jit_->compute_dataset(cache_.data(), first, count, dataset_.data() + first * kItemBytes);
            return;
        }
#endif
        compute_span(cache_.data(), programs_, first, count, reinterpret_cast<Item*>(dataset_.data()) + first);
    }

    void finish() override {
        if (items_ == kDatasetItems) {
            cache_ = HugeMemory();
        }
    }

    void take_items(EngineData& from) override {
        auto& other = static_cast<MachineSeedData&>(from); /* the only kind there is */
        dataset_ = std::move(other.dataset_);
        items_ = std::exchange(other.items_, 0);
    }

    p2ph_memory memory() const override {
        const auto cache = memory_of(cache_, kCacheBytes);
        const auto dataset = memory_of(dataset_, dataset_bytes());
        return {cache.bytes + dataset.bytes, cache.huge_pages + dataset.huge_pages, cache.huge_pages_wanted + dataset.huge_pages_wanted};
    }

    std::unique_ptr<Hasher> make_hasher(bool huge_pages) override { return make_hasher(guess_shape(version_, items_), huge_pages); }

    std::unique_ptr<Hasher> make_hasher(const p2ph_rx_shape& shape, bool huge_pages) override {
        if (shape.machines == 0 || shape.machines > machines_max(version_, items_)) {
            throw std::invalid_argument("number of machines");
        }
        return std::make_unique<MachineHasher>(version_, make_machines(shape, huge_pages));
    }

   private:
    uint64_t dataset_bytes() const { return items_ * kItemBytes; }

    std::unique_ptr<Machines> make_machines(const p2ph_rx_shape& shape, bool huge_pages) {
#if defined(__x86_64__)
        if (jit_ && items_ == kDatasetItems) {
            return make_jit_fast(version_, dataset_.data(), huge_pages, shape.machines,
                                 shape.fetch == P2PH_RX_FETCH_T0 ? FetchHint::t0 : FetchHint::nta);
        }
        if (jit_ && items_ != 0) {
            return jit_->make_partial(version_, cache_.data(), dataset_.data(), items_, huge_pages, shape.machines);
        }
        if (jit_) {
            return jit_->make_light(version_, cache_.data(), huge_pages, shape.machines);
        }
#endif
        return std::make_unique<InterpreterMachines>(version_, dataset_.data(), items_, cache_.data(), programs_, shape.machines,
                                                     huge_pages);
    }

    Version version_;
    uint64_t items_;
    HugeMemory dataset_;
    HugeMemory cache_;
    SuperscalarPrograms programs_;
#if defined(__x86_64__)
    std::unique_ptr<JitSeed> jit_;
#endif
};

}  // namespace

std::unique_ptr<SeedData> make_v1(const SeedRequest& request) { return std::make_unique<MachineSeedData>(Version::v1, request); }
std::unique_ptr<SeedData> make_v2(const SeedRequest& request) { return std::make_unique<MachineSeedData>(Version::v2, request); }

p2ph_rx_shape guess_shape(Version version, uint64_t items) {
#if defined(__x86_64__)
    if (jit_can_run(version)) {
        return {static_cast<uint32_t>(jit_machines(version, items)), P2PH_RX_FETCH_NTA};
    }
#else
    (void)version;
#endif
    return {items == kDatasetItems ? kInterpretedFast : kInterpretedLight, P2PH_RX_FETCH_NTA};
}

size_t machines_max(Version version, uint64_t items) {
#if defined(__x86_64__)
    if (jit_can_run(version)) {
        return jit_machines_max(version, items);
    }
#else
    (void)version;
    (void)items;
#endif
    return P2PH_RX_MACHINES_MAX;
}

const char* kernel_name(Version version) {
#if defined(__x86_64__)
    if (jit_can_run(version)) {
        return best_item_row().isa;
    }
#else
    (void)version;
#endif
    return "interpreter";
}

}  // namespace p2ph::randomx
