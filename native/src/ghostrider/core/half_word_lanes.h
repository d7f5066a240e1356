#pragma once

/* Vectors of sixteen and of eight signed words of 16 bits for files compiled with -mavx2 at least. */

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace p2ph::ghostrider {
namespace {

struct I16x16 {
    __m256i v;

    static I16x16 all(int16_t word) noexcept { return {_mm256_set1_epi16(word)}; }
    static I16x16 load(const int16_t* words) noexcept { return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(words))}; }
    void store(int16_t* words) const noexcept { _mm256_storeu_si256(reinterpret_cast<__m256i*>(words), v); }
};

struct I16x8 {
    __m128i v;

    static I16x8 all(int16_t word) noexcept { return {_mm_set1_epi16(word)}; }
    static I16x8 load(const int16_t* words) noexcept { return {_mm_loadu_si128(reinterpret_cast<const __m128i*>(words))}; }
    void store(int16_t* words) const noexcept { _mm_storeu_si128(reinterpret_cast<__m128i*>(words), v); }
};

inline I16x16 add(I16x16 a, I16x16 b) noexcept { return {_mm256_add_epi16(a.v, b.v)}; }
inline I16x16 subtract(I16x16 a, I16x16 b) noexcept { return {_mm256_sub_epi16(a.v, b.v)}; }
inline I16x16 multiply(I16x16 a, I16x16 b) noexcept { return {_mm256_mullo_epi16(a.v, b.v)}; }
/* The product divided by 2^15, to the nearest. */
inline I16x16 multiply_rounding(I16x16 a, I16x16 b) noexcept { return {_mm256_mulhrs_epi16(a.v, b.v)}; }
inline I16x16 low_byte(I16x16 a) noexcept { return {_mm256_and_si256(a.v, _mm256_set1_epi16(255))}; }
inline I16x16 high_byte(I16x16 a) noexcept { return {_mm256_srai_epi16(a.v, 8)}; }
/* a, less `amount` where it is above `limit`. */
inline I16x16 subtract_where_greater(I16x16 a, I16x16 limit, I16x16 amount) noexcept {
    return {_mm256_sub_epi16(a.v, _mm256_and_si256(_mm256_cmpgt_epi16(a.v, limit.v), amount.v))};
}

inline I16x8 add(I16x8 a, I16x8 b) noexcept { return {_mm_add_epi16(a.v, b.v)}; }
inline I16x8 subtract(I16x8 a, I16x8 b) noexcept { return {_mm_sub_epi16(a.v, b.v)}; }
inline I16x8 multiply(I16x8 a, I16x8 b) noexcept { return {_mm_mullo_epi16(a.v, b.v)}; }
inline I16x8 multiply_rounding(I16x8 a, I16x8 b) noexcept { return {_mm_mulhrs_epi16(a.v, b.v)}; }
inline I16x8 low_byte(I16x8 a) noexcept { return {_mm_and_si128(a.v, _mm_set1_epi16(255))}; }
inline I16x8 high_byte(I16x8 a) noexcept { return {_mm_srai_epi16(a.v, 8)}; }
inline I16x8 subtract_where_greater(I16x8 a, I16x8 limit, I16x8 amount) noexcept {
    return {_mm_sub_epi16(a.v, _mm_and_si128(_mm_cmpgt_epi16(a.v, limit.v), amount.v))};
}

/* Eight words of 32 bits, the lower halves from low, the upper ones from high, both times factor modulo 2^16. */
inline __m256i interleave(const int16_t* low, const int16_t* high, int32_t factor) noexcept {
    const auto a = _mm256_cvtepu16_epi32(I16x8::load(low).v);
    const auto b = _mm256_cvtepu16_epi32(I16x8::load(high).v);
    return _mm256_mullo_epi16(_mm256_or_si256(a, _mm256_slli_epi32(b, 16)), _mm256_set1_epi16(static_cast<int16_t>(factor)));
}

}  // namespace
}  // namespace p2ph::ghostrider
