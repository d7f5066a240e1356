/* The AES round of FIPS-197 for any machine. A block is 16 bytes in memory order, byte 4c + r being row r of column c;
 * as four 32-bit words the low byte of word c is row 0 of column c. Everything here is static: files that are compiled for
 * an instruction set may include it. */
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "ghostrider/core/aes_sbox.h"

namespace p2ph::ghostrider {

static_assert(std::endian::native == std::endian::little, "columns are read and written as little-endian words in place");

/* What a byte of row `row` adds to its column: SubBytes and MixColumns in one. */
static constexpr auto kAesColumns = [] {
    std::array<std::array<uint32_t, 256>, 4> columns{};
    for (size_t x = 0; x < 256; x++) {
        const uint32_t once = kAesSbox[x];
        const uint32_t twice = aes_double(kAesSbox[x]);
        const uint32_t column = twice | once << 8 | once << 16 | (once ^ twice) << 24;
        for (int row = 0; row < 4; row++) {
            columns[row][x] = std::rotl(column, 8 * row);
        }
    }
    return columns;
}();

/* block = MixColumns(SubBytes(ShiftRows(block))) ^ key, what `aesenc` does: the round of FIPS-197 with the key at its end. */
static inline void aes_round(uint32_t block[4], const uint32_t key[4]) noexcept {
    uint32_t out[4];
    for (int c = 0; c < 4; c++) {
        out[c] = kAesColumns[0][block[c] & 255] ^ kAesColumns[1][(block[(c + 1) & 3] >> 8) & 255] ^
                 kAesColumns[2][(block[(c + 2) & 3] >> 16) & 255] ^ kAesColumns[3][block[(c + 3) & 3] >> 24] ^ key[c];
    }
    std::memcpy(block, out, sizeof out);
}

/* The round with a key of zeros. */
static inline void aes_round(uint32_t block[4]) noexcept {
    constexpr uint32_t kZero[4] = {};
    aes_round(block, kZero);
}

}  // namespace p2ph::ghostrider
