#include "huge_memory.h"

#include <sys/mman.h>

#include <new>
#include <utility>

#include "huge_pages.h"

namespace p2ph {

namespace {

/* Null: there is none. */
uint8_t* map(uint64_t bytes, int flags) noexcept {
    void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
    return memory == MAP_FAILED ? nullptr : static_cast<uint8_t*>(memory);
}

}  // namespace

HugeMemory::HugeMemory(uint64_t bytes, bool huge_pages) : bytes_(huge_pages_for(bytes) * kHugePageBytes) {
    if (huge_pages) {
        data_ = map(bytes_, MAP_HUGETLB | (21 << MAP_HUGE_SHIFT));
        reserved_ = data_ != nullptr;
    }
    if (!data_) { /* a page more than needed, to cut an aligned piece from */
        auto* const memory = map(bytes_ + kHugePageBytes, 0);
        if (!memory) {
            throw std::bad_alloc();
        }
        const auto skipped = (kHugePageBytes - reinterpret_cast<uintptr_t>(memory) % kHugePageBytes) % kHugePageBytes;
        data_ = memory + skipped;
        if (skipped != 0) {
            munmap(memory, skipped);
        }
        munmap(data_ + bytes_, kHugePageBytes - skipped);
        if (huge_pages) {
            advise_huge_pages(data_, bytes_);
        }
    }
}

HugeMemory::~HugeMemory() {
    if (data_) {
        munmap(data_, bytes_);
    }
}

HugeMemory::HugeMemory(HugeMemory&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)), reserved_(other.reserved_) {}

HugeMemory& HugeMemory::operator=(HugeMemory&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    std::swap(reserved_, other.reserved_);
    return *this;
}

uint64_t HugeMemory::huge_pages() const {
    return reserved_ ? bytes_ / kHugePageBytes : bytes_ == 0 ? 0 : transparent_huge_pages(data_, bytes_);
}

p2ph_memory HugeMemory::memory() const { return {bytes_, huge_pages(), bytes_ / kHugePageBytes}; }

}  // namespace p2ph
