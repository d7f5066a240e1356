#include "engine.h"

#include <system_error>

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

/* Interpreted light machines share the cost of looking at a SuperscalarHash instruction; with the dataset they have nothing to share. */
constexpr size_t kInterpretedLight = 8;
constexpr size_t kInterpretedFast = 1;

/* bytes: what is needed; the mapping may be a little larger. */
p2ph_memory memory_of(const HugeMemory& memory, uint64_t bytes) {
    if (!memory.data()) {
        return {};
    }
    return {bytes, memory.huge_pages(), huge_pages_for(bytes)};
}

#if defined(__x86_64__)
/* Null where the system allows no code to be generated, or the processor lacks what the code would need. */
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

class MachineSeedData final : public SeedData {
   public:
    MachineSeedData(Version version, const SeedRequest& request)
        : version_(version),
          fast_(request.fast),
          dataset_(request.fast ? HugeMemory(kDatasetBytes, request.huge_pages) : HugeMemory()),
          cache_(kCacheBytes, request.huge_pages),
          programs_(make_superscalar_programs(request.seed)) {
        fill_cache(request.seed, cache_.data());
#if defined(__x86_64__)
        jit_ = try_compile(version, programs_);
#endif
    }

    uint64_t item_count() const override { return fast_ ? kDatasetItems : 0; }

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
        if (fast_) {
            cache_ = HugeMemory();
        }
    }

    p2ph_memory memory() const override {
        const auto cache = memory_of(cache_, kCacheBytes);
        const auto dataset = memory_of(dataset_, kDatasetBytes);
        return {cache.bytes + dataset.bytes, cache.huge_pages + dataset.huge_pages, cache.huge_pages_wanted + dataset.huge_pages_wanted};
    }

    std::unique_ptr<Hasher> make_hasher(bool huge_pages) override {
        const auto* const dataset = fast_ ? dataset_.data() : nullptr;
#if defined(__x86_64__)
        if (jit_) {
            return std::make_unique<MachineHasher>(version_, fast_ ? make_jit_fast(version_, dataset, huge_pages)
                                                                   : jit_->make_light(version_, cache_.data(), huge_pages));
        }
#endif
        auto machines = std::make_unique<InterpreterMachines>(version_, dataset, cache_.data(), programs_,
                                                              fast_ ? kInterpretedFast : kInterpretedLight, huge_pages);
        return std::make_unique<MachineHasher>(version_, std::move(machines));
    }

   private:
    Version version_;
    bool fast_;
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

}  // namespace p2ph::randomx
