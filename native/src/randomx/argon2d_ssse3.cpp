/* Argon2d with 128-bit vectors. Built with -mssse3; everything here is static. */
#include <immintrin.h>

#include "argon2d_walk.h"
#include "p2ph.h"

namespace p2ph::randomx {

namespace {

constexpr size_t kVectors = kBlockWords / 2;

/* Four words. */
struct Words {
    __m128i low, high;
};

struct Quad {
    Words a, b, c, d;
};

__m128i rotate_right_16(__m128i x) noexcept {
    return _mm_shuffle_epi8(x, _mm_setr_epi8(2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9));
}

__m128i rotate_right_24(__m128i x) noexcept {
    return _mm_shuffle_epi8(x, _mm_setr_epi8(3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10));
}

__m128i add(__m128i a, __m128i b) noexcept {
    const auto product = _mm_mul_epu32(a, b);
    return _mm_add_epi64(_mm_add_epi64(a, b), _mm_add_epi64(product, product));
}

void mix(__m128i& a, __m128i& b, __m128i& c, __m128i& d) noexcept {
    a = add(a, b);
    d = _mm_shuffle_epi32(_mm_xor_si128(d, a), 0xb1);
    c = add(c, d);
    b = rotate_right_24(_mm_xor_si128(b, c));
    a = add(a, b);
    d = rotate_right_16(_mm_xor_si128(d, a));
    c = add(c, d);
    const auto x = _mm_xor_si128(b, c);
    b = _mm_or_si128(_mm_add_epi64(x, x), _mm_srli_epi64(x, 63));
}

void mix(Quad& q) noexcept {
    mix(q.a.low, q.b.low, q.c.low, q.d.low);
    mix(q.a.high, q.b.high, q.c.high, q.d.high);
}

/* Words 0..3 become 1, 2, 3, 0. */
Words turn_left(Words w) noexcept { return {_mm_alignr_epi8(w.high, w.low, 8), _mm_alignr_epi8(w.low, w.high, 8)}; }
Words turn_right(Words w) noexcept { return {_mm_alignr_epi8(w.low, w.high, 8), _mm_alignr_epi8(w.high, w.low, 8)}; }
Words swap_halves(Words w) noexcept { return {w.high, w.low}; }

/* A row or a column of 16 words, in eight vectors that lie so many apart. */
template <size_t apart>
void permute(__m128i* z) noexcept {
    const auto words = [=](size_t i) { return Words{z[2 * i * apart], z[(2 * i + 1) * apart]}; };
    const auto put = [=](size_t i, Words w) {
        z[2 * i * apart] = w.low;
        z[(2 * i + 1) * apart] = w.high;
    };
    Quad q{words(0), words(1), words(2), words(3)};
    mix(q);
    q = {q.a, turn_left(q.b), swap_halves(q.c), turn_right(q.d)};
    mix(q);
    put(0, q.a);
    put(1, turn_right(q.b));
    put(2, swap_halves(q.c));
    put(3, turn_left(q.d));
}

void fill(uint64_t* memory) noexcept {
    walk(memory, [](const uint64_t* previous, const uint64_t* reference, uint64_t* block, bool mix_old, auto first_word) {
        const auto* x = reinterpret_cast<const __m128i*>(previous);
        const auto* y = reinterpret_cast<const __m128i*>(reference);
        auto* out = reinterpret_cast<__m128i*>(block);
        __m128i r[kVectors];
        __m128i z[kVectors];
        for (size_t i = 0; i < kVectors; i++) {
            z[i] = _mm_xor_si128(_mm_load_si128(x + i), _mm_load_si128(y + i));
            r[i] = mix_old ? _mm_xor_si128(z[i], _mm_load_si128(out + i)) : z[i];
        }
        for (size_t row = 0; row < 8; row++) {
            permute<1>(z + 8 * row);
        }
        for (size_t column = 0; column < 8; column++) {
            permute<8>(z + column);
            for (size_t i = column; i < kVectors; i += 8) {
                _mm_store_si128(out + i, _mm_xor_si128(z[i], r[i]));
            }
            if (column == 0) {
                first_word(block[0]);
            }
        }
    });
}

}  // namespace

constexpr Argon2Row kArgon2Ssse3 = {"ssse3", P2PH_CPU_SSSE3, &fill};

}  // namespace p2ph::randomx
