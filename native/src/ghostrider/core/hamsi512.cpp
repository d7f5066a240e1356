#include "ghostrider/core/hamsi512.h"

#include <bit>
#include <cstring>

#include "ghostrider/core/hamsi512_constants.h"
#include "ghostrider/core/words.h"

namespace p2ph::ghostrider {

namespace {

/* The S-box S2 of Serpent over 32 columns of bits. */
void substitute(uint32_t& a, uint32_t& b, uint32_t& c, uint32_t& d) noexcept {
    auto t = a;
    a = (a & c) ^ d;
    c ^= b ^ a;
    d = (d | t) ^ b;
    t ^= c;
    b = d;
    d = (d | t) ^ a;
    a &= b;
    t ^= a;
    b ^= d ^ t;
    a = c;
    c = b;
    b = d;
    d = ~t;
}

void diffuse(uint32_t& a, uint32_t& b, uint32_t& c, uint32_t& d) noexcept {
    a = std::rotl(a, 13);
    c = std::rotl(c, 3);
    b ^= a ^ c;
    d ^= c ^ (a << 3);
    b = std::rotl(b, 1);
    d = std::rotl(d, 7);
    a ^= b ^ d;
    c ^= d ^ (b << 7);
    a = std::rotl(a, 5);
    c = std::rotl(c, 22);
}

template <uint32_t kRounds>
void compress(uint32_t chain[16], const uint8_t* block, const uint32_t alpha[32]) noexcept {
    uint32_t message[16] = {};
    for (size_t half = 0; half < 16; half++) {
        const auto* row = kHamsiHalfBytes.of[half][(block[half / 2] >> (4 * (half % 2))) & 15];
        for (size_t i = 0; i < 16; i++) {
            message[i] ^= row[i];
        }
    }

    uint32_t s[32];
    for (size_t i = 0; i < 16; i++) {
        s[hamsi_place(i, false)] = message[i];
        s[hamsi_place(i, true)] = chain[i];
    }

    for (uint32_t round = 0; round < kRounds; round++) {
        for (size_t i = 0; i < 32; i++) {
            s[i] ^= alpha[i];
        }
        s[1] ^= round;
        for (size_t i = 0; i < 8; i++) {
            substitute(s[i], s[8 + i], s[16 + i], s[24 + i]);
        }
        for (size_t i = 0; i < 8; i++) {
            diffuse(s[i], s[8 + (i + 1) % 8], s[16 + (i + 2) % 8], s[24 + (i + 3) % 8]);
        }
        diffuse(s[0], s[2], s[5], s[7]);
        diffuse(s[16], s[19], s[21], s[22]);
        diffuse(s[9], s[11], s[12], s[14]);
        diffuse(s[25], s[26], s[28], s[31]);
    }

    for (size_t i = 0; i < 8; i++) {
        chain[i] ^= s[i];
        chain[8 + i] ^= s[16 + i];
    }
}

}  // namespace

Hamsi512::Hamsi512() noexcept { std::memcpy(chain_, kHamsiInitial, sizeof chain_); }

void Hamsi512::update(const uint8_t* data, size_t bytes) noexcept {
    bits_ += 8 * uint64_t{bytes};
    buffer_.add(data, bytes, [this](const uint8_t* block) { compress<6>(chain_, block, kHamsiAlpha); });
}

void Hamsi512::finish(uint8_t* digest) noexcept {
    compress<6>(chain_, buffer_.pad(0x80, kBlockBytes, [](const uint8_t*) {}), kHamsiAlpha);
    uint8_t length[kBlockBytes];
    store_be<uint64_t>(length, bits_);
    compress<12>(chain_, length, kHamsiAlphaFinal);
    for (size_t i = 0; i < 16; i++) {
        store_be<uint32_t>(digest + 4 * i, chain_[i]);
    }
}

}  // namespace p2ph::ghostrider
