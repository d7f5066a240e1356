#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

/* Tables of Whirlpool. Everything here is static: files that are compiled for an instruction set may include it. */

namespace p2ph::ghostrider {

constexpr size_t kWhirlpoolRounds = 10;

/* The S-box is built from three substitutions of four bits: E, its inverse, and R. */
static constexpr uint8_t kWhirlpoolE[16] = {1, 11, 9, 12, 13, 6, 15, 3, 14, 8, 7, 4, 10, 2, 5, 0};
static constexpr uint8_t kWhirlpoolR[16] = {7, 12, 11, 13, 14, 4, 9, 15, 6, 3, 8, 10, 2, 5, 1, 0};
static constexpr auto kWhirlpoolInverse = [] {
    std::array<uint8_t, 16> inverse{};
    for (uint8_t x = 0; x < 16; x++) {
        inverse[kWhirlpoolE[x]] = x;
    }
    return inverse;
}();
static constexpr auto kWhirlpoolSbox = [] {
    std::array<uint8_t, 256> sbox{};
    for (size_t x = 0; x < 256; x++) {
        const auto u = kWhirlpoolE[x >> 4];
        const auto v = kWhirlpoolInverse[x & 15];
        const auto r = kWhirlpoolR[u ^ v];
        sbox[x] = static_cast<uint8_t>(kWhirlpoolE[u ^ r] << 4 | kWhirlpoolInverse[v ^ r]);
    }
    return sbox;
}();

static constexpr uint8_t whirlpool_twice(uint8_t a) noexcept { return static_cast<uint8_t>((a << 1) ^ ((a >> 7) * 0x1d)); }

/* What a byte in column 0 adds to its row: SubBytes and MixRows in one. A byte in column k adds the same turned by k columns. */
static constexpr auto kWhirlpoolRows = [] {
    std::array<std::array<uint64_t, 256>, 8> rows{};
    for (size_t x = 0; x < 256; x++) {
        const auto one = kWhirlpoolSbox[x];
        const auto two = whirlpool_twice(one);
        const auto four = whirlpool_twice(two);
        const auto eight = whirlpool_twice(four);
        const uint8_t row[8] = {one, one, four, one, eight, static_cast<uint8_t>(four ^ one), two, static_cast<uint8_t>(eight ^ one)};
        for (int column = 0; column < 8; column++) {
            rows[0][x] |= uint64_t{row[column]} << (8 * column);
        }
        for (int k = 1; k < 8; k++) {
            rows[k][x] = std::rotl(rows[0][x], 8 * k);
        }
    }
    return rows;
}();

/* The round without its key. */
static constexpr void whirlpool_round(uint64_t state[8]) noexcept {
    uint64_t out[8] = {};
    for (size_t i = 0; i < 8; i++) {
        for (size_t column = 0; column < 8; column++) {
            out[i] ^= kWhirlpoolRows[column][(state[(i - column) % 8] >> (8 * column)) & 255];
        }
    }
    for (size_t i = 0; i < 8; i++) {
        state[i] = out[i];
    }
}

struct WhirlpoolKeys {
    uint64_t round[kWhirlpoolRounds + 1][8];
};

static constexpr WhirlpoolKeys whirlpool_schedule(const uint64_t chain[8]) noexcept {
    WhirlpoolKeys keys{};
    uint64_t key[8] = {};
    for (size_t i = 0; i < 8; i++) {
        keys.round[0][i] = key[i] = chain[i];
    }
    for (size_t r = 1; r <= kWhirlpoolRounds; r++) {
        whirlpool_round(key);
        for (size_t column = 0; column < 8; column++) {
            key[0] ^= uint64_t{kWhirlpoolSbox[8 * (r - 1) + column]} << (8 * column);
        }
        for (size_t i = 0; i < 8; i++) {
            keys.round[r][i] = key[i];
        }
    }
    return keys;
}

/* Every message begins with a chaining value of zeros: half of the work of its first block is the same each time. */
static constexpr uint64_t kWhirlpoolZero[8] = {};
static constexpr WhirlpoolKeys kWhirlpoolFirstKeys = whirlpool_schedule(kWhirlpoolZero);

}  // namespace p2ph::ghostrider
