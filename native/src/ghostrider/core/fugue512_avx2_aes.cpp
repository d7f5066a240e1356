/* Fugue-512 on eight lanes, the S-box by the last round of AES. Built with -mavx2 -maes. */
#include "ghostrider/core/core_rows_x86.h"
#include "ghostrider/core/fugue512_lanes.h"
#include "ghostrider/core/word_lanes_avx2.h"

namespace p2ph::ghostrider {
namespace {

struct AesNi {
    using V = U32x8;

    static V twice(V x) noexcept {
        const auto carry = _mm256_and_si256(_mm256_cmpgt_epi8(_mm256_setzero_si256(), x.v), _mm256_set1_epi8(0x1b));
        return {_mm256_xor_si256(_mm256_add_epi8(x.v, x.v), carry)};
    }
    static void substitute(V x, V& one, V& four, V& seven) noexcept {
        /* aesenclast shifts the rows; this order of bytes shifts them back before. */
        const auto back = _mm256_set_epi64x(0x0306090c0f020508, 0x0b0e0104070a0d00, 0x0306090c0f020508, 0x0b0e0104070a0d00);
        const auto shifted = _mm256_shuffle_epi8(x.v, back);
        const auto zero = _mm_setzero_si128();
        const auto low = _mm_aesenclast_si128(_mm256_castsi256_si128(shifted), zero);
        const auto high = _mm_aesenclast_si128(_mm256_extracti128_si256(shifted, 1), zero);
        one = {_mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1)};
        const auto two = twice(one);
        four = twice(two);
        seven = xor3(one, two, four);
    }
    static V scale(V x, int row) noexcept {
        const auto two = twice(x);
        const auto four = twice(two);
        const auto seven = xor3(x, two, four);
        constexpr uint32_t kFours[4] = {0x00ff0000, 0x0000ff00, 0x000000ff, 0xff000000};
        constexpr uint32_t kSevens[4] = {0x0000ff00, 0x000000ff, 0xff000000, 0x00ff0000};
        return choose(V::all(kFours[row]), four, choose(V::all(kSevens[row]), seven, x));
    }
    static V swap_bytes(V x) noexcept {
        constexpr int64_t kLow = 0x0405060700010203;
        constexpr int64_t kHigh = 0x0c0d0e0f08090a0b;
        return {_mm256_shuffle_epi8(x.v, _mm256_set_epi64x(kHigh, kLow, kHigh, kLow))};
    }
};

}  // namespace

void fugue512_many_avx2_aes(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept {
    using Hash = FugueLanes<AesNi>;
    hash_lanes<Hash, Hash>(in, len, stride, count, out);
}

}  // namespace p2ph::ghostrider
