#pragma once

/* Luffa-512 with a message in each lane of 32 bits; see luffa512.cpp for the plain form. Included by the files of the rows. */

#include "ghostrider/core/lanes.h"
#include "ghostrider/core/luffa_constants.h"

namespace p2ph::ghostrider {

namespace {

inline void multiply(U32 s[8]) {
    const U32 last = s[7];
    s[7] = s[6];
    s[6] = s[5];
    s[5] = s[4];
    s[4] = s[3] ^ last;
    s[3] = s[2] ^ last;
    s[2] = s[1];
    s[1] = s[0] ^ last;
    s[0] = last;
}

inline void inject(U32 v[5][8], U32 message[8]) {
    U32 sum[8];
    for (int i = 0; i < 8; i++) {
        sum[i] = xor3(xor3(v[0][i], v[1][i], v[2][i]), v[3][i], v[4][i]);
    }
    multiply(sum);
    for (int j = 0; j < 5; j++) {
        for (int i = 0; i < 8; i++) {
            v[j][i] ^= sum[i];
        }
    }

    U32 b[5][8];
    for (int j = 0; j < 5; j++) {
        U32 twice[8];
        for (int i = 0; i < 8; i++) {
            twice[i] = v[j][i];
        }
        multiply(twice);
        for (int i = 0; i < 8; i++) {
            b[j][i] = twice[i] ^ v[(j + 1) % 5][i];
        }
    }
    for (int j = 0; j < 5; j++) {
        U32 twice[8];
        for (int i = 0; i < 8; i++) {
            twice[i] = b[j][i];
        }
        multiply(twice);
        for (int i = 0; i < 8; i++) {
            v[j][i] = xor3(twice[i], b[(j + 4) % 5][i], message[i]);
        }
        multiply(message);
    }
}

#if defined(__AVX512F__)

/* The S-box in six functions of three bits, found by a search. */
inline void sub_crumb(U32& x0, U32& x1, U32& x2, U32& x3) {
    const U32 a = ternary<0x36>(x0, x2, x3);
    const U32 b = ternary<0x56>(x0, x1, x3);
    x3 = ternary<0x39>(b, x1, a);
    const U32 y0 = ternary<0x3a>(x3, x0, a);
    x2 = ternary<0x96>(x0, x3, a);
    x1 = ternary<0xc9>(x2, b, x3);
    x0 = y0;
}

#else

inline void sub_crumb(U32& x0, U32& x1, U32& x2, U32& x3) {
    const U32 a = x2 ^ (x0 | x3);
    const U32 b = x3 ^ (x0 | x1);
    const U32 c = x0 ^ a;
    x3 = ~(x1 ^ (~b & a));
    x0 = a ^ (~c & x3);
    x2 = c ^ x3;
    x1 = ~(b ^ (x2 | x3));
}

#endif

inline void mix_word(U32& u, U32& v) {
    v ^= u;
    u = rotate<2>(u) ^ v;
    v = rotate<14>(v) ^ u;
    u = rotate<10>(u) ^ v;
    v = rotate<1>(v);
}

/* The permutation of sub-state kIndex. */
template <int kIndex>
inline void permute(U32 state[8]) {
    U32 w0 = state[0], w1 = state[1], w2 = state[2], w3 = state[3];
    U32 w4 = rotate<kIndex>(state[4]), w5 = rotate<kIndex>(state[5]), w6 = rotate<kIndex>(state[6]), w7 = rotate<kIndex>(state[7]);
    for (int round = 0; round < 8; round++) {
        sub_crumb(w0, w1, w2, w3);
        sub_crumb(w5, w6, w7, w4);
        mix_word(w0, w4);
        mix_word(w1, w5);
        mix_word(w2, w6);
        mix_word(w3, w7);
        w0 ^= kLuffaRounds[kIndex][0][round];
        w4 ^= kLuffaRounds[kIndex][1][round];
    }
    state[0] = w0, state[1] = w1, state[2] = w2, state[3] = w3;
    state[4] = w4, state[5] = w5, state[6] = w6, state[7] = w7;
}

inline void compress(U32 v[5][8], U32 message[8]) {
    inject(v, message);
    permute<0>(v[0]);
    permute<1>(v[1]);
    permute<2>(v[2]);
    permute<3>(v[3]);
    permute<4>(v[4]);
}

/* len 64 or 80; count up to kLanes<U32>. */
inline void luffa512_batch(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) {
    /* Three blocks with the padding, two of zeros. */
    U32 blocks[5][8] = {};
    load_lanes<true>(in, stride, count, len / 4, blocks[0]);
    blocks[2][len / 4 - 16] = broadcast<U32>(0x80000000u);

    U32 v[5][8];
    for (int j = 0; j < 5; j++) {
        for (int i = 0; i < 8; i++) {
            v[j][i] = broadcast<U32>(kLuffaIv[j][i]);
        }
    }
    U32 digest[16];
    for (int block = 0; block < 5; block++) {
        compress(v, blocks[block]);
        if (block >= 3) {
            for (int i = 0; i < 8; i++) {
                digest[8 * (block - 3) + i] = xor3(xor3(v[0][i], v[1][i], v[2][i]), v[3][i], v[4][i]);
            }
        }
    }
    store_lanes<true>(digest, count, out);
}

}  // namespace

}  // namespace p2ph::ghostrider
