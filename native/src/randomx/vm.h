#pragma once

#include <cstdint>
#include <span>

#include "aes.h"
#include "program.h"

namespace p2ph::randomx {

/* One virtual machine: everything of a hash but the running of its programs, which interpreters and compiled code share. A hash is
 *   begin; eight times load_program, run, and after_program but for the last; finish (or finish_and_begin).
 * Nothing in it takes memory; the scratchpad of kScratchpadBytes, aligned to 64, is lent. */
struct alignas(64) Vm {
    Vm(Version which, uint8_t* pad, const AesRow& aes_row = best_aes_row()) noexcept : version(which), scratchpad(pad), aes(&aes_row) {}

    /* Seeds the generators with the input and fills the scratchpad. */
    void begin(std::span<const uint8_t> input) noexcept;
    /* The next program, from the generator's state. */
    void load_program() noexcept;
    /* Makes the registers the next program's seed. */
    void after_program() noexcept;
    /* The hash of 32 bytes, for v2 the raw one: see commitment in blake2b.h. */
    void finish(uint8_t* hash) noexcept;
    /* Both in one walk over the scratchpad. The input may be where the hash goes. */
    void finish_and_begin(std::span<const uint8_t> next_input, uint8_t* hash) noexcept;

    /* What a program starts from and leaves: a run sets all registers. */
    RegisterFile registers;
    ProgramBuffer program;
    uint8_t generator[kSeedBytes];
    uint32_t fprc = 0; /* rounding mode 0..3; outlives programs, not hashes */
    Version version;
    uint8_t* scratchpad;
    const AesRow* aes;
};

/* Runs programs of 2,048 iterations. */
class ProgramRunner {
   public:
    virtual ~ProgramRunner() = default;
    /* Runs the loaded program of each machine to its end. Together they can be faster than one after the other; how many at once is best is
     * the runner's to say. */
    virtual void run(std::span<Vm* const> machines) = 0;
};

/* Program `index` of a hash, 0..7, on machines that have come that far. */
void run_program(std::span<Vm* const> machines, ProgramRunner& runner, int index);

/* All programs of a hash on machines that were begun, without the finish. */
void run_programs(std::span<Vm* const> machines, ProgramRunner& runner);

}  // namespace p2ph::randomx
