#pragma once

/* The order in which Argon2d fills its memory, for the files of the rows. In an unnamed namespace, because each row is built with flags of
 * its own: a function shared by name could be merged by the linker and run on a processor that lacks them. */
#include "argon2d.h"

namespace p2ph::randomx {
namespace {

constexpr uint32_t kSegmentBlocks = kArgonBlocks / 4;

/* Which block is mixed in at a position: section 3.4 of RFC 9106 for one lane. word: the first of the block before. */
inline uint32_t reference_block(int pass, uint32_t index, uint64_t word) noexcept {
    const uint32_t slice = index / kSegmentBlocks;
    const uint64_t area = pass == 0 ? index - 1 : kArgonBlocks - kSegmentBlocks + index % kSegmentBlocks - 1;
    const uint64_t j1 = static_cast<uint32_t>(word);
    const auto relative = static_cast<uint32_t>(area - 1 - ((area * ((j1 * j1) >> 32)) >> 32));
    const uint32_t start = pass == 0 ? 0 : (slice + 1) * kSegmentBlocks;
    return (start + relative) % kArgonBlocks;
}

/* compress(previous, reference, block, mix_old, first_word): writes the block; calls first_word with the new first word as early as it
 * can, because the address of the next reference hangs on it and its memory is far away. */
template <typename Compress>
void walk(uint64_t* memory, Compress compress) noexcept {
    const uint64_t* previous = memory + kBlockWords;
    const uint64_t* reference = memory + reference_block(0, 2, previous[0]) * kBlockWords;
    for (int pass = 0; pass < kArgonPasses; pass++) {
        for (uint32_t index = pass == 0 ? 2 : 0; index < kArgonBlocks; index++) {
            auto* block = memory + index * kBlockWords;
            const uint64_t* next_reference = nullptr;
            const bool wraps = index + 1 == kArgonBlocks;
            compress(previous, reference, block, pass > 0, [&](uint64_t word) {
                next_reference = memory + reference_block(wraps ? pass + 1 : pass, wraps ? 0 : index + 1, word) * kBlockWords;
                for (size_t line = 0; line < kBlockWords; line += 8) {
                    __builtin_prefetch(next_reference + line);
                }
            });
            previous = block;
            reference = next_reference;
        }
    }
}

}  // namespace
}  // namespace p2ph::randomx
