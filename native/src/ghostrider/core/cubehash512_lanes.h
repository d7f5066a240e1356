#pragma once

/* CubeHash160+16/32+160-512 with a message in each lane of 32 bits. Included by the files of the rows. */

#include "ghostrider/core/cubehash_constants.h"
#include "ghostrider/core/lanes.h"

namespace p2ph::ghostrider {

namespace {

/* Half a round: words of the low half are exchanged with those kLow further, words of the high half then with those kHigh further. The exchanges are
 * of names alone, and two rounds undo them: all 32 words stay in registers where there are as many. */
template <int kTurn, int kLow, int kHigh>
inline void half_round(U32 (&low)[16], U32 (&high)[16]) {
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) {
        high[i] += low[i];
        low[i] = rotate<kTurn>(low[i]);
    }
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) {
        if ((i & kLow) == 0) {
            const U32 other = low[i] ^ high[i + kLow];
            low[i] = low[i + kLow] ^ high[i];
            low[i + kLow] = other;
        }
    }
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) {
        if ((i & kHigh) == 0) {
            const U32 other = high[i];
            high[i] = high[i + kHigh];
            high[i + kHigh] = other;
        }
    }
}

/* count is even. */
inline void rounds(U32 (&low)[16], U32 (&high)[16], int count) {
    for (int round = 0; round < count; round += 2) {
        half_round<7, 8, 2>(low, high);
        half_round<11, 4, 1>(low, high);
        half_round<7, 8, 2>(low, high);
        half_round<11, 4, 1>(low, high);
    }
}

/* len 64 or 80; count up to kLanes<U32>. */
inline void cubehash512_batch(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) {
    U32 message[3][8] = {};
    load_lanes<false>(in, stride, count, len / 4, message[0]);
    message[2][len / 4 - 16] = broadcast<U32>(0x80u);

    U32 low[16];
    U32 high[16];
    for (int i = 0; i < 16; i++) {
        low[i] = broadcast<U32>(kCubeHashIv[i]);
        high[i] = broadcast<U32>(kCubeHashIv[16 + i]);
    }
    for (int block = 0; block < 3; block++) {
        for (int i = 0; i < 8; i++) {
            low[i] ^= message[block][i];
        }
        rounds(low, high, kCubeHashBlockRounds);
    }
    high[15] ^= 1;
    rounds(low, high, kCubeHashFinalRounds);
    store_lanes<false>(low, count, out);
}

}  // namespace

}  // namespace p2ph::ghostrider
