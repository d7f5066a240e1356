#pragma once

/* Hamsi-512, one message in each lane. Vectors is what differs by instruction set: the vector V; expand(messages, t, m), the sixteen words of
 * the expansion of block t, eight bytes; substitute(a, b, c, d), the S-box over columns of bits. */

#include "ghostrider/core/hamsi512_constants.h"
#include "ghostrider/core/word_lanes.h"

namespace p2ph::ghostrider {
namespace {

/* The expansion of the two blocks of padding: the byte 0x80, and the length in bits. */
struct HamsiWords {
    uint32_t of[16];
};
constexpr HamsiWords hamsi_expanded(uint64_t block) noexcept {
    HamsiWords words{};
    for (size_t bit = 0; bit < 64; bit++) {
        for (size_t i = 0; i < 16 && (block >> bit & 1) != 0; i++) {
            words.of[i] ^= kHamsiExpansion[8 * (7 - bit / 8) + bit % 8][i];
        }
    }
    return words;
}
constexpr HamsiWords kHamsiPadding = hamsi_expanded(uint64_t{0x80} << 56);
constexpr HamsiWords kHamsiLength64 = hamsi_expanded(8 * 64);
constexpr HamsiWords kHamsiLength80 = hamsi_expanded(8 * 80);

template <typename Vectors>
struct HamsiLanes {
    using V = typename Vectors::V;
    static constexpr size_t kLanes = V::kLanes;

    static void hash(const LaneMessages<kLanes>& messages, size_t len, LaneDigests<kLanes>& digests) noexcept {
        V chain[16];
        V m[16];
        for (size_t i = 0; i < 16; i++) {
            chain[i] = V::all(kHamsiInitial[i]);
        }
        for (size_t t = 0; t < len / 8; t++) {
            Vectors::expand(messages, t, m);
            compress(chain, m, kHamsiAlpha, 6);
        }
        for (size_t i = 0; i < 16; i++) {
            m[i] = V::all(kHamsiPadding.of[i]);
        }
        compress(chain, m, kHamsiAlpha, 6);
        for (size_t i = 0; i < 16; i++) {
            m[i] = V::all(len == 64 ? kHamsiLength64.of[i] : kHamsiLength80.of[i]);
        }
        compress(chain, m, kHamsiAlphaFinal, 12);
        for (size_t i = 0; i < 16; i++) {
            Vectors::swap_bytes(chain[i]).store(digests.word[i]);
        }
    }

   private:
    static void diffuse(V& a, V& b, V& c, V& d) noexcept {
        a = rotl<13>(a);
        c = rotl<3>(c);
        b = xor3(b, a, c);
        d = xor3(d, c, shl<3>(a));
        b = rotl<1>(b);
        d = rotl<7>(d);
        a = xor3(a, b, d);
        c = xor3(c, d, shl<7>(b));
        a = rotl<5>(a);
        c = rotl<22>(c);
    }

    static void compress(V chain[16], const V m[16], const uint32_t alpha[32], uint32_t rounds) noexcept {
        V s[32];
#pragma GCC unroll 16
        for (size_t i = 0; i < 16; i++) {
            s[hamsi_place(i, false)] = m[i];
            s[hamsi_place(i, true)] = chain[i];
        }
        for (uint32_t round = 0; round < rounds; round++) {
            s[1] = s[1] ^ V::all(round);
#pragma GCC unroll 8
            for (size_t i = 0; i < 8; i++) {
                V& a = s[i];
                V& b = s[8 + i];
                V& c = s[16 + i];
                V& d = s[24 + i];
                a = a ^ V::all(alpha[i]);
                b = b ^ V::all(alpha[8 + i]);
                c = c ^ V::all(alpha[16 + i]);
                d = d ^ V::all(alpha[24 + i]);
                Vectors::substitute(a, b, c, d);
            }
#pragma GCC unroll 8
            for (size_t i = 0; i < 8; i++) {
                diffuse(s[i], s[8 + (i + 1) % 8], s[16 + (i + 2) % 8], s[24 + (i + 3) % 8]);
            }
            diffuse(s[0], s[2], s[5], s[7]);
            diffuse(s[16], s[19], s[21], s[22]);
            diffuse(s[9], s[11], s[12], s[14]);
            diffuse(s[25], s[26], s[28], s[31]);
        }
#pragma GCC unroll 8
        for (size_t i = 0; i < 8; i++) {
            chain[i] = chain[i] ^ s[i];
            chain[8 + i] = chain[8 + i] ^ s[16 + i];
        }
    }
};

}  // namespace
}  // namespace p2ph::ghostrider
