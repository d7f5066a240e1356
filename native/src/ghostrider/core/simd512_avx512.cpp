/* SIMD-512 on sixteen or eight lanes. Built with -mavx512f -mavx512bw -mavx512vl. */
#include "ghostrider/core/core_rows_x86.h"
#include "ghostrider/core/half_word_lanes.h"
#include "ghostrider/core/simd512_lanes.h"
#include "ghostrider/core/word_lanes_avx512.h"

namespace p2ph::ghostrider {
namespace {

template <typename Vector>
struct Steps {
    using V = Vector;

    static V majority(V a, V b, V c) noexcept { return ternary<0xe8>(a, b, c); }
};

struct Wide {
    using Words = Steps<U32x16>;
    using V = U32x16;
    using H = I16x16;
    static constexpr size_t kLanes = 16;

    static H bytes(const uint32_t* words, int shift) noexcept {
        const auto shifted = _mm512_srl_epi32(_mm512_loadu_si512(words), _mm_cvtsi32_si128(shift));
        return {_mm512_cvtepi32_epi16(_mm512_and_si512(shifted, _mm512_set1_epi32(255)))};
    }
    static V pair(const int16_t* low, const int16_t* high, int32_t factor) noexcept {
        const auto a = _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(low)));
        const auto b = _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(high)));
        const auto both = _mm512_or_si512(a, _mm512_slli_epi32(b, 16));
        return {_mm512_mullo_epi16(both, _mm512_set1_epi16(static_cast<int16_t>(factor)))};
    }
};

struct Narrow {
    using Words = Steps<U32x8>;
    using V = U32x8;
    using H = I16x8;
    static constexpr size_t kLanes = 8;

    static H bytes(const uint32_t* words, int shift) noexcept {
        const auto shifted = _mm256_srl_epi32(V::load(words).v, _mm_cvtsi32_si128(shift));
        return {_mm256_cvtepi32_epi16(_mm256_and_si256(shifted, _mm256_set1_epi32(255)))};
    }
    static V pair(const int16_t* low, const int16_t* high, int32_t factor) noexcept { return {interleave(low, high, factor)}; }
};

}  // namespace

void simd512_many_avx512(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept {
    hash_lanes<SimdLanes<Wide>, SimdLanes<Narrow>>(in, len, stride, count, out);
}

}  // namespace p2ph::ghostrider
