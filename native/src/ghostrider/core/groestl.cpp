#include "ghostrider/core/groestl.h"

#include <array>
#include <cstring>

#include "ghostrider/core/aes_sbox.h"
#include "ghostrider/core/words.h"

namespace p2ph::ghostrider {

namespace {

constexpr uint8_t kMixBytes[8] = {2, 2, 3, 4, 5, 3, 5, 7};

/* SubBytes and MixBytes in one: what byte x of row k adds to its new column. */
constexpr auto kTables = [] {
    std::array<std::array<uint64_t, 256>, 8> tables{};
    for (size_t x = 0; x < 256; x++) {
        for (size_t k = 0; k < 8; k++) {
            for (size_t row = 0; row < 8; row++) {
                tables[k][x] |= uint64_t{aes_multiply(kAesSbox[x], kMixBytes[(k - row) % 8])} << (8 * row);
            }
        }
    }
    return tables;
}();

/* How far ShiftBytes turns each row to the left: [P, Q]. */
template <size_t kColumns>
constexpr size_t kShifts[2][8] = {{0, 1, 2, 3, 4, 5, 6, 11}, {1, 3, 5, 11, 0, 2, 4, 6}};
template <>
constexpr size_t kShifts<8>[2][8] = {{0, 1, 2, 3, 4, 5, 6, 7}, {1, 3, 5, 7, 0, 2, 4, 6}};

/* The permutation P (kWhich 0) or Q (1). */
template <size_t kColumns, int kWhich>
void permute(uint64_t state[kColumns]) noexcept {
    constexpr uint64_t kRounds = kColumns == 16 ? 14 : 10;
    for (uint64_t round = 0; round < kRounds; round++) {
        for (uint64_t column = 0; column < kColumns; column++) {
            const auto constant = (column << 4) ^ round;
            state[column] ^= kWhich == 0 ? constant : ~(constant << 56);
        }
        uint64_t next[kColumns];
#pragma GCC unroll 16
        for (size_t column = 0; column < kColumns; column++) {
            uint64_t mixed = 0;
#pragma GCC unroll 8
            for (size_t row = 0; row < 8; row++) {
                const auto from = state[(column + kShifts<kColumns>[kWhich][row]) % kColumns];
                mixed ^= kTables[row][(from >> (8 * row)) & 0xff];
            }
            next[column] = mixed;
        }
        std::memcpy(state, next, sizeof next);
    }
}

}  // namespace

template <size_t kColumns>
Groestl<kColumns>::Groestl() noexcept {
    /* The size of the digest in bits, big-endian, ends the first chaining value. */
    chain_[kColumns - 1] = swap_bytes(uint64_t{8 * kDigestBytes});
}

template <size_t kColumns>
void Groestl<kColumns>::compress(const uint8_t* block) noexcept {
    uint64_t p[kColumns];
    uint64_t q[kColumns];
    for (size_t i = 0; i < kColumns; i++) {
        q[i] = load_le<uint64_t>(block + 8 * i);
        p[i] = q[i] ^ chain_[i];
    }
    permute<kColumns, 0>(p);
    permute<kColumns, 1>(q);
    for (size_t i = 0; i < kColumns; i++) {
        chain_[i] ^= p[i] ^ q[i];
    }
    blocks_++;
}

template <size_t kColumns>
void Groestl<kColumns>::update(const uint8_t* data, size_t bytes) noexcept {
    buffer_.add(data, bytes, [this](const uint8_t* block) { compress(block); });
}

template <size_t kColumns>
void Groestl<kColumns>::finish(uint8_t* digest) noexcept {
    auto* block = buffer_.pad(0x80, kBlockBytes - 8, [this](const uint8_t* full) { compress(full); });
    store_be<uint64_t>(block + kBlockBytes - 8, blocks_ + 1);
    compress(block);

    uint64_t p[kColumns];
    std::memcpy(p, chain_, sizeof p);
    permute<kColumns, 0>(p);
    for (size_t i = 0; i < kColumns / 2; i++) {
        const auto column = kColumns / 2 + i;
        store_le<uint64_t>(digest + 8 * i, p[column] ^ chain_[column]);
    }
}

template class Groestl<16>;
template class Groestl<8>;

}  // namespace p2ph::ghostrider
