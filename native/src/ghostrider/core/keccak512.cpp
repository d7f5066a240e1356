#include "ghostrider/core/keccak512.h"

#include <cstring>

#include "ghostrider/core/words.h"
#include "keccak/keccak_f1600.h"

namespace p2ph::ghostrider {

void Keccak512::absorb(const uint8_t* block) noexcept {
    for (size_t lane = 0; lane < kRateBytes / 8; lane++) {
        state_[lane] ^= load_le<uint64_t>(block + 8 * lane);
    }
    keccak_f1600(state_);
}

void Keccak512::update(const uint8_t* data, size_t bytes) noexcept {
    buffer_.add(data, bytes, [this](const uint8_t* block) { absorb(block); });
}

void Keccak512::finish(uint8_t* digest) noexcept {
    auto* block = buffer_.pad(0x01, kRateBytes, [this](const uint8_t* full) { absorb(full); });
    block[kRateBytes - 1] |= 0x80;
    absorb(block);
    for (size_t lane = 0; lane < kDigestBytes / 8; lane++) {
        store_le<uint64_t>(digest + 8 * lane, state_[lane]);
    }
}

}  // namespace p2ph::ghostrider
