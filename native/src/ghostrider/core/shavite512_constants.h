#pragma once

#include <cstdint>

/* Constants of SHAvite-3-512. Everything here is static: files that are compiled for an instruction set may include it. */

namespace p2ph::ghostrider {

static constexpr uint32_t kShaviteInitial[16] = {
    0x72fccdd8, 0x79ca4727, 0x128a077b, 0x40d55aec, 0xd1901a06, 0x430ae307, 0xb29f5cd1, 0xdf07fbfc,
    0x8e45d73d, 0x681ab538, 0xbde86578, 0xdd577e47, 0xe275eade, 0x502d9fcd, 0xb9357178, 0x022a4b9a,
};

}  // namespace p2ph::ghostrider
