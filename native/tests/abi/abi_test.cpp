#include "fixture.h"

TEST(Abi, Version_IsThatOfTheHeader) { EXPECT_EQ(P2PH_ABI_VERSION, p2ph_abi_version()); }

TEST(Abi, Structs_HaveTheSizesOtherLanguagesRelyOn) {
    EXPECT_EQ(36u, sizeof(p2ph_hit));
    EXPECT_EQ(32u, sizeof(p2ph_memory));
    EXPECT_EQ(64u, sizeof(p2ph_cpu));
    EXPECT_EQ(8u, sizeof(p2ph_gr_depths));
    EXPECT_EQ(8u, sizeof(p2ph_rx_shape));
}

TEST(Abi, StatusText_AnyStatus_HasText) {
    for (p2ph_status status = -2; status < 8; status++) {
        ASSERT_NE(nullptr, p2ph_status_text(status));
        EXPECT_GT(std::string_view(p2ph_status_text(status)).size(), 0u);
    }
    EXPECT_STREQ(p2ph_status_text(-1), p2ph_status_text(1000));
}

TEST(Abi, DatasetCreate_BadArguments_AreRefused) {
    const auto create = [](p2ph_algorithm algorithm, const uint8_t* seed, size_t seed_len, uint64_t items, uint32_t flags) {
        auto* dataset = reinterpret_cast<p2ph_dataset*>(1);
        const auto status = p2ph_dataset_create(algorithm, seed, seed_len, items, flags, &dataset);
        EXPECT_EQ(nullptr, dataset);
        return status;
    };
    const uint8_t seed[64] = {};
    EXPECT_EQ(P2PH_E_ARGUMENT, create(-1, seed, 32, 0, 0));
    EXPECT_EQ(P2PH_E_ARGUMENT, create(3, seed, 32, 0, 0));
    EXPECT_EQ(P2PH_E_ARGUMENT, create(P2PH_RANDOMX, nullptr, 32, 0, 0));
    EXPECT_EQ(P2PH_E_ARGUMENT, create(P2PH_RANDOMX, nullptr, 0, 0, 0));
    EXPECT_EQ(P2PH_E_ARGUMENT, create(P2PH_RANDOMX, seed, 0, 0, 0));
    EXPECT_EQ(P2PH_E_ARGUMENT, create(P2PH_RANDOMX, seed, 61, 0, 0));
    EXPECT_EQ(P2PH_E_ARGUMENT, create(P2PH_RANDOMX, seed, 32, P2PH_RX_ITEMS + 1, 0));
    EXPECT_EQ(P2PH_E_ARGUMENT, create(P2PH_RANDOMX, seed, 32, 0, 8));
    EXPECT_EQ(P2PH_E_ARGUMENT, create(P2PH_RANDOMX_V2, seed, 0, 0, 0));
    EXPECT_EQ(P2PH_E_ARGUMENT, create(P2PH_GHOSTRIDER, nullptr, 0, 1, 0));
    EXPECT_EQ(P2PH_E_ARGUMENT, create(P2PH_GHOSTRIDER, seed, 32, 0, 0));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_dataset_create(P2PH_RANDOMX, seed, 32, 0, 0, nullptr));
}

TEST(Abi, NullHandles_AreRefused) {
    uint8_t out[32];
    uint64_t items;
    p2ph_memory memory;
    auto* context = reinterpret_cast<p2ph_context*>(1);
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_dataset_item_count(nullptr, &items));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_dataset_item_count(shared_dataset(), nullptr));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_dataset_init(nullptr, 0, 1));
    uint32_t copies;
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_dataset_copies(nullptr, &copies));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_dataset_copies(shared_dataset(), nullptr));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_numa_nodes(nullptr));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_dataset_finish(nullptr));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_dataset_memory(nullptr, &memory));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_dataset_memory(shared_dataset(), nullptr));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_context_create(nullptr, 0, &context));
    EXPECT_EQ(nullptr, context);
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_context_create(shared_dataset(), 4, &context));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_context_create(shared_dataset(), 0, nullptr));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_context_memory(nullptr, &memory));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_hash(nullptr, out, 1, out));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_hash_many(nullptr, out, 1, 1, out));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_keccak256(nullptr, 1, out));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_keccak256(out, 1, nullptr));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_cpu_info(nullptr));
    p2ph_dataset_destroy(nullptr);
    p2ph_context_destroy(nullptr);
}

TEST(Abi, Hash_BadLengths_AreRefused) {
    const auto context = make_context(shared_dataset());
    std::vector<uint8_t> input(P2PH_INPUT_BYTES_MAX + 1);
    uint8_t out[32];
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_hash(context.get(), input.data(), input.size(), out));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_hash(context.get(), nullptr, 1, out));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_hash(context.get(), input.data(), 1, nullptr));
    EXPECT_EQ(P2PH_OK, p2ph_hash(context.get(), input.data(), input.size() - 1, out));
    EXPECT_EQ(P2PH_OK, p2ph_hash(context.get(), nullptr, 0, out));
    EXPECT_EQ(P2PH_OK, p2ph_hash_many(context.get(), nullptr, 0, 0, out));
}
