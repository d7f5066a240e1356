#pragma once

/* Vectors of sixteen and of eight words for files compiled with -mavx512f -mavx512bw -mavx512vl. */

#include <immintrin.h>

#include "ghostrider/core/word_lanes.h"

namespace p2ph::ghostrider {
namespace {

struct U32x16 {
    static constexpr size_t kLanes = 16;
    __m512i v;

    static U32x16 all(uint32_t word) noexcept { return {_mm512_set1_epi32(static_cast<int>(word))}; }
    static U32x16 zero() noexcept { return {_mm512_setzero_si512()}; }
    static U32x16 load(const uint32_t* words) noexcept { return {_mm512_loadu_si512(words)}; }
    void store(uint32_t* words) const noexcept { _mm512_storeu_si512(words, v); }
};

struct U32x8 {
    static constexpr size_t kLanes = 8;
    __m256i v;

    static U32x8 all(uint32_t word) noexcept { return {_mm256_set1_epi32(static_cast<int>(word))}; }
    static U32x8 zero() noexcept { return {_mm256_setzero_si256()}; }
    static U32x8 load(const uint32_t* words) noexcept { return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(words))}; }
    void store(uint32_t* words) const noexcept { _mm256_storeu_si256(reinterpret_cast<__m256i*>(words), v); }
};

inline U32x16 operator^(U32x16 a, U32x16 b) noexcept { return {_mm512_xor_si512(a.v, b.v)}; }
inline U32x16 operator+(U32x16 a, U32x16 b) noexcept { return {_mm512_add_epi32(a.v, b.v)}; }
inline U32x16 operator-(U32x16 a, U32x16 b) noexcept { return {_mm512_sub_epi32(a.v, b.v)}; }
template <int kBits>
inline U32x16 rotl(U32x16 a) noexcept {
    return {_mm512_rol_epi32(a.v, kBits)};
}
template <int kBits>
inline U32x16 shl(U32x16 a) noexcept {
    return {_mm512_slli_epi32(a.v, kBits)};
}
/* Any function of three bits, bit 4a + 2b + c of kTable. */
template <int kTable>
inline U32x16 ternary(U32x16 a, U32x16 b, U32x16 c) noexcept {
    return {_mm512_ternarylogic_epi32(a.v, b.v, c.v, kTable)};
}

inline U32x8 operator^(U32x8 a, U32x8 b) noexcept { return {_mm256_xor_si256(a.v, b.v)}; }
inline U32x8 operator+(U32x8 a, U32x8 b) noexcept { return {_mm256_add_epi32(a.v, b.v)}; }
inline U32x8 operator-(U32x8 a, U32x8 b) noexcept { return {_mm256_sub_epi32(a.v, b.v)}; }
template <int kBits>
inline U32x8 rotl(U32x8 a) noexcept {
    return {_mm256_rol_epi32(a.v, kBits)};
}
template <int kBits>
inline U32x8 shl(U32x8 a) noexcept {
    return {_mm256_slli_epi32(a.v, kBits)};
}
template <int kTable>
inline U32x8 ternary(U32x8 a, U32x8 b, U32x8 c) noexcept {
    return {_mm256_ternarylogic_epi32(a.v, b.v, c.v, kTable)};
}

template <typename V>
inline V xor3(V a, V b, V c) noexcept {
    return ternary<0x96>(a, b, c);
}
/* Bits of a where mask has ones, of b elsewhere. */
template <typename V>
inline V choose(V mask, V a, V b) noexcept {
    return ternary<0xca>(mask, a, b);
}

}  // namespace
}  // namespace p2ph::ghostrider
