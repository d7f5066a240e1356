#pragma once

/* BLAKE-512 of messages that fit one block, with a message in each lane of 64 bits. Included by the files of the rows. */

#include "ghostrider/core/blake_constants.h"
#include "ghostrider/core/lanes.h"

namespace p2ph::ghostrider {

namespace {

/* len 64 or 80; count up to kLanes<U64>. */
inline void blake512_batch(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) {
    U64 m[16] = {};
    load_lanes<true>(in, stride, count, len / 8, m);
    m[len / 8] = broadcast<U64>(uint64_t{1} << 63);
    m[13] = broadcast<U64>(uint64_t{1});
    m[15] = broadcast<U64>(uint64_t{8 * len});

    U64 v[16];
    for (int i = 0; i < 8; i++) {
        v[i] = broadcast<U64>(kBlakeIv512[i]);
        v[8 + i] = broadcast<U64>(kBlakePi[i]);
    }
    v[12] ^= uint64_t{8 * len};
    v[13] ^= uint64_t{8 * len};
#pragma GCC unroll 16
    for (int round = 0; round < 16; round++) {
#pragma GCC unroll 8
        for (int i = 0; i < 8; i++) {
            auto& a = v[kBlakeMixed[i][0]];
            auto& b = v[kBlakeMixed[i][1]];
            auto& c = v[kBlakeMixed[i][2]];
            auto& d = v[kBlakeMixed[i][3]];
            const int x = kBlakeSigma[round % 10][2 * i];
            const int y = kBlakeSigma[round % 10][2 * i + 1];
            a += b + (m[x] ^ kBlakePi[y]);
            d = rotate<32>(d ^ a);
            c += d;
            b = rotate<39>(b ^ c);
            a += b + (m[y] ^ kBlakePi[x]);
            d = rotate<48>(d ^ a);
            c += d;
            b = rotate<53>(b ^ c);
        }
    }
    U64 digest[8];
    for (int i = 0; i < 8; i++) {
        digest[i] = xor3(v[i], v[i + 8], broadcast<U64>(kBlakeIv512[i]));
    }
    store_lanes<true>(digest, count, out);
}

}  // namespace

}  // namespace p2ph::ghostrider
