#pragma once

#include <cstdint>
#include <functional>

#include "machine/huge_pages.h"
#include "p2ph.h"

namespace p2ph {

/* The largest pages that memory may be in; smaller ones where the system has none of these. */
enum class PageSize : uint8_t { base, huge, giant };

constexpr PageSize largest_page(bool huge_pages, bool giant_pages) noexcept {
    return !huge_pages ? PageSize::base : giant_pages ? PageSize::giant : PageSize::huge;
}

/* How memory is asked for: zeroed and untouched, in reserved pages of this size, or of the base size with madvise to come. At `at` exactly,
 * or anywhere when that is null. Null: there is none, or something else is there. */
using MapPages = std::function<uint8_t*(uint8_t* at, uint64_t bytes, PageSize size)>;
uint8_t* map_pages(uint8_t* at, uint64_t bytes, PageSize size) noexcept;

/* Zeroed memory in the largest pages that the system gives: as many 1 GiB pages as it fills, the rest in 2 MiB pages, reserved ones first,
 * then transparent ones, else in pages of the base size. Begins at a multiple of 2 MiB in any case. The system gives the pages when they
 * are touched, from near the thread that does. */
class HugeMemory {
   public:
    /* None. */
    HugeMemory() noexcept = default;
    /* bytes 1 or more, rounded up to whole 2 MiB. Throws std::bad_alloc. */
    HugeMemory(uint64_t bytes, PageSize largest, const MapPages& map = map_pages);
    HugeMemory(uint64_t bytes, bool huge_pages) : HugeMemory(bytes, largest_page(huge_pages, false)) {}
    ~HugeMemory();
    HugeMemory(HugeMemory&& other) noexcept;
    HugeMemory& operator=(HugeMemory&& other) noexcept;

    uint8_t* data() const noexcept { return data_; }
    uint64_t bytes() const noexcept { return bytes_; }
    /* Takes all pages now, for the calling thread. */
    void touch() noexcept;
    /* How many 2 MiB pages hold it now; a 1 GiB page counts as 512. */
    uint64_t huge_pages() const;
    uint64_t giant_pages() const noexcept { return giant_pages_; }
    p2ph_memory memory() const { return memory(bytes_); }
    /* Of so many bytes from its first on, which are all that is needed of it. */
    p2ph_memory memory(uint64_t bytes) const;

   private:
    bool map_giant(const MapPages& map);
    void map_anywhere(PageSize largest, const MapPages& map);

    uint8_t* data_ = nullptr;
    uint64_t bytes_ = 0;
    uint64_t giant_pages_ = 0; /* from its beginning on */
    bool reserved_ = false;    /* what is not in those is in reserved 2 MiB pages */
};

}  // namespace p2ph
