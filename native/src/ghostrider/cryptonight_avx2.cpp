/* Filling and absorbing with the AES instructions of 256 bits. A lane has four registers on their way; it takes those of two lanes to hide what
 * a round takes. */
#include "ghostrider/cryptonight_x86.h"

namespace p2ph::ghostrider {

namespace {

constexpr size_t kTogether = 2;
constexpr size_t kParts = kCryptoNightBlockBytes / 32;

using Wide = __m256i;

struct Blocks {
    __m256i part[kParts];
};

P2PH_INLINE Wide widen(__m128i block) noexcept { return _mm256_broadcastsi128_si256(block); }

P2PH_INLINE Blocks load_blocks(const uint8_t* from) noexcept {
    Blocks x;
#pragma GCC unroll 4
    for (size_t i = 0; i < kParts; i++) {
        x.part[i] = _mm256_load_si256(reinterpret_cast<const __m256i*>(from + 32 * i));
    }
    return x;
}

P2PH_INLINE void store_blocks(uint8_t* to, const Blocks& x) noexcept {
#pragma GCC unroll 4
    for (size_t i = 0; i < kParts; i++) {
        _mm256_store_si256(reinterpret_cast<__m256i*>(to + 32 * i), x.part[i]);
    }
}

P2PH_INLINE Blocks operator^(const Blocks& a, const Blocks& b) noexcept {
    Blocks x;
#pragma GCC unroll 4
    for (size_t i = 0; i < kParts; i++) {
        x.part[i] = _mm256_xor_si256(a.part[i], b.part[i]);
    }
    return x;
}

P2PH_INLINE void round(Blocks& x, Wide key) noexcept {
#pragma GCC unroll 4
    for (auto& part : x.part) {
        part = _mm256_aesenc_epi128(part, key);
    }
}

/* How many lanes go next. */
P2PH_INLINE size_t together(size_t left) noexcept { return left < kTogether ? left : kTogether; }

}  // namespace

}  // namespace p2ph::ghostrider

#include "ghostrider/cryptonight_wide_x86.h"

namespace p2ph::ghostrider {

const CryptoNightRow kCryptoNightAvx2 = {
    "avx2",    "avx2 vaes", P2PH_CPU_AES | P2PH_CPU_SSSE3 | P2PH_CPU_SSE41 | P2PH_CPU_AVX | P2PH_CPU_AVX2 | P2PH_CPU_BMI2 | P2PH_CPU_VAES,
    kLanesMax, &fill,       &absorb,
    &loops_of,
};

}  // namespace p2ph::ghostrider
