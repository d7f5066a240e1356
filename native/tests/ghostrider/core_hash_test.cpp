/* The portable core hashes against tests/vectors/hashes. */
#include "core_hash.h"

#include "ghostrider/core/blake.h"
#include "ghostrider/core/bmw512.h"
#include "ghostrider/core/cubehash512.h"
#include "ghostrider/core/echo512.h"
#include "ghostrider/core/fugue512.h"
#include "ghostrider/core/groestl.h"
#include "ghostrider/core/hamsi512.h"
#include "ghostrider/core/jh.h"
#include "ghostrider/core/keccak512.h"
#include "ghostrider/core/luffa512.h"
#include "ghostrider/core/shabal512.h"
#include "ghostrider/core/shavite512.h"
#include "ghostrider/core/simd512.h"
#include "ghostrider/core/skein.h"
#include "ghostrider/core/whirlpool.h"
#include "keccak/keccak_f1600.h"

namespace gr = p2ph::ghostrider;

namespace {

constexpr const char* kFinalVectors = "cn-final-hashes-kat.json";

/* clang-format off */
constexpr CoreHash kCore[] = {
    core_hash<gr::Blake512>("Blake512", "blake512-kat.json"),
    core_hash<gr::Bmw512>("Bmw512", "bmw512-kat.json"),
    core_hash<gr::Groestl512>("Groestl512", "groestl512-kat.json"),
    core_hash<gr::Jh512>("Jh512", "jh512-kat.json"),
    core_hash<gr::Keccak512>("Keccak512", "keccak512-kat.json"),
    core_hash<gr::Skein512>("Skein512", "skein512-kat.json"),
    core_hash<gr::Luffa512>("Luffa512", "luffa512-kat.json"),
    core_hash<gr::CubeHash512>("CubeHash512", "cubehash512-kat.json"),
};
/* clang-format on */

/* What ends CryptoNight. */
constexpr CoreHash kFinal[] = {
    core_hash<gr::Shavite512>("Shavite512", "shavite512-kat.json"),
    core_hash<gr::Simd512>("Simd512", "simd512-kat.json"),
    core_hash<gr::Echo512>("Echo512", "echo512-kat.json"),
    core_hash<gr::Hamsi512>("Hamsi512", "hamsi512-kat.json"),
    core_hash<gr::Fugue512>("Fugue512", "fugue512-kat.json"),
    core_hash<gr::Shabal512>("Shabal512", "shabal512-kat.json"),
    core_hash<gr::Whirlpool>("Whirlpool", "whirlpool-kat.json"),
    core_hash<gr::Blake256>("Blake256", kFinalVectors, "blake256"),
    core_hash<gr::Groestl256>("Groestl256", kFinalVectors, "groestl256"),
    core_hash<gr::Jh256>("Jh256", kFinalVectors, "jh256"),
    core_hash<gr::Skein256>("Skein256", kFinalVectors, "skein512-256"),
};

class CoreHashTest : public testing::TestWithParam<CoreHash> {
   protected:
    const nlohmann::json& file() const { return hash_vectors(GetParam().vectors); }

    void expect_all(const nlohmann::json& vectors) const {
        ASSERT_FALSE(vectors.empty());
        for (const auto& vector : vectors) {
            const auto message = unhex(vector.at("message").get<std::string>());
            EXPECT_EQ(vector.at("digest"), GetParam().digest(message, message.size() + 1)) << message.size() << " bytes";
        }
    }
};

/* Those of 512 bits have more in their files. */
class CoreHash512Test : public CoreHashTest {};

/* The rules are text in the file; this is what they say. */
std::string digest_by_rule(const CoreHash& hash, const std::string& rule) {
    if (rule == "4096 bytes: byte k = k mod 256") {
        std::vector<uint8_t> message(4096);
        for (size_t k = 0; k < message.size(); k++) {
            message[k] = static_cast<uint8_t>(k);
        }
        return hash.digest(message, message.size());
    }
    if (rule == "1,000,000 bytes of 0x61 (ASCII a)") {
        const std::vector<uint8_t> message(1000000, 0x61);
        return hash.digest(message, message.size());
    }
    if (rule == "iterate x <- H(x) 1000 times starting from 64 zero bytes") {
        std::string x(128, '0');
        for (int i = 0; i < 1000; i++) {
            const auto message = unhex(x);
            x = hash.digest(message, message.size());
        }
        return x;
    }
    return "an unknown rule";
}

}  // namespace

TEST_P(CoreHash512Test, PublishedVectors) { expect_all(file().at("published")); }

TEST_P(CoreHashTest, Vectors) {
    const auto& vectors = file().at("vectors");
    expect_all(GetParam().section == nullptr ? vectors : vectors.at(GetParam().section));
}

TEST_P(CoreHash512Test, VectorsByRule) {
    const auto& vectors = file().at("rule_vectors");
    ASSERT_FALSE(vectors.empty());
    for (const auto& vector : vectors) {
        EXPECT_EQ(vector.at("digest"), digest_by_rule(GetParam(), vector.at("rule"))) << vector.at("rule");
    }
}

/* Every length over four blocks of the largest, in pieces that meet the ends of the blocks everywhere. */
TEST_P(CoreHashTest, OddPieces_DigestOfTheWhole) {
    const auto& hash = GetParam();
    for (size_t length = 0; length <= 400; length++) {
        const auto message = some_bytes(length, 7);
        const auto whole = hash.digest(message, length + 1);
        for (const size_t piece : {1, 7, 31, 65, 129}) {
            EXPECT_EQ(whole, hash.digest(message, piece)) << length << " bytes in pieces of " << piece;
        }
    }
}

TEST_P(CoreHashTest, CopyInTheMiddle_DigestOfTheWhole) {
    const auto& hash = GetParam();
    for (const size_t length : {64, 80, 300}) {
        const auto message = some_bytes(length, 11);
        const auto whole = hash.digest(message, length);
        for (size_t head = 0; head <= length; head++) {
            EXPECT_EQ(whole, hash.digest_by_copy(message, head)) << length << " bytes, copied after " << head;
        }
    }
}

const auto kName = [](const auto& info) { return std::string(info.param.name); };
INSTANTIATE_TEST_SUITE_P(Core, CoreHashTest, testing::ValuesIn(kCore), kName);
INSTANTIATE_TEST_SUITE_P(Final, CoreHashTest, testing::ValuesIn(kFinal), kName);
INSTANTIATE_TEST_SUITE_P(Core, CoreHash512Test, testing::ValuesIn(kCore), kName);

TEST(KeccakF1600, Vectors) {
    const auto& vectors = hash_vectors(kFinalVectors).at("keccak_f1600");
    ASSERT_FALSE(vectors.empty());
    for (const auto& vector : vectors) {
        const auto in = unhex(vector.at("in").get<std::string>());
        ASSERT_EQ(200u, in.size());
        uint64_t state[25];
        std::memcpy(state, in.data(), sizeof state);
        p2ph::keccak_f1600(state);
        std::vector<uint8_t> out(200);
        std::memcpy(out.data(), state, sizeof state);
        EXPECT_EQ(vector.at("out"), hex(out));
    }
}
