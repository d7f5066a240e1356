#include "ghostrider/core/cubehash512.h"

#include <cstring>

#include "ghostrider/core/cubehash_constants.h"
#include "ghostrider/core/words.h"

namespace p2ph::ghostrider {

namespace {

/* Four words at once, as GCC and Clang make them of what the target has. */
using Words = uint32_t __attribute__((vector_size(16)));

template <int kBits>
inline Words turn(Words words) noexcept {
    return (words << kBits) | (words >> (32 - kBits));
}

/* low and high hold x[0..15] and x[16..31]. An exchange of words at a distance of 8 or 4 is one of whole vectors, of 2 or 1 one inside each. */
void rounds(uint32_t state[32], int count) noexcept {
    Words low[4];
    Words high[4];
    std::memcpy(low, state, sizeof low);
    std::memcpy(high, state + 16, sizeof high);
    for (int round = 0; round < count; round++) {
        Words turned[4];
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) {
            high[i] += low[i];
            turned[i] = turn<7>(low[i]);
        }
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) {
            low[i] = turned[i ^ 2] ^ high[i];
            high[i] = __builtin_shufflevector(high[i], high[i], 2, 3, 0, 1);
        }
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) {
            high[i] += low[i];
            turned[i] = turn<11>(low[i]);
        }
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) {
            low[i] = turned[i ^ 1] ^ high[i];
            high[i] = __builtin_shufflevector(high[i], high[i], 1, 0, 3, 2);
        }
    }
    std::memcpy(state, low, sizeof low);
    std::memcpy(state + 16, high, sizeof high);
}

}  // namespace

CubeHash512::CubeHash512() noexcept { std::memcpy(state_, kCubeHashIv, sizeof state_); }

void CubeHash512::compress(const uint8_t* block) noexcept {
    for (size_t i = 0; i < 8; i++) {
        state_[i] ^= load_le<uint32_t>(block + 4 * i);
    }
    rounds(state_, kCubeHashBlockRounds);
}

void CubeHash512::update(const uint8_t* data, size_t bytes) noexcept {
    buffer_.add(data, bytes, [this](const uint8_t* block) { compress(block); });
}

void CubeHash512::finish(uint8_t* digest) noexcept {
    compress(buffer_.pad(0x80, kBlockBytes, [this](const uint8_t* full) { compress(full); }));
    state_[31] ^= 1;
    rounds(state_, kCubeHashFinalRounds);
    for (size_t i = 0; i < 16; i++) {
        store_le<uint32_t>(digest + 4 * i, state_[i]);
    }
}

}  // namespace p2ph::ghostrider
