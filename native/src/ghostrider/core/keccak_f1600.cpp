#include "ghostrider/core/keccak_f1600.h"

#include <bit>

namespace p2ph::ghostrider {

namespace {

constexpr uint64_t kRoundConstants[24] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b, 0x0000000080000001,
    0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
    0x000000000000800a, 0x800000008000000a, 0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

/* Rotation of lane x + 5y. */
constexpr int kRho[25] = {
    0, 1, 62, 28, 27,
    36, 44, 6, 55, 20,
    3, 10, 43, 25, 39,
    41, 45, 15, 21, 8,
    18, 2, 61, 56, 14,
};

}  // namespace

void keccak_f1600(uint64_t a[25]) noexcept {
    for (const auto round_constant : kRoundConstants) {
        /* theta */
        uint64_t column[5];
#pragma GCC unroll 5
        for (int x = 0; x < 5; x++) {
            column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
        }
#pragma GCC unroll 5
        for (int x = 0; x < 5; x++) {
            const auto mix = column[(x + 4) % 5] ^ std::rotl(column[(x + 1) % 5], 1);
#pragma GCC unroll 5
            for (int y = 0; y < 25; y += 5) {
                a[x + y] ^= mix;
            }
        }

        /* rho and pi: lane (x, y) moves to (y, 2x + 3y) */
        uint64_t b[25];
#pragma GCC unroll 5
        for (int y = 0; y < 5; y++) {
#pragma GCC unroll 5
            for (int x = 0; x < 5; x++) {
                b[y + 5 * ((2 * x + 3 * y) % 5)] = std::rotl(a[x + 5 * y], kRho[x + 5 * y]);
            }
        }

        /* chi */
#pragma GCC unroll 5
        for (int y = 0; y < 25; y += 5) {
#pragma GCC unroll 5
            for (int x = 0; x < 5; x++) {
                a[x + y] = b[x + y] ^ (~b[(x + 1) % 5 + y] & b[(x + 2) % 5 + y]);
            }
        }

        /* iota */
        a[0] ^= round_constant;
    }
}

}  // namespace p2ph::ghostrider
