#include <algorithm>
#include <string>
#include <tuple>

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

bool can_run(Version version, Rounding rounding) { return jit_can_run(version) && (rounding == Rounding::mxcsr || rounding_can_be_code()); }

/* Random programs, in turns of all lengths, end where the interpreter ends: registers, rounding mode, scratchpad. */
template <typename MakeRunner>
void expect_as_interpreted(Version version, size_t machines_max, const ItemReader& items, MakeRunner make) {
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

void expect_with_dataset(Version version, size_t machines, Rounding rounding, FetchHint hint = FetchHint::nta) {
    const FullItems items(dataset().data());
    expect_as_interpreted(version, machines, items,
                          [=](size_t most) { return CompiledPrograms(version, dataset().data(), most, rounding, hint); });
}

void expect_with_computed_items(Version version, size_t machines, Rounding rounding) {
    const FullItems items(dataset().data());
    expect_as_interpreted(version, machines, items, [&](size_t most) { return CompiledPrograms(version, items, most, rounding); });
}

/* A part of the dataset that ends before or behind an item which the programs want: nothing that is there is asked for, all else is. */
void expect_exact_end_of_dataset(Version version, Rounding rounding) {
    constexpr size_t kMachines = 3;
    const FullItems items(dataset().data());
    const RememberedItems wanted(items);
    Interpreter interpreter(wanted, kMachines);
    const auto expected = fuzz_with(interpreter, version, 0, kMachines);
    std::sort(wanted.numbers.begin(), wanted.numbers.end());
    const auto middle = wanted.numbers[wanted.numbers.size() / 2];

    for (const auto resident : {uint64_t{0}, middle, middle + 1, wanted.numbers.back()}) {
        const RememberedItems missing(items);
        CompiledPrograms compiled(version, missing, kMachines, rounding, dataset().data(), resident);
        EXPECT_EQ(expected, fuzz_with(compiled, version, 0, kMachines));
        std::sort(missing.numbers.begin(), missing.numbers.end());
        ASSERT_FALSE(missing.numbers.empty());
        EXPECT_GE(missing.numbers.front(), resident);
        EXPECT_TRUE(std::includes(missing.numbers.begin(), missing.numbers.end(),
                                  std::lower_bound(wanted.numbers.begin(), wanted.numbers.end(), resident), wanted.numbers.end()));
    }
}

/* Each version with each way of rounding. */
class ProgramCompilerTest : public testing::TestWithParam<std::tuple<Version, Rounding>> {
   protected:
    void SetUp() override {
        if (!can_run(version(), rounding())) {
            GTEST_SKIP() << "this processor lacks the instructions";
        }
    }
    static Version version() { return std::get<0>(GetParam()); }
    static Rounding rounding() { return std::get<1>(GetParam()); }
};

}  // namespace

TEST_P(ProgramCompilerTest, OneMachine_AsInterpreted) { expect_with_dataset(version(), 1, rounding()); }
TEST_P(ProgramCompilerTest, FourMachines_AsInterpreted) { expect_with_dataset(version(), 4, rounding(), FetchHint::t0); }
TEST_P(ProgramCompilerTest, ItemsFromOutside_AsInterpreted) { expect_with_computed_items(version(), 3, rounding()); }

/* The longest code there is. It must not reach into that of the next machine. */
TEST_P(ProgramCompilerTest, NothingButCfround_AsInterpreted) {
    constexpr uint8_t kCfround = 239;
    constexpr size_t kMachines = 2;
    const FullItems items(dataset().data());
    Interpreter interpreter(items, kMachines);
    CompiledPrograms compiled(version(), items, kMachines, rounding());
    EXPECT_EQ(fuzz_with(interpreter, version(), 0, kMachines, best_aes_row(), kCfround),
              fuzz_with(compiled, version(), 0, kMachines, best_aes_row(), kCfround));
}

TEST_P(ProgramCompilerTest, PartOfTheDataset_EndsWhereItEnds) { expect_exact_end_of_dataset(version(), rounding()); }

INSTANTIATE_TEST_SUITE_P(All, ProgramCompilerTest,
                         testing::Combine(testing::Values(Version::v1, Version::v2), testing::Values(Rounding::mxcsr, Rounding::code)),
                         [](const auto& each) {
                             return std::string(std::get<0>(each.param) == Version::v1 ? "V1" : "V2") +
                                    (std::get<1>(each.param) == Rounding::code ? "_InCode" : "_ByMxcsr");
                         });

}  // namespace p2ph::randomx
