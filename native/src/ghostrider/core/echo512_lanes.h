#pragma once

/* ECHO-512 of messages that fit one block, with instructions for the rounds of AES. */

#include "ghostrider/core/block_lanes.h"

namespace p2ph::ghostrider {
namespace {

/* MixColumns of AES over four blocks. */
inline void echo_mix(Blocks& a, Blocks& b, Blocks& c, Blocks& d) noexcept {
    const auto ab = exor(a, b);
    const auto bc = exor(b, c);
    const auto cd = exor(c, d);
    const auto all = exor(ab, cd);
    const auto da = exor(all, bc);
    a = exor(a, all, twice(ab));
    b = exor(b, all, twice(bc));
    c = exor(c, all, twice(cd));
    d = exor(d, all, twice(da));
}

inline void echo512_group(const BlockMessages& messages, size_t len, Blocks digest[4]) noexcept {
    const uint64_t bits = 8 * len;
    const auto chain = every(512);
    Blocks message[8];
    for (size_t i = 0; i < len / 16; i++) {
        message[i] = load_blocks(messages.block[i]);
    }
    for (size_t i = len / 16; i < 6; i++) {
        message[i] = every(i == len / 16 ? 0x80 : 0);
    }
    message[6] = every(0, uint64_t{512} << 48);
    message[7] = every(bits);

    Blocks w[16];
#pragma GCC unroll 8
    for (size_t i = 0; i < 8; i++) {
        w[i] = chain;
        w[8 + i] = message[i];
    }
    auto key = every(bits);
    const auto one = every(1);
    const auto zero = every(0);
    for (int round = 0; round < 10; round++) {
#pragma GCC unroll 16
        for (size_t i = 0; i < 16; i++) {
            w[i] = aes_encrypt(aes_encrypt(w[i], key), zero);
            key = add32(key, one);
        }
        /* BIG.ShiftRows: row r is w[r], w[4 + r], w[8 + r], w[12 + r]. */
        const auto second = w[1];
        w[1] = w[5];
        w[5] = w[9];
        w[9] = w[13];
        w[13] = second;
        const auto third = w[2];
        const auto third_too = w[6];
        w[2] = w[10];
        w[6] = w[14];
        w[10] = third;
        w[14] = third_too;
        const auto fourth = w[15];
        w[15] = w[11];
        w[11] = w[7];
        w[7] = w[3];
        w[3] = fourth;
#pragma GCC unroll 4
        for (size_t column = 0; column < 16; column += 4) {
            echo_mix(w[column], w[column + 1], w[column + 2], w[column + 3]);
        }
    }
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; i++) {
        digest[i] = exor(exor(chain, message[i]), w[i], w[i + 8]);
    }
}

}  // namespace
}  // namespace p2ph::ghostrider
