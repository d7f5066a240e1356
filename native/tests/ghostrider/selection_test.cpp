#include "ghostrider/selection.h"

#include "gr_vectors.h"

TEST(GhostRiderSelection, Select_AllVectors_OrdersAsThere) {
    const auto headers = gr_headers();
    ASSERT_EQ(68u, headers.size());
    for (const auto& vector : headers) {
        const auto header = bytes_of(vector["header"]);
        const auto selection = p2ph::ghostrider::select(header.data() + 4);
        EXPECT_EQ(vector["core_order"].get<std::vector<int>>(), std::vector<int>(std::begin(selection.core), std::end(selection.core)))
            << vector["header"];
        EXPECT_EQ(vector["cn_order"].get<std::vector<int>>(),
                  std::vector<int>(std::begin(selection.cryptonight), std::end(selection.cryptonight)))
            << vector["header"];
    }
}
