/* SIMD-512 on sixteen lanes for the transform, on eight for the steps. Built with -mavx2. */
#include "ghostrider/core/core_rows_x86.h"
#include "ghostrider/core/half_word_lanes.h"
#include "ghostrider/core/simd512_lanes.h"
#include "ghostrider/core/word_lanes_avx2.h"

namespace p2ph::ghostrider {
namespace {

struct Common {
    using V = U32x8;

    static __m256i byte(const uint32_t* words, int shift) noexcept {
        return _mm256_and_si256(_mm256_srl_epi32(V::load(words).v, _mm_cvtsi32_si128(shift)), _mm256_set1_epi32(255));
    }
    static V pair(const int16_t* low, const int16_t* high, int32_t factor) noexcept { return {interleave(low, high, factor)}; }
    static V majority(V a, V b, V c) noexcept { return (a & b) | ((a | b) & c); }
};

struct Wide : Common {
    using Words = Common;
    using H = I16x16;
    static constexpr size_t kLanes = 16;

    static H bytes(const uint32_t* words, int shift) noexcept {
        const auto packed = _mm256_packus_epi32(byte(words, shift), byte(words + 8, shift));
        return {_mm256_permute4x64_epi64(packed, 0xd8)};
    }
};

struct Narrow : Common {
    using Words = Common;
    using H = I16x8;
    static constexpr size_t kLanes = 8;

    static H bytes(const uint32_t* words, int shift) noexcept {
        const auto wide = byte(words, shift);
        return {_mm_packus_epi32(_mm256_castsi256_si128(wide), _mm256_extracti128_si256(wide, 1))};
    }
};

}  // namespace

void simd512_many_avx2(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept {
    hash_lanes<SimdLanes<Wide>, SimdLanes<Narrow>>(in, len, stride, count, out);
}

}  // namespace p2ph::ghostrider
