/* CryptoNight with the AES instructions of x86-64: what the loop is made of, and round keys. Each file that includes this is compiled for its
 * instruction set and has all of it for itself: a function shared with another such file could be merged by the linker and run on a CPU without
 * that set. */
#pragma once

#include <immintrin.h>

#include "ghostrider/cryptonight_rows.h"

namespace p2ph::ghostrider {

namespace {

#define P2PH_INLINE inline __attribute__((always_inline))

using Vector = __m128i;

P2PH_INLINE Vector load(const uint8_t* from) noexcept { return _mm_load_si128(reinterpret_cast<const __m128i*>(from)); }
P2PH_INLINE void store(uint8_t* to, Vector value) noexcept { _mm_store_si128(reinterpret_cast<__m128i*>(to), value); }
P2PH_INLINE void prefetch(const uint8_t* from) noexcept { _mm_prefetch(reinterpret_cast<const char*>(from), _MM_HINT_T0); }
P2PH_INLINE uint64_t low_half(Vector value) noexcept { return static_cast<uint64_t>(_mm_cvtsi128_si64(value)); }
P2PH_INLINE Vector vector_of(uint64_t low, uint64_t high) noexcept {
    return _mm_set_epi64x(static_cast<int64_t>(high), static_cast<int64_t>(low));
}
P2PH_INLINE Vector exclusive_or(Vector a, Vector b) noexcept { return _mm_xor_si128(a, b); }
P2PH_INLINE Vector add_halves(Vector a, Vector b) noexcept { return _mm_add_epi64(a, b); }
P2PH_INLINE Vector aes_round(Vector block, Vector key) noexcept { return _mm_aesenc_si128(block, key); }

/* The tweak of variant 1 on byte 11 of b ^ c: bits 4 and 5 change by what the two and bit 0 are. Index: bit 0, bit 4, bit 5 from low to high. */
constexpr int tweak_bits(int index) noexcept { return 0x75310 >> 2 * index & 0x30; }

P2PH_INLINE __m128i tweaked(__m128i b, __m128i c) noexcept {
    const __m128i bits = _mm_setr_epi8(tweak_bits(0), tweak_bits(1), tweak_bits(2), tweak_bits(3), tweak_bits(4), tweak_bits(5),
                                       tweak_bits(6), tweak_bits(7), 0, 0, 0, 0, 0, 0, 0, 0);
    const __m128i x = _mm_xor_si128(b, c);
#if defined(__GFNI__) && defined(__AVX512VL__)
    /* Row k of the matrix is what bit k of the result is the parity of, the first row in the highest byte. */
    const __m128i gather = _mm_set1_epi64x(0x01ll << 56 | 0x10ll << 48 | 0x20ll << 40);
    const __m128i index = _mm_gf2p8affine_epi64_epi8(x, gather, 0);
    const __m128i tweak = _mm_maskz_shuffle_epi8(1 << 11, bits, index);
    return _mm_ternarylogic_epi64(b, c, tweak, 0x96);
#else
    /* Bits 4 and 5 come down by three, to 1 and 2; the bits that stay where they were are above the index. All other bytes shuffle in zero. */
    const __m128i own = _mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x31, 0, 0, 0, 0);
    const __m128i none = _mm_setr_epi8(-128, -128, -128, -128, -128, -128, -128, -128, -128, -128, -128, 0, -128, -128, -128, -128);
    const __m128i three = _mm_and_si128(x, own);
    const __m128i index = _mm_or_si128(_mm_or_si128(three, _mm_srli_epi32(three, 3)), none);
    return _mm_xor_si128(x, _mm_shuffle_epi8(bits, index));
#endif
}

}  // namespace

}  // namespace p2ph::ghostrider

#include "ghostrider/cryptonight_loop.h"

namespace p2ph::ghostrider {

namespace {

constexpr size_t kRounds = 10;

template <int kRoundConstant>
P2PH_INLINE void next_keys(__m128i& even, __m128i& odd) noexcept {
    const auto spread = [](__m128i key) {
        key = _mm_xor_si128(key, _mm_slli_si128(key, 4));
        return _mm_xor_si128(key, _mm_slli_si128(key, 8));
    };
    even = _mm_xor_si128(spread(even), _mm_shuffle_epi32(_mm_aeskeygenassist_si128(odd, kRoundConstant), 0xff));
    odd = _mm_xor_si128(spread(odd), _mm_shuffle_epi32(_mm_aeskeygenassist_si128(even, 0), 0xaa));
}

/* The first ten round keys of AES-256; key is 32 bytes. */
P2PH_INLINE void expand(const uint8_t* key, __m128i (&keys)[kRounds]) noexcept {
    __m128i even = load(key);
    __m128i odd = load(key + 16);
    keys[0] = even;
    keys[1] = odd;
    next_keys<1>(even, odd);
    keys[2] = even;
    keys[3] = odd;
    next_keys<2>(even, odd);
    keys[4] = even;
    keys[5] = odd;
    next_keys<4>(even, odd);
    keys[6] = even;
    keys[7] = odd;
    next_keys<8>(even, odd);
    keys[8] = even;
    keys[9] = odd;
}

}  // namespace

}  // namespace p2ph::ghostrider
