#pragma once

#include <cstdint>

namespace p2ph {

/* Keccak-f[1600]: 24 rounds over 25 lanes, lane (x, y) at index x + 5y. */
void keccak_f1600(uint64_t state[25]) noexcept;

}  // namespace p2ph
