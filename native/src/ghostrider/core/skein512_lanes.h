#pragma once

/* Skein-512-512 with a message in each lane of 64 bits. Included by the files of the rows. */

#include "ghostrider/core/lanes.h"
#include "ghostrider/core/skein_constants.h"

namespace p2ph::ghostrider {

namespace {

/* As in skein.cpp. */
inline void compress(U64 (&chain)[8], const U64* message, uint64_t position, uint64_t type) {
    U64 key[9];
    U64 x[8];
    const uint64_t tweak[3] = {position, type, position ^ type};
    key[8] = broadcast<U64>(kSkeinParity);
    for (int i = 0; i < 8; i++) {
        key[i] = chain[i];
        key[8] ^= chain[i];
        x[i] = message[i];
    }
#pragma GCC unroll 19
    for (int s = 0; s <= 18; s++) {
#pragma GCC unroll 8
        for (int i = 0; i < 8; i++) {
            x[i] += key[(s + i) % 9];
        }
        x[5] += tweak[s % 3];
        x[6] += tweak[(s + 1) % 3];
        x[7] += static_cast<uint64_t>(s);
        if (s == 18) {
            break;
        }
#pragma GCC unroll 4
        for (int d = 0; d < 4; d++) {
            U64 mixed[8];
#pragma GCC unroll 4
            for (int pair = 0; pair < 4; pair++) {
                mixed[2 * pair] = x[2 * pair] + x[2 * pair + 1];
                mixed[2 * pair + 1] = rotate(x[2 * pair + 1], kSkeinRotations[(4 * s + d) % 8][pair]) ^ mixed[2 * pair];
            }
#pragma GCC unroll 8
            for (int i = 0; i < 8; i++) {
                x[i] = mixed[kSkeinPermutation[i]];
            }
        }
    }
    for (int i = 0; i < 8; i++) {
        chain[i] = x[i] ^ message[i];
    }
}

/* len 64 or 80; count up to kLanes<U64>. */
inline void skein512_batch(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) {
    U64 message[16] = {};
    load_lanes<false>(in, stride, count, len / 8, message);
    U64 chain[8];
    for (int i = 0; i < 8; i++) {
        chain[i] = broadcast<U64>(kSkeinIv512[i]);
    }
    compress(chain, message, 64, kSkeinMessage | kSkeinFirst | (len == 64 ? kSkeinFinal : 0));
    if (len != 64) {
        compress(chain, message + 8, len, kSkeinMessage | kSkeinFinal);
    }
    const U64 counter[8] = {};
    compress(chain, counter, 8, kSkeinOutput | kSkeinFirst | kSkeinFinal);
    store_lanes<false>(chain, count, out);
}

}  // namespace

}  // namespace p2ph::ghostrider
