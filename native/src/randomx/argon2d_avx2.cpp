/* Argon2d with 256-bit vectors. Built with -mavx2; everything here is static. */
#include <immintrin.h>

#include "argon2d_walk.h"
#include "p2ph.h"

namespace p2ph::randomx {

namespace {

constexpr size_t kVectors = kBlockWords / 4;

struct Quad {
    __m256i a, b, c, d;
};

__m256i rotate_right_16(__m256i x) noexcept {
    const auto order =
        _mm256_setr_epi8(2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9, 2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9);
    return _mm256_shuffle_epi8(x, order);
}

__m256i rotate_right_24(__m256i x) noexcept {
    const auto order =
        _mm256_setr_epi8(3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10, 3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10);
    return _mm256_shuffle_epi8(x, order);
}

__m256i add(__m256i a, __m256i b) noexcept {
    const auto product = _mm256_mul_epu32(a, b);
    return _mm256_add_epi64(_mm256_add_epi64(a, b), _mm256_add_epi64(product, product));
}

void mix(Quad& q) noexcept {
    q.a = add(q.a, q.b);
    q.d = _mm256_shuffle_epi32(_mm256_xor_si256(q.d, q.a), 0xb1);
    q.c = add(q.c, q.d);
    q.b = rotate_right_24(_mm256_xor_si256(q.b, q.c));
    q.a = add(q.a, q.b);
    q.d = rotate_right_16(_mm256_xor_si256(q.d, q.a));
    q.c = add(q.c, q.d);
    const auto x = _mm256_xor_si256(q.b, q.c);
    q.b = _mm256_or_si256(_mm256_add_epi64(x, x), _mm256_srli_epi64(x, 63));
}

/* One row in four vectors: the diagonals by turning words round within each. */
void permute_row(__m256i* z) noexcept {
    Quad q{z[0], z[1], z[2], z[3]};
    mix(q);
    q.b = _mm256_permute4x64_epi64(q.b, 0x39);
    q.c = _mm256_permute4x64_epi64(q.c, 0x4e);
    q.d = _mm256_permute4x64_epi64(q.d, 0x93);
    mix(q);
    z[0] = q.a;
    z[1] = _mm256_permute4x64_epi64(q.b, 0x93);
    z[2] = _mm256_permute4x64_epi64(q.c, 0x4e);
    z[3] = _mm256_permute4x64_epi64(q.d, 0x39);
}

/* (upper of x, lower of y) in each 128 bits. */
__m256i straddle(__m256i x, __m256i y) noexcept { return _mm256_alignr_epi8(y, x, 8); }

/* Two columns at once. A column has a pair of words in each row, so eight vectors hold both as they lie: even rows have words 0, 1 of a
 * quarter, odd rows words 2, 3, and a diagonal is a pair that straddles two vectors. */
void permute_columns(__m256i* z) noexcept {
    Quad even{z[0], z[8], z[16], z[24]};
    Quad odd{z[4], z[12], z[20], z[28]};
    mix(even);
    mix(odd);
    Quad p{even.a, straddle(even.b, odd.b), odd.c, straddle(odd.d, even.d)};
    Quad q{odd.a, straddle(odd.b, even.b), even.c, straddle(even.d, odd.d)};
    mix(p);
    mix(q);
    z[0] = p.a;
    z[4] = q.a;
    z[8] = straddle(q.b, p.b);
    z[12] = straddle(p.b, q.b);
    z[16] = q.c;
    z[20] = p.c;
    z[24] = straddle(p.d, q.d);
    z[28] = straddle(q.d, p.d);
}

void fill(uint64_t* memory) noexcept {
    walk(memory, [](const uint64_t* previous, const uint64_t* reference, uint64_t* block, bool mix_old, auto first_word) {
        const auto* x = reinterpret_cast<const __m256i*>(previous);
        const auto* y = reinterpret_cast<const __m256i*>(reference);
        auto* out = reinterpret_cast<__m256i*>(block);
        __m256i r[kVectors];
        __m256i z[kVectors];
        for (size_t i = 0; i < kVectors; i++) {
            z[i] = _mm256_xor_si256(_mm256_load_si256(x + i), _mm256_load_si256(y + i));
            r[i] = mix_old ? _mm256_xor_si256(z[i], _mm256_load_si256(out + i)) : z[i];
        }
        for (size_t row = 0; row < 8; row++) {
            permute_row(z + 4 * row);
        }
        for (size_t pair = 0; pair < 4; pair++) {
            permute_columns(z + pair);
            for (size_t i = pair; i < kVectors; i += 4) {
                _mm256_store_si256(out + i, _mm256_xor_si256(z[i], r[i]));
            }
            if (pair == 0) {
                first_word(block[0]);
            }
        }
    });
}

}  // namespace

constexpr Argon2Row kArgon2Avx2 = {"avx2", P2PH_CPU_AVX2, &fill};

}  // namespace p2ph::randomx
