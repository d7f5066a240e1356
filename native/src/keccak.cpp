/* Keccak as submitted to round 3 of the SHA-3 competition: the padding differs from FIPS 202, the permutation does not. */
#include "keccak.h"

#include <bit>
#include <cstring>

#include "guard.h"

namespace p2ph {

static_assert(std::endian::native == std::endian::little, "lanes are read and written as little-endian words in place");

namespace {

constexpr uint64_t kRoundConstants[24] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
    0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
    0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

/* Rotation of lane x + 5y. */
constexpr int kRho[kKeccakLanes] = {
    0, 1, 62, 28, 27,
    36, 44, 6, 55, 20,
    3, 10, 43, 25, 39,
    41, 45, 15, 21, 8,
    18, 2, 61, 56, 14,
};

void absorb(uint64_t state[kKeccakLanes], const uint8_t* block, size_t rate_bytes) noexcept {
    for (size_t lane = 0; lane < rate_bytes / 8; lane++) {
        uint64_t word;
        std::memcpy(&word, block + 8 * lane, 8);
        state[lane] ^= word;
    }
}

}  // namespace

void keccak_f1600(uint64_t a[kKeccakLanes]) noexcept {
    for (const auto round_constant : kRoundConstants) {
        /* theta */
        uint64_t column[5];
        for (int x = 0; x < 5; x++) {
            column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
        }
        for (int x = 0; x < 5; x++) {
            const auto mix = column[(x + 4) % 5] ^ std::rotl(column[(x + 1) % 5], 1);
            for (int y = 0; y < 25; y += 5) {
                a[x + y] ^= mix;
            }
        }

        /* rho and pi: lane (x, y) moves to (y, 2x + 3y) */
        uint64_t b[kKeccakLanes];
        for (int y = 0; y < 5; y++) {
            for (int x = 0; x < 5; x++) {
                b[y + 5 * ((2 * x + 3 * y) % 5)] = std::rotl(a[x + 5 * y], kRho[x + 5 * y]);
            }
        }

        /* chi */
        for (int y = 0; y < 25; y += 5) {
            for (int x = 0; x < 5; x++) {
                a[x + y] = b[x + y] ^ (~b[(x + 1) % 5 + y] & b[(x + 2) % 5 + y]);
            }
        }

        /* iota */
        a[0] ^= round_constant;
    }
}

void keccak(const uint8_t* input, size_t input_len, size_t rate_bytes, uint8_t* out, size_t out_len) noexcept {
    uint64_t state[kKeccakLanes] = {};
    for (; input_len >= rate_bytes; input += rate_bytes, input_len -= rate_bytes) {
        absorb(state, input, rate_bytes);
        keccak_f1600(state);
    }

    uint8_t block[8 * kKeccakLanes] = {};
    if (input_len != 0) {
        std::memcpy(block, input, input_len);
    }
    block[input_len] = 0x01;
    block[rate_bytes - 1] |= 0x80;
    absorb(state, block, rate_bytes);
    keccak_f1600(state);
    std::memcpy(out, state, out_len);
}

}  // namespace p2ph

p2ph_status p2ph_keccak256(const uint8_t* input, size_t input_len, uint8_t* out) {
    return p2ph::guarded([&] {
        if (!out || (!input && input_len != 0)) {
            return P2PH_E_ARGUMENT;
        }
        p2ph::keccak(input, input_len, 136, out, 32);
        return P2PH_OK;
    });
}
