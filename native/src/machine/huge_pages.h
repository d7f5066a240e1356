#pragma once

#include <cstdint>

namespace p2ph {

constexpr uint64_t kHugePageBytes = 2ull << 20;
constexpr uint64_t kGiantPageBytes = 1ull << 30;

constexpr uint64_t huge_pages_for(uint64_t bytes) { return (bytes + kHugePageBytes - 1) / kHugePageBytes; }

/* Asks for transparent huge pages. A hint: where the system has none, nothing happens. */
void advise_huge_pages(void* memory, uint64_t bytes) noexcept;

/* How many 2 MiB pages hold the memory now, by /proc/self/smaps; 0 where that cannot be read. The kernel counts by mapping, so
 * a neighbour that shares the mapping counts too; the answer is never more than the memory needs. */
uint64_t transparent_huge_pages(const void* memory, uint64_t bytes);

}  // namespace p2ph
