#include "randomx/superscalar.h"

#include "randomx/blake2b.h"
#include "vectors.h"

namespace p2ph::randomx {

namespace {

/* The eight bytes of an instruction as in the vectors. */
std::vector<uint8_t> serialise(const SuperscalarProgram& program) {
    std::vector<uint8_t> code;
    for (const auto& i : program.code) {
        code.insert(code.end(), {static_cast<uint8_t>(i.op), i.dst, i.src, i.mod});
        for (int byte = 0; byte < 4; byte++) {
            code.push_back(static_cast<uint8_t>(i.imm32 >> (8 * byte)));
        }
    }
    return code;
}

std::string digest_of(const std::vector<uint8_t>& data) {
    Hash digest;
    hash256(data, digest.data());
    return hex(digest);
}

}  // namespace

TEST(RandomXSuperscalar, Programs_KnownAnswers) {
    for (const auto& vector : vectors()["intermediate"]["cache"]) {
        const auto programs = make_superscalar_programs(bytes_of(vector["key"]));
        for (const auto& expected : vector["superscalar"]) {
            const auto& program = programs[expected["index"].get<size_t>()];
            const auto code = serialise(program);
            EXPECT_EQ(expected["size"], program.code.size());
            EXPECT_EQ(expected["address_register"], program.address_register);
            EXPECT_EQ(expected["code"], hex(code)) << "key " << vector["key"] << " program " << expected["index"];
            EXPECT_EQ(expected["blake2b256"], digest_of(code));
        }
    }
}

TEST(RandomXSuperscalar, Programs_OfficialDigests) {
    const auto programs = make_superscalar_programs(first_key());
    const auto& expected = vectors()["official"]["superscalar_blake2b256_first_10_programs_test_key_000"];
    for (size_t i = 0; i < programs.size(); i++) {
        EXPECT_EQ(expected[i], digest_of(serialise(programs[i]))) << "program " << i;
    }
}

/* What compiled forms rely on. */
TEST(RandomXSuperscalar, Programs_ManyKeys_KeepTheRules) {
    for (uint8_t key = 0; key < 100; key++) {
        for (const auto& program : make_superscalar_programs({&key, 1})) {
            EXPECT_LE(program.code.size(), kSuperscalarLengthMax);
            EXPECT_LT(program.address_register, 8);
            for (const auto& i : program.code) {
                ASSERT_TRUE(i.dst < 8 && i.src < 8 && i.shift < 4);
                ASSERT_TRUE(i.op != SuperscalarOp::iadd_rs || i.dst != 5);
                ASSERT_TRUE(i.op != SuperscalarOp::iror_c || (i.imm32 > 0 && i.imm32 < 64));
                ASSERT_TRUE(i.op != SuperscalarOp::imul_rcp || i.constant >> 63 == 1);
            }
        }
    }
}

TEST(RandomXReciprocal, KnownAnswers) {
    const auto check = [](const nlohmann::json& expected) {
        for (const auto& [divisor, value] : expected.items()) {
            EXPECT_EQ(value, std::to_string(reciprocal(static_cast<uint32_t>(std::stoul(divisor))))) << divisor;
        }
    };
    check(vectors()["intermediate"]["reciprocal"]);
    check(vectors()["official"]["reciprocal"]);
}

}  // namespace p2ph::randomx
