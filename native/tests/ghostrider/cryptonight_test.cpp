/* CryptoNight, every row that this CPU has: the vectors, and each part of a row against the portable one. */
#include "ghostrider/cryptonight.h"

#include <cstring>
#include <memory>

#include "core_hash.h"
#include "gr_vectors.h"

namespace gr = p2ph::ghostrider;

namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kSlow = true; /* the portable row takes long enough without a sanitizer */
#elif defined(P2PH_EMULATED)
constexpr bool kSlow = true;
#else
constexpr bool kSlow = false;
#endif

const gr::CryptoNightRow& portable() { return *gr::cryptonight_rows().back(); }

class CryptoNightRowTest : public testing::TestWithParam<const gr::CryptoNightRow*> {
   protected:
    void SetUp() override {
        p2ph_cpu cpu;
        ASSERT_EQ(P2PH_OK, p2ph_cpu_info(&cpu));
        if ((row().needs & ~cpu.features) != 0) {
            GTEST_SKIP() << "this CPU has not what the row needs";
        }
    }

    const gr::CryptoNightRow& row() const { return *GetParam(); }
    /* Whether a vector is left out where it would take long. */
    bool skips(size_t variant, size_t index) const { return kSlow && &row() == &portable() && (variant < 4 ? index > 0 : index > 2); }

    std::string hash(size_t variant, const std::vector<uint8_t>& input) {
        auto data = input;
        EXPECT_TRUE(one_.hash(variant, data.data(), 1, nullptr));
        EXPECT_EQ(std::string(64, '0'), hex(std::span(data).subspan(32)));
        return hex(std::span(data).first(32));
    }

    gr::CryptoNight one_{row(), {1, 1, 1, 1, 1, 1}, true};
};

std::unique_ptr<p2ph::HugeMemory> pads_of(size_t lanes, size_t bytes) { return std::make_unique<p2ph::HugeMemory>(lanes * bytes, false); }

/* Lanes that differ, as begin_lane leaves them. */
std::vector<gr::CryptoNightLane> some_lanes(size_t count) {
    std::vector<gr::CryptoNightLane> lanes(count);
    for (size_t i = 0; i < count; i++) {
        gr::begin_lane(lanes[i], some_bytes(64, static_cast<uint32_t>(i)).data());
    }
    return lanes;
}

}  // namespace

TEST_P(CryptoNightRowTest, Hash_PublishedVectors) {
    size_t seen[P2PH_GR_VARIANTS] = {};
    for (const auto& vector : gr_vectors()["cryptonight"]["published"]) {
        const auto variant = vector["variant"].get<size_t>();
        if (!skips(variant, seen[variant]++)) {
            EXPECT_EQ(vector["hash"].get<std::string>(), hash(variant, bytes_of(vector["input"]))) << variant;
        }
    }
}

TEST_P(CryptoNightRowTest, Hash_NewVectors) {
    for (size_t variant = 0; variant < P2PH_GR_VARIANTS; variant++) {
        size_t index = 0;
        for (const auto& vector : gr_vectors()["cryptonight"]["new"][std::to_string(variant)]) {
            if (!skips(variant, index++)) {
                EXPECT_EQ(vector["hash"].get<std::string>(), hash(variant, bytes_of(vector["input"]))) << variant;
            }
        }
    }
}

TEST_P(CryptoNightRowTest, Parts_DetailVectors_StateTweakPadAndFinalStateAreAsThere) {
    for (const auto& vector : gr_vectors()["cryptonight"]["detail"]) {
        const auto& variant = gr::kCryptoNightVariants[vector["variant"].get<size_t>()];
        std::vector<gr::CryptoNightLane> lane(1);
        gr::begin_lane(lane[0], bytes_of(vector["input"]).data());
        EXPECT_EQ(vector["keccak_state"].get<std::string>(), hex({lane[0].state, 200}));
        EXPECT_EQ(std::stoull(vector["tweak"].get<std::string>(), nullptr, 16), lane[0].tweak);

        /* The half pad of a lite variant ends before what the vector shows, so the whole pad is filled here. */
        const auto whole = pads_of(1, variant.filled_bytes);
        ASSERT_TRUE(row().fill(whole->data(), lane.data(), 1, variant.filled_bytes, nullptr));
        EXPECT_EQ(vector["scratchpad_init_first16"].get<std::string>(), hex({whole->data(), 16}));
        EXPECT_EQ(vector["scratchpad_init_last16"].get<std::string>(), hex({whole->data() + variant.filled_bytes - 16, 16}));
    }
}

TEST_P(CryptoNightRowTest, EndLane_NewVectors_FinalStateIsAsThere) {
    for (size_t variant = 0; variant < P2PH_GR_VARIANTS; variant++) {
        const auto& shape = gr::kCryptoNightVariants[variant];
        const auto bytes = gr::pad_bytes(shape);
        const auto pads = pads_of(1, bytes);
        const auto& vector = gr_vectors()["cryptonight"]["new"][std::to_string(variant)][0];
        std::vector<gr::CryptoNightLane> lane(1);
        gr::begin_lane(lane[0], bytes_of(vector["input"]).data());
        ASSERT_TRUE(row().fill(pads->data(), lane.data(), 1, bytes, nullptr));
        ASSERT_TRUE(row().loops(bytes, 1)(pads->data(), lane.data(), shape.iterations, nullptr));
        ASSERT_TRUE(row().absorb(pads->data(), lane.data(), 1, bytes, shape.filled_bytes, nullptr));
        uint8_t out[32];
        gr::end_lane(lane[0], out);
        EXPECT_EQ(vector["final_state_200"].get<std::string>(), hex({lane[0].state, 200}));
        EXPECT_EQ(vector["hash"].get<std::string>(), hex(out));
    }
}

/* What a loop changes is its pads: after so many iterations that the look at the cancel flag lies between, all bytes of all lanes are compared. */
TEST_P(CryptoNightRowTest, Loops_EveryNumberOfLanes_AgreeWithThePortableOne) {
    constexpr uint32_t kIterations = 4500;
    for (const size_t bytes : {128 << 10, 256 << 10, 512 << 10, 1024 << 10, 2048 << 10}) {
        auto lanes = some_lanes(P2PH_GR_LANES_MAX);
        const auto before = pads_of(lanes.size(), bytes);
        const auto expected = pads_of(lanes.size(), bytes);
        const auto actual = pads_of(lanes.size(), bytes);
        const auto noise = some_bytes(bytes, 1);
        for (size_t i = 0; i < lanes.size(); i++) {
            std::memcpy(before->data() + i * bytes, noise.data(), bytes);
        }
        std::memcpy(expected->data(), before->data(), before->bytes());
        for (size_t i = 0; i < lanes.size(); i++) {
            ASSERT_TRUE(portable().loops(bytes, 1)(expected->data() + i * bytes, &lanes[i], kIterations, nullptr));
        }

        size_t found = 0;
        for (size_t count = 1; count <= lanes.size(); count++) {
            const auto loop = row().loops(bytes, count);
            if (!loop) {
                continue;
            }
            found++;
            std::memcpy(actual->data(), before->data(), before->bytes());
            ASSERT_TRUE(loop(actual->data(), lanes.data(), kIterations, nullptr));
            ASSERT_EQ(0, std::memcmp(actual->data(), expected->data(), count * bytes)) << count << " lanes of " << bytes;
            ASSERT_EQ(0, std::memcmp(actual->data() + count * bytes, before->data() + count * bytes, before->bytes() - count * bytes))
                << count << " lanes of " << bytes << " changed what lies behind them";
        }
        EXPECT_NE(nullptr, row().loops(bytes, 1));
        EXPECT_NE(nullptr, row().loops(bytes, row().lanes_max));
        EXPECT_GE(found, 2u);
    }
}

TEST_P(CryptoNightRowTest, FillAndAbsorb_AnyCountWholeAndHalfPads_AgreeWithThePortableOnes) {
    constexpr size_t kBytes = 8 << 10;
    for (const size_t filled : {kBytes, 2 * kBytes}) {
        for (size_t count = 1; count <= 9; count++) {
            auto expected = some_lanes(count);
            auto actual = expected;
            const auto expected_pads = pads_of(count, kBytes);
            const auto actual_pads = pads_of(count, kBytes);
            ASSERT_TRUE(portable().fill(expected_pads->data(), expected.data(), count, kBytes, nullptr));
            ASSERT_TRUE(row().fill(actual_pads->data(), actual.data(), count, kBytes, nullptr));
            ASSERT_EQ(0, std::memcmp(expected_pads->data(), actual_pads->data(), expected_pads->bytes())) << count;
            ASSERT_TRUE(portable().absorb(expected_pads->data(), expected.data(), count, kBytes, filled, nullptr));
            ASSERT_TRUE(row().absorb(actual_pads->data(), actual.data(), count, kBytes, filled, nullptr));
            for (size_t i = 0; i < count; i++) {
                ASSERT_EQ(hex({expected[i].state, 200}), hex({actual[i].state, 200})) << i << " of " << count << ", " << filled;
            }
        }
    }
}

TEST_P(CryptoNightRowTest, Parts_Cancelled_SayItAtOnce) {
    const int32_t cancel = 1;
    constexpr size_t kBytes = 128 << 10;
    auto lanes = some_lanes(2);
    const auto pads = pads_of(2, kBytes);
    EXPECT_FALSE(row().fill(pads->data(), lanes.data(), 2, kBytes, &cancel));
    EXPECT_FALSE(row().loops(kBytes, 2)(pads->data(), lanes.data(), UINT32_MAX, &cancel));
    EXPECT_FALSE(row().absorb(pads->data(), lanes.data(), 2, kBytes, 2 * kBytes, &cancel));
    auto data = some_bytes(128, 1);
    EXPECT_FALSE(one_.hash(5, data.data(), 2, &cancel));
}

/* The flag lies in the pad, where the loop itself soon writes something; without a look at it the loop would take a quarter of an hour. */
TEST_P(CryptoNightRowTest, Loop_CancelledMeanwhile_Ends) {
    constexpr size_t kBytes = 128 << 10;
    const auto lanes = some_lanes(row().lanes_max);
    for (const auto count : {size_t{1}, row().lanes_max}) {
        const auto pads = pads_of(count, kBytes);
        auto own = lanes;
        ASSERT_TRUE(row().fill(pads->data(), own.data(), count, kBytes, nullptr));
        auto* const flag = pads->data() + (count - 1) * kBytes + 4096;
        std::memset(flag, 0, 16);
        EXPECT_FALSE(row().loops(kBytes, count)(pads->data(), own.data(), UINT32_MAX, reinterpret_cast<const int32_t*>(flag)));
    }
}

TEST_P(CryptoNightRowTest, Hash_MoreInputsThanLanes_EachAsIfAlone) {
    constexpr size_t kCount = 11;
    constexpr size_t kTurtleLite = 5;
    gr::CryptoNight several(row(), {1, 1, 1, 1, 1, 4}, false);
    const auto inputs = some_bytes(kCount * 64, 3);
    auto data = inputs;
    ASSERT_TRUE(several.hash(kTurtleLite, data.data(), kCount, nullptr));
    for (size_t i = 0; i < kCount; i++) {
        EXPECT_EQ(
            hash(kTurtleLite, {inputs.begin() + static_cast<ptrdiff_t>(64 * i), inputs.begin() + static_cast<ptrdiff_t>(64 * (i + 1))}),
            hex(std::span(data).subspan(64 * i, 32)));
    }
}

INSTANTIATE_TEST_SUITE_P(Rows, CryptoNightRowTest, testing::ValuesIn(gr::cryptonight_rows().begin(), gr::cryptonight_rows().end()),
                         [](const auto& info) { return std::string(info.param->isa); });
