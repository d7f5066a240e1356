#include "huge_memory.h"

#include <sys/mman.h>

#include <new>

#include "huge_pages.h"

namespace p2ph {

namespace {

constexpr size_t kTouchBytes = 4096; /* the smallest page there is */

void* map(size_t bytes, int flags) noexcept {
    return mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
}

}  // namespace

HugeMemory::HugeMemory(uint64_t bytes, bool huge_pages) : bytes_(huge_pages_for(bytes) * kHugePageBytes) {
    if (huge_pages) {
        map_bytes_ = bytes_;
        map_ = map(map_bytes_, MAP_HUGETLB);
        reserved_ = map_ != MAP_FAILED;
    }
    if (!reserved_) {
        map_bytes_ = bytes_ + kHugePageBytes; /* room to align */
        map_ = map(map_bytes_, 0);
        if (map_ == MAP_FAILED) {
            throw std::bad_alloc();
        }
    }

    const auto first = (reinterpret_cast<uintptr_t>(map_) + kHugePageBytes - 1) & ~(kHugePageBytes - 1);
    data_ = reinterpret_cast<uint8_t*>(first);
    if (huge_pages && !reserved_) {
        advise_huge_pages(data_, bytes_);
    }
    for (uint64_t at = 0; at < bytes_; at += kTouchBytes) {
        const_cast<volatile uint8_t*>(data_)[at] = 0;
    }
}

HugeMemory::~HugeMemory() { munmap(map_, map_bytes_); }

p2ph_memory HugeMemory::memory() const {
    const auto pages = huge_pages_for(bytes_);
    return {bytes_, reserved_ ? pages : transparent_huge_pages(data_, bytes_), pages};
}

}  // namespace p2ph
