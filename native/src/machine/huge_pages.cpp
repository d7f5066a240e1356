#include "machine/huge_pages.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <memory>

namespace p2ph {

void advise_huge_pages(void* memory, uint64_t bytes) noexcept {
    const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
    const auto first = (reinterpret_cast<uintptr_t>(memory) + page - 1) & ~(page - 1);
    const auto end = (reinterpret_cast<uintptr_t>(memory) + bytes) & ~(page - 1);
    if (first < end) {
        (void)madvise(reinterpret_cast<void*>(first), end - first, MADV_HUGEPAGE);
    }
}

uint64_t transparent_huge_pages(const void* memory, uint64_t bytes) {
    const std::unique_ptr<FILE, int (*)(FILE*)> smaps(std::fopen("/proc/self/smaps", "re"), &std::fclose);
    if (!smaps) {
        return 0;
    }

    const auto first = reinterpret_cast<uintptr_t>(memory);
    const auto end = first + bytes;
    uint64_t kib = 0;
    bool inside = false;
    char line[512];
    while (std::fgets(line, sizeof line, smaps.get())) {
        uint64_t map_first = 0;
        uint64_t map_end = 0;
        uint64_t value = 0;
        if (std::sscanf(line, "%" SCNx64 "-%" SCNx64 " ", &map_first, &map_end) == 2) {
            inside = map_first < end && first < map_end;
        } else if (inside && std::sscanf(line, "AnonHugePages: %" SCNu64 " kB", &value) == 1) {
            kib += value;
        }
    }
    return std::min(kib * 1024 / kHugePageBytes, huge_pages_for(bytes));
}

}  // namespace p2ph
