#include <algorithm>

#include "compiled_programs.h"
#include "pattern_memory.h"
#include "program_fuzz.h"
#include "randomx/jit_seed.h"

namespace p2ph::randomx {

namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr size_t kPrograms = 4;
#else
constexpr size_t kPrograms = 24;
#endif

const PatternMemory& dataset() {
    static const PatternMemory memory(kDatasetBytes);
    return memory;
}

/* Remembers what is read. */
class RememberedItems final : public ItemReader {
   public:
    explicit RememberedItems(const ItemReader& items) : items_(items) {}

    void read(const uint64_t* indices, size_t count, Item* items) const noexcept override {
        numbers.insert(numbers.end(), indices, indices + count);
        items_.read(indices, count, items);
    }
    void prefetch(uint64_t) const noexcept override {}

    mutable std::vector<uint64_t> numbers;

   private:
    const ItemReader& items_;
};

/* Random programs, in turns of all lengths, end where the interpreter ends: registers, rounding mode, scratchpad. */
template <typename MakeRunner>
void expect_as_interpreted(Version version, size_t machines_max, const ItemReader& items, MakeRunner make) {
    if (!jit_can_run(version)) {
        GTEST_SKIP() << "no AES instructions here";
    }
    auto compiled = make(machines_max);
    Interpreter interpreter(items, machines_max);
    for (size_t seed = 0, turn = 0; seed < kPrograms; turn++) {
        const auto count = 1 + turn % machines_max;
        const auto expected = fuzz_with(interpreter, version, seed, count);
        const auto got = fuzz_with(compiled, version, seed, count);
        for (size_t i = 0; i < count; i++) {
            EXPECT_EQ(expected[i], got[i]) << "seed " << seed + i << ", machine " << i << " of " << count;
        }
        seed += count;
    }
}

void expect_with_dataset(Version version, size_t machines, FetchHint hint = FetchHint::nta) {
    const FullItems items(dataset().data());
    expect_as_interpreted(version, machines, items,
                          [=](size_t most) { return CompiledPrograms(version, dataset().data(), most, hint); });
}

void expect_with_computed_items(Version version, size_t machines) {
    const FullItems items(dataset().data());
    expect_as_interpreted(version, machines, items, [&](size_t most) { return CompiledPrograms(version, items, most); });
}

/* A part of the dataset that ends before or behind an item which the programs want: nothing that is there is asked for, all else is. */
void expect_exact_end_of_dataset(Version version) {
    if (!jit_can_run(version)) {
        GTEST_SKIP() << "no AES instructions here";
    }
    constexpr size_t kMachines = 3;
    const FullItems items(dataset().data());
    const RememberedItems wanted(items);
    Interpreter interpreter(wanted, kMachines);
    const auto expected = fuzz_with(interpreter, version, 0, kMachines);
    std::sort(wanted.numbers.begin(), wanted.numbers.end());
    const auto middle = wanted.numbers[wanted.numbers.size() / 2];

    for (const auto resident : {uint64_t{0}, middle, middle + 1, wanted.numbers.back()}) {
        const RememberedItems missing(items);
        CompiledPrograms compiled(version, missing, kMachines, dataset().data(), resident);
        EXPECT_EQ(expected, fuzz_with(compiled, version, 0, kMachines));
        std::sort(missing.numbers.begin(), missing.numbers.end());
        ASSERT_FALSE(missing.numbers.empty());
        EXPECT_GE(missing.numbers.front(), resident);
        EXPECT_TRUE(std::includes(missing.numbers.begin(), missing.numbers.end(),
                                  std::lower_bound(wanted.numbers.begin(), wanted.numbers.end(), resident), wanted.numbers.end()));
    }
}

}  // namespace

TEST(ProgramCompiler, V1_OneMachine_AsInterpreted) { expect_with_dataset(Version::v1, 1); }
TEST(ProgramCompiler, V1_FourMachines_AsInterpreted) { expect_with_dataset(Version::v1, 4, FetchHint::t0); }
TEST(ProgramCompiler, V2_OneMachine_AsInterpreted) { expect_with_dataset(Version::v2, 1); }
TEST(ProgramCompiler, V2_ThreeMachines_AsInterpreted) { expect_with_dataset(Version::v2, 3); }
TEST(ProgramCompiler, V1_ItemsFromOutside_AsInterpreted) { expect_with_computed_items(Version::v1, 3); }
TEST(ProgramCompiler, V2_ItemsFromOutside_AsInterpreted) { expect_with_computed_items(Version::v2, 2); }
TEST(ProgramCompiler, V1_PartOfTheDataset_EndsWhereItEnds) { expect_exact_end_of_dataset(Version::v1); }
TEST(ProgramCompiler, V2_PartOfTheDataset_EndsWhereItEnds) { expect_exact_end_of_dataset(Version::v2); }

}  // namespace p2ph::randomx
