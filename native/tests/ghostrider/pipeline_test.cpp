/* All 18 stages, by every row that this CPU has. */
#include "ghostrider/pipeline.h"

#include <map>

#include "core_hash.h"
#include "gr_vectors.h"
#include "machine/kernel_rows.h"

namespace gr = p2ph::ghostrider;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(P2PH_EMULATED)
constexpr bool kSlow = true;
#else
constexpr bool kSlow = false;
#endif

class PipelineRowTest : public testing::TestWithParam<const gr::CryptoNightRow*> {
   protected:
    void SetUp() override {
        p2ph_cpu cpu;
        ASSERT_EQ(P2PH_OK, p2ph_cpu_info(&cpu));
        if ((GetParam()->needs & ~cpu.features) != 0) {
            GTEST_SKIP() << "this CPU has not what the row needs";
        }
        kernels_ = gr::choose_kernels(GetParam()->needs);
        ASSERT_EQ(GetParam(), kernels_->cryptonight);
    }

    bool is_portable() const { return GetParam()->needs == 0; }
    /* With the sanitizers the portable row takes too long for all; turtle and its like are left. */
    bool skips(const nlohmann::json& vector) const {
        const auto variants = vector["cn_order"].get<std::vector<int>>();
        return kSlow && is_portable() && std::ranges::any_of(variants, [](int variant) { return variant == 2 || variant == 3; });
    }

    std::optional<gr::Kernels> kernels_;
};

}  // namespace

TEST_P(PipelineRowTest, Run_AllVectors_OneByOne) {
    gr::Pipeline pipeline(*kernels_, {1, 1, 1, 1, 1, 1}, true);
    for (const auto& vector : gr_headers()) {
        if (!skips(vector)) {
            const auto header = bytes_of(vector["header"]);
            ASSERT_TRUE(pipeline.run(gr::select(header.data() + 4), header.data(), 1, nullptr));
            EXPECT_EQ(vector["hash"].get<std::string>(), hex({pipeline.hash(0), 32})) << vector["header"];
        }
    }
}

/* Each stage from the output of the one before, so that a fault shows where it is. */
TEST_P(PipelineRowTest, Stages_AllVectors_AreAsThere) {
    gr::CryptoNight cryptonight(*kernels_->cryptonight, {1, 1, 1, 1, 1, 1}, true);
    std::map<size_t, size_t> seen;
    for (const auto& vector : gr_headers()) {
        if (!vector.contains("stages") || skips(vector)) {
            continue;
        }
        const auto header = bytes_of(vector["header"]);
        const auto selection = gr::select(header.data() + 4);
        std::vector<uint8_t> stage(64);
        for (size_t number = 0; number < 18; number++) {
            if (number % 6 == 5) {
                const auto variant = selection.cryptonight[number / 6];
                if (kSlow && is_portable() && seen[variant]++ > 0) {
                    auto after = bytes_of(vector["stages"][number]);
                    after.resize(64);
                    stage = after;
                    continue;
                }
                ASSERT_TRUE(cryptonight.hash(variant, stage.data(), 1, nullptr));
                EXPECT_EQ(vector["stages"][number].get<std::string>(), hex(std::span(stage).first(32)))
                    << vector["header"] << " " << number;
            } else {
                const auto core = kernels_->core[selection.core[number - number / 6]];
                number == 0 ? core(header.data(), 80, 80, 1, stage.data()) : core(stage.data(), 64, 64, 1, stage.data());
                ASSERT_EQ(vector["stages"][number].get<std::string>(), hex(stage)) << vector["header"] << " " << number;
            }
        }
    }
}

TEST_P(PipelineRowTest, Run_BatchesOfAnySizeAtAnyAddress_EachAsIfAlone) {
    const auto vectors = gr_headers();
    const auto cheapest = *std::ranges::min_element(vectors, {}, [](const auto& vector) {
        uint64_t work = 0;
        for (const auto variant : vector["cn_order"].template get<std::vector<size_t>>()) {
            work += gr::kCryptoNightVariants[variant].iterations + gr::kCryptoNightVariants[variant].filled_bytes;
        }
        return work;
    });
    auto header = bytes_of(cheapest["header"]);
    const auto selection = gr::select(header.data() + 4);
    const size_t most = kSlow && is_portable() ? 3 : 13;
    gr::Pipeline one(*kernels_, {1, 1, 1, 1, 1, 1}, true);
    gr::Pipeline many(*kernels_, {5, 7, 2, 3, 8, 6}, true);
    std::vector<std::string> expected;
    std::vector<uint8_t> headers;
    for (size_t i = 0; i < most; i++) {
        header[76] = static_cast<uint8_t>(i);
        headers.insert(headers.end(), header.begin(), header.end());
        ASSERT_TRUE(one.run(selection, header.data(), 1, nullptr));
        expected.push_back(hex({one.hash(0), 32}));
    }
    for (const size_t count : {size_t{1}, size_t{2}, size_t{3}, size_t{7}, size_t{13}}) {
        if (count > most) {
            break;
        }
        std::vector<uint8_t> room(count % 8 + headers.size());
        std::ranges::copy(headers, room.begin() + static_cast<ptrdiff_t>(count % 8));
        ASSERT_TRUE(many.run(selection, room.data() + count % 8, count, nullptr));
        for (size_t i = 0; i < count; i++) {
            ASSERT_EQ(expected[i], hex({many.hash(i), 32})) << i << " of " << count;
        }
    }
}

/* What is published is the sum of two hashes; that of the recorded ones, which the rows are tested against. */
TEST(GhostRiderVectors, PublishedXors_AreThoseOfTheRecordedHashes) {
    for (const auto& item : gr_vectors()["xmrig_self_test"]["items"]) {
        auto sum = bytes_of(item["a"]["hash"]);
        const auto other = bytes_of(item["b"]["hash"]);
        for (size_t i = 0; i < sum.size(); i++) {
            sum[i] ^= other[i];
        }
        EXPECT_EQ(item["xor_of_hashes_published"].get<std::string>(), hex(sum));
    }
}

INSTANTIATE_TEST_SUITE_P(Rows, PipelineRowTest, testing::ValuesIn(gr::cryptonight_rows().begin(), gr::cryptonight_rows().end()),
                         [](const auto& info) { return std::string(info.param->isa); });

TEST(GhostRiderPipeline, BatchOf_AnyDepths_LeavesNoRemainderToSmallLoops) {
    const auto kernels = gr::choose_kernels();
    if (kernels.cryptonight->lanes_max < 8) {
        GTEST_SKIP() << "no wide loops on this machine";
    }
    const gr::Pipeline pipeline(kernels, {8, 4, 1, 1, 8, 8}, false);
    EXPECT_EQ(0u, pipeline.batch_of({{}, {0, 1, 4}}) % 8);
    EXPECT_EQ(0u, pipeline.batch_of({{}, {0, 1, 2}}) % 8);
}

TEST(GhostRiderKernels, Choose_FeaturesOfEachRow_TakesThatRow) {
    for (const auto* const row : gr::cryptonight_rows()) {
        EXPECT_EQ(row, gr::choose_kernels(row->needs).cryptonight) << row->isa;
    }
}

TEST(GhostRiderKernels, Choose_PortableForced_CoreHashesArePortableToo) {
    const auto kernels = gr::choose_kernels(p2ph::usable_features(~0ull, "portable"));
    EXPECT_STREQ("portable", kernels.cryptonight->isa);
    for (size_t index = 0; index < gr::kCoreHashes; index++) {
        EXPECT_EQ(gr::core_rows(index).back().many, kernels.core[index]) << index;
    }
}

#if defined(__x86_64__)

/* A level is an upper limit for each table by itself: with AVX2 but without VAES, CryptoNight goes one further down, and core hashes do not. */
TEST(GhostRiderKernels, Choose_LevelForcedThatOneTableHasNoRowFor_TakesWhatIsBelow) {
    constexpr uint64_t kHaswell = P2PH_CPU_AES | P2PH_CPU_SSSE3 | P2PH_CPU_SSE41 | P2PH_CPU_AVX | P2PH_CPU_AVX2 | P2PH_CPU_BMI2;
    const auto kernels = gr::choose_kernels(p2ph::usable_features(kHaswell, "avx2"));
    EXPECT_STREQ("aesni", kernels.cryptonight->isa);
    EXPECT_EQ(gr::core_rows(0)[1].many, kernels.core[0]);
    EXPECT_STREQ("avx2", gr::core_rows(0)[1].isa);
}

TEST(GhostRiderKernels, Choose_LevelForced_TakesTheRowOfThatName) {
    for (const char* const level : {"avx512", "avx2", "aesni"}) {
        EXPECT_STREQ(level, gr::choose_kernels(p2ph::usable_features(~0ull, level)).cryptonight->isa);
    }
}

#endif
