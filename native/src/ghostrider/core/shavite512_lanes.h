#pragma once

/* SHAvite-3-512 of messages that fit one block, with instructions for the rounds of AES. */

#include "ghostrider/core/block_lanes.h"
#include "ghostrider/core/shavite512_constants.h"

namespace p2ph::ghostrider {
namespace {

/* left ^= F(right), each AES round with its key before it. */
inline void shavite_feistel(Blocks& left, Blocks right, const Blocks keys[4]) noexcept {
    auto x = exor(right, keys[0]);
    x = aes_encrypt(x, keys[1]);
    x = aes_encrypt(x, keys[2]);
    x = aes_encrypt(x, keys[3]);
    left = aes_encrypt(x, left);
}

inline void shavite_round(Blocks state[4], const Blocks keys[8]) noexcept {
    shavite_feistel(state[0], state[1], keys);
    shavite_feistel(state[2], state[3], keys + 4);
    const auto last = state[3];
    state[3] = state[2];
    state[2] = state[1];
    state[1] = state[0];
    state[0] = last;
}

/* The next eight keys by AES rounds; `counter` goes into the key at `place`, 8 for nowhere. */
template <size_t kPlace>
inline void shavite_expand(Blocks keys[8], Blocks counter) noexcept {
    const auto zero = every(0);
    auto previous = keys[7];
#pragma GCC unroll 8
    for (size_t i = 0; i < 8; i++) {
        const auto x = aes_encrypt(turn_words(keys[i]), zero);
        previous = i == kPlace ? exor(x, previous, counter) : exor(x, previous);
        keys[i] = previous;
    }
}

/* The next eight keys by the linear recurrence. */
inline void shavite_expand(Blocks keys[8]) noexcept {
    auto before = keys[6];
    auto previous = keys[7];
#pragma GCC unroll 8
    for (size_t i = 0; i < 8; i++) {
        const auto next = exor(keys[i], straddle(before, previous));
        before = previous;
        previous = next;
        keys[i] = next;
    }
}

inline void shavite512_group(const BlockMessages& messages, size_t len, Blocks digest[4]) noexcept {
    /* The message, 0x80, zeros, then the length in 16 bytes and the size of the digest in two. */
    const uint64_t bits = 8 * len;
    Blocks keys[8];
    for (size_t i = 0; i < len / 16; i++) {
        keys[i] = load_blocks(messages.block[i]);
    }
    for (size_t i = len / 16; i < 6; i++) {
        keys[i] = every(i == len / 16 ? 0x80 : 0);
    }
    keys[6] = every(0, bits << 48);
    keys[7] = every(bits >> 16, uint64_t{512} << 48);

    /* The counter has one word that is not 0: where it stands, and which of the other words is inverted, differs by place. */
    constexpr uint64_t kHighOnes = 0xffffffff00000000;
    Blocks state[4];
    for (size_t i = 0; i < 4; i++) {
        state[i] = every(_mm_loadu_si128(reinterpret_cast<const __m128i*>(kShaviteInitial) + i));
    }
    shavite_round(state, keys);
    shavite_expand<0>(keys, every(bits, kHighOnes));
    shavite_round(state, keys);
    shavite_expand(keys);
    shavite_round(state, keys);
    shavite_expand<8>(keys, keys[0]);
    shavite_round(state, keys);
    shavite_expand(keys);
    shavite_round(state, keys);
    shavite_expand<1>(keys, every(0, ~bits << 32));
    shavite_round(state, keys);
    shavite_expand(keys);
    shavite_round(state, keys);
    shavite_expand<8>(keys, keys[0]);
    shavite_round(state, keys);
    shavite_expand(keys);
    shavite_round(state, keys);
    shavite_expand<7>(keys, every(0, kHighOnes | bits));
    shavite_round(state, keys);
    shavite_expand(keys);
    shavite_round(state, keys);
    shavite_expand<8>(keys, keys[0]);
    shavite_round(state, keys);
    shavite_expand(keys);
    shavite_round(state, keys);
    shavite_expand<6>(keys, every(bits << 32, kHighOnes));
    shavite_round(state, keys);
    for (size_t i = 0; i < 4; i++) {
        digest[i] = exor(state[i], every(_mm_loadu_si128(reinterpret_cast<const __m128i*>(kShaviteInitial) + i)));
    }
}

}  // namespace
}  // namespace p2ph::ghostrider
