/* Fugue-512 on sixteen or eight lanes, the S-box and all products in the field of AES by GFNI. Built with -mavx512f -mavx512bw -mavx512vl -mgfni. */
#include "ghostrider/core/aes_sbox.h"
#include "ghostrider/core/core_rows_x86.h"
#include "ghostrider/core/fugue512_lanes.h"
#include "ghostrider/core/gfni_matrix.h"
#include "ghostrider/core/word_lanes_avx512.h"

namespace p2ph::ghostrider {
namespace {

/* The S-box times a factor is one affine map of the inverse, as the S-box itself. */
template <uint8_t kFactor>
constexpr uint64_t kSubstitution = gfni_matrix([](uint8_t x) { return aes_multiply(gfni_aes_spread(x), kFactor); });
template <uint8_t kFactor>
constexpr int kAffine = aes_multiply(0x63, kFactor);

template <uint8_t kFactor>
inline U32x16 substituted(U32x16 x) noexcept {
    return {_mm512_gf2p8affineinv_epi64_epi8(x.v, _mm512_set1_epi64(static_cast<int64_t>(kSubstitution<kFactor>)), kAffine<kFactor>)};
}
template <uint8_t kFactor>
inline U32x8 substituted(U32x8 x) noexcept {
    return {_mm256_gf2p8affineinv_epi64_epi8(x.v, _mm256_set1_epi64x(static_cast<int64_t>(kSubstitution<kFactor>)), kAffine<kFactor>)};
}
inline U32x16 multiply(U32x16 a, U32x16 b) noexcept { return {_mm512_gf2p8mul_epi8(a.v, b.v)}; }
inline U32x8 multiply(U32x8 a, U32x8 b) noexcept { return {_mm256_gf2p8mul_epi8(a.v, b.v)}; }

/* The bytes of a word in the opposite order. */
constexpr int64_t kSwapLow = 0x0405060700010203;
constexpr int64_t kSwapHigh = 0x0c0d0e0f08090a0b;

inline U32x8 swapped(U32x8 x) noexcept { return {_mm256_shuffle_epi8(x.v, _mm256_set_epi64x(kSwapHigh, kSwapLow, kSwapHigh, kSwapLow))}; }
inline U32x16 swapped(U32x16 x) noexcept {
    const auto order = _mm512_set_epi64(kSwapHigh, kSwapLow, kSwapHigh, kSwapLow, kSwapHigh, kSwapLow, kSwapHigh, kSwapLow);
    return {_mm512_shuffle_epi8(x.v, order)};
}

template <typename Vector>
struct Gfni {
    using V = Vector;

    static void substitute(V x, V& one, V& four, V& seven) noexcept {
        one = substituted<1>(x);
        four = substituted<4>(x);
        seven = substituted<7>(x);
    }
    static V scale(V x, int row) noexcept {
        constexpr uint32_t kRows[4] = {0x01040701, 0x01010407, 0x07010104, 0x04070101};
        return multiply(x, V::all(kRows[row]));
    }
    static V swap_bytes(V x) noexcept { return swapped(x); }
};

}  // namespace

void fugue512_many_avx512_gfni(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept {
    hash_lanes<FugueLanes<Gfni<U32x16>>, FugueLanes<Gfni<U32x8>>>(in, len, stride, count, out);
}

}  // namespace p2ph::ghostrider
