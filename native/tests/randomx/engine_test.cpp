#include "randomx/engine.h"

#include <sys/mman.h>

#include <cstdlib>

#include "guard.h"
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
