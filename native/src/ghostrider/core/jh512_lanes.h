#pragma once

/* JH-512 with a message in each lane of 128 bits, bit-sliced as in jh.cpp. Included by the files of the rows. */

#include "ghostrider/core/jh_constants.h"
#include "ghostrider/core/lanes.h"

namespace p2ph::ghostrider {

namespace {

/* So many vectors of messages are under way at once: with one, AVX2 waits for its own results; AVX-512 hardly does. */
constexpr size_t kJhSets = kVectorBytes == 64 ? 1 : 2;
constexpr size_t kJhLanes = kVectorBytes / 16;

/* Both S-boxes: ones of c select the second. */
inline void substitute(U64& x0, U64& x1, U64& x2, U64& x3, U64 c) {
#if defined(__AVX512F__)
    /* Ten functions of three bits, found by a search. */
    const U64 p = ternary<0x1e>(x0, x2, c);
    const U64 q = ternary<0x19>(x0, x2, x3);
    const U64 r = ternary<0x41>(x1, x3, q);
    const U64 y0 = ternary<0x49>(r, x3, p);
    const U64 s = ternary<0x7c>(x1, x2, y0);
    const U64 t = ternary<0x17>(x3, p, s);
    const U64 u = ternary<0x35>(x1, x2, t);
    x3 = ternary<0xf8>(q, x1, p);
    x2 = ternary<0x69>(t, c, r);
    x1 = ternary<0x78>(u, y0, x2);
    x0 = y0;
#else
    const U64 p = x0 ^ (x2 | c);
    const U64 q = ~((x0 & x2) | (x2 ^ x3));
    const U64 r = ~(q | (x1 ^ x3));
    const U64 y0 = ~r ^ ((x3 ^ p) & ~(~x3 & r));
    const U64 s = (x1 ^ x2) | (~y0 & x1);
    const U64 t = ~((x3 & p) | (s & (x3 | p)));
    const U64 u = ~((x1 & x2) | (~x1 & t));
    x3 = q | (x1 & p);
    x2 = ~(t ^ c ^ r);
    x1 = u ^ (y0 & x2);
    x0 = y0;
#endif
}

/* Exchanges adjacent groups of 2^kLog bits of each lane. */
template <int kLog>
inline U64 swap_groups(U64 v) {
    if constexpr (kLog >= 3) {
        alignas(16) static constexpr uint8_t kOrders[4][16] = {
            {1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14},
            {2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13},
            {4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11},
            {8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7},
        };
        return shuffle128(v, broadcast128(kOrders[kLog - 3]));
    } else {
        constexpr uint64_t kLower = ~uint64_t{0} / ((uint64_t{1} << (1 << kLog)) + 1);
        const U64 lower = broadcast<U64>(kLower);
#if defined(__AVX512F__)
        return ternary<0xca>(lower, v >> (1 << kLog), v << (1 << kLog));
#else
        return ((v & lower) << (1 << kLog)) | ((v >> (1 << kLog)) & lower);
#endif
    }
}

template <int kLog>
inline void round(U64 (&h)[kJhSets][8], const uint64_t constants[2][2]) {
    const U64 even = broadcast128(constants[0]);
    const U64 odd = broadcast128(constants[1]);
    for (auto& w : h) {
        substitute(w[0], w[2], w[4], w[6], even);
        substitute(w[1], w[3], w[5], w[7], odd);
        w[1] ^= w[2];
        w[3] ^= w[4];
        w[5] = xor3(w[5], w[6], w[0]);
        w[7] ^= w[0];
        w[0] ^= w[3];
        w[2] ^= w[5];
        w[4] = xor3(w[4], w[7], w[1]);
        w[6] ^= w[1];
        w[1] = swap_groups<kLog>(w[1]);
        w[3] = swap_groups<kLog>(w[3]);
        w[5] = swap_groups<kLog>(w[5]);
        w[7] = swap_groups<kLog>(w[7]);
    }
}

inline void permute(U64 (&state)[kJhSets][8]) {
    U64 h[kJhSets][8];
    __builtin_memcpy(h, state, sizeof h);
    for (int r = 0; r < 42; r += 7) {
        round<0>(h, kJhRounds[r]);
        round<1>(h, kJhRounds[r + 1]);
        round<2>(h, kJhRounds[r + 2]);
        round<3>(h, kJhRounds[r + 3]);
        round<4>(h, kJhRounds[r + 4]);
        round<5>(h, kJhRounds[r + 5]);
        round<6>(h, kJhRounds[r + 6]);
    }
    __builtin_memcpy(state, h, sizeof h);
}

/* len 64 or 80; count up to kJhSets * kJhLanes. */
inline void jh512_batch(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) {
    /* The padding of both lengths takes more than the rest of the last block: the block of the length has no bit of the message. */
    constexpr size_t kBlocksMax = 3;
    const size_t blocks = len == 64 ? 2 : 3;
    alignas(kVectorBytes) uint8_t messages[kBlocksMax][kJhSets][4][kVectorBytes];
    for (size_t lane = 0; lane < kJhSets * kJhLanes; lane++) {
        uint8_t padded[64 * kBlocksMax] = {};
        __builtin_memcpy(padded, in + (lane < count ? lane : 0) * stride, len);
        padded[len] = 0x80;
        padded[64 * blocks - 2] = static_cast<uint8_t>(8 * len >> 8);
        padded[64 * blocks - 1] = static_cast<uint8_t>(8 * len);
        for (size_t i = 0; i < 4 * blocks; i++) {
            __builtin_memcpy(messages[i / 4][lane / kJhLanes][i % 4] + lane % kJhLanes * 16, padded + 16 * i, 16);
        }
    }

    U64 h[kJhSets][8];
    for (auto& set : h) {
        for (int i = 0; i < 8; i++) {
            set[i] = broadcast128(kJhIv512[i]);
        }
    }
    for (size_t block = 0; block < blocks; block++) {
        U64 message[kJhSets][4];
        __builtin_memcpy(message, messages[block], sizeof message);
        for (size_t set = 0; set < kJhSets; set++) {
            for (int i = 0; i < 4; i++) {
                h[set][i] ^= message[set][i];
            }
        }
        permute(h);
        for (size_t set = 0; set < kJhSets; set++) {
            for (int i = 0; i < 4; i++) {
                h[set][4 + i] ^= message[set][i];
            }
        }
    }
    for (size_t lane = 0; lane < count; lane++) {
        for (int i = 0; i < 4; i++) {
            const auto* word = reinterpret_cast<const uint8_t*>(&h[lane / kJhLanes][4 + i]) + lane % kJhLanes * 16;
            __builtin_memcpy(out + 64 * lane + 16 * i, word, 16);
        }
    }
}

}  // namespace

}  // namespace p2ph::ghostrider
