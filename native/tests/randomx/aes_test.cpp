#include "randomx/aes.h"

#include "machine/kernel_rows.h"
#include "randomx/blake2b.h"
#include "vectors.h"

namespace p2ph::randomx {

namespace {

/* Each row of this machine's; one it lacks is reported as skipped. */
class RandomXAes : public testing::TestWithParam<size_t> {
   protected:
    const AesRow& row() const { return aes_rows()[GetParam()]; }

    void SetUp() override {
        if ((row().needs & ~cpu_features()) != 0) {
            GTEST_SKIP() << "this processor has no " << row().isa;
        }
    }
};

std::string digest_of(std::span<const uint8_t> data) {
    Hash digest;
    hash256(data, digest.data());
    return hex(digest);
}

/* Bytes without a pattern, at an odd address. */
struct Noise {
    explicit Noise(size_t bytes, uint8_t seed = 1) : room(bytes + 1) {
        std::vector<uint8_t> state(64, seed);
        kAesPortable.fill_4r(state.data(), room.data() + 1, bytes);
    }
    std::span<uint8_t> bytes() { return std::span(room).subspan(1); }
    std::vector<uint8_t> room;
};

}  // namespace

TEST_P(RandomXAes, Generator1R_KnownAnswers) {
    for (const auto& vector : vectors()["intermediate"]["aesgenerator1r"]) {
        auto state = bytes_of(vector["state_in"]);
        std::vector<uint8_t> out(vector["output_len"].get<size_t>());
        row().fill_1r(state.data(), out.data(), out.size());
        EXPECT_EQ(vector["output_first_256"], hex(std::span(out).first(256)));
        EXPECT_EQ(vector["output_blake2b256"], digest_of(out));
        EXPECT_EQ(vector["state_out"], hex(state));
    }
}

TEST_P(RandomXAes, Generator1R_OfficialStep) {
    const auto& vector = vectors()["official"]["aesgenerator1r_one_step_first_32_bytes"];
    auto state = bytes_of(vector["state_first32"]);
    state.resize(64);
    std::vector<uint8_t> out(64);
    row().fill_1r(state.data(), out.data(), out.size());
    EXPECT_EQ(vector["output_first32"], hex(std::span(out).first(32)));
}

TEST_P(RandomXAes, Generator4R_KnownAnswers) {
    for (const auto& vector : vectors()["intermediate"]["aesgenerator4r"]) {
        auto state = bytes_of(vector["state_in"]);
        std::vector<uint8_t> out(vector["output_len"].get<size_t>());
        row().fill_4r(state.data(), out.data(), out.size());
        EXPECT_EQ(vector["output_first_256"], hex(std::span(out).first(256)));
        EXPECT_EQ(vector["output_blake2b256"], digest_of(out));
        EXPECT_EQ(hex(std::span(out).last(64)), hex(state));
    }
}

TEST_P(RandomXAes, Hash1R_KnownAnswers) {
    for (const auto& vector : vectors()["intermediate"]["aeshash1r"]) {
        std::vector<uint8_t> input(4096);
        if (vector.contains("input")) {
            input = bytes_of(vector["input"]);
        } else {
            ASSERT_EQ("byte i = (i*7+3) mod 256, 4096 bytes", vector["input_rule"]);
            for (size_t i = 0; i < input.size(); i++) {
                input[i] = static_cast<uint8_t>(i * 7 + 3);
            }
        }
        std::array<uint8_t, 64> hash;
        row().hash_1r(input.data(), input.size(), hash.data());
        EXPECT_EQ(vector["hash"], hex(hash));
    }
}

TEST_P(RandomXAes, HashAndFill_EqualsOneAfterTheOther) {
    Noise scratchpad(64 * 37);
    Noise state(64, 9);
    std::vector<uint8_t> expected_pad(scratchpad.bytes().size());
    std::vector<uint8_t> expected_state(state.bytes().begin(), state.bytes().end());
    std::array<uint8_t, 64> expected_hash;
    kAesPortable.hash_1r(scratchpad.bytes().data(), scratchpad.bytes().size(), expected_hash.data());
    kAesPortable.fill_1r(expected_state.data(), expected_pad.data(), expected_pad.size());

    std::array<uint8_t, 64> hash;
    row().hash_and_fill_1r(scratchpad.bytes().data(), scratchpad.bytes().size(), hash.data(), state.bytes().data());
    EXPECT_EQ(hex(expected_hash), hex(hash));
    EXPECT_EQ(hex(expected_state), hex(state.bytes()));
    EXPECT_EQ(hex(expected_pad), hex(scratchpad.bytes()));
}

TEST_P(RandomXAes, Mix_EqualsPortable) {
    Noise f(64, 3);
    Noise e(64, 4);
    std::vector<uint8_t> expected(f.bytes().begin(), f.bytes().end());
    kAesPortable.mix(expected.data(), e.bytes().data());
    row().mix(f.bytes().data(), e.bytes().data());
    EXPECT_EQ(hex(expected), hex(f.bytes()));
}

INSTANTIATE_TEST_SUITE_P(Rows, RandomXAes, testing::Range(size_t{0}, aes_rows().size()),
                         [](const auto& info) { return aes_rows()[info.param].isa; });

}  // namespace p2ph::randomx
