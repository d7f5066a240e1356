#pragma once

#include <cstdint>

namespace p2ph::bench {

/* What a process really has, as the kernel counts it: its resident memory, reserved huge pages included, and how many pages of 2 MiB are in
 * it. */
struct MemoryUsed {
    int64_t bytes = 0;
    int64_t huge_pages = 0;
};

/* Of this process, now; takes some milliseconds. Throws std::runtime_error where /proc cannot be read. */
MemoryUsed memory_used();

/* Adds up what one side of a comparison took, when both are in one process and take turns. */
class MemoryMeter {
   public:
    /* The difference that body makes is this side's. */
    template <typename Body>
    void during(Body body) {
        const auto before = memory_used();
        body();
        const auto after = memory_used();
        total_.bytes += after.bytes - before.bytes;
        total_.huge_pages += after.huge_pages - before.huge_pages;
    }

    const MemoryUsed& total() const { return total_; }

   private:
    MemoryUsed total_;
};

}  // namespace p2ph::bench
