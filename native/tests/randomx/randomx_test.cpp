#include <cfenv>
#include <cmath>

#include "fixture.h"

namespace {

struct Vector {
    const char* key;
    const char* input;
    const char* hash;
};

/* From tests/vectors/randomx.json: "official" v1 and the short ones of one key of "new_v1", all in hex. Grouped by key. */
/* clang-format off */
constexpr Vector kVectors[] = {
    {"74657374206b657920303030", "5468697320697320612074657374",
     "639183aae1bf4c9a35884cb46b09cad9175f04efd7684e7262a0ac1c2f0b4e3f"},
    {"74657374206b657920303030", "4c6f72656d20697073756d20646f6c6f722073697420616d6574",
     "300a0adb47603dedb42228ccb2b211104f4da45af709cd7547cd049e9489c969"},
    {"74657374206b657920303030", "73656420646f20656975736d6f642074656d706f7220696e6369646964756e74207574206c61626f726520657420646f6c6f7265206d61676e6120616c69717561",
     "c36d4ed4191e617309867ed66a443be4075014e2b061bcdaf9ce7b721d2b77a8"},
    {"74657374206b657920303031", "73656420646f20656975736d6f642074656d706f7220696e6369646964756e74207574206c61626f726520657420646f6c6f7265206d61676e6120616c69717561",
     "e9ff4503201c0c2cca26d285c93ae883f9b1d30c9eb240b820756f2d5a7905fc"},
    {"74657374206b657920303031", "0b0b98bea7e805e0010a2126d287a2a0cc833d312cb786385a7c2f9de69d25537f584a9bc9977b00000000666fd8753bf61a8631f12984e3fd44f4014eca629276817b56f32e9b68bd82f416",
     "c56414121acda1713c2f2a819d8ae38aed7c80c35c2a769298d34f03833cd5f1"},
    {"0f6622240ea092337ff5f41f",
     "5d6c34229f0fbb77ebe76bb18dbb600359d31d39ae2d07acc8e225c8f2bfd1868254f5c69edd764f27815add57b3759367add6800ee7b996f0ccae74591ed536fba2aac59c0b16a17054f594",
     "eaab71c2b008eb5db851506034f8383449f0b7aaba83a3da12fcfa0c032a2bd5"},
    {"0f6622240ea092337ff5f41f",
     "a41407a3ed345f1df683f55f0679dcf2e5fda99023d53796d6f8ac0d96e316fe0000a31d7bae43ef0b13775141d674376316f4f361afa8e97bce7ed8b592b55610131cb70792c61b35b8d67b15",
     "8fd2fe8b7702ee24c316034ee6307de7b2ac5ce4c670cecd367a33467fa77774"},
    {"0f6622240ea092337ff5f41f",
     "d71e846b",
     "0ad48333ed76eaafb554313ccbe6f4efe8aca19e12f175c84c63dfab804f0812"},
    {"0f6622240ea092337ff5f41f",
     "fcb00d3aab80b65733cfc713cfb7f2761e91e2526ede0c277a10b317b0387110d21bf9f1c806aba2640efce46f695e06efbca308acdf50c53ee61187c9324041943e9c23c3165c1531c356f6",
     "8e8a46cd51488e10acb3df5e5e178b6109f7f9ffba0606a33ba29d4150bbdf5d"},
    {"0f6622240ea092337ff5f41f",
     "d0375a7827db9b17a0645e9e6366fc3c56b96663be853a55bab485297b0a6143efff375d8315165fe7604cb5f72d7e1f768b5d6b4c2d7b1c7506ddb9a27c143a42c8e1d039341730ad0b4d0004",
     "6d3f24b5af5f7119b6d83cc93e64e17925cda68419da0b77a3b4dfae21c99d7c"},
    {"0f6622240ea092337ff5f41f",
     "93a5da87a1aec2915ef3ffd4f98baab61b",
     "295be23ab9db9086265272803ac6483caab3bc2c23952fe573df21d9c6cc01af"},
    {"0f6622240ea092337ff5f41f",
     "a69ee79dfb0c8dd580c1f859680ce8ae41bbdae0148a01840e4762adb25319e5ce37265f955227fd157a020e3be594f98e5c514f2642bf819f169805ef5359336ba257b18008bf1ffffe3e95",
     "e72f0ac19660dc54baeda0b85f966ac4e9a6e7592e68932eac59edd80d4e27d3"},
    {"0f6622240ea092337ff5f41f",
     "13702cd2d1cf2a1113b9c2b8e2489c1ea4f104bbb4feb0136ca68aab68ef25f3f225b7099d000a1de9fc9667c6f4aea812ded500c7701060f7fa0340e861dc3a78cd967abaa8ea8bd06e3c3e8c",
     "adff8d7cecdfe64d42e64ad4719353faed07b2a44a4fe728bf33b4bfb0f9d582"},
};
/* clang-format on */

}  // namespace

TEST(RandomX, LightMode_KnownAnswers) {
    std::string key;
    DatasetPtr dataset;
    ContextPtr context;
    for (const auto& vector : kVectors) {
        if (vector.key != key) {
            key = vector.key;
            const auto seed = unhex(key);
            context.reset();
            dataset = make_light({reinterpret_cast<const char*>(seed.data()), seed.size()});
            context = make_context(dataset.get());
        }
        EXPECT_EQ(vector.hash, hex(hash_of(context.get(), unhex(vector.input)))) << "key " << key << " input " << vector.input;
    }
}

/* From tests/vectors/randomx.json, "official": a hash and its commitment. Then a search, whose target is compared with
 * commitments and whose hits are hashes. */
TEST(RandomXV2, LightMode_HashAndCommitment_KnownAnswer) {
    const auto dataset = make_light("test key 000", P2PH_RANDOMX_V2);
    const auto context = make_context(dataset.get());
    auto hash = hash_of(context.get(), {bytes("This is a test"), 14});
    EXPECT_EQ("22ec6b861b3eb23686b2efbad69513c967ecfce80983df66c9c5b4fbfb4cdb6f", hex(hash));
    ASSERT_EQ(P2PH_OK, p2ph_rx_commitment(bytes("This is a test"), 14, hash.data(), hash.data()));
    EXPECT_EQ("133be717399046b03ae82ce8ddd9d1ee4d3ea7fca03a50dec09b6848cbb98e18", hex(hash));

    std::array<uint8_t, 76> blob{};
    Hash target;
    target.fill(0xff);
    p2ph_hit hits[2];
    size_t hit_count = 0;
    uint64_t hashed = 0;
    ASSERT_EQ(P2PH_OK,
              p2ph_search(context.get(), blob.data(), blob.size(), 39, 7, 2, target.data(), nullptr, hits, 2, &hit_count, &hashed));
    ASSERT_EQ(2u, hit_count);
    EXPECT_EQ(2u, hashed);
    for (uint32_t i = 0; i < 2; i++) {
        EXPECT_EQ(7 + i, hits[i].nonce);
        blob[39] = static_cast<uint8_t>(7 + i);
        EXPECT_EQ(hex(hash_of(context.get(), blob)), hex(hits[i].hash));
    }
}

TEST(RandomX, HashMany_EqualInputs_MatchesOneByOne) {
    const auto context = make_context(shared_dataset());
    std::array<uint8_t, 5 * 13> inputs;
    for (size_t i = 0; i < inputs.size(); i++) {
        inputs[i] = static_cast<uint8_t>(i * 7);
    }
    std::array<uint8_t, 5 * 32> many;
    ASSERT_EQ(P2PH_OK, p2ph_hash_many(context.get(), inputs.data(), 13, 5, many.data()));
    for (size_t i = 0; i < 5; i++) {
        EXPECT_EQ(hex(hash_of(context.get(), std::span(inputs).subspan(i * 13, 13))), hex(std::span(many).subspan(i * 32, 32)));
    }
}

TEST(RandomX, Hash_OutputOverInput_IsAllowed) {
    const auto context = make_context(shared_dataset());
    std::array<uint8_t, 40> room{};
    const auto expected = hash_of(context.get(), room);
    ASSERT_EQ(P2PH_OK, p2ph_hash(context.get(), room.data(), room.size(), room.data()));
    EXPECT_EQ(hex(expected), hex(std::span(room).first(32)));
}

TEST(RandomX, AnyCall_RoundingModeOfTheCaller_IsKept) {
    const auto context = make_context(shared_dataset());
    const uint8_t blob[76] = {};
    Hash target;
    target.fill(0xff);
    p2ph_hit hits[8];
    size_t hit_count;
    uint64_t hashed;
    for (const int mode : {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO}) {
        ASSERT_EQ(0, std::fesetround(mode));
        hash_of(context.get(), blob);
        EXPECT_EQ(mode, std::fegetround());
        p2ph_search(context.get(), blob, sizeof blob, 39, 0, 3, target.data(), nullptr, hits, 8, &hit_count, &hashed);
        EXPECT_EQ(mode, std::fegetround());
    }
    std::fesetround(FE_TONEAREST);
    volatile double tiny = 2.2250738585072014e-308; /* halves to a denormal, which a flushed mode turns into zero */
    EXPECT_NE(0.0, tiny / 2);
}
