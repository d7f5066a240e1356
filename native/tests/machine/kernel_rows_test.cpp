#include "machine/kernel_rows.h"

#include <algorithm>

#include "abi/guard.h"
#include "ghostrider/kernels.h"
#include "randomx/aes.h"
#include "randomx/argon2d.h"
#include "randomx/vectors.h"

namespace p2ph {

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

TEST(KernelRows, Forced_NamesALevel_AllowsNothingAbove) {
    EXPECT_EQ(kEverything, usable_features(kEverything, ""));
    EXPECT_EQ(kEverything, usable_features(kEverything, "avx512"));
    EXPECT_EQ(0u, usable_features(kEverything, "avx2") & P2PH_CPU_AVX512F);
    EXPECT_NE(0u, usable_features(kEverything, "avx2") & P2PH_CPU_AVX2);
    EXPECT_EQ(0u, usable_features(kEverything, "aesni") & P2PH_CPU_AVX2);
    EXPECT_NE(0u, usable_features(kEverything, "aesni") & P2PH_CPU_AES);
    EXPECT_EQ(P2PH_CPU_ARM_AES, usable_features(kEverything, "armv8"));
    EXPECT_EQ(0u, usable_features(kEverything, "portable"));
}

TEST(KernelRows, Forced_NotThereOrUnknown_Throws) {
    EXPECT_THROW(usable_features(P2PH_CPU_AES, "avx2"), Unsupported);
    EXPECT_THROW(usable_features(P2PH_CPU_AVX2 | P2PH_CPU_AVX512F, "avx512"), Unsupported);
    EXPECT_THROW(usable_features(0, "aesni"), Unsupported);
    EXPECT_THROW(usable_features(~P2PH_CPU_ARM_AES, "armv8"), Unsupported);
    EXPECT_THROW(usable_features(P2PH_CPU_ARM_AES, "avx2"), Unsupported);
    EXPECT_THROW(usable_features(kEverything, "sse9"), Unsupported);
    EXPECT_EQ(0u, usable_features(0, "portable"));
}

/* The same word for every table of both algorithms. */
TEST(KernelRows, Environment_AnyLevel_NoTableTakesARowAboveIt) {
    for (const std::string level : {"avx512", "avx2", "aesni", "armv8", "portable"}) {
        const Forced forced(level.c_str());
        try {
            const auto usable = usable_features();
            EXPECT_EQ(0u, randomx::best_aes_row().needs & ~usable) << level;
            EXPECT_EQ(0u, randomx::best_argon2_row().needs & ~usable) << level;
            const auto kernels = ghostrider::choose_kernels();
            EXPECT_EQ(0u, kernels.cryptonight->needs & ~usable) << level;
            for (size_t index = 0; index < ghostrider::kCoreHashes; index++) {
                const auto rows = ghostrider::core_rows(index);
                const auto row = std::ranges::find(rows, kernels.core[index], &ghostrider::CoreRow::many);
                ASSERT_NE(rows.end(), row);
                EXPECT_EQ(0u, row->needs & ~usable) << level << " " << index;
            }
        } catch (const Unsupported&) {
            EXPECT_THROW(randomx::best_aes_row(), Unsupported) << level;
            EXPECT_THROW(ghostrider::choose_kernels(), Unsupported) << level;
            std::printf("[  SKIPPED ] this processor has no %s\n", level.c_str());
        }
    }
}

TEST(KernelRows, Environment_Portable_ChoosesTheLastRow) {
    const Forced forced("portable");
    EXPECT_STREQ("portable", randomx::best_aes_row().isa);
    EXPECT_STREQ("portable", randomx::best_argon2_row().isa);
    EXPECT_STREQ("portable", ghostrider::choose_kernels().cryptonight->isa);
}

TEST(KernelRows, Environment_NothingForced_ChoosesTheFirstThatRuns) {
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
    expect_best(randomx::aes_rows(), randomx::best_aes_row());
    expect_best(randomx::argon2_rows(), randomx::best_argon2_row());
}

}  // namespace p2ph
