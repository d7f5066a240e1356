#include "randomx/blake2b.h"

#include "randomx/blake2_generator.h"
#include "vectors.h"

namespace p2ph::randomx {

TEST(RandomXBlake2b, KnownAnswers) {
    for (const auto& vector : vectors()["intermediate"]["blake2b"]) {
        const auto input = bytes_of(vector["input"]);
        std::array<uint8_t, 64> wide;
        hash512(input, wide.data());
        EXPECT_EQ(vector["out64"], hex(wide)) << input.size() << " bytes";
        Hash narrow;
        hash256(input, narrow.data());
        EXPECT_EQ(vector["out32"], hex(narrow)) << input.size() << " bytes";
    }
}

TEST(RandomXBlake2b, AnyCutOfTheInput_SameDigest) {
    std::vector<uint8_t> input(300);
    for (size_t i = 0; i < input.size(); i++) {
        input[i] = static_cast<uint8_t>(i * 13);
    }
    Hash expected;
    hash256(input, expected.data());
    for (size_t cut = 0; cut <= input.size(); cut++) {
        Blake2b hash(32);
        hash.update(input.data(), cut);
        hash.update(input.data() + cut, input.size() - cut);
        Hash digest;
        hash.finish(digest.data());
        ASSERT_EQ(expected, digest) << "cut at " << cut;
    }
}

TEST(RandomXBlake2b, Commitment_KnownAnswers) {
    const auto check = [](const nlohmann::json& vector) {
        Hash out;
        commitment(bytes_of(vector["input"]), bytes_of(vector["hash"]).data(), out.data());
        EXPECT_EQ(vector["commitment"], hex(out));
    };
    for (const auto& vector : vectors()["commitment"]["vectors"]) {
        check(vector);
    }
    for (const auto& vector : vectors()["new_v2"]) {
        check(vector);
    }
}

TEST(RandomXBlake2Generator, KnownAnswers) {
    for (const auto& vector : vectors()["intermediate"]["blake2generator"]) {
        Blake2Generator random(bytes_of(vector["key"]));
        const auto take_bytes = [&](size_t count) {
            std::vector<uint8_t> taken(count);
            for (auto& byte : taken) {
                byte = random.byte();
            }
            return hex(taken);
        };
        const auto take_words = [&](size_t count) {
            std::vector<uint32_t> taken(count);
            for (auto& word : taken) {
                word = random.u32();
            }
            return nlohmann::json(taken);
        };
        EXPECT_EQ(vector["bytes16"], take_bytes(16));
        EXPECT_EQ(vector["u32x8"], take_words(8));
        EXPECT_EQ(vector["bytes100"], take_bytes(100));
        EXPECT_EQ(vector["u32x4"], take_words(4));
    }
}

}  // namespace p2ph::randomx
