#pragma once

/* Whirlpool, the same row of several messages in one vector: eight with AVX-512 and GFNI, four with AVX2, by the flags of the file that includes
 * this. Only files made for one part of x86-64 do. All of it has internal linkage, as in lanes.h. */

#include <immintrin.h>

#include <cstring>

#include "ghostrider/core/gfni_matrix.h"
#include "ghostrider/core/whirlpool_constants.h"

namespace p2ph::ghostrider {
namespace {

/* The substitutions of four bits, for shuffles; E once more for the upper half of a byte. */
struct WhirlpoolNibbles {
    uint8_t e[16];
    uint8_t e_high[16];
    uint8_t inverse[16];
    uint8_t r[16];
};
constexpr WhirlpoolNibbles kWhirlpoolNibbles = [] {
    WhirlpoolNibbles nibbles{};
    for (size_t x = 0; x < 16; x++) {
        nibbles.e[x] = kWhirlpoolE[x];
        nibbles.e_high[x] = static_cast<uint8_t>(kWhirlpoolE[x] << 4);
        nibbles.inverse[x] = kWhirlpoolInverse[x];
        nibbles.r[x] = kWhirlpoolR[x];
    }
    return nibbles;
}();

/* The first row of the constant of each round of the key schedule. */
struct WhirlpoolConstants {
    uint64_t round[kWhirlpoolRounds];
};
constexpr WhirlpoolConstants kWhirlpoolConstants = [] {
    WhirlpoolConstants constants{};
    for (size_t r = 0; r < kWhirlpoolRounds; r++) {
        for (size_t column = 0; column < 8; column++) {
            constants.round[r] |= uint64_t{kWhirlpoolSbox[8 * r + column]} << (8 * column);
        }
    }
    return constants;
}();

#if defined(__AVX512F__)

using Rows = __m512i;

inline Rows load_rows(const void* rows) noexcept { return _mm512_loadu_si512(rows); }
inline void store_rows(void* to, Rows x) noexcept { _mm512_storeu_si512(to, x); }
inline Rows every_row(uint64_t row) noexcept { return _mm512_set1_epi64(static_cast<int64_t>(row)); }
inline Rows every_lookup(const uint8_t* table) noexcept {
    return _mm512_broadcast_i32x4(_mm_loadu_si128(reinterpret_cast<const __m128i*>(table)));
}
inline Rows exor(Rows a, Rows b) noexcept { return _mm512_xor_si512(a, b); }
inline Rows exor(Rows a, Rows b, Rows c) noexcept { return _mm512_ternarylogic_epi64(a, b, c, 0x96); }
inline Rows both(Rows a, Rows b) noexcept { return _mm512_and_si512(a, b); }
inline Rows choose(Rows mask, Rows a, Rows b) noexcept { return _mm512_ternarylogic_epi64(mask, a, b, 0xca); }
inline Rows look_up(Rows table, Rows nibbles) noexcept { return _mm512_shuffle_epi8(table, nibbles); }
inline Rows upper_nibbles(Rows x) noexcept { return _mm512_srli_epi64(x, 4); }
inline Rows twice(Rows x) noexcept {
    return _mm512_gf2p8affine_epi64_epi8(x, every_row(gfni_matrix([](uint8_t a) { return whirlpool_twice(a); })), 0);
}
template <int kColumns>
inline Rows turn(Rows x) noexcept {
    return _mm512_rol_epi64(x, 8 * kColumns);
}

#else

using Rows = __m256i;

inline Rows load_rows(const void* rows) noexcept { return _mm256_loadu_si256(static_cast<const __m256i*>(rows)); }
inline void store_rows(void* to, Rows x) noexcept { _mm256_storeu_si256(static_cast<__m256i*>(to), x); }
inline Rows every_row(uint64_t row) noexcept { return _mm256_set1_epi64x(static_cast<int64_t>(row)); }
inline Rows every_lookup(const uint8_t* table) noexcept {
    return _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(table)));
}
inline Rows exor(Rows a, Rows b) noexcept { return _mm256_xor_si256(a, b); }
inline Rows exor(Rows a, Rows b, Rows c) noexcept { return exor(exor(a, b), c); }
inline Rows both(Rows a, Rows b) noexcept { return _mm256_and_si256(a, b); }
inline Rows choose(Rows mask, Rows a, Rows b) noexcept { return _mm256_blendv_epi8(b, a, mask); }
inline Rows look_up(Rows table, Rows nibbles) noexcept { return _mm256_shuffle_epi8(table, nibbles); }
inline Rows upper_nibbles(Rows x) noexcept { return _mm256_srli_epi64(x, 4); }
inline Rows twice(Rows x) noexcept {
    const auto carry = both(_mm256_cmpgt_epi8(_mm256_setzero_si256(), x), _mm256_set1_epi8(0x1d));
    return exor(_mm256_add_epi8(x, x), carry);
}
template <int kColumns>
inline Rows turn(Rows x) noexcept {
    constexpr uint64_t kOrder = 0x0706050403020100;
    constexpr uint64_t kTurned = kOrder << (8 * kColumns) | kOrder >> (64 - 8 * kColumns);
    constexpr uint64_t kEights = 0x0808080808080808;
    return _mm256_shuffle_epi8(
        x, _mm256_broadcastsi128_si256(_mm_set_epi64x(static_cast<int64_t>(kTurned + kEights), static_cast<int64_t>(kTurned))));
}

#endif

constexpr size_t kRowLanes = sizeof(Rows) / 8;

inline Rows whirlpool_substitute(Rows x) noexcept {
    const auto mask = every_row(0x0f0f0f0f0f0f0f0f);
    const auto u = look_up(every_lookup(kWhirlpoolNibbles.e), both(upper_nibbles(x), mask));
    const auto v = look_up(every_lookup(kWhirlpoolNibbles.inverse), both(x, mask));
    const auto r = look_up(every_lookup(kWhirlpoolNibbles.r), exor(u, v));
    return exor(look_up(every_lookup(kWhirlpoolNibbles.e_high), exor(u, r)), look_up(every_lookup(kWhirlpoolNibbles.inverse), exor(v, r)));
}

/* MixRows, the circulant (1, 1, 4, 1, 8, 5, 2, 9): what is to be doubled once, twice and three times is gathered before. */
inline Rows whirlpool_mix(Rows x) noexcept {
    const auto five = turn<5>(x);
    const auto seven = turn<7>(x);
    const auto eights = exor(turn<4>(x), seven);
    const auto fours = exor(turn<2>(x), five, twice(eights));
    const auto twos = exor(turn<6>(x), twice(fours));
    return exor(exor(x, turn<1>(x), turn<3>(x)), exor(five, seven, twice(twos)));
}

/* The round without its key. Column j goes down by j rows: by one, two and four as the bits of j say. */
inline void whirlpool_lanes_round(Rows s[8]) noexcept {
    const auto odd = every_row(0xff00ff00ff00ff00);
    const auto second = every_row(0xffff0000ffff0000);
    const auto fourth = every_row(0xffffffff00000000);
    Rows a[8];
    Rows b[8];
#pragma GCC unroll 8
    for (size_t i = 0; i < 8; i++) {
        s[i] = whirlpool_substitute(s[i]);
    }
#pragma GCC unroll 8
    for (size_t i = 0; i < 8; i++) {
        a[i] = choose(odd, s[(i + 7) % 8], s[i]);
    }
#pragma GCC unroll 8
    for (size_t i = 0; i < 8; i++) {
        b[i] = choose(second, a[(i + 6) % 8], a[i]);
    }
#pragma GCC unroll 8
    for (size_t i = 0; i < 8; i++) {
        s[i] = whirlpool_mix(choose(fourth, b[(i + 4) % 8], b[i]));
    }
}

/* 1..kRowLanes messages, all of which are read before the digests are written. */
inline void whirlpool_group(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept {
    alignas(64) uint64_t words[10][kRowLanes];
    for (size_t lane = 0; lane < kRowLanes; lane++) {
        const auto* message = in + (lane < count ? lane : count - 1) * stride;
        for (size_t i = 0; i < len / 8; i++) {
            std::memcpy(&words[i][lane], message + 8 * i, 8);
        }
    }

    /* The first block, under keys that are always the same. */
    Rows key[8];
    Rows s[8];
    for (size_t i = 0; i < 8; i++) {
        s[i] = load_rows(words[i]);
    }
    for (size_t r = 1; r <= kWhirlpoolRounds; r++) {
        whirlpool_lanes_round(s);
#pragma GCC unroll 8
        for (size_t i = 0; i < 8; i++) {
            s[i] = exor(s[i], every_row(kWhirlpoolFirstKeys.round[r][i]));
        }
    }

    /* The rest of the message, 0x80, zeros, and the length in bits, big-endian. */
    Rows message[8];
    Rows chain[8];
    const auto rest = len / 8 - 8;
    for (size_t i = 0; i < 8; i++) {
        chain[i] = key[i] = exor(s[i], load_rows(words[i]));
        message[i] = i < rest ? load_rows(words[8 + i]) : every_row(i == rest ? 0x80 : 0);
    }
    message[7] = every_row(__builtin_bswap64(8 * len));
    for (size_t i = 0; i < 8; i++) {
        s[i] = exor(message[i], key[i]);
    }
    for (size_t r = 0; r < kWhirlpoolRounds; r++) {
        whirlpool_lanes_round(key);
        key[0] = exor(key[0], every_row(kWhirlpoolConstants.round[r]));
        whirlpool_lanes_round(s);
#pragma GCC unroll 8
        for (size_t i = 0; i < 8; i++) {
            s[i] = exor(s[i], key[i]);
        }
    }
    for (size_t i = 0; i < 8; i++) {
        store_rows(words[i], exor(chain[i], s[i], message[i]));
    }
    for (size_t lane = 0; lane < count; lane++) {
        for (size_t i = 0; i < 8; i++) {
            std::memcpy(out + 64 * lane + 8 * i, &words[i][lane], 8);
        }
    }
}

inline void whirlpool_groups(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept {
    while (count != 0) {
        const auto taken = count < kRowLanes ? count : kRowLanes;
        whirlpool_group(in, len, stride, taken, out);
        in += taken * stride;
        out += taken * 64;
        count -= taken;
    }
}

}  // namespace
}  // namespace p2ph::ghostrider
