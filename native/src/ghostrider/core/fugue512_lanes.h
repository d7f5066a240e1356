#pragma once

/* Fugue-512, one message in each lane. A substitution waits for the one before it, so that one message alone would leave the processor idle.
 * Super is what differs by instruction set: the vector V; substitute(x, one, four, seven), the bytes of x after the S-box times 1, 4 and 7;
 * scale(x, j), the bytes of x, the most significant first, times row j of the matrix; and swap_bytes, within words. */

#include "ghostrider/core/fugue512_constants.h"
#include "ghostrider/core/word_lanes.h"

namespace p2ph::ghostrider {
namespace {

template <typename Super>
struct FugueLanes {
    using V = typename Super::V;
    static constexpr size_t kLanes = V::kLanes;

    static void hash(const LaneMessages<kLanes>& messages, size_t len, LaneDigests<kLanes>& digests) noexcept {
        /* The state lies on a tape and moves along it, to lower addresses for a rotation to the right. Its first four words are in x where a
         * word of the tape would be written only to be read at once. */
        constexpr size_t kWords = 36;
        constexpr size_t kSpare = 13;
        constexpr size_t kRoom = 3 * 4 * (kLaneMessageWords + 2) + 3 * 32;
        alignas(64) V tape[kRoom + kWords + kSpare];
        V* s = tape + kRoom;
        V x[4] = {V::zero(), V::zero(), V::zero(), V::zero()};
        for (size_t i = 4; i < 20; i++) {
            s[i] = V::zero();
        }
        for (size_t i = 0; i < 16; i++) {
            s[20 + i] = V::all(kFugueInitial[i]);
        }

        const auto words = len / 4;
        for (size_t i = 0; i < words + 2; i++) {
            const auto word = i < words    ? Super::swap_bytes(V::load(messages.word[i]))
                              : i == words ? V::zero()
                                           : V::all(static_cast<uint32_t>(8 * len));
            s[22] = s[22] ^ x[0];
            x[0] = word;
            s[8] = s[8] ^ word;
            x[1] = x[1] ^ s[24];
            s[4] = s[4] ^ s[27];
            s[7] = s[7] ^ s[30];
#pragma GCC unroll 4
            for (int k = 0; k < 4; k++) {
                round(s, x);
            }
        }
        for (int i = 0; i < 32; i++) {
            round(s, x);
        }

        /* Four steps turn by 9 + 9 + 9 + 8 words in all, one less than the length: words at fixed places while the beginning moves up by one. */
        for (size_t i = 0; i < 4; i++) {
            s[i] = x[i];
        }
        for (int i = 0; i < 13; i++) {
            close<0, 4, 9, 18, 27, 27>(s);
            close<27, 31, 1, 9, 18, 18>(s);
            close<18, 22, 28, 1, 9, 9>(s);
            close<9, 13, 19, 28, 1, 1>(s);
            s[kWords] = s[0];
            s++;
        }
        constexpr size_t kLast[4] = {4, 9, 18, 27};
        for (const auto i : kLast) {
            s[i] = s[i] ^ s[0];
        }
        constexpr size_t kDigest[16] = {1, 2, 3, 4, 9, 10, 11, 12, 18, 19, 20, 21, 27, 28, 29, 30};
        for (size_t i = 0; i < 16; i++) {
            Super::swap_bytes(s[kDigest[i]]).store(digests.word[i]);
        }
    }

   private:
    /* ROR3, CMIX, SMIX. */
    static void round(V*& s, V x[4]) noexcept {
        const V a = x[0];
        const V b = x[1];
        const V c = x[2];
        const V d = x[3];
        s[1] = b;
        s[2] = c;
        s[3] = d;
        s -= 3;
        s[18] = s[18] ^ b;
        s[19] = s[19] ^ c;
        s[20] = s[20] ^ d;
        x[0] = s[36] ^ b;
        x[1] = s[37] ^ c;
        x[2] = s[38] ^ d;
        x[3] = a;
        smix(x);
    }

    /* Word k0 goes into k1 to k4, then SMIX of the four words from `next` on. */
    template <size_t k0, size_t k1, size_t k2, size_t k3, size_t k4, size_t next>
    static void close(V* s) noexcept {
        s[k1] = s[k1] ^ s[k0];
        s[k2] = s[k2] ^ s[k0];
        s[k3] = s[k3] ^ s[k0];
        s[k4] = s[k4] ^ s[k0];
        smix(s + next);
    }

    static void smix(V s[4]) noexcept {
        const V top = V::all(0xff000000);
        const V second = V::all(0x00ff0000);
        const V third = V::all(0x0000ff00);
        V one[4];
        V mixed[4];
#pragma GCC unroll 4
        for (int j = 0; j < 4; j++) {
            V four;
            V seven;
            Super::substitute(s[j], one[j], four, seven);
            mixed[j] = xor3(one[j], rotl<8>(four), rotl<16>(seven)) ^ rotl<24>(one[j]);
        }
        /* Byte i: the XOR of row i without the one on the diagonal. */
        const V diagonal = choose(top, one[0], choose(second, one[1], choose(third, one[2], one[3])));
        const V others = xor3(xor3(one[0], one[1], one[2]), one[3], diagonal);
#pragma GCC unroll 4
        for (int j = 0; j < 4; j++) {
            mixed[j] = mixed[j] ^ Super::scale(others, j);
        }
        /* Row i turns left by i columns: first the odd rows by one, then the lower half by two. */
        const V even = V::all(0xff00ff00);
        const V upper = V::all(0xffff0000);
        V turned[4];
#pragma GCC unroll 4
        for (int j = 0; j < 4; j++) {
            turned[j] = choose(even, mixed[j], mixed[(j + 1) % 4]);
        }
#pragma GCC unroll 4
        for (int j = 0; j < 4; j++) {
            s[j] = choose(upper, turned[j], turned[(j + 2) % 4]);
        }
    }
};

}  // namespace
}  // namespace p2ph::ghostrider
