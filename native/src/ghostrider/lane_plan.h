#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "ghostrider/cryptonight_kernel.h"

namespace p2ph::ghostrider {

/* How many hashes a batch has at most. */
constexpr size_t kBatchMax = 40;

/* How any number of hashes is cut into loops that a row has: not every number of lanes has its own. */
class LanePlan {
   public:
    LanePlan() = default;
    /* bytes of a pad; depth 1..P2PH_GR_LANES_MAX, the most lanes a part may have. */
    LanePlan(const CryptoNightRow& row, size_t bytes, size_t depth) noexcept;

    /* The first part of count lanes, 1..kBatchMax; the rest follow by asking again. */
    size_t part(size_t count) const noexcept { return part_[count]; }

    /* What count lanes cost, 0..kBatchMax, in the time that each lane adds to a loop. */
    double cost(size_t count) const noexcept { return cost_[count]; }

   private:
    std::array<uint8_t, kBatchMax + 1> part_{};
    std::array<double, kBatchMax + 1> cost_{};
};

}  // namespace p2ph::ghostrider
