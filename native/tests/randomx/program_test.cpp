#include <cfenv>

#include "program_fuzz.h"

namespace p2ph::randomx {

namespace {

/* Of random programs as this interpreter runs them with the cache of "test key 000", on whatever processor. */
constexpr const char* kDigestsV1[] = {
    "",
    "",
    "",
    "",
};
constexpr const char* kDigestsV2[] = {
    "",
    "",
    "",
    "",
};

ItemSource& items() {
    static CacheItems source(first_cache().memory.data(), first_cache().programs);
    return source;
}

void expect_digests(Version version, std::span<const char* const> expected) {
    Interpreter together(items(), expected.size());
    const auto digests = fuzz_with(together, version, 0, expected.size());
    for (size_t seed = 0; seed < expected.size(); seed++) {
        EXPECT_EQ(expected[seed], digests[seed]) << "seed " << seed;
    }
}

}  // namespace

TEST(RandomXProgram, Interpreter_RandomPrograms_KnownDigests) {
    expect_digests(Version::v1, kDigestsV1);
    expect_digests(Version::v2, kDigestsV2);
}

TEST(RandomXProgram, Interpreter_AloneOrTogether_AnyAesRow_SameState) {
    for (const auto version : {Version::v1, Version::v2}) {
        Interpreter together(items(), 3);
        Interpreter alone(items());
        const auto expected = fuzz_with(together, version, 100, 3);
        for (size_t i = 0; i < expected.size(); i++) {
            EXPECT_EQ(expected[i], fuzz_with(alone, version, 100 + i, 1, kAesPortable)[0]) << "seed " << 100 + i;
        }
    }
}

TEST(RandomXProgram, Run_RoundingModeOfTheThread_IsKept) {
    Interpreter interpreter(items());
    const KeptRoundingMode kept;
    for (uint32_t mode = 0; mode < 4; mode++) {
        set_rounding_mode(mode);
        const auto before = std::fegetround();
        fuzz_with(interpreter, Version::v1, 3, 1);
        EXPECT_EQ(before, std::fegetround());
    }
}

}  // namespace p2ph::randomx
