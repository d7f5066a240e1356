#pragma once

#include <cstddef>
#include <cstdint>

namespace p2ph::randomx {

/* Zeroed memory that begins at a multiple of 2 MiB: hugetlb pages when they are wanted and there, else pages that may become huge. Throws
 * std::bad_alloc. */
class HugeMemory {
   public:
    HugeMemory() noexcept = default;
    HugeMemory(uint64_t bytes, bool huge_pages);
    ~HugeMemory();
    HugeMemory(HugeMemory&& other) noexcept;
    HugeMemory& operator=(HugeMemory&& other) noexcept;

    uint8_t* data() const noexcept { return data_; }
    uint64_t bytes() const noexcept { return bytes_; }
    /* How many 2 MiB pages hold it now. */
    uint64_t huge_pages() const;

   private:
    uint8_t* data_ = nullptr;
    uint64_t bytes_ = 0; /* as mapped */
    bool hugetlb_ = false;
};

}  // namespace p2ph::randomx
