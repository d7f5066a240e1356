#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace p2ph::randomx {

/* What ProgramPair takes at most. */
constexpr size_t kFuzzBytes = 9 + 3200;

/* Makes the next program of a row, the same for the same seed and program before. Of four seeds, two make random ones; one makes one that
 * takes all its opcodes from a set of eight, so that rare instructions come in crowds: jumps over jumps, a rounding mode for each
 * operation, stores on stores; and one changes a few bytes of the program before. bytes: kFuzzBytes. */
void next_program(std::vector<uint8_t>& bytes, uint64_t seed);

}  // namespace p2ph::randomx
