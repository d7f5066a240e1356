#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

/* Constants of SIMD-512. Everything here is static: files that are compiled for an instruction set may include it. */

namespace p2ph::ghostrider {

static constexpr uint32_t kSimdInitial[32] = {
    0x0ba16b95, 0x72f999ad, 0x9fecc2ae, 0xba3264fc, 0x5e894929, 0x8e9f30e5, 0x2f1daa37, 0xf0f2c558, 0xac506643, 0xa90635a5, 0xe25b878b,
    0xaab7878f, 0x88817f7a, 0x0a02892b, 0x559a7550, 0x598f657e, 0x7eef60a1, 0x6b70e3e8, 0x9c1714d1, 0xb958e2a8, 0xab02675e, 0xed1c014f,
    0xcd8d65bb, 0xfdb7a257, 0x09254899, 0xd699c7bc, 0x9019b6dc, 0x2b9022e4, 0x8fa14956, 0x21bf9bd3, 0xb94d0943, 0x6ffddc22,
};

/* 41 generates the group modulo 257: its powers, of which 256 differ. */
static constexpr auto kSimdPowers = [] {
    std::array<int32_t, 256> powers{};
    for (int32_t i = 0, power = 1; i < 256; i++, power = power * 41 % 257) {
        powers[i] = power;
    }
    return powers;
}();

/* What is added to value i of the transform: the last block is told from the others by it. Below 2 * 257. */
static constexpr int32_t simd_constant(size_t i, bool last) noexcept {
    return kSimdPowers[255 * i % 256] + (last ? kSimdPowers[253 * i % 256] : 0);
}

/* Value i of the transform stands at this place after butterflies that decimate in frequency. */
static constexpr size_t simd_reverse_bits(size_t i) noexcept {
    size_t reversed = 0;
    for (int bit = 0; bit < 8; bit++) {
        reversed = reversed << 1 | (i >> bit & 1);
    }
    return reversed;
}

/* Word j of the row of a step is made of values low + 2j and high + 2j of the transform, each times factor modulo 2^16. */
struct SimdRow {
    size_t low;
    size_t high;
    int32_t factor;
};
static constexpr SimdRow simd_row(size_t step) noexcept {
    constexpr size_t kOrder[32] = {4,  6,  0,  2,  7,  5,  3,  1,  15, 11, 12, 8,  9,  13, 10, 14,
                                   17, 18, 23, 20, 22, 21, 16, 19, 30, 24, 25, 31, 27, 29, 28, 26};
    const auto first = 16 * kOrder[step];
    return step < 16   ? SimdRow{first, first + 1, 185}
           : step < 24 ? SimdRow{first - 256, first - 128, 233}
                       : SimdRow{first - 383, first - 255, 233};
}

/* Rotations of the four rounds, and the words that are swapped in step k: n with n ^ kSimdSwaps[k % 7]. */
static constexpr int kSimdTurns[4][4] = {{3, 23, 17, 27}, {28, 19, 22, 7}, {29, 9, 15, 5}, {4, 13, 10, 25}};
static constexpr size_t kSimdSwaps[7] = {1, 6, 2, 3, 5, 7, 4};

}  // namespace p2ph::ghostrider
