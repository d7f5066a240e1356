#include "keccak/keccak_f1600.h"

#include <bit>

#include "keccak/keccak_constants.h"

namespace p2ph {

void keccak_f1600(uint64_t a[25]) noexcept {
    for (const auto round_constant : kKeccakRounds) {
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
                b[y + 5 * ((2 * x + 3 * y) % 5)] = std::rotl(a[x + 5 * y], kKeccakRho[x + 5 * y]);
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

}  // namespace p2ph
