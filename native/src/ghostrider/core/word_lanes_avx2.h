#pragma once

/* Vectors of eight words for files compiled with -mavx2. */

#include <immintrin.h>

#include "ghostrider/core/word_lanes.h"

namespace p2ph::ghostrider {
namespace {

struct U32x8 {
    static constexpr size_t kLanes = 8;
    __m256i v;

    static U32x8 all(uint32_t word) noexcept { return {_mm256_set1_epi32(static_cast<int>(word))}; }
    static U32x8 zero() noexcept { return {_mm256_setzero_si256()}; }
    static U32x8 load(const uint32_t* words) noexcept { return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(words))}; }
    void store(uint32_t* words) const noexcept { _mm256_storeu_si256(reinterpret_cast<__m256i*>(words), v); }
};

inline U32x8 operator^(U32x8 a, U32x8 b) noexcept { return {_mm256_xor_si256(a.v, b.v)}; }
inline U32x8 operator&(U32x8 a, U32x8 b) noexcept { return {_mm256_and_si256(a.v, b.v)}; }
inline U32x8 operator|(U32x8 a, U32x8 b) noexcept { return {_mm256_or_si256(a.v, b.v)}; }
inline U32x8 operator+(U32x8 a, U32x8 b) noexcept { return {_mm256_add_epi32(a.v, b.v)}; }
inline U32x8 operator-(U32x8 a, U32x8 b) noexcept { return {_mm256_sub_epi32(a.v, b.v)}; }
template <int kBits>
inline U32x8 shl(U32x8 a) noexcept {
    return {_mm256_slli_epi32(a.v, kBits)};
}
template <int kBits>
inline U32x8 rotl(U32x8 a) noexcept {
    if constexpr (kBits == 16) {
        return {
            _mm256_shuffle_epi8(a.v, _mm256_set_epi64x(0x0d0c0f0e09080b0a, 0x0504070601000302, 0x0d0c0f0e09080b0a, 0x0504070601000302))};
    } else if constexpr (kBits == 8) {
        return {
            _mm256_shuffle_epi8(a.v, _mm256_set_epi64x(0x0e0d0c0f0a09080b, 0x0605040702010003, 0x0e0d0c0f0a09080b, 0x0605040702010003))};
    } else if constexpr (kBits == 24) {
        return {
            _mm256_shuffle_epi8(a.v, _mm256_set_epi64x(0x0c0f0e0d080b0a09, 0x0407060500030201, 0x0c0f0e0d080b0a09, 0x0407060500030201))};
    } else {
        return {_mm256_or_si256(_mm256_slli_epi32(a.v, kBits), _mm256_srli_epi32(a.v, 32 - kBits))};
    }
}

inline U32x8 xor3(U32x8 a, U32x8 b, U32x8 c) noexcept { return a ^ b ^ c; }
/* Bits of a where mask has ones, of b elsewhere. */
inline U32x8 choose(U32x8 mask, U32x8 a, U32x8 b) noexcept { return ((a ^ b) & mask) ^ b; }

}  // namespace
}  // namespace p2ph::ghostrider
