#pragma once

/* SIMD-512, one message in each lane: the transform modulo 257 in lanes of 16 bits, the steps in lanes of 32.
 * Vectors is what differs by instruction set: V, words of 32 bits, and H, as many or twice as many of 16 bits, kLanes the number of the latter;
 * Words, what the steps need of it: V and majority; bytes(words, shift), a byte of the words of all lanes; pair(low, high, factor), a word of a
 * row from two values of the transform. */

#include "ghostrider/core/simd512_constants.h"
#include "ghostrider/core/word_lanes.h"

namespace p2ph::ghostrider {
namespace {

/* The words of the last block's rows, which depends on the length alone. */
struct SimdLastRows {
    uint32_t step[32][8];
};

constexpr SimdLastRows simd_last_rows(uint32_t bits) noexcept {
    int32_t y[256] = {};
    for (size_t i = 0; i < 256; i++) {
        auto value = simd_constant(i, true);
        for (size_t j = 0; j < 4; j++) {
            value += static_cast<int32_t>(bits >> (8 * j) & 255) * kSimdPowers[i * j % 256];
        }
        value %= 257;
        y[i] = value > 128 ? value - 257 : value;
    }
    SimdLastRows rows{};
    for (size_t k = 0; k < 32; k++) {
        const auto group = simd_row(k);
        for (size_t j = 0; j < 8; j++) {
            rows.step[k][j] = (static_cast<uint32_t>(y[group.low + 2 * j] * group.factor) & 0xffff) |
                              static_cast<uint32_t>(y[group.high + 2 * j] * group.factor) << 16;
        }
    }
    return rows;
}

constexpr SimdLastRows kSimdLastRows64 = simd_last_rows(8 * 64);
constexpr SimdLastRows kSimdLastRows80 = simd_last_rows(8 * 80);

struct SimdRows {
    SimdRow of[32];
};
constexpr SimdRows kSimdRows = [] {
    SimdRows rows{};
    for (size_t k = 0; k < 32; k++) {
        rows.of[k] = simd_row(k);
    }
    return rows;
}();

/* A power of 41, nearest to 0, with what gives the quotient by 257 in a rounding multiplication. */
struct SimdTwiddle {
    int16_t factor;
    int16_t quotient;
};
struct SimdTwiddles {
    SimdTwiddle of[256];
};
constexpr SimdTwiddles kSimdTwiddles = [] {
    SimdTwiddles twiddles{};
    for (size_t i = 0; i < 256; i++) {
        const auto power = kSimdPowers[i] > 128 ? kSimdPowers[i] - 257 : kSimdPowers[i];
        const auto doubled = 2 * 32768 * power / 257; /* towards 0, so the half that rounds has its sign */
        twiddles.of[i] = {static_cast<int16_t>(power), static_cast<int16_t>((doubled + (power < 0 ? -1 : 1)) / 2)};
    }
    return twiddles;
}();

struct SimdBytes {
    uint8_t of[256];
};
constexpr SimdBytes kSimdReversed = [] {
    SimdBytes reversed{};
    for (size_t i = 0; i < 256; i++) {
        reversed.of[i] = static_cast<uint8_t>(simd_reverse_bits(i));
    }
    return reversed;
}();
struct SimdConstants {
    int16_t of[256];
};
constexpr SimdConstants kSimdConstants = [] {
    SimdConstants constants{};
    for (size_t i = 0; i < 256; i++) {
        const auto value = simd_constant(i, false);
        constants.of[i] = static_cast<int16_t>(value > 128 ? value - 257 : value);
    }
    return constants;
}();

/* The steps are apart from the transform: one copy of them for each vector of words. Vectors gives V and majority. */
template <typename Vectors>
struct SimdSteps {
    using V = typename Vectors::V;

    /* state: the chaining value with the message added; chain: without. */
    static void compress(V state[32], const V chain[32], const V rows[32][8]) noexcept {
        V s[4][8];
#pragma GCC unroll 32
        for (size_t i = 0; i < 32; i++) {
            s[i / 8][i % 8] = state[i];
        }
        round<0>(s, rows);
        round<8>(s, rows);
        round<16>(s, rows);
        round<24>(s, rows);
        /* Four more steps feed the old chaining value forward. */
        step<32>(s, chain);
        step<33>(s, chain + 8);
        step<34>(s, chain + 16);
        step<35>(s, chain + 24);
#pragma GCC unroll 32
        for (size_t i = 0; i < 32; i++) {
            state[i] = s[i / 8][i % 8];
        }
    }

   private:
    /* A, B, C and D are in s[0], s[1], s[2] and s[3] before step 0, and each moves down by one with every step: the new A takes the place of D. */
    template <size_t k>
    static inline void step(V s[4][8], const V row[8]) noexcept {
        constexpr int kTurnA = kSimdTurns[k < 32 ? k / 8 : 3][k % 4];
        constexpr int kTurnD = kSimdTurns[k < 32 ? k / 8 : 3][(k + 1) % 4];
        constexpr size_t kSwap = kSimdSwaps[k % 7];
        V* a = s[(36 - k) % 4];
        const V* b = s[(37 - k) % 4];
        const V* c = s[(38 - k) % 4];
        V* d = s[(39 - k) % 4];
#pragma GCC unroll 8
        for (size_t n = 0; n < 8; n++) {
            const V mixed = k < 32 && k % 8 >= 4 ? Vectors::majority(a[n], b[n], c[n]) : choose(a[n], b[n], c[n]);
            d[n] = rotl<kTurnD>(d[n] + row[n] + mixed);
            a[n] = rotl<kTurnA>(a[n]);
        }
#pragma GCC unroll 8
        for (size_t n = 0; n < 8; n++) {
            d[n] = d[n] + a[n ^ kSwap];
        }
    }

    template <size_t k>
    static inline void round(V s[4][8], const V rows[32][8]) noexcept {
        step<k>(s, rows[k]);
        step<k + 1>(s, rows[k + 1]);
        step<k + 2>(s, rows[k + 2]);
        step<k + 3>(s, rows[k + 3]);
        step<k + 4>(s, rows[k + 4]);
        step<k + 5>(s, rows[k + 5]);
        step<k + 6>(s, rows[k + 6]);
        step<k + 7>(s, rows[k + 7]);
    }
};

template <typename Vectors>
struct SimdLanes {
    using V = typename Vectors::V;
    using H = typename Vectors::H;
    static constexpr size_t kLanes = Vectors::kLanes;

    static void hash(const LaneMessages<kLanes>& messages, size_t len, LaneDigests<kLanes>& digests) noexcept {
        alignas(64) int16_t values[256][kLanes];
        transform(messages, len, values);
        for (size_t first = 0; first < kLanes; first += V::kLanes) {
            V state[32];
            V chain[32];
            for (size_t i = 0; i < 32; i++) {
                state[i] = chain[i] = V::all(kSimdInitial[i]);
            }
            for (size_t i = 0; i < len / 4; i++) {
                state[i] = state[i] ^ V::load(messages.word[i] + first);
            }
            V rows[32][8];
            for (size_t k = 0; k < 32; k++) {
                const auto& row = kSimdRows.of[k];
                for (size_t j = 0; j < 8; j++) {
                    rows[k][j] = Vectors::pair(values[row.low + 2 * j] + first, values[row.high + 2 * j] + first, row.factor);
                }
            }
            SimdSteps<typename Vectors::Words>::compress(state, chain, rows);

            for (size_t i = 0; i < 32; i++) {
                chain[i] = state[i];
            }
            state[0] = state[0] ^ V::all(static_cast<uint32_t>(8 * len));
            const auto& last = len == 64 ? kSimdLastRows64 : kSimdLastRows80;
            for (size_t k = 0; k < 32; k++) {
                for (size_t j = 0; j < 8; j++) {
                    rows[k][j] = V::all(last.step[k][j]);
                }
            }
            SimdSteps<typename Vectors::Words>::compress(state, chain, rows);
            for (size_t i = 0; i < 16; i++) {
                state[i].store(digests.word[i] + first);
            }
        }
    }

   private:
    /* x times the twiddle modulo 257, nearest to 0 within the error of the quotient: below 257 for any x of 16 bits. */
    static H times(H x, SimdTwiddle twiddle) noexcept {
        const H quotient = multiply_rounding(x, H::all(twiddle.quotient));
        return subtract(multiply(x, H::all(twiddle.factor)), multiply(quotient, H::all(257)));
    }

    /* From bytes to the values -128..128 that rows are made of. No sum leaves 16 bits: none has more than 128 terms of at most 255. */
    static void transform(const LaneMessages<kLanes>& messages, size_t len, int16_t (*values)[kLanes]) noexcept {
        alignas(64) int16_t x[256][kLanes];
        const auto& w = kSimdTwiddles.of;
        if (len == 64) {
            /* Three quarters of the points are 0: two layers of multiplications alone. */
            for (size_t i = 0; i < 64; i++) {
                const H byte = Vectors::bytes(messages.word[i / 4], static_cast<int>(8 * (i % 4)));
                byte.store(x[i]);
                times(byte, w[2 * i]).store(x[64 + i]);
                times(byte, w[i]).store(x[128 + i]);
                times(byte, w[3 * i]).store(x[192 + i]);
            }
        } else {
            for (size_t i = 0; i < 128; i++) {
                const H byte = i < len ? Vectors::bytes(messages.word[i / 4], static_cast<int>(8 * (i % 4))) : H::all(0);
                byte.store(x[i]);
                times(byte, w[i]).store(x[128 + i]);
            }
            for (size_t start = 0; start < 256; start += 128) {
                for (size_t i = start; i < start + 64; i++) {
                    const H a = H::load(x[i]);
                    const H b = H::load(x[i + 64]);
                    add(a, b).store(x[i]);
                    times(subtract(a, b), w[2 * (i - start)]).store(x[i + 64]);
                }
            }
        }
        two_layers<32>(x);
        two_layers<8>(x);

        /* The last two layers, whose twiddles are 1 and 16, then the constants and the reduction. */
        for (size_t start = 0; start < 256; start += 4) {
            const H a = H::load(x[start]);
            const H b = H::load(x[start + 1]);
            const H c = H::load(x[start + 2]);
            const H d = H::load(x[start + 3]);
            const H e = add(a, c);
            const H f = add(b, d);
            const H g = subtract(a, c);
            const H h = times(subtract(b, d), w[64]);
            finish(add(e, f), start, values);
            finish(subtract(e, f), start + 1, values);
            finish(add(g, h), start + 2, values);
            finish(subtract(g, h), start + 3, values);
        }
    }

    static void finish(H x, size_t place, int16_t (*values)[kLanes]) noexcept {
        const auto i = kSimdReversed.of[place];
        const H value = add(x, H::all(kSimdConstants.of[i]));
        /* 256 is -1 */
        const H folded = subtract(low_byte(value), high_byte(value));
        subtract_where_greater(folded, H::all(128), H::all(257)).store(values[i]);
    }

    /* The layers of butterflies whose halves have kHalf and kHalf / 2 points. */
    template <size_t kHalf>
    static void two_layers(int16_t (*x)[kLanes]) noexcept {
        constexpr size_t kQuarter = kHalf / 2;
        constexpr size_t kStep = 128 / kHalf;
        const auto& w = kSimdTwiddles.of;
        for (size_t i = 0; i < kQuarter; i++) {
            const auto w1 = w[kStep * i];
            const auto w2 = w[kStep * (i + kQuarter)];
            const auto w3 = w[2 * kStep * i];
            for (size_t start = i; start < 256; start += 2 * kHalf) {
                const H a = H::load(x[start]);
                const H b = H::load(x[start + kQuarter]);
                const H c = H::load(x[start + 2 * kQuarter]);
                const H d = H::load(x[start + 3 * kQuarter]);
                const H e = add(a, c);
                const H f = add(b, d);
                const H g = times(subtract(a, c), w1);
                const H h = times(subtract(b, d), w2);
                add(e, f).store(x[start]);
                times(subtract(e, f), w3).store(x[start + kQuarter]);
                add(g, h).store(x[start + 2 * kQuarter]);
                times(subtract(g, h), w3).store(x[start + 3 * kQuarter]);
            }
        }
    }
};

}  // namespace
}  // namespace p2ph::ghostrider
