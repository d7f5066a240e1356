/* Hamsi-512 on eight lanes, the expansion by look-ups. Built with -mavx2. */
#include "ghostrider/core/core_rows_x86.h"
#include "ghostrider/core/hamsi512_lanes.h"
#include "ghostrider/core/word_lanes_avx2.h"

namespace p2ph::ghostrider {
namespace {

struct Avx2 {
    using V = U32x8;

    /* From the words of a message in each vector to the messages of a word in each. */
    static void transpose(const __m256i rows[8], V words[8]) noexcept {
        __m256i pairs[8];
        __m256i fours[8];
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) {
            pairs[2 * i] = _mm256_unpacklo_epi32(rows[2 * i], rows[2 * i + 1]);
            pairs[2 * i + 1] = _mm256_unpackhi_epi32(rows[2 * i], rows[2 * i + 1]);
        }
#pragma GCC unroll 2
        for (int i = 0; i < 8; i += 4) {
            fours[i] = _mm256_unpacklo_epi64(pairs[i], pairs[i + 2]);
            fours[i + 1] = _mm256_unpackhi_epi64(pairs[i], pairs[i + 2]);
            fours[i + 2] = _mm256_unpacklo_epi64(pairs[i + 1], pairs[i + 3]);
            fours[i + 3] = _mm256_unpackhi_epi64(pairs[i + 1], pairs[i + 3]);
        }
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) {
            words[i] = {_mm256_permute2x128_si256(fours[i], fours[i + 4], 0x20)};
            words[i + 4] = {_mm256_permute2x128_si256(fours[i], fours[i + 4], 0x31)};
        }
    }

    static void expand(const LaneMessages<8>& messages, size_t t, V m[16]) noexcept {
        __m256i low[8];
        __m256i high[8];
        for (size_t lane = 0; lane < 8; lane++) {
            auto block = uint64_t{messages.word[2 * t + 1][lane]} << 32 | messages.word[2 * t][lane];
            auto a = _mm256_setzero_si256();
            auto b = a;
#pragma GCC unroll 16
            for (size_t half = 0; half < 16; half++) {
                const auto* row = reinterpret_cast<const __m256i*>(kHamsiHalfBytes.of[half][block & 15]);
                a = _mm256_xor_si256(a, _mm256_load_si256(row));
                b = _mm256_xor_si256(b, _mm256_load_si256(row + 1));
                block >>= 4;
            }
            low[lane] = a;
            high[lane] = b;
        }
        transpose(low, m);
        transpose(high, m + 8);
    }

    static void substitute(V& a, V& b, V& c, V& d) noexcept {
        const V ones = V::all(0xffffffff);
        V t = a;
        a = (a & c) ^ d;
        c = c ^ b ^ a;
        d = (d | t) ^ b;
        t = t ^ c;
        b = d;
        d = (d | t) ^ a;
        a = a & b;
        t = t ^ a;
        b = b ^ d ^ t;
        a = c;
        c = b;
        b = d;
        d = t ^ ones;
    }

    static V swap_bytes(V x) noexcept {
        return {_mm256_shuffle_epi8(x.v, _mm256_broadcastsi128_si256(_mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203)))};
    }
};

}  // namespace

void hamsi512_many_avx2(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept {
    using Hash = HamsiLanes<Avx2>;
    hash_lanes<Hash, Hash>(in, len, stride, count, out);
}

}  // namespace p2ph::ghostrider
