#include "ghostrider/core/cubehash512.h"

#include <bit>
#include <cstring>

#include "ghostrider/core/words.h"

namespace p2ph::ghostrider {

namespace {

/* (64, 32, 16, 0, ...) after 160 rounds. */
constexpr uint32_t kIv[32] = {
    0x2aea2a61, 0x50f494d4, 0x2d538b8b, 0x4167d83e, 0x3fee2313, 0xc701cf8c, 0xcc39968e, 0x50ac5695, 0x4d42c787, 0xa647a8b3, 0x97cf0bef,
    0x825b4537, 0xeef864d2, 0xf22090c4, 0xd0e5cd33, 0xa23911ae, 0xfcd398d9, 0x148fe485, 0x1b017bef, 0xb6444532, 0x6a536159, 0x2ff5781c,
    0x91fa7934, 0x0dbadea9, 0xd65c8a2b, 0xa5a70e75, 0xb1c62456, 0xbc796576, 0x1921c8f7, 0xe7989af1, 0x7795d246, 0xd43e3b44,
};

/* Half a round. The words of the low half are turned, and exchanged with those kLow further; those of the high half are exchanged with those kHigh
 * further, after they went into the low half. */
template <int kTurn, size_t kLow, size_t kHigh>
inline void half_round(uint32_t low[16], uint32_t high[16]) noexcept {
    uint32_t turned[16];
    uint32_t sum[16];
    for (size_t i = 0; i < 16; i++) {
        sum[i] = high[i] + low[i];
        turned[i] = std::rotl(low[i], kTurn);
    }
    for (size_t i = 0; i < 16; i++) {
        low[i] = turned[i ^ kLow] ^ sum[i];
    }
    for (size_t i = 0; i < 16; i++) {
        high[i] = sum[i ^ kHigh];
    }
}

void rounds(uint32_t state[32], int count) noexcept {
    uint32_t low[16];
    uint32_t high[16];
    std::memcpy(low, state, sizeof low);
    std::memcpy(high, state + 16, sizeof high);
    for (int round = 0; round < count; round++) {
        half_round<7, 8, 2>(low, high);
        half_round<11, 4, 1>(low, high);
    }
    std::memcpy(state, low, sizeof low);
    std::memcpy(state + 16, high, sizeof high);
}

constexpr int kBlockRounds = 16;
constexpr int kFinalRounds = 160;

}  // namespace

CubeHash512::CubeHash512() noexcept { std::memcpy(state_, kIv, sizeof state_); }

void CubeHash512::compress(const uint8_t* block) noexcept {
    for (size_t i = 0; i < 8; i++) {
        state_[i] ^= load_le<uint32_t>(block + 4 * i);
    }
    rounds(state_, kBlockRounds);
}

void CubeHash512::update(const uint8_t* data, size_t bytes) noexcept {
    buffer_.add(data, bytes, [this](const uint8_t* block) { compress(block); });
}

void CubeHash512::finish(uint8_t* digest) noexcept {
    compress(buffer_.pad(0x80, kBlockBytes, [this](const uint8_t* full) { compress(full); }));
    state_[31] ^= 1;
    rounds(state_, kFinalRounds);
    for (size_t i = 0; i < 16; i++) {
        store_le<uint32_t>(digest + 4 * i, state_[i]);
    }
}

}  // namespace p2ph::ghostrider
