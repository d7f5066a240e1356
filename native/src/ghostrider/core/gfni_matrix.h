#pragma once

#include <cstdint>

/* Linear maps of bytes for gf2p8affineqb and gf2p8affineinvqb, computed by the compiler. Everything here is static. */

namespace p2ph::ghostrider {

/* The matrix of a linear map: bit b of byte 7 - i says whether bit b of the argument counts for bit i of the result. */
template <typename Map>
static constexpr uint64_t gfni_matrix(Map map) noexcept {
    uint64_t matrix = 0;
    for (int b = 0; b < 8; b++) {
        const uint8_t column = map(static_cast<uint8_t>(1 << b));
        for (int i = 0; i < 8; i++) {
            matrix |= uint64_t{(column >> i) & 1u} << (8 * (7 - i) + b);
        }
    }
    return matrix;
}

/* The linear part of the affine map in the S-box of AES. */
static constexpr uint8_t gfni_aes_spread(uint8_t x) noexcept {
    const unsigned twice = x * 0x101u;
    return static_cast<uint8_t>(x ^ twice >> 7 ^ twice >> 6 ^ twice >> 5 ^ twice >> 4);
}

}  // namespace p2ph::ghostrider
