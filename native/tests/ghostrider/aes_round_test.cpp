#include "ghostrider/core/aes_round.h"

#include "core_hash.h"

namespace p2ph::ghostrider {
namespace {

using Block = std::array<uint32_t, 4>;

Block block(std::string_view text) {
    const auto bytes = unhex(text);
    Block words;
    std::memcpy(words.data(), bytes.data(), sizeof(words));
    return words;
}

TEST(AesRound, SubstitutionBox_IsTheOneOfTheStandard) {
    const auto expected = hash_vectors("aes-constants.json").at("sbox").get<std::vector<uint8_t>>();
    EXPECT_EQ(expected, std::vector<uint8_t>(kAesSbox.begin(), kAesSbox.end()));
}

/* FIPS-197, appendix B: rounds 1 and 2. */
TEST(AesRound, ExampleOfTheStandard) {
    auto state = block("193de3bea0f4e22b9ac68d2ae9f84808");
    aes_round(state.data(), block("a0fafe1788542cb123a339392a6c7605").data());
    EXPECT_EQ(block("a49c7ff2689f352b6b5bea43026a5049"), state);
    aes_round(state.data(), block("f2c295f27a96b9435935807a7359f67f").data());
    EXPECT_EQ(block("aa8f5f0361dde3ef82d24ad26832469a"), state);
}

TEST(AesRound, NoKey_IsAKeyOfZeros) {
    auto without = block("193de3bea0f4e22b9ac68d2ae9f84808");
    auto with = without;
    aes_round(without.data());
    aes_round(with.data(), Block{}.data());
    EXPECT_EQ(with, without);
}

}  // namespace
}  // namespace p2ph::ghostrider
