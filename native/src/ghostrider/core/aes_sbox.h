#pragma once

#include <array>
#include <cstdint>

namespace p2ph::ghostrider {

/* Twice a polynomial of GF(2^8) modulo x^8 + x^4 + x^3 + x + 1. */
constexpr uint8_t aes_double(uint8_t a) noexcept { return static_cast<uint8_t>((a << 1) ^ ((a >> 7) * 0x1b)); }

/* The product of two polynomials of the same field. */
constexpr uint8_t aes_multiply(uint8_t a, uint8_t b) noexcept {
    uint8_t product = 0;
    for (; b != 0; b >>= 1, a = aes_double(a)) {
        product ^= (b & 1) != 0 ? a : 0;
    }
    return product;
}

/* The S-box of AES, FIPS 197 section 5.1.1: the inverse, then an affine map. */
constexpr std::array<uint8_t, 256> kAesSbox = [] {
    std::array<uint8_t, 256> sbox{};
    /* p runs through all powers of the generator 3, q through their inverses: 0xf6 is the inverse of 3. */
    uint8_t p = 1;
    uint8_t q = 1;
    do {
        p = static_cast<uint8_t>(p ^ aes_double(p));
        q = aes_multiply(q, 0xf6);
        unsigned spread = q | unsigned{q} << 8;
        sbox[p] = static_cast<uint8_t>(spread ^ spread >> 4 ^ spread >> 5 ^ spread >> 6 ^ spread >> 7 ^ 0x63);
    } while (p != 1);
    sbox[0] = 0x63;
    return sbox;
}();

static_assert(kAesSbox[0x00] == 0x63 && kAesSbox[0x01] == 0x7c && kAesSbox[0x53] == 0xed && kAesSbox[0xff] == 0x16);

}  // namespace p2ph::ghostrider
