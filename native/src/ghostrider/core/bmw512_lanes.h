#pragma once

/* BMW-512 of messages that fit one block, with a message in each lane of 64 bits; see bmw512.cpp for the plain form. Included by the files of the
 * rows. */

#include "ghostrider/core/bmw_constants.h"
#include "ghostrider/core/lanes.h"

namespace p2ph::ghostrider {

namespace {

inline U64 s(int which, U64 x) {
    if (which >= 4) {
        return (x >> (which - 3)) ^ x;
    }
    return xor3(x >> kBmwS[which][0], x << kBmwS[which][1], rotate(x, kBmwS[which][2])) ^ rotate(x, kBmwS[which][3]);
}

inline U64 shift(U64 x, int left) { return left >= 0 ? x << left : x >> -left; }

/* One word of the message and its place in the sum, turned by its number and one. */
inline U64 turned(const U64 m[16], int word) { return rotate(m[word % 16], word % 16 + 1); }

inline U64 add_element(const U64 m[16], const U64 h[16], int j) {
    return (turned(m, j) + turned(m, j + 3) - turned(m, j + 10) + static_cast<uint64_t>(j + 16) * kBmwExpand) ^ h[(j + 7) % 16];
}

/* out = f(h, m). out may be h or m. */
inline void compress_words(const U64 h[16], const U64 m[16], U64 out[16]) {
    U64 mixed[16];
    U64 q[32];
    for (int i = 0; i < 16; i++) {
        mixed[i] = m[i] ^ h[i];
    }
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) {
        U64 w = {};
#pragma GCC unroll 5
        for (const auto term : kBmwTerms[i]) {
            w = term.sign > 0 ? w + mixed[term.word] : w - mixed[term.word];
        }
        q[i] = s(i % 5, w) + h[(i + 1) % 16];
    }

#pragma GCC unroll 2
    for (int i = 16; i < 18; i++) {
        q[i] = add_element(m, h, i - 16);
#pragma GCC unroll 16
        for (int k = 0; k < 16; k++) {
            q[i] += s((k + 1) % 4, q[i - 16 + k]);
        }
    }
#pragma GCC unroll 14
    for (int i = 18; i < 32; i++) {
        q[i] = add_element(m, h, i - 16) + s(4, q[i - 2]) + s(5, q[i - 1]);
#pragma GCC unroll 7
        for (int k = 0; k < 7; k++) {
            q[i] += q[i - 16 + 2 * k] + rotate(q[i - 15 + 2 * k], kBmwR[k]);
        }
    }

    U64 low = {};
    for (int i = 16; i < 24; i++) {
        low ^= q[i];
    }
    U64 high = low;
    for (int i = 24; i < 32; i++) {
        high ^= q[i];
    }
    U64 next[16];
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++) {
        next[i] = (shift(high, kBmwFoldHigh[i][0]) ^ shift(q[16 + i], kBmwFoldHigh[i][1]) ^ m[i]) + (low ^ q[24 + i] ^ q[i]);
    }
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++) {
        next[8 + i] = rotate(next[(i + 4) % 8], 9 + i) + (high ^ q[24 + i] ^ m[8 + i]) +
                      (shift(low, kBmwFoldLow[i][0]) ^ q[kBmwFoldLow[i][1]] ^ q[8 + i]);
    }
    __builtin_memcpy(out, next, sizeof next);
}

/* len 64 or 80; count up to kLanes<U64>. */
inline void bmw512_batch(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) {
    U64 message[16] = {};
    load_lanes<false>(in, stride, count, len / 8, message);
    message[len / 8] = broadcast<U64>(uint64_t{0x80});
    message[15] = broadcast<U64>(uint64_t{8 * len});

    U64 chain[16];
    U64 key[16];
    for (uint64_t i = 0; i < 16; i++) {
        chain[i] = broadcast<U64>(kBmwIv + i * kBmwIvStep);
        key[i] = broadcast<U64>(kBmwFinalKey + i);
    }
    compress_words(chain, message, chain);
    compress_words(key, chain, chain);
    store_lanes<false>(chain + 8, count, out);
}

}  // namespace

}  // namespace p2ph::ghostrider
