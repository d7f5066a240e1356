#include "librandomx.h"

#include <malloc.h>

#include <cerrno>
#include <new>

#include "machine/huge_pages.h"

namespace p2ph::oracle {

namespace {

/* The library asserts that the pointer is not null, even for the empty input. */
const uint8_t* data(std::span<const uint8_t> input) {
    static constexpr uint8_t kEmpty = 0;
    return input.empty() ? &kEmpty : input.data();
}

constexpr uint64_t kCacheBytes = 256ull << 20;
constexpr uint64_t kScratchpadBytes = 2ull << 20;

/* This thread is in the library, which shall get memory that huge pages can hold. */
thread_local bool t_aligns = false;

}  // namespace

}  // namespace p2ph::oracle

/* The library takes its memory with this function, aligned to 64 bytes: a scratchpad of 2 MiB then lies on two pages of that size, and gets
 * neither. */
extern "C" int posix_memalign(void** memory, size_t alignment, size_t bytes) noexcept {
    if (p2ph::oracle::t_aligns && bytes >= p2ph::kHugePageBytes) {
        alignment = p2ph::kHugePageBytes;
    }
    auto* const made = memalign(alignment, bytes);
    *memory = made ? made : *memory;
    return made ? 0 : ENOMEM;
}

namespace p2ph::oracle {

void Librandomx::Machine::hash(std::span<const uint8_t> input, uint8_t* out) {
    randomx_calculate_hash(vm_.get(), data(input), input.size(), out);
}

void Librandomx::Machine::begin(std::span<const uint8_t> input) { randomx_calculate_hash_first(vm_.get(), data(input), input.size()); }

void Librandomx::Machine::next(std::span<const uint8_t> input, uint8_t* out) {
    randomx_calculate_hash_next(vm_.get(), data(input), input.size(), out);
}

/* make takes the flag for reserved pages or none, and gives null where it gets no memory. The library asks for transparent pages nowhere,
 * so what it allocated is found and advised here, before the first touch: later it takes the kernel minutes. */
template <typename Make>
auto Librandomx::allocate(Make make) {
    if (huge_pages_) {
        if (auto made = make(RANDOMX_FLAG_LARGE_PAGES)) {
            return std::pair(std::move(made), true);
        }
    }
    const auto before = anonymous_mappings();
    t_aligns = huge_pages_;
    auto made = make(RANDOMX_FLAG_DEFAULT);
    t_aligns = false;
    if (!made) {
        throw std::bad_alloc();
    }
    if (huge_pages_) {
        for (const auto& mapping : new_mappings(before, anonymous_mappings())) {
            if (mapping.end - mapping.first >= kHugePageBytes) {
                advise_huge_pages(reinterpret_cast<void*>(mapping.first), mapping.end - mapping.first);
                advised_.push_back(mapping);
            }
        }
    }
    return std::pair(std::move(made), false);
}

Librandomx::Librandomx(std::span<const uint8_t> key, bool with_dataset, bool huge_pages)
    : huge_pages_(huge_pages), base_(randomx_get_flags()) {
    if (with_dataset) {
        auto [dataset, reserved] =
            allocate([](randomx_flags pages) { return std::unique_ptr<randomx_dataset, Release>(randomx_alloc_dataset(pages)); });
        dataset_ = std::move(dataset);
        reserved_pages_ += reserved ? huge_pages_for(item_count() * RANDOMX_DATASET_ITEM_SIZE) : 0;
    }
    auto [cache, reserved] = allocate([&](randomx_flags pages) {
        return std::unique_ptr<randomx_cache, Release>(randomx_alloc_cache((base_ & (RANDOMX_FLAG_ARGON2 | RANDOMX_FLAG_JIT)) | pages));
    });
    cache_ = std::move(cache);
    reserved_pages_ += reserved ? huge_pages_for(kCacheBytes) : 0;
    change_key(key);
}

void Librandomx::change_key(std::span<const uint8_t> key) { randomx_init_cache(cache_.get(), key.data(), key.size()); }

uint8_t* Librandomx::dataset() const { return dataset_ ? static_cast<uint8_t*>(randomx_get_dataset_memory(dataset_.get())) : nullptr; }

Librandomx::Machine Librandomx::make_machine() {
    const auto flags = (base_ & (RANDOMX_FLAG_HARD_AES | RANDOMX_FLAG_JIT)) | (dataset_ ? RANDOMX_FLAG_FULL_MEM : RANDOMX_FLAG_DEFAULT);
    auto [vm, reserved] = allocate([&](randomx_flags pages) {
        return std::unique_ptr<randomx_vm, Machine::Destroy>(randomx_create_vm(flags | pages, cache_.get(), dataset_.get()));
    });
    reserved_pages_ += reserved ? huge_pages_for(kScratchpadBytes) : 0;
    Machine machine;
    machine.vm_ = std::move(vm);
    return machine;
}

uint64_t Librandomx::huge_pages() const {
    auto pages = reserved_pages_;
    for (const auto& mapping : advised_) {
        pages += transparent_huge_pages(reinterpret_cast<const void*>(mapping.first), mapping.end - mapping.first);
    }
    return pages;
}

}  // namespace p2ph::oracle
