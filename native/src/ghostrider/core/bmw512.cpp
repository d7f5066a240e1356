#include "ghostrider/core/bmw512.h"

#include <bit>
#include <cstring>

#include "ghostrider/core/bmw_constants.h"
#include "ghostrider/core/words.h"

namespace p2ph::ghostrider {

namespace {

constexpr uint64_t s(int which, uint64_t x) noexcept {
    if (which >= 4) {
        return (x >> (which - 3)) ^ x;
    }
    return (x >> kBmwS[which][0]) ^ (x << kBmwS[which][1]) ^ std::rotl(x, kBmwS[which][2]) ^ std::rotl(x, kBmwS[which][3]);
}

constexpr uint64_t shift(uint64_t x, int left) noexcept { return left >= 0 ? x << left : x >> -left; }

/* One word of the message and its place in the sum, turned by its number and one. */
inline uint64_t turned(const uint64_t m[16], int word) noexcept { return std::rotl(m[word % 16], word % 16 + 1); }

inline uint64_t add_element(const uint64_t m[16], const uint64_t h[16], int j) noexcept {
    return (turned(m, j) + turned(m, j + 3) - turned(m, j + 10) + static_cast<uint64_t>(j + 16) * kBmwExpand) ^ h[(j + 7) % 16];
}

/* out = f(h, m). out may be h or m. */
void compress_words(const uint64_t h[16], const uint64_t m[16], uint64_t out[16]) noexcept {
    uint64_t mixed[16];
    uint64_t q[32];
    for (int i = 0; i < 16; i++) {
        mixed[i] = m[i] ^ h[i];
    }
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) {
        uint64_t w = 0;
#pragma GCC unroll 5
        for (const auto term : kBmwTerms[i]) {
            w += term.sign > 0 ? mixed[term.word] : -mixed[term.word];
        }
        q[i] = s(i % 5, w) + h[(i + 1) % 16];
    }

#pragma GCC unroll 2
    for (int i = 16; i < 18; i++) {
        q[i] = add_element(m, h, i - 16);
#pragma GCC unroll 16
        for (int k = 0; k < 16; k++) {
            q[i] += s((k + 1) % 4, q[i - 16 + k]);
        }
    }
#pragma GCC unroll 14
    for (int i = 18; i < 32; i++) {
        q[i] = add_element(m, h, i - 16) + s(4, q[i - 2]) + s(5, q[i - 1]);
#pragma GCC unroll 7
        for (int k = 0; k < 7; k++) {
            q[i] += q[i - 16 + 2 * k] + std::rotl(q[i - 15 + 2 * k], kBmwR[k]);
        }
    }

    uint64_t low = 0;
    for (int i = 16; i < 24; i++) {
        low ^= q[i];
    }
    uint64_t high = low;
    for (int i = 24; i < 32; i++) {
        high ^= q[i];
    }
    uint64_t next[16];
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++) {
        next[i] = (shift(high, kBmwFoldHigh[i][0]) ^ shift(q[16 + i], kBmwFoldHigh[i][1]) ^ m[i]) + (low ^ q[24 + i] ^ q[i]);
    }
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++) {
        next[8 + i] = std::rotl(next[(i + 4) % 8], 9 + i) + (high ^ q[24 + i] ^ m[8 + i]) +
                      (shift(low, kBmwFoldLow[i][0]) ^ q[kBmwFoldLow[i][1]] ^ q[8 + i]);
    }
    std::memcpy(out, next, sizeof next);
}

}  // namespace

Bmw512::Bmw512() noexcept {
    for (uint64_t i = 0; i < 16; i++) {
        chain_[i] = kBmwIv + i * kBmwIvStep;
    }
}

void Bmw512::compress(const uint8_t* block) noexcept {
    uint64_t message[16];
    for (int i = 0; i < 16; i++) {
        message[i] = load_le<uint64_t>(block + 8 * i);
    }
    compress_words(chain_, message, chain_);
}

void Bmw512::update(const uint8_t* data, size_t bytes) noexcept {
    bits_ += 8 * bytes;
    buffer_.add(data, bytes, [this](const uint8_t* block) { compress(block); });
}

void Bmw512::finish(uint8_t* digest) noexcept {
    auto* block = buffer_.pad(0x80, kBlockBytes - 8, [this](const uint8_t* full) { compress(full); });
    store_le<uint64_t>(block + kBlockBytes - 8, bits_);
    compress(block);

    /* Once more: the chaining value as the message, under a constant. */
    uint64_t key[16];
    for (uint64_t i = 0; i < 16; i++) {
        key[i] = kBmwFinalKey + i;
    }
    compress_words(key, chain_, chain_);
    for (int i = 0; i < 8; i++) {
        store_le<uint64_t>(digest + 8 * i, chain_[8 + i]);
    }
}

}  // namespace p2ph::ghostrider
