#include "randomx/engine.h"

#include <sched.h>
#include <sys/mman.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "abi/guard.h"
#include "randomx/interpreter_machines.h"
#include "vm_fixture.h"

namespace p2ph::randomx {

namespace {

/* Computes items and keeps them where a dataset would have them. */
class RecordedItems final : public ItemReader {
   public:
    RecordedItems(const CacheItems& items, uint8_t* dataset) : items_(items), dataset_(dataset) {}

    void read(const uint64_t* indices, size_t count, Item* items) const noexcept override {
        items_.read(indices, count, items);
        for (size_t i = 0; i < count; i++) {
            std::memcpy(dataset_ + indices[i] * kItemBytes, items[i], kItemBytes);
        }
    }
    void prefetch(uint64_t) const noexcept override {}

   private:
    const CacheItems& items_;
    uint8_t* dataset_;
};

}  // namespace

TEST(RandomXEngine, LightMode_KnownAnswers) {
    for (const auto& [version, make] : {std::pair{1, &make_v1}, std::pair{2, &make_v2}}) {
        const auto data = make({first_key(), 0, true});
        EXPECT_EQ(0u, data->item_count());
        data->finish();
        const auto memory = data->memory();
        EXPECT_EQ(kCacheBytes, memory.bytes);
        EXPECT_EQ(128u, memory.huge_pages_wanted);
        const auto hasher = data->make_hasher(true);
        const auto& vector = vectors()["official"][version == 1 ? "v1" : "v2"][0];
        const auto input = bytes_of(vector["input"]);
        Hash hash;
        hasher->hash_many(input.data(), input.size(), 1, hash.data());
        EXPECT_EQ(vector["hash"], hex(hash));
    }
}

#if !defined(__SANITIZE_ADDRESS__) /* a cache each */

/* Machine code and tables of every age that this processor has behind it. */
TEST(RandomXEngine, ForcedKernel_AnyLevel_KnownAnswers) {
    const auto& vector = vectors()["official"]["v2"][0];
    const auto input = bytes_of(vector["input"]);
    for (const char* const level : {"avx512", "avx2", "aesni", "portable"}) {
        setenv("P2PH_FORCE_KERNEL", level, 1);
        try {
            const auto data = make_v2({first_key(), 0, true});
            Hash hash;
            data->make_hasher(true)->hash_many(input.data(), input.size(), 1, hash.data());
            EXPECT_EQ(vector["hash"], hex(hash)) << level;
        } catch (const Unsupported&) {
            std::printf("[  SKIPPED ] this processor has no %s\n", level);
        }
        unsetenv("P2PH_FORCE_KERNEL");
    }
}

TEST(RandomXEngine, ForcedKernel_NoSuchThing_Throws) {
    setenv("P2PH_FORCE_KERNEL", "abacus", 1);
    EXPECT_THROW(make_v1({first_key(), 0, false}), Unsupported);
    unsetenv("P2PH_FORCE_KERNEL");
}

#endif

/* The items a hash needs, in their places in an otherwise empty dataset. */
TEST(RandomXEngine, DatasetInMemory_SameHash) {
    constexpr int kFlags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    auto* const dataset = static_cast<uint8_t*>(mmap(nullptr, kDatasetBytes, PROT_READ | PROT_WRITE, kFlags, -1, 0));
    ASSERT_NE(MAP_FAILED, static_cast<void*>(dataset));
    const auto& cache = first_cache();
    const CacheItems computed(cache.memory.data(), cache.programs);
    const RecordedItems recorded(computed, dataset);
    const std::vector<uint8_t> input(76, 7);
    for (const auto version : {Version::v1, Version::v2}) {
        Interpreter light(recorded);
        const auto expected = hashes_with(light, version, std::span(&input, 1))[0];
        InterpreterMachines full(version, dataset, kDatasetItems, nullptr, cache.programs, 1, false);
        full.begin(0, input);
        ASSERT_TRUE(full.run(1, nullptr));
        Hash hash;
        full.finish(0, hash.data());
        EXPECT_EQ(hex(expected), hex(hash));
    }
    munmap(dataset, kDatasetBytes);
}

#if defined(P2PH_HWLOC)

void expect_known_answer_on_both(const NumaNodes& nodes, SeedData& data) {
    const auto& vector = vectors()["official"]["v2"][0];
    const auto input = bytes_of(vector["input"]);
    for (const uint32_t node : {0u, 1u}) {
        std::thread([&] {
            ASSERT_TRUE(nodes.bind_thread(node));
            Hash hash;
            data.make_hasher(true)->hash_many(input.data(), input.size(), 1, hash.data());
            EXPECT_EQ(vector["hash"], hex(hash)) << "node " << node;
        }).join();
    }
}

bool has_two_cpus() {
    cpu_set_t allowed;
    return sched_getaffinity(0, sizeof allowed, &allowed) == 0 && CPU_ISSET(0, &allowed) && CPU_ISSET(1, &allowed);
}

/* Items and caches are the same in the memory of both nodes of a machine that hwloc makes up; each thread reads those of its own. */
TEST(RandomXEngine, TwoNodes_ACopyForEach_SameHashes) {
    if (!has_two_cpus()) {
        GTEST_SKIP() << "CPUs 0 and 1 are not ours";
    }
    constexpr uint64_t kItems = 300'000; /* a hash reads some hundred of them */
    const NumaNodes nodes("node:2 core:1 pu:1", "/nowhere");
    const auto data = make_v2({first_key(), kItems, true, true, &nodes});
    ASSERT_EQ(2u, data->copies());
    data->init_items(100'000, kItems - 100'000);
    data->init_items(0, 100'000);
    data->finish();
    const auto memory = data->memory();
    EXPECT_EQ(2 * (kItems * kItemBytes + kCacheBytes), memory.bytes);
    EXPECT_EQ(2u * (10 + 128), memory.huge_pages_wanted);

    expect_known_answer_on_both(nodes, *data);
}

#if !defined(__SANITIZE_ADDRESS__) /* a cache each */

TEST(RandomXEngine, TwoNodes_TakeItems_TakesBothCopies) {
    if (!has_two_cpus()) {
        GTEST_SKIP() << "CPUs 0 and 1 are not ours";
    }
    constexpr uint64_t kItems = 100'000;
    const NumaNodes nodes("node:2 core:1 pu:1", "/nowhere");
    const std::vector<uint8_t> other_key(32, 7);
    const auto old = make_v1({other_key, kItems, true, false, &nodes});
    const auto data = make_v2({first_key(), 0, true});
    dynamic_cast<EngineData&>(*data).take_items(dynamic_cast<EngineData&>(*old));
    EXPECT_EQ(2u, data->copies());
    EXPECT_EQ(2 * (kItems * kItemBytes + kCacheBytes), data->memory().bytes);
    data->init_items(0, kItems);
    data->finish();
    expect_known_answer_on_both(nodes, *data);
}

TEST(RandomXEngine, TwoNodes_WholeDataset_OneCacheWhileItIsMade) {
    const NumaNodes nodes("node:2 core:1 pu:1", "/nowhere");
    const auto data = make_v1({first_key(), kDatasetItems, false, false, &nodes});
    EXPECT_EQ(2u, data->copies());
    EXPECT_EQ(2 * kDatasetBytes + kCacheBytes, data->memory().bytes);
    data->finish();
    EXPECT_EQ(2 * kDatasetBytes, data->memory().bytes);
}

TEST(RandomXEngine, TwoNodes_NoRoomOnOne_OneCopy) {
    auto folder = (std::filesystem::temp_directory_path() / "p2ph-nodes-XXXXXX").string();
    ASSERT_NE(nullptr, mkdtemp(folder.data()));
    std::filesystem::create_directories(folder + "/node1");
    std::ofstream(folder + "/node1/meminfo") << "Node 1 MemFree: 409600 kB\n";
    const NumaNodes nodes("node:2 core:1 pu:1", folder);
    const auto data = make_v1({first_key(), 0, false, false, &nodes});
    EXPECT_EQ(1u, data->copies());
    EXPECT_EQ(kCacheBytes, data->memory().bytes);
    std::filesystem::remove_all(folder);
}

#endif

#endif

/* In pieces that are no multiple of what is computed at once. */
TEST(RandomXItems, Span_EqualsOneByOne) {
    constexpr uint64_t kFirst = kDatasetItems - 201;
    const auto& cache = first_cache();
    std::vector<std::array<uint64_t, 8>> items(203, std::array<uint64_t, 8>{1});
    auto* const out = reinterpret_cast<Item*>(items.data());
    compute_span(cache.memory.data(), cache.programs, kFirst, 200, out + 1);
    compute_span(cache.memory.data(), cache.programs, kFirst + 200, 1, out + 201);
    for (uint64_t i = 0; i < 201; i++) {
        Item expected;
        compute_item(cache.memory.data(), cache.programs, kFirst + i, expected);
        ASSERT_EQ(0, std::memcmp(expected, out[i + 1], sizeof expected)) << "item " << kFirst + i;
    }
    EXPECT_EQ(1u, items.front()[0]);
    EXPECT_EQ(1u, items.back()[0]);
}

}  // namespace p2ph::randomx
