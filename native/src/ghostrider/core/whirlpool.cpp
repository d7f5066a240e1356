#include "ghostrider/core/whirlpool.h"

#include <cstring>

#include "ghostrider/core/whirlpool_constants.h"
#include "ghostrider/core/words.h"

namespace p2ph::ghostrider {

void Whirlpool::compress(const uint8_t* block) noexcept {
    WhirlpoolKeys made;
    const auto* keys = &kWhirlpoolFirstKeys;
    if (std::memcmp(chain_, kWhirlpoolZero, sizeof chain_) != 0) {
        made = whirlpool_schedule(chain_);
        keys = &made;
    }

    uint64_t message[8];
    uint64_t state[8];
    for (size_t i = 0; i < 8; i++) {
        message[i] = load_le<uint64_t>(block + 8 * i);
        state[i] = message[i] ^ keys->round[0][i];
    }
    for (size_t r = 1; r <= kWhirlpoolRounds; r++) {
        whirlpool_round(state);
        for (size_t i = 0; i < 8; i++) {
            state[i] ^= keys->round[r][i];
        }
    }
    for (size_t i = 0; i < 8; i++) {
        chain_[i] ^= state[i] ^ message[i];
    }
}

void Whirlpool::update(const uint8_t* data, size_t bytes) noexcept {
    bits_ += 8 * uint64_t{bytes};
    buffer_.add(data, bytes, [this](const uint8_t* block) { compress(block); });
}

void Whirlpool::finish(uint8_t* digest) noexcept {
    /* The length has 256 bits, of which 64 are ever used. */
    auto* block = buffer_.pad(0x80, kBlockBytes - 32, [this](const uint8_t* full) { compress(full); });
    store_be<uint64_t>(block + kBlockBytes - 8, bits_);
    compress(block);
    for (size_t i = 0; i < 8; i++) {
        store_le<uint64_t>(digest + 8 * i, chain_[i]);
    }
}

}  // namespace p2ph::ghostrider
