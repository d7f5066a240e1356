#pragma once

#include <memory>
#include <span>
#include <vector>

#include "machine/huge_memory.h"
#include "randomx/vm.h"

namespace p2ph::randomx {

/* One program on the interpreter and as machine code, on machines that begin alike. */
class ProgramPair {
   public:
    ProgramPair();
    ~ProgramPair();

    /* The bytes say what is run:
     *   0    bit 0: version 2; bit 1: items come from outside, as with the cache alone; bits 2-3: how many machines less one;
     *        bit 4: the rounding modes are in the code, on a processor that can do that
     *   1-8  seed of the scratchpads; rounding mode
     *   9-   program buffer, filled up with zeros; machines after the first have it rotated by as many instructions as their number
     *        times 37
     * Null: both end with the same registers, rounding mode and scratchpad; else what differs. */
    const char* differ(std::span<const uint8_t> bytes);

   private:
    static constexpr size_t kMachinesMax = 4;

    const char* differ_in_one(size_t i) const;

    struct Runners;

    HugeMemory memory_; /* scratchpads of both sides */
    std::vector<Vm> interpreted_;
    std::vector<Vm> compiled_;
    std::unique_ptr<Runners> runners_;
};

}  // namespace p2ph::randomx
