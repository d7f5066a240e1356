#include "ghostrider/lane_plan.h"

namespace p2ph::ghostrider {

namespace {

/* A loop of n lanes takes about as long as this many lanes, and one more for each. Measured with all variants: 3 to 6. */
constexpr double kLoopCost = 5;

}  // namespace

LanePlan::LanePlan(const CryptoNightRow& row, size_t bytes, size_t depth) noexcept {
    for (size_t count = 1; count <= kBatchMax; count++) {
        for (size_t part = 1; part <= count && part <= depth; part++) {
            if (!row.loops(bytes, part)) {
                continue;
            }
            /* Even parts first: of those that cost the same the later one, which is larger, is taken only when it is better. */
            const auto cost = kLoopCost + static_cast<double>(part) + cost_[count - part];
            if (part_[count] == 0 || cost < cost_[count]) {
                part_[count] = static_cast<uint8_t>(part);
                cost_[count] = cost;
            }
        }
    }
}

}  // namespace p2ph::ghostrider
