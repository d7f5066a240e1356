#pragma once

/* Keccak-512 with a message in each lane of 64 bits. Included by the files of the rows. */

#include "ghostrider/core/lanes.h"
#include "keccak/keccak_constants.h"

namespace p2ph::ghostrider {

namespace {

inline void keccak_f1600(U64 (&a)[25]) {
    for (const auto round_constant : kKeccakRounds) {
        U64 column[5];
#pragma GCC unroll 5
        for (int x = 0; x < 5; x++) {
            column[x] = xor3(xor3(a[x], a[x + 5], a[x + 10]), a[x + 15], a[x + 20]);
        }
        U64 turned[5];
#pragma GCC unroll 5
        for (int x = 0; x < 5; x++) {
            turned[x] = rotate<1>(column[x]);
        }
        U64 b[25];
#pragma GCC unroll 25
        for (int i = 0; i < 25; i++) {
            const int x = i % 5;
            const int y = i / 5;
            b[y + 5 * ((2 * x + 3 * y) % 5)] = rotate(xor3(a[i], column[(x + 4) % 5], turned[(x + 1) % 5]), kKeccakRho[i]);
        }
#pragma GCC unroll 25
        for (int i = 0; i < 25; i++) {
            const int x = i % 5;
            const int y = i - x;
            a[i] = xor_andnot(b[i], b[(x + 1) % 5 + y], b[(x + 2) % 5 + y]);
        }
        a[0] ^= round_constant;
    }
}

/* len 64 or 80; count up to kLanes<U64>. */
inline void keccak512_batch(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) {
    constexpr size_t kRate = 9;
    U64 message[2 * kRate] = {};
    load_lanes<false>(in, stride, count, len / 8, message);
    const size_t blocks = len == 64 ? 1 : 2;
    message[len / 8] = broadcast<U64>(uint64_t{1});
    message[blocks * kRate - 1] ^= uint64_t{1} << 63;

    U64 state[25] = {};
    for (size_t block = 0; block < blocks; block++) {
        for (size_t i = 0; i < kRate; i++) {
            state[i] ^= message[block * kRate + i];
        }
        keccak_f1600(state);
    }
    store_lanes<false>(state, count, out);
}

}  // namespace

}  // namespace p2ph::ghostrider
