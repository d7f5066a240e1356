#include "cache_fixture.h"
#include "machine/kernel_rows.h"
#include "randomx/blake2b.h"
#include "randomx/dataset_item.h"

namespace p2ph::randomx {

namespace {

uint64_t word(const CacheMemory& memory, uint64_t index) {
    uint64_t value;
    std::memcpy(&value, memory.data() + 8 * index, 8);
    return value;
}

[[maybe_unused]] std::string digest_of(const CacheMemory& memory) {
    std::array<uint8_t, 64> digest;
    hash512(memory.bytes(), digest.data());
    return hex(digest);
}

void expect_items(const nlohmann::json& items, const TestCache& cache) {
    for (const auto& expected : items) {
        Item item;
        compute_item(cache.memory.data(), cache.programs, expected["item"].get<uint64_t>(), item);
        EXPECT_EQ(expected["data"], hex({reinterpret_cast<const uint8_t*>(item), sizeof item})) << "item " << expected["item"];
    }
}

void expect_cache(const nlohmann::json& vector, const CacheMemory& memory) {
    for (const auto& [index, value] : vector["u64_words"].items()) {
        EXPECT_EQ(word_of(value), word(memory, std::stoull(index))) << "word " << index << " of key " << vector["key"];
    }
    EXPECT_EQ(vector["first_1024_byte_block"], hex(memory.bytes().first(1024)));
    EXPECT_EQ(vector["last_1024_byte_block"], hex(memory.bytes().last(1024)));
}

}  // namespace

TEST(RandomXCache, FirstKey_KnownAnswers) {
    const auto& cache = first_cache();
    const auto& vector = vectors()["intermediate"]["cache"][0];
    ASSERT_EQ(vector["key"], hex(first_key()));
    expect_cache(vector, cache.memory);
#if !defined(__SANITIZE_ADDRESS__)
    EXPECT_EQ(vector["blake2b512_of_whole_cache"], digest_of(cache.memory));
#endif
    expect_items(vector["dataset_items"], cache);
    for (const auto& [index, value] : vectors()["official"]["cache_words_test_key_000"].items()) {
        EXPECT_EQ(word_of(value), word(cache.memory, std::stoull(index)));
    }
    for (const auto& [index, value] : vectors()["official"]["dataset_first_word_test_key_000"].items()) {
        Item item;
        compute_item(cache.memory.data(), cache.programs, std::stoull(index), item);
        EXPECT_EQ(word_of(value), item[0]) << "item " << index;
    }
}

#if !defined(__SANITIZE_ADDRESS__) /* the same code with other numbers, and seconds for each cache */

TEST(RandomXCache, OtherKeys_KnownAnswers) {
    const auto& all = vectors()["intermediate"]["cache"];
    for (size_t i = 1; i < all.size(); i++) {
        const TestCache cache(bytes_of(all[i]["key"]));
        expect_cache(all[i], cache.memory);
        EXPECT_EQ(all[i]["blake2b512_of_whole_cache"], digest_of(cache.memory));
        expect_items(all[i]["dataset_items"], cache);
    }
}

#endif

/* Whole lanes, part of them, and the few that go one by one. */
TEST(RandomXItems, ManyAtOnce_EqualOneByOne) {
    const auto& cache = first_cache();
    std::vector<uint64_t> indices;
    for (uint64_t i = 0; i < 37; i++) {
        indices.push_back(i * 7919 * 7919 % kDatasetItems);
    }
    for (size_t count = 0; count <= indices.size(); count++) {
        std::vector<std::array<uint64_t, 8>> items(indices.size());
        compute_items(cache.memory.data(), cache.programs, indices.data(), count, reinterpret_cast<Item*>(items.data()));
        for (size_t i = 0; i < count; i++) {
            Item expected;
            compute_item(cache.memory.data(), cache.programs, indices[i], expected);
            ASSERT_EQ(0, std::memcmp(expected, items[i].data(), sizeof expected)) << i << " of " << count;
        }
    }
}

TEST(RandomXCache, EveryRow_SameMemory) {
    for (const auto& row : argon2_rows()) {
        if ((row.needs & ~cpu_features()) != 0) {
            std::printf("[  SKIPPED ] this processor has no %s\n", row.isa);
            continue;
        }
        CacheMemory memory;
        fill_cache(first_key(), memory.data(), row);
        EXPECT_EQ(0, std::memcmp(first_cache().memory.data(), memory.data(), kCacheBytes)) << row.isa;
    }
}

}  // namespace p2ph::randomx
