#pragma once

#include "ghostrider/cryptonight.h"

namespace p2ph::ghostrider {

/* Depths that are good where nothing was measured. pad_bytes_max: what the pads of one thread may take, 2 MiB or more. */
Depths guess_depths(const CryptoNightRow& row, uint64_t pad_bytes_max) noexcept;

}  // namespace p2ph::ghostrider
