#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace p2ph::randomx {

/* The functions built of single AES rounds: specification chapter 3, and the mixing of registers in v2. One row holds them all, written for
 * one instruction set. Lengths are multiples of 64; nothing need be aligned. */
struct AesRow {
    const char* isa;
    uint64_t needs; /* P2PH_CPU_* */

    /* AesGenerator1R and 4R: writes bytes and leaves the generator's state in state, 64 bytes. */
    void (*fill_1r)(uint8_t* state, uint8_t* out, size_t bytes) noexcept;
    void (*fill_4r)(uint8_t* state, uint8_t* out, size_t bytes) noexcept;

    /* AesHash1R. */
    void (*hash_1r)(const uint8_t* in, size_t bytes, uint8_t* hash) noexcept;

    /* hash_1r of the scratchpad, which fill_1r overwrites on the way: the end of one hash and the beginning of the next in one walk. */
    void (*hash_and_fill_1r)(uint8_t* scratchpad, size_t bytes, uint8_t* hash, uint8_t* state) noexcept;

    /* v2 at the end of an iteration: 64 bytes of f mixed with the keys e0-e3. */
    void (*mix)(uint8_t* f, const uint8_t* e) noexcept;
};

/* Best first; the last one is portable and needs nothing. */
std::span<const AesRow> aes_rows() noexcept;

/* The first that may be used here: see machine/kernel_rows.h, also for what it throws. */
const AesRow& best_aes_row();

extern const AesRow kAesPortable;
extern const AesRow kAesNi;

}  // namespace p2ph::randomx
