#include "fixture.h"

TEST(Dataset, Light_NeedsNoItems) {
    uint64_t items = 1;
    ASSERT_EQ(P2PH_OK, p2ph_dataset_item_count(shared_dataset(), &items));
    EXPECT_EQ(0u, items);
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_dataset_init(shared_dataset(), 0, 1));
    EXPECT_EQ(P2PH_OK, p2ph_dataset_finish(shared_dataset()));
}

TEST(Dataset, Light_Memory_IsTheCache) {
    p2ph_memory memory;
    ASSERT_EQ(P2PH_OK, p2ph_dataset_memory(shared_dataset(), &memory));
    EXPECT_EQ(256ull << 20, memory.bytes);
    EXPECT_EQ(128u, memory.huge_pages_wanted);
    EXPECT_LE(memory.huge_pages, memory.huge_pages_wanted);

    const auto context = make_context(shared_dataset());
    ASSERT_EQ(P2PH_OK, p2ph_context_memory(context.get(), &memory));
    EXPECT_EQ(2ull << 20, memory.bytes);
    EXPECT_EQ(1u, memory.huge_pages_wanted);
}

TEST(Dataset, ContextCreate_BeforeFinish_IsRefused) {
    p2ph_dataset* raw = nullptr;
    ASSERT_EQ(P2PH_OK, p2ph_dataset_create(P2PH_RANDOMX, bytes("k"), 1, P2PH_LIGHT, 0, &raw));
    const DatasetPtr dataset(raw);
    p2ph_context* context = nullptr;
    EXPECT_EQ(P2PH_E_STATE, p2ph_context_create(raw, 0, &context));
    EXPECT_EQ(nullptr, context);
    EXPECT_EQ(P2PH_OK, p2ph_dataset_finish(raw));
    EXPECT_EQ(P2PH_E_STATE, p2ph_dataset_init(raw, 0, 0));
}

/* A fast dataset of which only some items are computed: all bookkeeping, none of the time. */
TEST(Dataset, Fast_Items_AreTakenOnceAndMissedOnesNoticed) {
    p2ph_dataset* raw = nullptr;
    const auto status = p2ph_dataset_create(P2PH_RANDOMX, bytes("k"), 1, P2PH_FAST, P2PH_HUGE_PAGES, &raw);
    if (status == P2PH_E_MEMORY) {
        GTEST_SKIP() << "no memory for a dataset";
    }
    ASSERT_EQ(P2PH_OK, status);
    const DatasetPtr dataset(raw);
    uint64_t items = 0;
    ASSERT_EQ(P2PH_OK, p2ph_dataset_item_count(raw, &items));
    EXPECT_EQ(34078719u, items);
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_dataset_init(raw, 0, items + 1));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_dataset_init(raw, items + 1, 0));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_dataset_init(raw, 1, UINT64_MAX));
    EXPECT_EQ(P2PH_OK, p2ph_dataset_init(raw, items, 0));
    EXPECT_EQ(P2PH_OK, p2ph_dataset_init(raw, 100, 100));
    EXPECT_EQ(P2PH_OK, p2ph_dataset_init(raw, items - 1, 1));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_dataset_init(raw, items - 1, 1));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_dataset_init(raw, 199, 2));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_dataset_init(raw, 99, 2));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_dataset_init(raw, 0, 300));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_dataset_init(raw, 150, 1));
    EXPECT_EQ(P2PH_OK, p2ph_dataset_init(raw, 200, 5));
    EXPECT_EQ(P2PH_OK, p2ph_dataset_init(raw, 90, 10));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_dataset_init(raw, 90, 115));
    EXPECT_EQ(P2PH_E_STATE, p2ph_dataset_finish(raw));

    p2ph_memory memory;
    ASSERT_EQ(P2PH_OK, p2ph_dataset_memory(raw, &memory));
    EXPECT_EQ(items * 64 + (256ull << 20), memory.bytes);
    EXPECT_EQ(1040u + 128u, memory.huge_pages_wanted);
}
