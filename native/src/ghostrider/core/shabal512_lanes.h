#pragma once

/* Shabal-512, one message in each lane. Each word of A waits for the one before it, so that one message alone would leave the processor idle.
 * Vectors is what differs by instruction set: the vector V, and keyed(x, b13, b9, b6, m), x ^ b13 ^ (b9 & ~b6) ^ m. */

#include "ghostrider/core/shabal512_constants.h"
#include "ghostrider/core/word_lanes.h"

namespace p2ph::ghostrider {
namespace {

template <typename Vectors>
struct ShabalLanes {
    using V = typename Vectors::V;
    static constexpr size_t kLanes = V::kLanes;

    static void hash(const LaneMessages<kLanes>& messages, size_t len, LaneDigests<kLanes>& digests) noexcept {
        V a[12];
        V b[16];
        V c[16];
        V m[16];
        for (size_t i = 0; i < 12; i++) {
            a[i] = V::all(kShabalInitialA[i]);
        }
        for (size_t i = 0; i < 16; i++) {
            m[i] = V::load(messages.word[i]);
            b[i] = V::all(kShabalInitialB[i]) + m[i];
            c[i] = V::all(kShabalInitialC[i]);
        }
        a[0] = a[0] ^ V::all(1);
        permute(a, b, c, m);

        /* The second block, with the padding, goes through four times. */
        for (size_t i = 0; i < 16; i++) {
            const V next = c[i] - m[i];
            c[i] = b[i];
            m[i] = i < len / 4 - 16 ? V::load(messages.word[16 + i]) : V::all(i == len / 4 - 16 ? 0x80 : 0);
            b[i] = next + m[i];
        }
        for (int pass = 0; pass < 4; pass++) {
            if (pass != 0) {
                for (size_t i = 0; i < 16; i++) {
                    const V next = c[i];
                    c[i] = b[i];
                    b[i] = next;
                }
            }
            a[0] = a[0] ^ V::all(2);
            permute(a, b, c, m);
        }
        for (size_t i = 0; i < 16; i++) {
            b[i].store(digests.word[i]);
        }
    }

   private:
    static void permute(V a[12], V b[16], const V c[16], const V m[16]) noexcept {
#pragma GCC unroll 16
        for (size_t i = 0; i < 16; i++) {
            b[i] = rotl<17>(b[i]);
        }
#pragma GCC unroll 48
        for (size_t k = 0; k < 48; k++) {
            const auto i = k % 16;
            const V turned = rotl<15>(a[(k + 11) % 12]);
            const V mixed = xor3(a[k % 12], turned + shl<2>(turned), c[(24 - i) % 16]);
            const V next = Vectors::keyed(mixed + mixed + mixed, b[(i + 13) % 16], b[(i + 9) % 16], b[(i + 6) % 16], m[i]);
            a[k % 12] = next;
            b[i] = xor3(rotl<1>(b[i]), next, V::all(0xffffffff));
        }
#pragma GCC unroll 36
        for (size_t j = 0; j < 36; j++) {
            a[j % 12] = a[j % 12] + c[(j + 3) % 16];
        }
    }
};

}  // namespace
}  // namespace p2ph::ghostrider
