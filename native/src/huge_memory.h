#pragma once

#include <cstdint>

#include "p2ph.h"

namespace p2ph {

/* Zeroed memory in whole 2 MiB pages where the system gives them: reserved ones first, then transparent ones, else pages of the base size.
 * Begins at a multiple of 2 MiB in any case. The system gives the pages when they are touched, from near the thread that does. */
class HugeMemory {
   public:
    /* None. */
    HugeMemory() noexcept = default;
    /* bytes 1 or more, rounded up to whole 2 MiB. Throws std::bad_alloc. */
    HugeMemory(uint64_t bytes, bool huge_pages);
    ~HugeMemory();
    HugeMemory(HugeMemory&& other) noexcept;
    HugeMemory& operator=(HugeMemory&& other) noexcept;

    uint8_t* data() const noexcept { return data_; }
    uint64_t bytes() const noexcept { return bytes_; }
    /* How many 2 MiB pages hold it now. */
    uint64_t huge_pages() const;
    p2ph_memory memory() const;

   private:
    uint8_t* data_ = nullptr;
    uint64_t bytes_ = 0;
    bool reserved_ = false;
};

}  // namespace p2ph
