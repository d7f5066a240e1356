#include "fixture.h"

TEST(Dataset, Light_NeedsNoItems) {
    uint64_t items = 1;
    ASSERT_EQ(P2PH_OK, p2ph_dataset_item_count(shared_dataset(), &items));
    EXPECT_EQ(0u, items);
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_dataset_init(shared_dataset(), 0, 1));
    EXPECT_EQ(P2PH_OK, p2ph_dataset_finish(shared_dataset()));
}

/* Every flag, on whatever machine this is. */
TEST(Dataset, Numa_Copies_AreOneOrAsManyAsNodes) {
    uint32_t nodes = 0;
    ASSERT_EQ(P2PH_OK, p2ph_numa_nodes(&nodes));
    ASSERT_GE(nodes, 1u);
    p2ph_dataset* raw = nullptr;
    ASSERT_EQ(P2PH_OK, p2ph_dataset_create(P2PH_RANDOMX, bytes("k"), 1, 0, P2PH_HUGE_PAGES | P2PH_GIANT_PAGES | P2PH_NUMA, &raw));
    const DatasetPtr dataset(raw);
    uint32_t copies = 0;
    ASSERT_EQ(P2PH_OK, p2ph_dataset_copies(raw, &copies));
    EXPECT_TRUE(copies == 1 || copies == nodes) << copies;
    p2ph_memory memory;
    ASSERT_EQ(P2PH_OK, p2ph_dataset_memory(raw, &memory));
    EXPECT_EQ(copies * (256ull << 20), memory.bytes);
    EXPECT_EQ(0u, memory.giant_pages); /* a cache fills none */
    ASSERT_EQ(P2PH_OK, p2ph_dataset_copies(shared_dataset(), &copies));
    EXPECT_EQ(1u, copies);
}

TEST(Dataset, Light_Memory_IsTheCache) {
    p2ph_memory memory;
    ASSERT_EQ(P2PH_OK, p2ph_dataset_memory(shared_dataset(), &memory));
    EXPECT_EQ(256ull << 20, memory.bytes);
    EXPECT_EQ(128u, memory.huge_pages_wanted);
    EXPECT_LE(memory.huge_pages, memory.huge_pages_wanted);

    const auto context = make_context(shared_dataset());
    ASSERT_EQ(P2PH_OK, p2ph_context_memory(context.get(), &memory));
    p2ph_rx_shape shape;
    ASSERT_EQ(P2PH_OK, p2ph_rx_guess(P2PH_RANDOMX, 0, &shape));
    EXPECT_GE(memory.bytes, shape.machines * (2ull << 20));
    EXPECT_LE(memory.bytes, (shape.machines + 1) * (2ull << 20));
    EXPECT_EQ(memory.bytes >> 21, memory.huge_pages_wanted);
}

/* Few items in memory, most computed: the same hashes, and the cache stays. */
TEST(Dataset, Partial_AnyShape_SameHashes) {
    constexpr uint64_t kItems = 1000;
    p2ph_dataset* raw = nullptr;
    ASSERT_EQ(P2PH_OK, p2ph_dataset_create(P2PH_RANDOMX, bytes("test key 000"), 12, kItems, 0, &raw));
    const DatasetPtr dataset(raw);
    uint64_t items = 0;
    ASSERT_EQ(P2PH_OK, p2ph_dataset_item_count(raw, &items));
    EXPECT_EQ(kItems, items);
    ASSERT_EQ(P2PH_OK, p2ph_dataset_init(raw, 0, kItems));
    ASSERT_EQ(P2PH_OK, p2ph_dataset_finish(raw));
    p2ph_memory memory;
    ASSERT_EQ(P2PH_OK, p2ph_dataset_memory(raw, &memory));
    EXPECT_EQ(kItems * 64 + (256ull << 20), memory.bytes);

    uint32_t most = 0;
    ASSERT_EQ(P2PH_OK, p2ph_rx_machines_max(P2PH_RANDOMX, kItems, &most));
    const auto expected = hash_of(make_context(shared_dataset()).get(), {bytes("This is a test"), 14});
    for (const p2ph_rx_shape shape : {p2ph_rx_shape{1, P2PH_RX_FETCH_NTA}, p2ph_rx_shape{most, P2PH_RX_FETCH_T0}}) {
        p2ph_context* context = nullptr;
        ASSERT_EQ(P2PH_OK, p2ph_rx_context_create(raw, 0, &shape, &context));
        EXPECT_EQ(hex(expected), hex(hash_of(ContextPtr(context).get(), {bytes("This is a test"), 14})));
    }
}

TEST(Dataset, RandomXMeasure_TellsATimeAndLeavesTheContextUsable) {
    const auto context = make_context(shared_dataset());
    const auto before = hash_of(context.get(), {bytes("This is a test"), 14});
    uint64_t few = 0, many = 0;
    ASSERT_EQ(P2PH_OK, p2ph_rx_measure(context.get(), 1, &few));
    ASSERT_EQ(P2PH_OK, p2ph_rx_measure(context.get(), 60, &many));
    EXPECT_GT(few, 10'000u);
    EXPECT_GT(many, few);
    EXPECT_EQ(hex(before), hex(hash_of(context.get(), {bytes("This is a test"), 14})));

    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_rx_measure(nullptr, 1, &few));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_rx_measure(context.get(), 0, &few));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_rx_measure(context.get(), (1ull << 32) + 1, &few));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_rx_measure(context.get(), 1, nullptr));
    p2ph_dataset* raw = nullptr;
    ASSERT_EQ(P2PH_OK, p2ph_dataset_create(P2PH_GHOSTRIDER, nullptr, 0, 0, 0, &raw));
    const DatasetPtr other(raw);
    ASSERT_EQ(P2PH_OK, p2ph_dataset_finish(raw));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_rx_measure(make_context(raw).get(), 1, &few));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_dataset_take_items(shared_dataset(), raw));
}

/* The cache of the next seed first, then the memory of the dataset that goes. */
TEST(Dataset, TakeItems_OfAnotherSeed_IsAsIfCreatedWithThem) {
    constexpr uint64_t kItems = 40000;
    const auto create = [](const char* key, uint64_t items) {
        p2ph_dataset* raw = nullptr;
        EXPECT_EQ(P2PH_OK, p2ph_dataset_create(P2PH_RANDOMX, bytes(key), 12, items, 0, &raw));
        return DatasetPtr(raw);
    };
    auto old = create("test key 001", kItems);
    ASSERT_EQ(P2PH_OK, p2ph_dataset_init(old.get(), 0, kItems));
    ASSERT_EQ(P2PH_OK, p2ph_dataset_finish(old.get()));
    const auto next = create("test key 000", 0);

    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_dataset_take_items(next.get(), nullptr));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_dataset_take_items(nullptr, old.get()));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_dataset_take_items(next.get(), next.get()));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_dataset_take_items(next.get(), shared_dataset()));
    EXPECT_EQ(P2PH_E_STATE, p2ph_dataset_take_items(shared_dataset(), old.get()));
    ASSERT_EQ(P2PH_OK, p2ph_dataset_take_items(next.get(), old.get()));
    (void)old.release();

    uint64_t items = 0;
    ASSERT_EQ(P2PH_OK, p2ph_dataset_item_count(next.get(), &items));
    EXPECT_EQ(kItems, items);
    p2ph_memory memory;
    ASSERT_EQ(P2PH_OK, p2ph_dataset_memory(next.get(), &memory));
    EXPECT_EQ(kItems * 64 + (256ull << 20), memory.bytes);
    EXPECT_EQ(P2PH_E_STATE, p2ph_dataset_finish(next.get()));
    const auto other = create("test key 001", 1000);
    EXPECT_EQ(P2PH_E_STATE, p2ph_dataset_take_items(next.get(), other.get()));
    ASSERT_EQ(P2PH_OK, p2ph_dataset_init(next.get(), 0, kItems));
    ASSERT_EQ(P2PH_OK, p2ph_dataset_finish(next.get()));

    const auto expected = hash_of(make_context(shared_dataset()).get(), {bytes("This is a test"), 14});
    EXPECT_EQ(hex(expected), hex(hash_of(make_context(next.get()).get(), {bytes("This is a test"), 14})));
}

TEST(Dataset, RandomXShapes_BadArguments_AreRefused) {
    p2ph_rx_shape shape;
    uint32_t most = 0;
    const char* name = nullptr;
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_rx_guess(P2PH_GHOSTRIDER, 0, &shape));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_rx_guess(P2PH_RANDOMX, P2PH_RX_ITEMS + 1, &shape));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_rx_guess(P2PH_RANDOMX, 0, nullptr));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_rx_machines_max(P2PH_GHOSTRIDER, 0, &most));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_rx_machines_max(P2PH_RANDOMX, P2PH_RX_ITEMS + 1, &most));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_rx_machines_max(P2PH_RANDOMX, 0, nullptr));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_rx_kernel(P2PH_GHOSTRIDER, &name));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_rx_kernel(P2PH_RANDOMX, nullptr));
    EXPECT_EQ(P2PH_OK, p2ph_rx_kernel(P2PH_RANDOMX, &name));
    EXPECT_STRNE("", name);

    for (const auto algorithm : {P2PH_RANDOMX, P2PH_RANDOMX_V2}) {
        for (const uint64_t items : {uint64_t{0}, uint64_t{1}, uint64_t{P2PH_RX_ITEMS / 2}, uint64_t{P2PH_RX_ITEMS}}) {
            ASSERT_EQ(P2PH_OK, p2ph_rx_guess(algorithm, items, &shape));
            ASSERT_EQ(P2PH_OK, p2ph_rx_machines_max(algorithm, items, &most));
            EXPECT_GE(shape.machines, 1u);
            EXPECT_LE(shape.machines, most);
            EXPECT_LE(most, P2PH_RX_MACHINES_MAX);
        }
    }

    const auto create = [](p2ph_dataset* dataset, const p2ph_rx_shape* wanted, uint32_t flags = 0) {
        auto* context = reinterpret_cast<p2ph_context*>(1);
        const auto status = p2ph_rx_context_create(dataset, flags, wanted, &context);
        EXPECT_EQ(nullptr, context);
        return status;
    };
    const p2ph_rx_shape none{0, P2PH_RX_FETCH_NTA};
    const p2ph_rx_shape many{P2PH_RX_MACHINES_MAX + 1, P2PH_RX_FETCH_NTA};
    const p2ph_rx_shape odd{1, 2};
    shape = {1, P2PH_RX_FETCH_NTA};
    EXPECT_EQ(P2PH_E_ARGUMENT, create(nullptr, &shape));
    EXPECT_EQ(P2PH_E_ARGUMENT, create(shared_dataset(), nullptr));
    EXPECT_EQ(P2PH_E_ARGUMENT, create(shared_dataset(), &none));
    EXPECT_EQ(P2PH_E_ARGUMENT, create(shared_dataset(), &many));
    EXPECT_EQ(P2PH_E_ARGUMENT, create(shared_dataset(), &odd));
    EXPECT_EQ(P2PH_E_ARGUMENT, create(shared_dataset(), &shape, 4));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_rx_context_create(shared_dataset(), 0, &shape, nullptr));

    const uint8_t bytes[32] = {};
    uint8_t out[32];
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_rx_commitment(nullptr, 1, bytes, out));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_rx_commitment(bytes, P2PH_INPUT_BYTES_MAX + 1, bytes, out));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_rx_commitment(bytes, 1, nullptr, out));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_rx_commitment(bytes, 1, bytes, nullptr));
    EXPECT_EQ(P2PH_OK, p2ph_rx_commitment(nullptr, 0, bytes, out));
}

TEST(Dataset, ContextCreate_BeforeFinish_IsRefused) {
    p2ph_dataset* raw = nullptr;
    ASSERT_EQ(P2PH_OK, p2ph_dataset_create(P2PH_RANDOMX, bytes("k"), 1, 0, 0, &raw));
    const DatasetPtr dataset(raw);
    p2ph_context* context = nullptr;
    EXPECT_EQ(P2PH_E_STATE, p2ph_context_create(raw, 0, &context));
    EXPECT_EQ(nullptr, context);
    EXPECT_EQ(P2PH_OK, p2ph_dataset_finish(raw));
    EXPECT_EQ(P2PH_E_STATE, p2ph_dataset_init(raw, 0, 0));
}

/* A fast dataset of which only some items are computed: all bookkeeping, none
 * of the time. */
TEST(Dataset, Fast_Items_AreTakenOnceAndMissedOnesNoticed) {
    p2ph_dataset* raw = nullptr;
    const auto status = p2ph_dataset_create(P2PH_RANDOMX, bytes("k"), 1, P2PH_RX_ITEMS, P2PH_HUGE_PAGES, &raw);
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
