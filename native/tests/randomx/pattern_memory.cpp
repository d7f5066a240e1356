#include "pattern_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

namespace {

constexpr uint64_t kPatternBytes = 4u << 20;

}  // namespace

PatternMemory::PatternMemory(uint64_t bytes) : bytes_((bytes + kPatternBytes - 1) / kPatternBytes * kPatternBytes) {
    const int file = memfd_create("pattern", MFD_CLOEXEC);
    std::vector<uint64_t> pattern(kPatternBytes / 8);
    uint64_t word = 88172645463325252u; /* xorshift64 */
    for (auto& place : pattern) {
        word ^= word << 13;
        word ^= word >> 7;
        word ^= word << 17;
        place = word;
    }
    if (file < 0 || write(file, pattern.data(), kPatternBytes) != static_cast<ssize_t>(kPatternBytes)) {
        std::abort();
    }
    memory_ = static_cast<uint8_t*>(mmap(nullptr, bytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
    for (uint64_t at = 0; at < bytes_; at += kPatternBytes) {
        if (mmap(memory_ + at, kPatternBytes, PROT_READ, MAP_SHARED | MAP_FIXED, file, 0) == MAP_FAILED) {
            std::abort();
        }
    }
    close(file);
}

PatternMemory::~PatternMemory() { munmap(memory_, bytes_); }
