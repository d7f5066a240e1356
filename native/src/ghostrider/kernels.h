#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "ghostrider/core/core_table.h"
#include "ghostrider/cryptonight_kernel.h"

namespace p2ph::ghostrider {

/* The kernels that one machine hashes with. */
struct Kernels {
    const CryptoNightRow* cryptonight;
    std::array<CoreMany, kCoreHashes> core;
};

/* The best that a processor with these features (P2PH_CPU_*) can run. forced: the isa of a row that must be taken, or empty; its core hashes
 * use no feature that the row does not use. Nothing when there is no such row or the processor lacks something for it. */
std::optional<Kernels> choose_kernels(uint64_t features, std::string_view forced) noexcept;

/* For this machine and P2PH_FORCE_KERNEL in its environment. */
std::optional<Kernels> choose_kernels() noexcept;

}  // namespace p2ph::ghostrider
