#include "ghostrider/core/shavite512.h"

#include <cstring>
#include <utility>

#include "ghostrider/core/aes_round.h"
#include "ghostrider/core/shavite512_constants.h"
#include "ghostrider/core/words.h"

namespace p2ph::ghostrider {

namespace {

constexpr size_t kRounds = 14;
constexpr size_t kKeyWords = 32 * kRounds;

/* The round keys. Groups of 32 words, by turns with an AES round in them and linear; the first group is the message itself. */
void expand(uint32_t keys[kKeyWords], uint64_t message_bits) noexcept {
    const uint32_t counter[4] = {static_cast<uint32_t>(message_bits), static_cast<uint32_t>(message_bits >> 32), 0, 0};
    const auto count = [&](size_t u, int a, int b, int c, int d) {
        keys[u] ^= counter[a];
        keys[u + 1] ^= counter[b];
        keys[u + 2] ^= counter[c];
        keys[u + 3] ^= ~counter[d];
    };
    for (size_t group = 32; group < kKeyWords; group += 64) {
        for (size_t u = group; u < group + 32; u += 4) {
            uint32_t block[4] = {keys[u - 31], keys[u - 30], keys[u - 29], keys[u - 32]};
            aes_round(block, keys + u - 4);
            std::memcpy(keys + u, block, sizeof block);
            switch (u) {
                case 32:
                    count(u, 0, 1, 2, 3);
                    break;
                case 164:
                    count(u, 3, 2, 1, 0);
                    break;
                case 316:
                    count(u, 2, 3, 0, 1);
                    break;
                case 440:
                    count(u, 1, 0, 3, 2);
                    break;
            }
        }
        for (size_t u = group + 32; u < group + 64 && u < kKeyWords; u++) {
            keys[u] = keys[u - 32] ^ keys[u - 7];
        }
    }
}

/* left ^= F(right): four AES rounds, each with its key before it. */
void feistel(uint32_t left[4], const uint32_t right[4], const uint32_t keys[16]) noexcept {
    uint32_t x[4];
    for (int i = 0; i < 4; i++) {
        x[i] = right[i] ^ keys[i];
    }
    aes_round(x, keys + 4);
    aes_round(x, keys + 8);
    aes_round(x, keys + 12);
    aes_round(x, left);
    std::memcpy(left, x, sizeof x);
}

}  // namespace

Shavite512::Shavite512() noexcept { std::memcpy(chain_, kShaviteInitial, sizeof chain_); }

void Shavite512::compress(const uint8_t* block, uint64_t message_bits) noexcept {
    uint32_t keys[kKeyWords];
    for (size_t i = 0; i < 32; i++) {
        keys[i] = load_le<uint32_t>(block + 4 * i);
    }
    expand(keys, message_bits);

    uint32_t state[4][4];
    std::memcpy(state, chain_, sizeof state);
    for (size_t round = 0; round < kRounds; round++) {
        feistel(state[0], state[1], keys + 32 * round);
        feistel(state[2], state[3], keys + 32 * round + 16);
        uint32_t last[4];
        std::memcpy(last, state[3], sizeof last);
        std::memmove(state[1], state[0], 3 * sizeof last);
        std::memcpy(state[0], last, sizeof last);
    }
    for (size_t i = 0; i < 16; i++) {
        chain_[i] ^= state[i / 4][i % 4];
    }
}

void Shavite512::update(const uint8_t* data, size_t bytes) noexcept {
    buffer_.add(data, bytes, [this](const uint8_t* block) { compress(block, bits_ += 8 * kBlockBytes); });
}

void Shavite512::finish(uint8_t* digest) noexcept {
    bits_ += 8 * buffer_.fill();
    auto counted = buffer_.fill() != 0 ? bits_ : 0;
    auto* block = buffer_.pad(0x80, kBlockBytes - 18, [&](const uint8_t* full) { compress(full, std::exchange(counted, 0)); });
    store_le<uint64_t>(block + kBlockBytes - 18, bits_);
    block[kBlockBytes - 1] = (8 * kDigestBytes) >> 8;
    compress(block, counted);
    for (size_t i = 0; i < 16; i++) {
        store_le<uint32_t>(digest + 4 * i, chain_[i]);
    }
}

}  // namespace p2ph::ghostrider
