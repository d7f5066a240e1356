#include "ghostrider/core/shabal512.h"

#include <bit>
#include <cstring>
#include <utility>

#include "ghostrider/core/shabal512_constants.h"
#include "ghostrider/core/words.h"

namespace p2ph::ghostrider {

namespace {

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
    std::memcpy(a_, kShabalInitialA, sizeof a_);
    std::memcpy(b_, kShabalInitialB, sizeof b_);
    std::memcpy(c_, kShabalInitialC, sizeof c_);
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
