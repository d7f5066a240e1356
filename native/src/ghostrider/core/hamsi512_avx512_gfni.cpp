/* Hamsi-512 on sixteen lanes, the expansion by GFNI. Built with -mavx512f -mavx512bw -mavx512vl -mgfni. */
#include "ghostrider/core/core_rows_x86.h"
#include "ghostrider/core/hamsi512_lanes.h"
#include "ghostrider/core/word_lanes_avx512.h"

namespace p2ph::ghostrider {
namespace {

/* The expansion as matrices of 8 by 8 bits: from byte u of a block to byte p of word i, twice in lane p of 128 bits of vector u. */
struct alignas(64) Matrices {
    uint64_t of[16][8][8];
};
constexpr Matrices kMatrices = [] {
    Matrices matrices{};
    for (size_t i = 0; i < 16; i++) {
        for (size_t u = 0; u < 8; u++) {
            for (size_t p = 0; p < 4; p++) {
                uint64_t matrix = 0;
                for (size_t b = 0; b < 8; b++) {
                    const auto column = kHamsiExpansion[8 * u + b][i] >> (8 * p);
                    for (size_t bit = 0; bit < 8; bit++) {
                        matrix |= uint64_t{column >> bit & 1} << (8 * (7 - bit) + b);
                    }
                }
                matrices.of[i][u][2 * p] = matrices.of[i][u][2 * p + 1] = matrix;
            }
        }
    }
    return matrices;
}();

struct Gfni {
    using V = U32x16;

    /* Between words in lanes and planes: in a plane the same byte of sixteen words lies in 128 bits. */
    static __m512i byte_transposed(__m512i x) noexcept {
        return _mm512_shuffle_epi8(x, _mm512_broadcast_i32x4(_mm_set_epi64x(0x0f0b07030e0a0602, 0x0d0905010c080400)));
    }
    static __m512i word_transposed(__m512i x) noexcept {
        return _mm512_permutexvar_epi32(_mm512_set_epi32(15, 11, 7, 3, 14, 10, 6, 2, 13, 9, 5, 1, 12, 8, 4, 0), x);
    }

    static void expand(const LaneMessages<16>& messages, size_t t, V m[16]) noexcept {
        __m512i bytes[8];
        for (size_t half = 0; half < 2; half++) {
            const auto planes = word_transposed(byte_transposed(_mm512_loadu_si512(messages.word[2 * t + half])));
            bytes[4 * half] = _mm512_shuffle_i32x4(planes, planes, 0x00);
            bytes[4 * half + 1] = _mm512_shuffle_i32x4(planes, planes, 0x55);
            bytes[4 * half + 2] = _mm512_shuffle_i32x4(planes, planes, 0xaa);
            bytes[4 * half + 3] = _mm512_shuffle_i32x4(planes, planes, 0xff);
        }
        for (size_t i = 0; i < 16; i++) {
            const auto* matrices = kMatrices.of[i];
            __m512i product[8];
#pragma GCC unroll 8
            for (size_t u = 0; u < 8; u++) {
                product[u] = _mm512_gf2p8affine_epi64_epi8(bytes[u], _mm512_load_si512(matrices[u]), 0);
            }
            const V first = xor3<V>({product[0]}, {product[1]}, {product[2]});
            const V second = xor3<V>({product[3]}, {product[4]}, {product[5]});
            const V third = {_mm512_xor_si512(product[6], product[7])};
            m[i] = {byte_transposed(word_transposed(xor3(first, second, third).v))};
        }
    }

    /* Seven functions of three bits, found by search. */
    static void substitute(V& a, V& b, V& c, V& d) noexcept {
        const V p = ternary<0x16>(a, b, c);
        const V q = ternary<0x6a>(a, c, d);
        const V r = ternary<0x36>(a, b, d);
        d = ternary<0x95>(b, d, p);
        a = ternary<0x96>(b, c, q);
        b = ternary<0x63>(d, q, r);
        c = ternary<0x6c>(p, q, r);
    }

    static V swap_bytes(V x) noexcept {
        return {_mm512_shuffle_epi8(x.v, _mm512_broadcast_i32x4(_mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203)))};
    }
};

}  // namespace

void hamsi512_many_avx512_gfni(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept {
    using Hash = HamsiLanes<Gfni>;
    hash_lanes<Hash, Hash>(in, len, stride, count, out);
}

}  // namespace p2ph::ghostrider
