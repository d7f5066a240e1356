/* RandomX by way of librandomx: every place where its interface meets ours. */
#include <randomx.h>

#include <new>

#include "huge_pages.h"
#include "pipelined_hasher.h"

namespace p2ph {

namespace {

constexpr uint64_t kCacheBytes = 256ull << 20;
constexpr uint64_t kScratchpadBytes = 2ull << 20;

struct Release {
    void operator()(randomx_cache* cache) const { randomx_release_cache(cache); }
    void operator()(randomx_dataset* dataset) const { randomx_release_dataset(dataset); }
    void operator()(randomx_vm* vm) const { randomx_destroy_vm(vm); }
};
using Cache = std::unique_ptr<randomx_cache, Release>;
using Dataset = std::unique_ptr<randomx_dataset, Release>;
using Vm = std::unique_ptr<randomx_vm, Release>;

/* Tries hugetlb pages first when they are wanted; `got_hugetlb` says which attempt it was. */
template <typename Make>
auto with_or_without_hugetlb(bool wanted, bool& got_hugetlb, Make make) {
    got_hugetlb = false;
    if (wanted) {
        if (auto made = make(RANDOMX_FLAG_LARGE_PAGES)) {
            got_hugetlb = true;
            return made;
        }
    }
    return make(RANDOMX_FLAG_DEFAULT);
}

class LibrandomxHasher final : public PipelinedHasher {
   public:
    LibrandomxHasher(randomx_flags base, randomx_cache* cache, randomx_dataset* dataset, bool huge_pages) {
        /* Systems that forbid writable code still allow W^X; those that forbid both leave the interpreter. */
        for (auto jit : {RANDOMX_FLAG_JIT, RANDOMX_FLAG_JIT | RANDOMX_FLAG_SECURE, RANDOMX_FLAG_DEFAULT}) {
            if ((base & RANDOMX_FLAG_JIT) == RANDOMX_FLAG_DEFAULT && jit != RANDOMX_FLAG_DEFAULT) {
                continue;
            }
            const auto flags = (base & RANDOMX_FLAG_HARD_AES) | jit | (dataset ? RANDOMX_FLAG_FULL_MEM : RANDOMX_FLAG_DEFAULT);
            vm_ = with_or_without_hugetlb(huge_pages, hugetlb_,
                                          [&](randomx_flags pages) { return Vm(randomx_create_vm(flags | pages, cache, dataset)); });
            if (vm_) {
                return;
            }
        }
        throw std::bad_alloc();
    }

    p2ph_memory memory() const override { return {kScratchpadBytes, hugetlb_ ? 1u : 0u, 1}; }

   protected:
    void begin(std::span<const uint8_t> input) override { randomx_calculate_hash_first(vm_.get(), data(input), input.size()); }

    void next(std::span<const uint8_t> input, uint8_t* out) override {
        randomx_calculate_hash_next(vm_.get(), data(input), input.size(), out);
    }

    void last(uint8_t* out) override { randomx_calculate_hash_last(vm_.get(), out); }

   private:
    /* librandomx asserts that the pointer is not null, even for the empty input. */
    static const uint8_t* data(std::span<const uint8_t> input) {
        static constexpr uint8_t kEmpty = 0;
        return input.empty() ? &kEmpty : input.data();
    }

    bool hugetlb_ = false;
    Vm vm_;
};

class LibrandomxSeedData final : public SeedData {
   public:
    explicit LibrandomxSeedData(const SeedRequest& request) : base_(randomx_get_flags()) {
        if (request.fast) {
            dataset_ = with_or_without_hugetlb(request.huge_pages, dataset_hugetlb_,
                                               [](randomx_flags pages) { return Dataset(randomx_alloc_dataset(pages)); });
            if (!dataset_) {
                throw std::bad_alloc();
            }
            if (request.huge_pages && !dataset_hugetlb_) {
                advise_huge_pages(dataset_memory(), dataset_bytes()); /* before the first touch: later it takes the kernel minutes */
            }
        }
        const auto argon2 = base_ & RANDOMX_FLAG_ARGON2;
        for (auto jit : {base_ & RANDOMX_FLAG_JIT, RANDOMX_FLAG_DEFAULT}) {
            cache_ = with_or_without_hugetlb(request.huge_pages, cache_hugetlb_,
                                             [&](randomx_flags pages) { return Cache(randomx_alloc_cache(argon2 | jit | pages)); });
            if (cache_) {
                randomx_init_cache(cache_.get(), request.seed.data(), request.seed.size());
                return;
            }
        }
        throw std::bad_alloc();
    }

    uint64_t item_count() const override { return dataset_ ? randomx_dataset_item_count() : 0; }

    void init_items(uint64_t first, uint64_t count) override { randomx_init_dataset(dataset_.get(), cache_.get(), first, count); }

    void finish() override {
        if (dataset_) {
            cache_.reset();
        }
    }

    p2ph_memory memory() const override {
        p2ph_memory sum{};
        if (cache_) {
            sum.bytes += kCacheBytes;
            sum.huge_pages_wanted += huge_pages_for(kCacheBytes);
            sum.huge_pages += cache_hugetlb_ ? huge_pages_for(kCacheBytes) : 0;
        }
        if (dataset_) {
            sum.bytes += dataset_bytes();
            sum.huge_pages_wanted += huge_pages_for(dataset_bytes());
            sum.huge_pages += dataset_hugetlb_ ? huge_pages_for(dataset_bytes()) : transparent_huge_pages(dataset_memory(), dataset_bytes());
        }
        return sum;
    }

    std::unique_ptr<Hasher> make_hasher(bool huge_pages) override {
        return std::make_unique<LibrandomxHasher>(base_, dataset_ ? nullptr : cache_.get(), dataset_.get(), huge_pages);
    }

   private:
    static uint64_t dataset_bytes() { return uint64_t{randomx_dataset_item_count()} * RANDOMX_DATASET_ITEM_SIZE; }
    void* dataset_memory() const { return randomx_get_dataset_memory(dataset_.get()); }

    randomx_flags base_;
    bool dataset_hugetlb_ = false;
    bool cache_hugetlb_ = false;
    Dataset dataset_;
    Cache cache_;
};

}  // namespace

std::unique_ptr<SeedData> make_librandomx(const SeedRequest& request) { return std::make_unique<LibrandomxSeedData>(request); }

}  // namespace p2ph
