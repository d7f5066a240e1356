#include "new_mappings.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

namespace p2ph::oracle {

namespace {

std::vector<std::pair<uintptr_t, uintptr_t>> added(const std::vector<Mapping>& before, const std::vector<Mapping>& now) {
    std::vector<std::pair<uintptr_t, uintptr_t>> pairs;
    for (const auto& [first, end] : new_mappings(before, now)) {
        pairs.emplace_back(first, end);
    }
    return pairs;
}

}  // namespace

TEST(NewMappings, NewGrownAndFilledUp_AreFound) {
    const std::vector<std::pair<uintptr_t, uintptr_t>> none;
    using Pairs = std::vector<std::pair<uintptr_t, uintptr_t>>;
    EXPECT_EQ(none, added({{10, 20}}, {{10, 20}}));
    EXPECT_EQ(none, added({{10, 20}, {30, 40}}, {{32, 35}}));
    EXPECT_EQ((Pairs{{30, 40}}), added({{10, 20}}, {{10, 20}, {30, 40}}));
    EXPECT_EQ((Pairs{{5, 10}, {20, 25}}), added({{10, 20}}, {{5, 25}}));
    EXPECT_EQ((Pairs{{20, 30}}), added({{10, 20}, {30, 40}}, {{10, 40}}));
    EXPECT_EQ((Pairs{{1, 2}, {40, 41}}), added({{10, 20}, {30, 40}}, {{1, 2}, {10, 20}, {30, 41}}));
}

TEST(NewMappings, OfThisProcess_HasWhatItMaps) {
    const auto before = anonymous_mappings();
    constexpr size_t kBytes = 4 << 20;
    void* const memory = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(MAP_FAILED, memory);
    const auto address = reinterpret_cast<uintptr_t>(memory);
    bool found = false;
    for (const auto& [first, end] : new_mappings(before, anonymous_mappings())) {
        found = found || (first <= address && address + kBytes <= end);
    }
    munmap(memory, kBytes);
    EXPECT_TRUE(found);
}

}  // namespace p2ph::oracle
