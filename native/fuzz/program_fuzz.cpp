/* Programs out of arbitrary bytes end alike on the interpreter and as machine code. libFuzzer finds the bytes and keeps those that reach
 * new code. */
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "program_pair.h"
#include "random_program.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static p2ph::randomx::ProgramPair pair;
    if (const auto* const what = pair.differ({data, size})) {
        std::fprintf(stderr, "interpreter and machine code end with different %s\n", what);
        std::abort();
    }
    return 0;
}

/* A whole program now and then: from nothing it would take long to one of full length. */
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned seed) {
    if (seed % 4 != 0 || max_size < p2ph::randomx::kFuzzBytes) {
        return LLVMFuzzerMutate(data, size, max_size);
    }
    std::vector<uint8_t> bytes(p2ph::randomx::kFuzzBytes);
    std::copy_n(data, std::min(size, bytes.size()), bytes.begin());
    p2ph::randomx::next_program(bytes, seed / 4);
    std::copy(bytes.begin(), bytes.end(), data);
    return bytes.size();
}
