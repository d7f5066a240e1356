#include "machine/huge_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <new>
#include <utility>

namespace p2ph {

namespace {

constexpr uint64_t kBasePageBytes = 4096; /* the smallest that Linux has */
constexpr int kHugeFlags = MAP_HUGETLB | (21 << MAP_HUGE_SHIFT);
constexpr int kGiantFlags = MAP_HUGETLB | (30 << MAP_HUGE_SHIFT);

/* Giant pages need an address that suits them, and another thread may take it meanwhile. */
constexpr int kTries = 3;

int flags_of(PageSize size) noexcept { return size == PageSize::giant ? kGiantFlags : size == PageSize::huge ? kHugeFlags : 0; }

constexpr uint64_t to_multiple(uint64_t number, uint64_t of) { return (of - number % of) % of; }

/* An address where so many bytes are free now and 1 GiB pages could lie; null: none. */
uint8_t* find_place(uint64_t bytes) noexcept {
    const auto room = bytes + kGiantPageBytes;
    void* const free = mmap(nullptr, room, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (free == MAP_FAILED) {
        return nullptr;
    }
    munmap(free, room);
    return static_cast<uint8_t*>(free) + to_multiple(reinterpret_cast<uintptr_t>(free), kGiantPageBytes);
}

}  // namespace

uint8_t* map_pages(uint8_t* at, uint64_t bytes, PageSize size) noexcept {
    const int place = at ? MAP_FIXED_NOREPLACE : 0;
    void* const memory = mmap(at, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | place | flags_of(size), -1, 0);
    if (memory == MAP_FAILED) {
        return nullptr;
    }
    if (at && memory != at) { /* a kernel before 4.17 takes the address for a wish */
        munmap(memory, bytes);
        return nullptr;
    }
    return static_cast<uint8_t*>(memory);
}

HugeMemory::HugeMemory(uint64_t bytes, PageSize largest, const MapPages& map) : bytes_(huge_pages_for(bytes) * kHugePageBytes) {
    bool mapped = false;
    for (int i = 0; i < kTries && largest == PageSize::giant && bytes_ >= kGiantPageBytes && !mapped; i++) {
        mapped = map_giant(map);
    }
    if (!mapped) {
        map_anywhere(largest, map);
    }
    if (largest != PageSize::base && !reserved_) {
        const auto giant = giant_pages_ * kGiantPageBytes;
        advise_huge_pages(data_ + giant, bytes_ - giant);
    }
}

/* In pieces one behind the other: giant pages as long as there are any, then the rest. False: not one, or the rest has no room there. */
bool HugeMemory::map_giant(const MapPages& map) {
    auto* const place = find_place(bytes_);
    uint64_t done = 0;
    while (place && bytes_ - done >= kGiantPageBytes && map(place + done, kGiantPageBytes, PageSize::giant)) {
        done += kGiantPageBytes;
    }
    if (done == 0) {
        return false;
    }

    const auto rest = bytes_ - done;
    const bool reserved = rest == 0 || map(place + done, rest, PageSize::huge);
    if (!reserved && !map(place + done, rest, PageSize::base)) {
        munmap(place, done);
        return false;
    }
    data_ = place;
    giant_pages_ = done / kGiantPageBytes;
    reserved_ = reserved;
    return true;
}

void HugeMemory::map_anywhere(PageSize largest, const MapPages& map) {
    if (largest != PageSize::base) {
        data_ = map(nullptr, bytes_, PageSize::huge);
        reserved_ = data_ != nullptr;
    }
    if (data_) {
        return;
    }
    auto* const memory = map(nullptr, bytes_ + kHugePageBytes, PageSize::base); /* a page more than needed, to cut an aligned piece from */
    if (!memory) {
        throw std::bad_alloc();
    }
    const auto skipped = to_multiple(reinterpret_cast<uintptr_t>(memory), kHugePageBytes);
    data_ = memory + skipped;
    if (skipped != 0) {
        munmap(memory, skipped);
    }
    munmap(data_ + bytes_, kHugePageBytes - skipped);
}

HugeMemory::~HugeMemory() {
    if (data_) {
        munmap(data_, bytes_);
    }
}

HugeMemory::HugeMemory(HugeMemory&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      bytes_(std::exchange(other.bytes_, 0)),
      giant_pages_(std::exchange(other.giant_pages_, 0)),
      reserved_(other.reserved_) {}

HugeMemory& HugeMemory::operator=(HugeMemory&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    std::swap(giant_pages_, other.giant_pages_);
    std::swap(reserved_, other.reserved_);
    return *this;
}

void HugeMemory::touch() noexcept {
    for (uint64_t i = 0; i < bytes_; i += kBasePageBytes) {
        auto* const byte = const_cast<volatile uint8_t*>(data_ + i);
        *byte = *byte;
    }
}

uint64_t HugeMemory::huge_pages() const {
    if (reserved_ || bytes_ == 0) {
        return bytes_ / kHugePageBytes;
    }
    const auto giant = giant_pages_ * kGiantPageBytes;
    return giant / kHugePageBytes + transparent_huge_pages(data_ + giant, bytes_ - giant);
}

p2ph_memory HugeMemory::memory(uint64_t bytes) const {
    const auto wanted = huge_pages_for(bytes);
    return {bytes, std::min(huge_pages(), wanted), wanted, giant_pages_};
}

}  // namespace p2ph
