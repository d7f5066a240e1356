/* Filling and absorbing with the AES instructions of 512 bits. A lane has two registers on their way; it takes those of two or three lanes to
 * hide what a round takes. */
#include "ghostrider/cryptonight_x86.h"

namespace p2ph::ghostrider {

namespace {

constexpr size_t kTogether = 3;

using Wide = __m512i;

struct Blocks {
    __m512i low;
    __m512i high;
};

P2PH_INLINE Wide widen(__m128i block) noexcept { return _mm512_broadcast_i32x4(block); }

P2PH_INLINE Blocks load_blocks(const uint8_t* from) noexcept { return {_mm512_load_si512(from), _mm512_load_si512(from + 64)}; }

P2PH_INLINE void store_blocks(uint8_t* to, const Blocks& x) noexcept {
    _mm512_store_si512(to, x.low);
    _mm512_store_si512(to + 64, x.high);
}

P2PH_INLINE Blocks operator^(const Blocks& a, const Blocks& b) noexcept {
    return {_mm512_xor_si512(a.low, b.low), _mm512_xor_si512(a.high, b.high)};
}

P2PH_INLINE void round(Blocks& x, Wide key) noexcept {
    x.low = _mm512_aesenc_epi128(x.low, key);
    x.high = _mm512_aesenc_epi128(x.high, key);
}

/* How many lanes go next: never one alone when there are others. */
P2PH_INLINE size_t together(size_t left) noexcept { return left == kTogether + 1 ? kTogether - 1 : left < kTogether ? left : kTogether; }

}  // namespace

}  // namespace p2ph::ghostrider

#include "ghostrider/cryptonight_wide_x86.h"

namespace p2ph::ghostrider {

const CryptoNightRow kCryptoNightAvx512 = {
    "avx512",
    "avx512 vaes gfni",
    P2PH_CPU_AES | P2PH_CPU_SSSE3 | P2PH_CPU_SSE41 | P2PH_CPU_AVX | P2PH_CPU_AVX2 | P2PH_CPU_BMI2 | P2PH_CPU_VAES | P2PH_CPU_GFNI |
        P2PH_CPU_AVX512F | P2PH_CPU_AVX512BW | P2PH_CPU_AVX512VL,
    kLanesMax,
    &fill,
    &absorb,
    &loops_of,
};

}  // namespace p2ph::ghostrider
