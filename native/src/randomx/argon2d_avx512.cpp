/* Argon2d with 512-bit vectors: a whole block is in sixteen registers. Built with -mavx512f; everything here is static. */
#include <immintrin.h>

#include "argon2d_walk.h"
#include "p2ph.h"

namespace p2ph::randomx {

namespace {

constexpr size_t kVectors = kBlockWords / 8;

struct Quad {
    __m512i a, b, c, d;
};

__m512i add(__m512i a, __m512i b) noexcept {
    const auto product = _mm512_mul_epu32(a, b);
    return _mm512_add_epi64(_mm512_add_epi64(a, b), _mm512_add_epi64(product, product));
}

void mix(Quad& q) noexcept {
    q.a = add(q.a, q.b);
    q.d = _mm512_ror_epi64(_mm512_xor_si512(q.d, q.a), 32);
    q.c = add(q.c, q.d);
    q.b = _mm512_ror_epi64(_mm512_xor_si512(q.b, q.c), 24);
    q.a = add(q.a, q.b);
    q.d = _mm512_ror_epi64(_mm512_xor_si512(q.d, q.a), 16);
    q.c = add(q.c, q.d);
    q.b = _mm512_ror_epi64(_mm512_xor_si512(q.b, q.c), 63);
}

/* Two rows, each in two vectors: halves are regrouped so that a vector has one quarter of both. */
void permute_rows(__m512i& u0, __m512i& u1, __m512i& v0, __m512i& v1) noexcept {
    Quad q{_mm512_shuffle_i64x2(u0, v0, 0x44), _mm512_shuffle_i64x2(u0, v0, 0xee), _mm512_shuffle_i64x2(u1, v1, 0x44),
           _mm512_shuffle_i64x2(u1, v1, 0xee)};
    mix(q);
    q.b = _mm512_permutex_epi64(q.b, 0x39);
    q.c = _mm512_permutex_epi64(q.c, 0x4e);
    q.d = _mm512_permutex_epi64(q.d, 0x93);
    mix(q);
    q.b = _mm512_permutex_epi64(q.b, 0x93);
    q.c = _mm512_permutex_epi64(q.c, 0x4e);
    q.d = _mm512_permutex_epi64(q.d, 0x39);
    u0 = _mm512_shuffle_i64x2(q.a, q.b, 0x44);
    v0 = _mm512_shuffle_i64x2(q.a, q.b, 0xee);
    u1 = _mm512_shuffle_i64x2(q.c, q.d, 0x44);
    v1 = _mm512_shuffle_i64x2(q.c, q.d, 0xee);
}

/* (upper of x, lower of y) in each 128 bits. */
__m512i straddle(__m512i x, __m512i y) noexcept {
    return _mm512_castpd_si512(_mm512_shuffle_pd(_mm512_castsi512_pd(x), _mm512_castsi512_pd(y), 0x55));
}

/* Four columns at once; see argon2d_avx2.cpp. z: every second vector of a block. */
void permute_columns(__m512i* z) noexcept {
    Quad even{z[0], z[4], z[8], z[12]};
    Quad odd{z[2], z[6], z[10], z[14]};
    mix(even);
    mix(odd);
    Quad p{even.a, straddle(even.b, odd.b), odd.c, straddle(odd.d, even.d)};
    Quad q{odd.a, straddle(odd.b, even.b), even.c, straddle(even.d, odd.d)};
    mix(p);
    mix(q);
    z[0] = p.a;
    z[2] = q.a;
    z[4] = straddle(q.b, p.b);
    z[6] = straddle(p.b, q.b);
    z[8] = q.c;
    z[10] = p.c;
    z[12] = straddle(p.d, q.d);
    z[14] = straddle(q.d, p.d);
}

void fill(uint64_t* memory) noexcept {
    walk(memory, [](const uint64_t* previous, const uint64_t* reference, uint64_t* block, bool mix_old, auto first_word) {
        __m512i r[kVectors];
        __m512i z[kVectors];
        for (size_t i = 0; i < kVectors; i++) {
            z[i] = _mm512_xor_si512(_mm512_load_si512(previous + 8 * i), _mm512_load_si512(reference + 8 * i));
            r[i] = mix_old ? _mm512_xor_si512(z[i], _mm512_load_si512(block + 8 * i)) : z[i];
        }
        for (size_t row = 0; row < kVectors; row += 4) {
            permute_rows(z[row], z[row + 1], z[row + 2], z[row + 3]);
        }
        for (size_t half = 0; half < 2; half++) {
            permute_columns(z + half);
            for (size_t i = half; i < kVectors; i += 2) {
                _mm512_store_si512(block + 8 * i, _mm512_xor_si512(z[i], r[i]));
            }
            if (half == 0) {
                first_word(block[0]);
            }
        }
    });
}

}  // namespace

constexpr Argon2Row kArgon2Avx512 = {"avx512", P2PH_CPU_AVX512F, &fill};

}  // namespace p2ph::randomx
