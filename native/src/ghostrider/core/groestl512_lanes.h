#pragma once

/* Groestl-512 of messages that fit one block. A row of 16 bytes is a lane of 128 bits; even lanes hold the state of P, odd lanes that of Q of the same
 * message. At the end P is alone, with a message in each lane. Included by the files of the rows, which have GFNI or AES-NI. */

#include "ghostrider/core/lanes.h"

namespace p2ph::ghostrider {

namespace {

constexpr size_t kGroestlBatch = kVectorBytes / 16;
constexpr int kGroestlRounds = 14;

/* How far ShiftBytes turns each row to the left: [P, Q]. */
constexpr int kGroestlShifts[2][8] = {{0, 1, 2, 3, 4, 5, 6, 11}, {1, 3, 5, 11, 0, 2, 4, 6}};

struct GroestlTables {
    /* ShiftBytes of each row: P, Q. Where AESENCLAST is the S-box, its ShiftRows is undone before. */
    uint8_t orders[8][2][16];
    /* What AddRoundConstant adds to rows 0 and 7: P, Q. */
    uint8_t constants[kGroestlRounds][2][2][16];
    /* And to rows 1 to 6 in every round. */
    uint8_t others[2][16];
};

constexpr GroestlTables kGroestlTables = [] {
    GroestlTables tables{};
    for (int row = 0; row < 8; row++) {
        for (int which = 0; which < 2; which++) {
            for (int i = 0; i < 16; i++) {
#if defined(__GFNI__)
                const int place = i;
#else
                /* ShiftRows takes byte i to where it belongs after it: row i % 4 of AES goes so many columns to the left. */
                const int place = (i + 16 - 4 * (i % 4)) % 16;
#endif
                tables.orders[row][which][i] = static_cast<uint8_t>((place + kGroestlShifts[which][row]) % 16);
            }
        }
    }
    for (int round = 0; round < kGroestlRounds; round++) {
        for (int column = 0; column < 16; column++) {
            const auto constant = static_cast<uint8_t>((column << 4) ^ round);
            tables.constants[round][0][0][column] = constant;
            tables.constants[round][0][1][column] = 0xff;
            tables.constants[round][1][1][column] = static_cast<uint8_t>(~constant);
        }
    }
    for (auto& byte : tables.others[1]) {
        byte = 0xff;
    }
    return tables;
}();

/* 16 bytes for the even lanes, 16 for the odd ones. */
inline U64 pairs128(const uint8_t (&bytes)[2][16]) {
    const auto once = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
#if defined(__AVX512F__)
    return reinterpret_cast<U64>(_mm512_broadcast_i64x4(once));
#else
    return reinterpret_cast<U64>(once);
#endif
}

#if defined(__AVX512F__)
using Register = __m512i;
#define P2PH_VECTOR(operation) _mm512_##operation
#else
using Register = __m256i;
#define P2PH_VECTOR(operation) _mm256_##operation
#endif

inline Register reg(U64 v) { return reinterpret_cast<Register>(v); }
inline U64 words(Register r) { return reinterpret_cast<U64>(r); }

/* The S-box of AES on every byte of the state, whose bytes the order of kGroestlTables has turned. */
inline U64 sub_bytes(U64 v) {
#if defined(__GFNI__)
    /* The affine map that follows the inverse. */
    const U64 map = broadcast<U64>(uint64_t{0xf1e3c78f1f3e7cf8});
    return words(P2PH_VECTOR(gf2p8affineinv_epi64_epi8)(reg(v), reg(map), 0x63));
#else
    const auto zero = _mm_setzero_si128();
    const auto low = _mm_aesenclast_si128(_mm256_castsi256_si128(reg(v)), zero);
    const auto high = _mm_aesenclast_si128(_mm256_extracti128_si256(reg(v), 1), zero);
    return words(_mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1));
#endif
}

/* Twice each byte, modulo x^8 + x^4 + x^3 + x + 1. */
inline U64 twice(U64 v) {
#if defined(__GFNI__)
    return words(P2PH_VECTOR(gf2p8mul_epi8)(reg(v), P2PH_VECTOR(set1_epi8)(2)));
#else
    const auto carry = _mm256_and_si256(_mm256_cmpgt_epi8(_mm256_setzero_si256(), reg(v)), _mm256_set1_epi8(0x1b));
    return words(_mm256_xor_si256(_mm256_add_epi8(reg(v), reg(v)), carry));
#endif
}

/* All rounds of P in even and Q in odd lanes, or of P in all of them. */
template <bool kBoth>
inline void permute(U64 (&x)[8]) {
    U64 order[8];
    for (int row = 0; row < 8; row++) {
        order[row] = kBoth ? pairs128(kGroestlTables.orders[row]) : broadcast128(kGroestlTables.orders[row][0]);
    }
    const U64 others = pairs128(kGroestlTables.others);

    const auto first = [](int round) {
        const auto& constant = kGroestlTables.constants[round][0];
        return kBoth ? pairs128(constant) : broadcast128(constant[0]);
    };
    const auto last = [](int round) { return pairs128(kGroestlTables.constants[round][1]); };
    x[0] ^= first(0);
    if constexpr (kBoth) {
        for (int row = 1; row < 7; row++) {
            x[row] ^= others;
        }
        x[7] ^= last(0);
    }
    for (int round = 0; round < kGroestlRounds; round++) {
        U64 in[8];
        U64 two[8];
#pragma GCC unroll 8
        for (int row = 0; row < 8; row++) {
            in[row] = sub_bytes(shuffle128(x[row], order[row]));
        }
#pragma GCC unroll 8
        for (int row = 0; row < 8; row++) {
            two[row] = in[row] ^ in[(row + 1) % 8];
        }
        /* MixBytes: the rows that go in once, twice and four times, and the constants of the next round. */
#pragma GCC unroll 8
        for (int row = 0; row < 8; row++) {
            const U64 fourfold = two[(row + 3) % 8] ^ two[(row + 6) % 8];
            const U64 twofold = xor3(two[(row + 7) % 8], two[(row + 1) % 8], in[(row + 5) % 8]) ^ twice(fourfold);
            x[row] = xor3(xor3(in[(row + 2) % 8], two[(row + 4) % 8], two[(row + 6) % 8]), twice(twofold), kBoth ? others : U64{});
        }
        if (round + 1 < kGroestlRounds) {
            x[0] ^= kBoth ? first(round + 1) ^ others : first(round + 1);
            if constexpr (kBoth) {
                x[7] ^= last(round + 1) ^ others;
            }
        }
    }
    if constexpr (kBoth) {
        /* The last round added them for one that does not come. */
        for (auto& row : x) {
            row ^= others;
        }
    }
}

/* Columns of 8 bytes, two in each vector, into rows of 16, in each lane. */
inline void rows_of_columns(U64 (&x)[8]) {
    alignas(16) static constexpr uint8_t kPairs[16] = {0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15};
    const U64 pairs = broadcast128(kPairs);
    Register a[8];
    Register b[8];
    for (int i = 0; i < 8; i++) {
        a[i] = reg(shuffle128(x[i], pairs));
    }
    /* Of two bytes in a row now: an 8 by 8 transposition. */
    for (int i = 0; i < 4; i++) {
        b[i] = P2PH_VECTOR(unpacklo_epi16)(a[2 * i], a[2 * i + 1]);
        b[4 + i] = P2PH_VECTOR(unpackhi_epi16)(a[2 * i], a[2 * i + 1]);
    }
    for (int i = 0; i < 4; i++) {
        a[2 * i] = P2PH_VECTOR(unpacklo_epi32)(b[2 * i], b[2 * i + 1]);
        a[2 * i + 1] = P2PH_VECTOR(unpackhi_epi32)(b[2 * i], b[2 * i + 1]);
    }
    for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 2; j++) {
            x[4 * i + 2 * j] = words(P2PH_VECTOR(unpacklo_epi64)(a[4 * i + j], a[4 * i + 2 + j]));
            x[4 * i + 2 * j + 1] = words(P2PH_VECTOR(unpackhi_epi64)(a[4 * i + j], a[4 * i + 2 + j]));
        }
    }
}

/* Columns 8 to 15 of the rows, two in each vector. */
inline void columns_of_rows(const U64 (&x)[8], U64 (&columns)[4]) {
    Register a[4];
    Register b[4];
    for (int i = 0; i < 4; i++) {
        a[i] = P2PH_VECTOR(unpackhi_epi8)(reg(x[2 * i]), reg(x[2 * i + 1]));
    }
    for (int i = 0; i < 2; i++) {
        b[2 * i] = P2PH_VECTOR(unpacklo_epi16)(a[2 * i], a[2 * i + 1]);
        b[2 * i + 1] = P2PH_VECTOR(unpackhi_epi16)(a[2 * i], a[2 * i + 1]);
    }
    for (int i = 0; i < 2; i++) {
        columns[2 * i] = words(P2PH_VECTOR(unpacklo_epi32)(b[i], b[2 + i]));
        columns[2 * i + 1] = words(P2PH_VECTOR(unpackhi_epi32)(b[i], b[2 + i]));
    }
}

/* Lanes 0, 0, 1, 1 of four or 0, 0 of two; with kSecond those of the second half. */
template <bool kSecond>
inline U64 doubled_lanes(U64 v) {
#if defined(__AVX512F__)
    return words(_mm512_shuffle_i64x2(reg(v), reg(v), kSecond ? 0xfa : 0x50));
#else
    return words(_mm256_permute2x128_si256(reg(v), reg(v), kSecond ? 0x11 : 0x00));
#endif
}

/* The sums of pairs of lanes, those of `second` after those of `first`. */
inline U64 sums_of_pairs(U64 first, U64 second) {
#if defined(__AVX512F__)
    const auto even = _mm512_shuffle_i64x2(reg(first), reg(second), 0x88);
    const auto odd = _mm512_shuffle_i64x2(reg(first), reg(second), 0xdd);
    return words(even) ^ words(odd);
#else
    const auto even = _mm256_permute2x128_si256(reg(first), reg(second), 0x20);
    const auto odd = _mm256_permute2x128_si256(reg(first), reg(second), 0x31);
    return words(even) ^ words(odd);
#endif
}

/* len 64 or 80; count up to kGroestlBatch. */
inline void groestl512_batch(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) {
    alignas(kVectorBytes) uint8_t messages[8][kVectorBytes];
    for (size_t lane = 0; lane < kGroestlBatch; lane++) {
        uint8_t padded[128] = {};
        __builtin_memcpy(padded, in + (lane < count ? lane : 0) * stride, len);
        padded[len] = 0x80;
        padded[127] = 1;
        for (size_t i = 0; i < 8; i++) {
            __builtin_memcpy(messages[i] + 16 * lane, padded + 16 * i, 16);
        }
    }
    U64 message[8];
    __builtin_memcpy(message, messages, sizeof message);
    rows_of_columns(message);

    /* The first chaining value is 512, big-endian, in the last bytes: a 2 in row 6 of column 15. */
    static constexpr uint8_t kIv[2][16] = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}, {}};
    U64 first[8];
    U64 second[8];
    for (int row = 0; row < 8; row++) {
        first[row] = doubled_lanes<false>(message[row]);
        second[row] = doubled_lanes<true>(message[row]);
    }
    first[6] ^= pairs128(kIv);
    second[6] ^= pairs128(kIv);
    permute<true>(first);
    permute<true>(second);

    U64 chain[8];
    U64 last[8];
    for (int row = 0; row < 8; row++) {
        chain[row] = sums_of_pairs(first[row], second[row]);
    }
    chain[6] ^= broadcast128(kIv[0]);
    for (int row = 0; row < 8; row++) {
        last[row] = chain[row];
    }
    permute<false>(last);
    for (int row = 0; row < 8; row++) {
        last[row] ^= chain[row];
    }

    U64 digest[4];
    columns_of_rows(last, digest);
    for (size_t lane = 0; lane < count; lane++) {
        for (int i = 0; i < 4; i++) {
            __builtin_memcpy(out + 64 * lane + 16 * i, reinterpret_cast<const uint8_t*>(&digest[i]) + 16 * lane, 16);
        }
    }
}

}  // namespace

}  // namespace p2ph::ghostrider
