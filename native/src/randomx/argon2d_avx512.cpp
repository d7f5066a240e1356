/* Argon2d with 512-bit vectors: a whole block is in sixteen registers. Built with -mavx512f -O3, which unrolls the loops over quads that
 * hold it there; everything here is static. */
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

template <int d_bits, int b_bits, size_t count>
void mix_half(Quad (&quads)[count]) noexcept {
    for (auto& q : quads) {
        q.a = add(q.a, q.b);
    }
    for (auto& q : quads) {
        q.d = _mm512_ror_epi64(_mm512_xor_si512(q.d, q.a), d_bits);
    }
    for (auto& q : quads) {
        q.c = add(q.c, q.d);
    }
    for (auto& q : quads) {
        q.b = _mm512_ror_epi64(_mm512_xor_si512(q.b, q.c), b_bits);
    }
}

/* Several at once, step by step: one alone is a chain of dependent operations. */
template <size_t count>
void mix(Quad (&quads)[count]) noexcept {
    mix_half<32, 24>(quads);
    mix_half<16, 63>(quads);
}

/* All rows, two to a quad: a row lies in two vectors, and halves are regrouped so that a vector has one quarter of both rows. */
void permute_rows(__m512i* z) noexcept {
    Quad quads[4];
    for (auto& q : quads) {
        auto* const v = z + 4 * (&q - quads);
        q = {_mm512_shuffle_i64x2(v[0], v[2], 0x44), _mm512_shuffle_i64x2(v[0], v[2], 0xee), _mm512_shuffle_i64x2(v[1], v[3], 0x44),
             _mm512_shuffle_i64x2(v[1], v[3], 0xee)};
    }
    mix(quads);
    for (auto& q : quads) {
        q.b = _mm512_permutex_epi64(q.b, 0x39);
        q.c = _mm512_permutex_epi64(q.c, 0x4e);
        q.d = _mm512_permutex_epi64(q.d, 0x93);
    }
    mix(quads);
    for (auto& q : quads) {
        auto* const v = z + 4 * (&q - quads);
        q.b = _mm512_permutex_epi64(q.b, 0x93);
        q.c = _mm512_permutex_epi64(q.c, 0x4e);
        q.d = _mm512_permutex_epi64(q.d, 0x39);
        v[0] = _mm512_shuffle_i64x2(q.a, q.b, 0x44);
        v[2] = _mm512_shuffle_i64x2(q.a, q.b, 0xee);
        v[1] = _mm512_shuffle_i64x2(q.c, q.d, 0x44);
        v[3] = _mm512_shuffle_i64x2(q.c, q.d, 0xee);
    }
}

/* (upper of x, lower of y) in each 128 bits. */
__m512i straddle(__m512i x, __m512i y) noexcept {
    return _mm512_castpd_si512(_mm512_shuffle_pd(_mm512_castsi512_pd(x), _mm512_castsi512_pd(y), 0x55));
}

/* Four columns at once; see argon2d_avx2.cpp. v: every second vector of a block. Only two quads, though four would fill the ports better:
 * the address of the next reference block hangs on the first half, and waiting for that block costs more than these instructions. */
void permute_columns(__m512i* v) noexcept {
    Quad quads[2] = {{v[0], v[4], v[8], v[12]}, {v[2], v[6], v[10], v[14]}};
    mix(quads);
    const auto even = quads[0];
    const auto odd = quads[1];
    quads[0] = {even.a, straddle(even.b, odd.b), odd.c, straddle(odd.d, even.d)};
    quads[1] = {odd.a, straddle(odd.b, even.b), even.c, straddle(even.d, odd.d)};
    mix(quads);
    const auto& p = quads[0];
    const auto& q = quads[1];
    v[0] = p.a;
    v[2] = q.a;
    v[4] = straddle(q.b, p.b);
    v[6] = straddle(p.b, q.b);
    v[8] = q.c;
    v[10] = p.c;
    v[12] = straddle(p.d, q.d);
    v[14] = straddle(q.d, p.d);
}

void fill(uint64_t* memory) noexcept {
    walk(memory, [](const uint64_t* previous, const uint64_t* reference, uint64_t* block, bool mix_old, auto first_word) {
        __m512i r[kVectors];
        __m512i z[kVectors];
        for (size_t i = 0; i < kVectors; i++) {
            z[i] = _mm512_xor_si512(_mm512_load_si512(previous + 8 * i), _mm512_load_si512(reference + 8 * i));
            r[i] = mix_old ? _mm512_xor_si512(z[i], _mm512_load_si512(block + 8 * i)) : z[i];
        }
        permute_rows(z);
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
