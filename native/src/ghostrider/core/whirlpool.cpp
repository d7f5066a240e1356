#include "ghostrider/core/whirlpool.h"

#include <array>
#include <bit>
#include <cstring>

#include "ghostrider/core/words.h"

namespace p2ph::ghostrider {

namespace {

constexpr size_t kRounds = 10;

/* Built from three substitutions of four bits. */
constexpr auto kSbox = [] {
    constexpr uint8_t kE[16] = {1, 11, 9, 12, 13, 6, 15, 3, 14, 8, 7, 4, 10, 2, 5, 0};
    constexpr uint8_t kR[16] = {7, 12, 11, 13, 14, 4, 9, 15, 6, 3, 8, 10, 2, 5, 1, 0};
    uint8_t inverse[16] = {};
    for (uint8_t x = 0; x < 16; x++) {
        inverse[kE[x]] = x;
    }
    std::array<uint8_t, 256> sbox{};
    for (size_t x = 0; x < 256; x++) {
        const auto u = kE[x >> 4];
        const auto v = inverse[x & 15];
        const auto r = kR[u ^ v];
        sbox[x] = static_cast<uint8_t>(kE[u ^ r] << 4 | inverse[v ^ r]);
    }
    return sbox;
}();

constexpr uint8_t twice(uint8_t a) noexcept { return static_cast<uint8_t>((a << 1) ^ ((a >> 7) * 0x1d)); }

/* What a byte in column 0 adds to its row: SubBytes and MixRows in one. A byte in column k adds the same turned by k columns. */
constexpr auto kRows = [] {
    std::array<std::array<uint64_t, 256>, 8> rows{};
    for (size_t x = 0; x < 256; x++) {
        const auto one = kSbox[x];
        const auto two = twice(one);
        const auto four = twice(two);
        const auto eight = twice(four);
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
constexpr void round(uint64_t state[8]) noexcept {
    uint64_t out[8] = {};
    for (size_t i = 0; i < 8; i++) {
        for (size_t column = 0; column < 8; column++) {
            out[i] ^= kRows[column][(state[(i - column) % 8] >> (8 * column)) & 255];
        }
    }
    for (size_t i = 0; i < 8; i++) {
        state[i] = out[i];
    }
}

struct Keys {
    uint64_t round[kRounds + 1][8];
};

constexpr Keys schedule(const uint64_t chain[8]) noexcept {
    Keys keys{};
    uint64_t key[8] = {};
    for (size_t i = 0; i < 8; i++) {
        keys.round[0][i] = key[i] = chain[i];
    }
    for (size_t r = 1; r <= kRounds; r++) {
        round(key);
        for (size_t column = 0; column < 8; column++) {
            key[0] ^= uint64_t{kSbox[8 * (r - 1) + column]} << (8 * column);
        }
        for (size_t i = 0; i < 8; i++) {
            keys.round[r][i] = key[i];
        }
    }
    return keys;
}

/* Every message begins with a chaining value of zeros: half of the work of its first block is the same each time. */
constexpr uint64_t kZero[8] = {};
constexpr Keys kFirstKeys = schedule(kZero);

}  // namespace

void Whirlpool::compress(const uint8_t* block) noexcept {
    Keys made;
    const auto* keys = &kFirstKeys;
    if (std::memcmp(chain_, kZero, sizeof chain_) != 0) {
        made = schedule(chain_);
        keys = &made;
    }

    uint64_t message[8];
    uint64_t state[8];
    for (size_t i = 0; i < 8; i++) {
        message[i] = load_le<uint64_t>(block + 8 * i);
        state[i] = message[i] ^ keys->round[0][i];
    }
    for (size_t r = 1; r <= kRounds; r++) {
        round(state);
        for (size_t i = 0; i < 8; i++) {
            state[i] ^= keys->round[r][i];
        }
    }
    for (size_t i = 0; i < 8; i++) {
        chain_[i] ^= state[i] ^ message[i];
    }
}

void Whirlpool::update(const uint8_t* data, size_t bytes) noexcept {
    bits_ += 8 * uint64_t{bytes};
    buffer_.add(data, bytes, [this](const uint8_t* block) { compress(block); });
}

void Whirlpool::finish(uint8_t* digest) noexcept {
    /* The length has 256 bits, of which 64 are ever used. */
    auto* block = buffer_.pad(0x80, kBlockBytes - 32, [this](const uint8_t* full) { compress(full); });
    store_be<uint64_t>(block + kBlockBytes - 8, bits_);
    compress(block);
    for (size_t i = 0; i < 8; i++) {
        store_le<uint64_t>(digest + 8 * i, chain_[i]);
    }
}

}  // namespace p2ph::ghostrider
