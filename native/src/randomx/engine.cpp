#include "engine.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include "argon2d.h"
#include "dataset_item.h"
#include "hasher.h"
#include "interpreter_machines.h"
#include "machine/huge_memory.h"

#if defined(__x86_64__)
#include "jit_seed.h"
#endif

namespace p2ph::randomx {

namespace {

/* Interpreted light machines share the cost of looking at a SuperscalarHash
 * instruction; with the dataset they have nothing to share. */
constexpr uint32_t kInterpretedLight = 8;
constexpr uint32_t kInterpretedFast = 1;

/* Computed in one copy and then put into the others, while the caches still have them. */
constexpr uint64_t kItemsCopied = 16384;

/* What hashes read, in the memory of one NUMA node. */
struct Copy {
    HugeMemory dataset;
    HugeMemory cache;
};

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

p2ph_memory& operator+=(p2ph_memory& sum, const p2ph_memory& part) {
    sum.bytes += part.bytes;
    sum.huge_pages += part.huge_pages;
    sum.huge_pages_wanted += part.huge_pages_wanted;
    sum.giant_pages += part.giant_pages;
    return sum;
}

class MachineSeedData final : public EngineData {
   public:
    MachineSeedData(Version version, const SeedRequest& request)
        : version_(version), items_(request.items), nodes_(request.nodes), programs_(make_superscalar_programs(request.seed)) {
        make_copies(request);
        auto& cache = copies_.front().cache;
        if (is_whole()) {
            cache = HugeMemory(kCacheBytes, request.huge_pages);
        }
        fill_cache(request.seed, cache.data());
        copy_cache();
#if defined(__x86_64__)
        jit_ = try_compile(version, programs_);
#endif
    }

    Version version() const noexcept override { return version_; }
    uint64_t item_count() const override { return items_; }
    uint32_t copies() const override { return static_cast<uint32_t>(copies_.size()); }

    void init_items(uint64_t first, uint64_t count) override {
        const auto part = copies_.size() == 1 ? count : kItemsCopied;
        for (uint64_t done = 0; done < count; done += part) {
            const auto items = std::min(part, count - done);
            compute(first + done, items);
            const auto offset = (first + done) * kItemBytes;
            for (size_t i = 1; i < copies_.size(); i++) {
                std::memcpy(copies_[i].dataset.data() + offset, copies_.front().dataset.data() + offset, items * kItemBytes);
            }
        }
    }

    void finish() override {
        if (is_whole()) {
            copies_.front().cache = HugeMemory();
        }
    }

    void take_items(EngineData& from) override {
        auto& other = static_cast<MachineSeedData&>(from); /* the only kind there is */
        auto cache = std::move(copies_.front().cache);
        copies_ = std::move(other.copies_);
        nodes_ = other.nodes_;
        items_ = std::exchange(other.items_, 0);
        copies_.front().cache = std::move(cache);
        copy_cache();
    }

    p2ph_memory memory() const override {
        p2ph_memory sum{};
        for (const auto& copy : copies_) {
            sum += copy.dataset.memory(dataset_bytes());
            sum += copy.cache.memory(copy.cache.bytes());
        }
        return sum;
    }

    std::unique_ptr<Hasher> make_hasher(bool huge_pages) override { return make_hasher(guess_shape(version_, items_), huge_pages); }

    std::unique_ptr<Hasher> make_hasher(const p2ph_rx_shape& shape, bool huge_pages) override {
        if (shape.machines == 0 || shape.machines > P2PH_RX_MACHINES_MAX) {
            throw std::invalid_argument("number of machines");
        }
        return std::make_unique<MachineHasher>(version_, make_machines(shape, huge_pages));
    }

   private:
    uint64_t dataset_bytes() const { return items_ * kItemBytes; }
    bool is_whole() const { return items_ == kDatasetItems; }
    uint64_t copy_bytes() const { return dataset_bytes() + (is_whole() ? 0 : kCacheBytes); }

    void make_copies(const SeedRequest& request) {
        if (nodes_ && nodes_->count() > 1 && all_have_room()) {
            try {
                for (uint32_t node = 0; node < nodes_->count(); node++) {
                    copies_.push_back(make_copy(request));
                    for (auto* const memory : {&copies_.back().dataset, &copies_.back().cache}) {
                        if (memory->data()) {
                            nodes_->prefer(node, memory->data(), memory->bytes()); /* else it is still a copy, somewhere */
                        }
                    }
                }
                return;
            } catch (const std::bad_alloc&) {
                copies_.clear();
            }
        }
        copies_.push_back(make_copy(request));
    }

    void copy_cache() {
        for (size_t i = 1; i < copies_.size() && !is_whole(); i++) {
            std::memcpy(copies_[i].cache.data(), copies_.front().cache.data(), kCacheBytes);
        }
    }

    bool all_have_room() const {
        for (uint32_t node = 0; node < nodes_->count(); node++) {
            if (!nodes_->has_room(node, copy_bytes())) {
                return false;
            }
        }
        return true;
    }

    Copy make_copy(const SeedRequest& request) const {
        return {items_ != 0 ? HugeMemory(dataset_bytes(), largest_page(request.huge_pages, request.giant_pages)) : HugeMemory(),
                is_whole() ? HugeMemory() : HugeMemory(kCacheBytes, request.huge_pages)};
    }

    const Copy& copy_here() const { return copies_.size() == 1 ? copies_.front() : copies_[nodes_->current()]; }

    void compute(uint64_t first, uint64_t count) {
        auto& copy = copies_.front();
#if defined(__x86_64__)
        if (jit_) {
            jit_->compute_dataset(copy.cache.data(), first, count, copy.dataset.data() + first * kItemBytes);
            return;
        }
#endif
        compute_span(copy.cache.data(), programs_, first, count, reinterpret_cast<Item*>(copy.dataset.data()) + first);
    }

    std::unique_ptr<Machines> make_machines(const p2ph_rx_shape& shape, bool huge_pages) {
        const auto& copy = copy_here();
#if defined(__x86_64__)
        if (jit_ && items_ == kDatasetItems) {
            return make_jit_fast(version_, copy.dataset.data(), huge_pages, shape.machines,
                                 shape.fetch == P2PH_RX_FETCH_T0 ? FetchHint::t0 : FetchHint::nta);
        }
        if (jit_ && items_ != 0) {
            return jit_->make_partial(version_, copy.cache.data(), copy.dataset.data(), items_, huge_pages, shape.machines);
        }
        if (jit_) {
            return jit_->make_light(version_, copy.cache.data(), huge_pages, shape.machines);
        }
#endif
        return std::make_unique<InterpreterMachines>(version_, copy.dataset.data(), items_, copy.cache.data(), programs_, shape.machines,
                                                     huge_pages);
    }

    Version version_;
    uint64_t items_;
    const NumaNodes* nodes_;
    std::vector<Copy> copies_;
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
