#include <cfenv>

#include "program_fuzz.h"

namespace p2ph::randomx {

namespace {

/* Of random programs as this interpreter runs them with the cache of "test key 000", on whatever processor. */
constexpr const char* kDigestsV1[] = {
    "d8bfb48eee73ec00debd0274f78d4b4ebc76799a18a6e2f274029a61a0c4e257",
    "5ab4fbad116046988c30f4888af745005dbd586ee5e16f9d80ea42bb5d5f274d",
    "2ed2bca94bf3fc0d55248c953b5d4611e896c3df3beae0c96f24debf212ee1b8",
    "192d4faa5dc115b0cfc33eb75550dc70d32bf2dff6957978aa60071fbaa6c641",
};
constexpr const char* kDigestsV2[] = {
    "a0e08bef13842ad11cc45f3d684b028d8e18abaec79df1993b2e940ca5680520",
    "e32c91ef24dc6e1f03fcc73e128145bfa7c8b7e28c09a84cbbfc389c743ded90",
    "5fd13da656e9ddbc4ab50b730dfead5396e96dcd86ef43a10c01c0d41a5d11d7",
    "4ebe610d474af990f7965204a1fef707ae253e80ebc5a000299c8e24f2584f35",
};

ItemReader& items() {
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
