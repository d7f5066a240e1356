#include <gtest/gtest.h>
#include <p2ph.h>

#include <cstring>
#include <vector>

#include "pattern_memory.h"
#include "randomx/dataset_item.h"
#include "randomx/item_kernel.h"
#include "randomx/parameters.h"

using namespace p2ph::randomx;

namespace {

void expect_exact(const ItemShape& shape) {
    static const PatternMemory cache(kCacheBytes);
    for (const char* key : {"a", "another key", "test key 000"}) {
        const auto programs = make_superscalar_programs({reinterpret_cast<const uint8_t*>(key), std::strlen(key)});
        const ItemKernel kernel(programs, shape);
        const size_t batches = 1 + 150 / kernel.items();
        std::vector<uint64_t> numbers(batches * kernel.items());
        for (size_t i = 0; i < numbers.size(); i++) {
            numbers[i] = i < 10 ? i : i * 0x9e3779b97f4a7c15u % 34078719;
        }
        std::vector<uint64_t> out(8 * numbers.size() + 1, 0x5555);
        kernel.run(cache.data(), numbers.data(), reinterpret_cast<uint8_t*>(out.data()), batches);
        for (size_t i = 0; i < numbers.size(); i++) {
            uint64_t expected[8];
            compute_item(cache.data(), programs, numbers[i], expected);
            ASSERT_EQ(0, std::memcmp(expected, &out[8 * i], 64)) << "key " << key << " item " << numbers[i] << " at " << i;
        }
        EXPECT_EQ(0x5555u, out.back()) << "written past the end";
    }
}

void expect_exact_if(uint64_t features, const ItemShape& shape) {
    p2ph_cpu cpu;
    p2ph_cpu_info(&cpu);
    if ((cpu.features & features) != features) {
        GTEST_SKIP() << "not on this CPU";
    }
    expect_exact(shape);
}

constexpr uint64_t kAvx512 = P2PH_CPU_AVX512F | P2PH_CPU_AVX512BW | P2PH_CPU_AVX512VL;

}  // namespace

TEST(ItemKernel, Scalar_OneAtATime) { expect_exact({ItemIsa::scalar, 0, 1, 1}); }
TEST(ItemKernel, Scalar_ManyGroups) { expect_exact({ItemIsa::scalar, 0, 8, 1}); }
TEST(ItemKernel, Avx2) { expect_exact_if(P2PH_CPU_AVX2, {ItemIsa::avx2, 1, 4, 0}); }
TEST(ItemKernel, Avx2_WithScalarItems) { expect_exact_if(P2PH_CPU_AVX2, {ItemIsa::avx2, 1, 8, 2}); }
TEST(ItemKernel, Avx512_OneGroup) { expect_exact_if(kAvx512 | P2PH_CPU_AVX512IFMA, {ItemIsa::avx512, 1, 1, 0}); }
TEST(ItemKernel, Avx512_WithScalarItems) { expect_exact_if(kAvx512 | P2PH_CPU_AVX512IFMA, {ItemIsa::avx512, 1, 4, 2}); }
TEST(ItemKernel, Avx512_TwoVectors) { expect_exact_if(kAvx512 | P2PH_CPU_AVX512IFMA, {ItemIsa::avx512, 2, 4, 0}); }
TEST(ItemKernel, Avx512_WithoutIfma) { expect_exact_if(kAvx512, {ItemIsa::avx512, 1, 2, 1, false}); }
