#include "ghostrider/core/simd512.h"

#include <array>
#include <bit>
#include <cstring>

#include "ghostrider/core/simd512_constants.h"
#include "ghostrider/core/words.h"

namespace p2ph::ghostrider {

namespace {

/* A row of the expanded message for each of the 32 steps. */
struct Rows {
    uint32_t step[32][8];
};

/* The number theoretic transform of 128 bytes modulo 257, to rows. The transform has 256 points, of which the upper half is 0 before it: seven
 * layers of butterflies, decimated in frequency, after a first one that only multiplies. Its values come out in the order of reversed bits. */
Rows expand(const uint8_t* block, bool last) noexcept {
    int32_t x[256];
    for (size_t i = 0; i < 128; i++) {
        x[i] = block[i];
        x[128 + i] = block[i] * kSimdPowers[i] % 257;
    }
    for (size_t half = 64, step = 2; half != 0; half /= 2, step *= 2) {
        for (size_t start = 0; start < 256; start += 2 * half) {
            for (size_t i = start; i < start + half; i++) {
                const auto difference = x[i] - x[i + half];
                x[i] += x[i + half];
                x[i + half] = difference * kSimdPowers[step * (i - start)] % 257;
            }
        }
    }

    int32_t y[256];
    for (size_t i = 0; i < 256; i++) {
        const auto value = (x[simd_reverse_bits(i)] + simd_constant(i, last)) % 257;
        y[i] = value > 128 ? value - 257 : value < -128 ? value + 257 : value;
    }

    Rows rows;
    for (size_t k = 0; k < 32; k++) {
        const auto group = simd_row(k);
        for (size_t j = 0; j < 8; j++) {
            rows.step[k][j] = (static_cast<uint32_t>(y[group.low + 2 * j] * group.factor) & 0xffff) |
                              static_cast<uint32_t>(y[group.high + 2 * j] * group.factor) << 16;
        }
    }
    return rows;
}

/* One step: the words of A, B, C and D are s[0..7], s[8..15], s[16..23], s[24..31]; k counts the steps of a compression. */
void step(uint32_t s[32], const uint32_t row[8], size_t k, bool majority, int r, int t) noexcept {
    uint32_t turned[8];
    uint32_t next[8];
    for (size_t n = 0; n < 8; n++) {
        const auto a = s[n];
        const auto b = s[8 + n];
        const auto c = s[16 + n];
        turned[n] = std::rotl(a, r);
        next[n] = s[24 + n] + row[n] + (majority ? (a & b) | ((a | b) & c) : ((b ^ c) & a) ^ c);
    }
    std::memmove(s + 16, s + 8, 64);
    for (size_t n = 0; n < 8; n++) {
        s[n] = std::rotl(next[n], t) + turned[n ^ kSimdSwaps[k % 7]];
        s[8 + n] = turned[n];
    }
}

void compress(uint32_t chain[32], const uint8_t* block, bool last) noexcept {
    const auto rows = expand(block, last);
    uint32_t s[32];
    for (size_t i = 0; i < 32; i++) {
        s[i] = chain[i] ^ load_le<uint32_t>(block + 4 * i);
    }
    for (size_t k = 0; k < 32; k++) {
        const auto* turns = kSimdTurns[k / 8];
        step(s, rows.step[k], k, k % 8 >= 4, turns[k % 4], turns[(k + 1) % 4]);
    }
    /* Four more steps feed the old chaining value forward. */
    for (size_t k = 0; k < 4; k++) {
        step(s, chain + 8 * k, 32 + k, false, kSimdTurns[3][k], kSimdTurns[3][(k + 1) % 4]);
    }
    std::memcpy(chain, s, sizeof s);
}

}  // namespace

Simd512::Simd512() noexcept { std::memcpy(chain_, kSimdInitial, sizeof chain_); }

void Simd512::update(const uint8_t* data, size_t bytes) noexcept {
    bits_ += 8 * uint64_t{bytes};
    buffer_.add(data, bytes, [this](const uint8_t* block) { compress(chain_, block, false); });
}

void Simd512::finish(uint8_t* digest) noexcept {
    if (buffer_.fill() != 0) {
        compress(chain_, buffer_.pad(0, kBlockBytes, [](const uint8_t*) {}), false);
    }
    /* The implementation that the coin's nodes use, and the vectors with it, counts bits 22 to 31 of the length once more in its upper half:
     * seen in messages of half a mebibyte and more, which GhostRider has none of. */
    uint8_t length[kBlockBytes] = {};
    store_le<uint64_t>(length, bits_ + ((bits_ & 0xffc00000) << 10));
    compress(chain_, length, true);
    for (size_t i = 0; i < 16; i++) {
        store_le<uint32_t>(digest + 4 * i, chain_[i]);
    }
}

}  // namespace p2ph::ghostrider
