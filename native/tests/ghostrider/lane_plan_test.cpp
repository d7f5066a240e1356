#include "ghostrider/lane_plan.h"

#include <gtest/gtest.h>

#include "ghostrider/cryptonight_variant.h"

namespace gr = p2ph::ghostrider;

TEST(GhostRiderLanePlan, Part_AnyCountAndDepth_IsALoopThatExistsAndComesToTheCount) {
    for (const auto* const row : gr::cryptonight_rows()) {
        for (const auto& variant : gr::kCryptoNightVariants) {
            const auto bytes = gr::pad_bytes(variant);
            for (size_t depth = 1; depth <= P2PH_GR_LANES_MAX; depth++) {
                const gr::LanePlan plan(*row, bytes, depth);
                for (size_t count = 1; count <= gr::kBatchMax; count++) {
                    const auto part = plan.part(count);
                    ASSERT_TRUE(part >= 1 && part <= depth && part <= count) << row->isa << " " << depth << " " << count;
                    ASSERT_NE(nullptr, row->loops(bytes, part)) << row->isa << " " << part;
                    ASSERT_GT(plan.cost(count), plan.cost(count - part));
                }
            }
        }
    }
}

TEST(GhostRiderLanePlan, Part_RowWithWideLoops_CutsEvenlyRatherThanLeavingARemainder) {
    const auto& row = *gr::cryptonight_rows().front();
    if (row.lanes_max < 8) {
        GTEST_SKIP() << "no wide loops on this machine";
    }
    const gr::LanePlan plan(row, 256 << 10, 8);
    EXPECT_EQ(8u, plan.part(16));
    EXPECT_EQ(8u, plan.part(8));
    EXPECT_DOUBLE_EQ(2 * plan.cost(8), plan.cost(16));
    EXPECT_LT(plan.cost(16), plan.cost(15) + plan.cost(1));
}
