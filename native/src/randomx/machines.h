#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "p2ph.h"

namespace p2ph::randomx {

/* Virtual machines of one thread that advance together. Nothing is allocated after construction; run leaves the floating-point environment
 * as its programs set it. */
class Machines {
   public:
    virtual ~Machines() = default;
    virtual size_t machines() const noexcept = 0;
    virtual p2ph_memory memory_used() const = 0;

    /* Puts an input into machine i. */
    virtual void begin(size_t i, std::span<const uint8_t> input) noexcept = 0;
    /* Runs all programs of machines 0..active-1, which have begun. False: *cancel was set between two programs, and nothing is done. */
    virtual bool run(size_t active, const int32_t* cancel) = 0;
    /* Takes the hash of machine i after run; for v2 the raw one. */
    virtual void finish(size_t i, uint8_t* hash) noexcept = 0;
    /* The same, and begin with the next input. */
    virtual void finish_and_begin(size_t i, uint8_t* hash, std::span<const uint8_t> next_input) noexcept = 0;
};

}  // namespace p2ph::randomx
