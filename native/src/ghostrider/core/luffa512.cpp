#include "ghostrider/core/luffa512.h"

#include <bit>
#include <cstring>

#include "ghostrider/core/luffa_constants.h"
#include "ghostrider/core/words.h"

namespace p2ph::ghostrider {

namespace {

/* Multiplication by x. */
inline void multiply(uint32_t s[8]) noexcept {
    const auto last = s[7];
    s[7] = s[6];
    s[6] = s[5];
    s[5] = s[4];
    s[4] = s[3] ^ last;
    s[3] = s[2] ^ last;
    s[2] = s[1];
    s[1] = s[0] ^ last;
    s[0] = last;
}

inline void add(uint32_t to[8], const uint32_t from[8]) noexcept {
    for (int i = 0; i < 8; i++) {
        to[i] ^= from[i];
    }
}

void inject(uint32_t v[5][8], uint32_t message[8]) noexcept {
    uint32_t sum[8] = {};
    for (int j = 0; j < 5; j++) {
        add(sum, v[j]);
    }
    multiply(sum);
    for (int j = 0; j < 5; j++) {
        add(v[j], sum);
    }

    uint32_t b[5][8];
    for (int j = 0; j < 5; j++) {
        std::memcpy(b[j], v[j], sizeof b[j]);
        multiply(b[j]);
        add(b[j], v[(j + 1) % 5]);
    }
    for (int j = 0; j < 5; j++) {
        std::memcpy(v[j], b[j], sizeof v[j]);
        multiply(v[j]);
        add(v[j], b[(j + 4) % 5]);
        add(v[j], message);
        multiply(message);
    }
}

/* The S-box {13, 14, 0, 1, 5, 10, 7, 6, 11, 3, 9, 12, 15, 8, 2, 4} on 32 nibbles, whose lowest bits are in x0. The expressions were found by a
 * search for few operations. */
inline void sub_crumb(uint32_t& x0, uint32_t& x1, uint32_t& x2, uint32_t& x3) noexcept {
    const auto a = x2 ^ (x0 | x3);
    const auto b = x3 ^ (x0 | x1);
    const auto c = x0 ^ a;
    x3 = ~(x1 ^ (a & ~b));
    x0 = a ^ (x3 & ~c);
    x2 = c ^ x3;
    x1 = ~(b ^ (x2 | x3));
}

inline void mix_word(uint32_t& u, uint32_t& v) noexcept {
    v ^= u;
    u = std::rotl(u, 2) ^ v;
    v = std::rotl(v, 14) ^ u;
    u = std::rotl(u, 10) ^ v;
    v = std::rotl(v, 1);
}

/* The permutation of sub-state j. */
void permute(uint32_t state[8], int j) noexcept {
    uint32_t w[8];
    for (int i = 0; i < 4; i++) {
        w[i] = state[i];
        w[4 + i] = std::rotl(state[4 + i], j);
    }
    for (int round = 0; round < 8; round++) {
        sub_crumb(w[0], w[1], w[2], w[3]);
        sub_crumb(w[5], w[6], w[7], w[4]);
        mix_word(w[0], w[4]);
        mix_word(w[1], w[5]);
        mix_word(w[2], w[6]);
        mix_word(w[3], w[7]);
        w[0] ^= kLuffaRounds[j][0][round];
        w[4] ^= kLuffaRounds[j][1][round];
    }
    std::memcpy(state, w, sizeof w);
}

}  // namespace

Luffa512::Luffa512() noexcept { std::memcpy(state_, kLuffaIv, sizeof state_); }

void Luffa512::compress(const uint8_t* block) noexcept {
    uint32_t message[8];
    for (int i = 0; i < 8; i++) {
        message[i] = load_be<uint32_t>(block + 4 * i);
    }
    inject(state_, message);
    for (int j = 0; j < 5; j++) {
        permute(state_[j], j);
    }
}

void Luffa512::update(const uint8_t* data, size_t bytes) noexcept {
    buffer_.add(data, bytes, [this](const uint8_t* block) { compress(block); });
}

void Luffa512::squeeze(uint8_t* half) noexcept {
    const uint8_t zeros[kBlockBytes] = {};
    compress(zeros);
    for (int i = 0; i < 8; i++) {
        store_be<uint32_t>(half + 4 * i, state_[0][i] ^ state_[1][i] ^ state_[2][i] ^ state_[3][i] ^ state_[4][i]);
    }
}

void Luffa512::finish(uint8_t* digest) noexcept {
    compress(buffer_.pad(0x80, kBlockBytes, [this](const uint8_t* full) { compress(full); }));
    squeeze(digest);
    squeeze(digest + kBlockBytes);
}

}  // namespace p2ph::ghostrider
