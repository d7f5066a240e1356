#pragma once

#include <cstdint>

/* Read-only memory that looks like a large one full of noise and takes little: a small pattern, mapped over and over. */
class PatternMemory {
   public:
    explicit PatternMemory(uint64_t bytes);
    ~PatternMemory();
    PatternMemory(const PatternMemory&) = delete;
    PatternMemory& operator=(const PatternMemory&) = delete;
    const uint8_t* data() const { return memory_; }

   private:
    uint64_t bytes_;
    uint8_t* memory_;
};
