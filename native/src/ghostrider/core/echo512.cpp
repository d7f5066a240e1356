#include "ghostrider/core/echo512.h"

#include <cstring>
#include <utility>

#include "ghostrider/core/aes_round.h"
#include "ghostrider/core/words.h"

namespace p2ph::ghostrider {

namespace {

/* Each of the four bytes of a word doubled in the field of AES. */
uint32_t twice(uint32_t word) noexcept { return ((word & 0x7f7f7f7f) << 1) ^ (((word >> 7) & 0x01010101) * 0x1b); }

/* MixColumns of AES over the same word of the four blocks of a column. */
void mix(uint32_t& a, uint32_t& b, uint32_t& c, uint32_t& d) noexcept {
    const auto all = a ^ b ^ c ^ d;
    const auto first = a;
    a ^= all ^ twice(a ^ b);
    b ^= all ^ twice(b ^ c);
    c ^= all ^ twice(c ^ d);
    d ^= all ^ twice(d ^ first);
}

}  // namespace

Echo512::Echo512() noexcept {
    for (auto& block : chain_) {
        block[0] = 8 * kDigestBytes;
        block[1] = block[2] = block[3] = 0;
    }
}

void Echo512::compress(const uint8_t* block, uint64_t message_bits) noexcept {
    /* Four by four blocks of 16 bytes, column by column: block 4c + r is row r of column c. */
    uint32_t state[16][4];
    std::memcpy(state, chain_, sizeof chain_);
    for (size_t i = 0; i < 32; i++) {
        state[8 + i / 4][i % 4] = load_le<uint32_t>(block + 4 * i);
    }

    auto counter = message_bits;
    for (int round = 0; round < 10; round++) {
        for (auto& word : state) {
            const uint32_t key[4] = {static_cast<uint32_t>(counter), static_cast<uint32_t>(counter >> 32), 0, 0};
            aes_round(word, key);
            aes_round(word);
            counter++;
        }
        uint32_t shifted[16][4];
        for (size_t i = 0; i < 16; i++) {
            std::memcpy(shifted[i], state[(i + 4 * (i % 4)) % 16], sizeof shifted[i]);
        }
        for (size_t column = 0; column < 16; column += 4) {
            for (size_t i = 0; i < 4; i++) {
                mix(shifted[column][i], shifted[column + 1][i], shifted[column + 2][i], shifted[column + 3][i]);
            }
        }
        std::memcpy(state, shifted, sizeof state);
    }

    for (size_t i = 0; i < 32; i++) {
        chain_[i / 4][i % 4] ^= load_le<uint32_t>(block + 4 * i) ^ state[i / 4][i % 4] ^ state[8 + i / 4][i % 4];
    }
}

void Echo512::update(const uint8_t* data, size_t bytes) noexcept {
    buffer_.add(data, bytes, [this](const uint8_t* block) { compress(block, bits_ += 8 * kBlockBytes); });
}

void Echo512::finish(uint8_t* digest) noexcept {
    bits_ += 8 * buffer_.fill();
    auto counted = buffer_.fill() != 0 ? bits_ : 0;
    auto* block = buffer_.pad(0x80, kBlockBytes - 18, [&](const uint8_t* full) { compress(full, std::exchange(counted, 0)); });
    block[kBlockBytes - 17] = (8 * kDigestBytes) >> 8;
    store_le<uint64_t>(block + kBlockBytes - 16, bits_);
    compress(block, counted);
    for (size_t i = 0; i < 16; i++) {
        store_le<uint32_t>(digest + 4 * i, chain_[i / 4][i % 4]);
    }
}

}  // namespace p2ph::ghostrider
