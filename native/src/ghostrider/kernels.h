#pragma once

#include <array>

#include "ghostrider/core/core_table.h"
#include "ghostrider/cryptonight_kernel.h"

namespace p2ph::ghostrider {

/* The kernels that one machine hashes with. */
struct Kernels {
    const CryptoNightRow* cryptonight;
    std::array<CoreMany, kCoreHashes> core;
};

/* The best that a processor with these features (P2PH_CPU_*) can run. */
Kernels choose_kernels(uint64_t features) noexcept;

/* The best that may be used here: see machine/kernel_rows.h, also for what it throws. */
Kernels choose_kernels();

}  // namespace p2ph::ghostrider
