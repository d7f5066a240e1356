#include "ghostrider/core/shabal512.h"

#include <bit>
#include <cstring>
#include <utility>

#include "ghostrider/core/words.h"

namespace p2ph::ghostrider {

namespace {

/* The state after the two blocks that stand before every message. */
constexpr uint32_t kInitialA[12] = {
    0x20728dfd, 0x46c0bd53, 0xe782b699, 0x55304632, 0x71b4ef90, 0x0ea9e82c, 0xdbb930f1, 0xfad06b8b, 0xbe0cae40, 0x8bd14410, 0x76d2adac, 0x28acab7f,
};
constexpr uint32_t kInitialB[16] = {
    0xc1099cb7, 0x07b385f3, 0xe7442c26, 0xcc8ad640, 0xeb6f56c7, 0x1ea81aa9, 0x73b9d314, 0x1de85d08,
    0x48910a5a, 0x893b22db, 0xc5a0df44, 0xbbc4324e, 0x72d2f240, 0x75941d99, 0x6d8bde82, 0xa1a7502b,
};
constexpr uint32_t kInitialC[16] = {
    0xd9bf68d1, 0x58bad750, 0x56028cb2, 0x8134f359, 0xb5d469d8, 0x941a8cc2, 0x418b2a6e, 0x04052780,
    0x7f07d787, 0x5194358f, 0x3c60d665, 0xbe97d79a, 0x950c3434, 0xaed9a06d, 0x2537dc8d, 0x7cdb5969,
};

void permute(uint32_t a[12], uint32_t b[16], const uint32_t c[16], const uint32_t m[16]) noexcept {
    for (size_t i = 0; i < 16; i++) {
        b[i] = std::rotl(b[i], 17);
    }
#pragma GCC unroll 48
    for (size_t k = 0; k < 48; k++) {
        const auto i = k % 16;
        auto& x = a[k % 12];
        x ^= 5 * std::rotl(a[(k + 11) % 12], 15) ^ c[(24 - i) % 16];
        x = (3 * x) ^ b[(i + 13) % 16] ^ (b[(i + 9) % 16] & ~b[(i + 6) % 16]) ^ m[i];
        b[i] = ~(std::rotl(b[i], 1) ^ x);
    }
    for (size_t j = 0; j < 36; j++) {
        a[j % 12] += c[(j + 3) % 16];
    }
}

void load(uint32_t m[16], const uint8_t* block) noexcept {
    for (size_t i = 0; i < 16; i++) {
        m[i] = load_le<uint32_t>(block + 4 * i);
    }
}

}  // namespace

Shabal512::Shabal512() noexcept {
    std::memcpy(a_, kInitialA, sizeof a_);
    std::memcpy(b_, kInitialB, sizeof b_);
    std::memcpy(c_, kInitialC, sizeof c_);
}

void Shabal512::compress(const uint8_t* block) noexcept {
    uint32_t m[16];
    load(m, block);
    for (size_t i = 0; i < 16; i++) {
        b_[i] += m[i];
    }
    a_[0] ^= static_cast<uint32_t>(blocks_);
    a_[1] ^= static_cast<uint32_t>(blocks_ >> 32);
    permute(a_, b_, c_, m);
    for (size_t i = 0; i < 16; i++) {
        c_[i] -= m[i];
    }
    std::swap(b_, c_);
    blocks_++;
}

void Shabal512::update(const uint8_t* data, size_t bytes) noexcept {
    buffer_.add(data, bytes, [this](const uint8_t* block) { compress(block); });
}

void Shabal512::finish(uint8_t* digest) noexcept {
    /* The last block goes through four times under the same number; C keeps the message that is taken from it elsewhere. */
    const auto* block = buffer_.pad(0x80, kBlockBytes, [this](const uint8_t* full) { compress(full); });
    uint32_t m[16];
    load(m, block);
    for (size_t i = 0; i < 16; i++) {
        b_[i] += m[i];
    }
    for (int pass = 0; pass < 4; pass++) {
        if (pass != 0) {
            std::swap(b_, c_);
        }
        a_[0] ^= static_cast<uint32_t>(blocks_);
        a_[1] ^= static_cast<uint32_t>(blocks_ >> 32);
        permute(a_, b_, c_, m);
    }
    for (size_t i = 0; i < 16; i++) {
        store_le<uint32_t>(digest + 4 * i, b_[i]);
    }
}

}  // namespace p2ph::ghostrider
