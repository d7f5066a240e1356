#include "machine/kernel_rows.h"

#include "guard.h"
#include "randomx/aes.h"
#include "randomx/argon2d.h"
#include "randomx/vectors.h"

namespace p2ph::randomx {

namespace {

constexpr uint64_t kEverything = ~uint64_t{0};

/* Sets P2PH_FORCE_KERNEL for a while. */
class Forced {
   public:
    explicit Forced(const char* name) { setenv("P2PH_FORCE_KERNEL", name, 1); }
    ~Forced() { unsetenv("P2PH_FORCE_KERNEL"); }
    Forced(const Forced&) = delete;
    Forced& operator=(const Forced&) = delete;
};

}  // namespace

TEST(RandomXKernelRows, Forced_NamesALevel_AllowsNothingAbove) {
    EXPECT_EQ(kEverything, usable_features(kEverything, ""));
    EXPECT_EQ(kEverything, usable_features(kEverything, "avx512"));
    EXPECT_EQ(0u, usable_features(kEverything, "avx2") & P2PH_CPU_AVX512F);
    EXPECT_NE(0u, usable_features(kEverything, "avx2") & P2PH_CPU_AVX2);
    EXPECT_EQ(0u, usable_features(kEverything, "aesni") & P2PH_CPU_AVX2);
    EXPECT_NE(0u, usable_features(kEverything, "aesni") & P2PH_CPU_AES);
    EXPECT_EQ(0u, usable_features(kEverything, "portable"));
}

TEST(RandomXKernelRows, Forced_NotThereOrUnknown_Throws) {
    EXPECT_THROW(usable_features(P2PH_CPU_AES, "avx2"), Unsupported);
    EXPECT_THROW(usable_features(P2PH_CPU_AVX2 | P2PH_CPU_AVX512F, "avx512"), Unsupported);
    EXPECT_THROW(usable_features(0, "aesni"), Unsupported);
    EXPECT_THROW(usable_features(kEverything, "sse9"), Unsupported);
    EXPECT_EQ(0u, usable_features(0, "portable"));
}

TEST(RandomXKernelRows, Environment_Portable_ChoosesTheLastRow) {
    const Forced forced("portable");
    EXPECT_STREQ("portable", best_aes_row().isa);
    EXPECT_STREQ("portable", best_argon2_row().isa);
}

TEST(RandomXKernelRows, Environment_NothingForced_ChoosesTheFirstThatRuns) {
    const auto expect_best = [](const auto& rows, const auto& best) {
        for (const auto& row : rows) {
            const bool runs = (row.needs & ~cpu_features()) == 0;
            if (runs) {
                EXPECT_STREQ(row.isa, best.isa);
                return;
            }
        }
        FAIL() << "no row runs";
    };
    expect_best(aes_rows(), best_aes_row());
    expect_best(argon2_rows(), best_argon2_row());
}

}  // namespace p2ph::randomx
