#pragma once

#include <cstddef>
#include <cstdint>

#include "p2ph.h"

namespace p2ph {

/* Zeroed memory in whole 2 MiB pages where the system gives them: reserved ones first, then transparent ones, else pages of the base size.
 * Starts at a multiple of 2 MiB in any case, and is touched by the thread that makes it. */
class HugeMemory {
   public:
    /* bytes 1 or more, rounded up to whole 2 MiB. Throws std::bad_alloc. */
    HugeMemory(uint64_t bytes, bool huge_pages);
    ~HugeMemory();
    HugeMemory(const HugeMemory&) = delete;
    HugeMemory& operator=(const HugeMemory&) = delete;

    uint8_t* data() const noexcept { return data_; }
    uint64_t bytes() const noexcept { return bytes_; }
    p2ph_memory memory() const;

   private:
    void* map_ = nullptr;
    size_t map_bytes_ = 0;
    uint8_t* data_ = nullptr;
    uint64_t bytes_ = 0;
    bool reserved_ = false;
};

}  // namespace p2ph
