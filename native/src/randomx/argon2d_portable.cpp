#include <bit>

#include "argon2d_walk.h"

namespace p2ph::randomx {

namespace {

/* The addition of BlaMka: a + b + 2 * low(a) * low(b). */
uint64_t add(uint64_t a, uint64_t b) noexcept { return a + b + 2 * uint64_t{static_cast<uint32_t>(a)} * static_cast<uint32_t>(b); }

void mix(uint64_t& a, uint64_t& b, uint64_t& c, uint64_t& d) noexcept {
    a = add(a, b);
    d = std::rotr(d ^ a, 32);
    c = add(c, d);
    b = std::rotr(b ^ c, 24);
    a = add(a, b);
    d = std::rotr(d ^ a, 16);
    c = add(c, d);
    b = std::rotr(b ^ c, 63);
}

/* P of RFC 9106 over sixteen words: pairs that lie `stride` words apart. */
void permute(uint64_t* z, size_t stride) noexcept {
    uint64_t v[16];
    for (size_t i = 0; i < 16; i++) {
        v[i] = z[i / 2 * stride + i % 2];
    }
    mix(v[0], v[4], v[8], v[12]);
    mix(v[1], v[5], v[9], v[13]);
    mix(v[2], v[6], v[10], v[14]);
    mix(v[3], v[7], v[11], v[15]);
    mix(v[0], v[5], v[10], v[15]);
    mix(v[1], v[6], v[11], v[12]);
    mix(v[2], v[7], v[8], v[13]);
    mix(v[3], v[4], v[9], v[14]);
    for (size_t i = 0; i < 16; i++) {
        z[i / 2 * stride + i % 2] = v[i];
    }
}

void fill(uint64_t* memory) noexcept {
    walk(memory, [](const uint64_t* previous, const uint64_t* reference, uint64_t* block, bool mix_old, auto first_word) {
        uint64_t r[kBlockWords];
        uint64_t z[kBlockWords];
        for (size_t i = 0; i < kBlockWords; i++) {
            z[i] = r[i] = previous[i] ^ reference[i];
        }
        for (size_t row = 0; row < 8; row++) {
            permute(z + 16 * row, 2);
        }
        for (size_t column = 0; column < 8; column++) {
            permute(z + 2 * column, 16);
        }
        for (size_t i = 0; i < kBlockWords; i++) {
            block[i] = z[i] ^ r[i] ^ (mix_old ? block[i] : 0);
        }
        first_word(block[0]);
    });
}

}  // namespace

constexpr Argon2Row kArgon2Portable = {"portable", 0, &fill};

}  // namespace p2ph::randomx
