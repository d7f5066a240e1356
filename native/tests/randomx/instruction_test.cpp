#include <map>

#include "randomx/interpreter.h"
#include "vectors.h"

/* Single instructions: decoded from their eight bytes and run on chosen registers. */
namespace p2ph::randomx {

namespace {

/* The first opcode of each: facts about the opcode map, table 5.2.1 and on. */
const std::map<std::string, uint8_t> kOpcodes = {
    {"IADD_RS", 0},  {"ISUB_R", 23},  {"IMUL_R", 46},   {"IMULH_R", 66},  {"ISMULH_R", 71}, {"IMUL_RCP", 76}, {"IXOR_R", 86},
    {"IROR_R", 106}, {"IROL_R", 114}, {"ISWAP_R", 116}, {"FSWAP_R", 120}, {"FADD_R", 124},  {"FADD_M", 140},  {"FSCAL_R", 166},
    {"FMUL_R", 172}, {"FDIV_M", 204}, {"FSQRT_R", 208}, {"CBRANCH", 214}, {"CFROUND", 239}, {"ISTORE", 240},
};

class RandomXInstruction : public testing::Test {
   protected:
    void run(std::initializer_list<Instruction> code) {
        std::vector<DecodedInstruction> decoded(code.size());
        decode({code.begin(), code.size()}, decoded.data());
        const KeptRoundingMode kept;
        set_rounding_mode(machine.fprc);
        execute(decoded, machine);
    }

    std::vector<uint8_t> scratchpad = std::vector<uint8_t>(kScratchpadBytes);
    Machine machine{.r = {}, .f = {}, .e = {}, .a = {}, .e_mask = {}, .scratchpad = scratchpad.data(), .fprc = 0, .version = Version::v1};
};

Pair pair_of(const nlohmann::json& vector, const std::string& group) {
    return Pair{std::bit_cast<double>(word_of(vector[group + "_lo"])), std::bit_cast<double>(word_of(vector[group + "_hi"]))};
}

/* A number or a text like "0xff (shift 3)". */
uint8_t mod_of(const nlohmann::json& vector) {
    if (!vector.contains("mod")) {
        return 0;
    }
    const auto& mod = vector["mod"];
    return static_cast<uint8_t>(mod.is_number() ? mod.get<int>() : std::stoi(mod.get<std::string>(), nullptr, 16));
}

constexpr uint32_t kImmediate = 0xc0cb96d2;

}  // namespace

TEST_F(RandomXInstruction, FloatingPoint_EachRoundingMode_KnownAnswers) {
    for (const auto& vector : vectors()["official"]["vm_instruction_tests"]["float"]) {
        const auto name = vector["op"].get<std::string>();
        for (const auto& [mode, result] : vector["results"].items()) {
            for (uint32_t fprc = mode == "any" ? 0 : static_cast<uint32_t>(std::stoi(mode)); fprc < 4; fprc++) {
                const bool on_e = vector.contains("e_lo");
                machine.fprc = fprc;
                auto& dst = on_e ? machine.e[1] : machine.f[1];
                dst = pair_of(vector, on_e ? "e" : "f");
                if (vector.contains("a_lo")) {
                    machine.a[2] = pair_of(vector, "a");
                }
                if (vector.contains("eMask_lo")) {
                    machine.e_mask[0] = word_of(vector["eMask_lo"]);
                    machine.e_mask[1] = word_of(vector["eMask_hi"]);
                }
                uint64_t memory = 0x1234567890abcdef; /* of FADD_M */
                if (vector.contains("memory8_u32")) {
                    memory = word_of(vector["memory8_u32"][0]) | word_of(vector["memory8_u32"][1]) << 32;
                }
                std::memcpy(scratchpad.data() + 8, &memory, sizeof memory);
                machine.r[2] = 8;

                /* FSWAP_R names e registers as 4..7; the case has an f register. */
                run({{kOpcodes.at(name), 1, 2, 0, 0}});
                EXPECT_EQ(result, hex({reinterpret_cast<const uint8_t*>(&dst), sizeof dst})) << name << " mode " << fprc;
                if (mode != "any") {
                    break;
                }
            }
        }
    }
}

TEST_F(RandomXInstruction, Integer_KnownAnswers) {
    for (const auto& vector : vectors()["official"]["vm_instruction_tests"]["integer"]) {
        const auto name = vector["op"].get<std::string>();
        if (name == "CBRANCH") {
            continue; /* below */
        }
        const uint8_t dst = name.ends_with("dst=r5") ? 5 : 0;
        machine.r[dst] = word_of(vector["dst"]);
        machine.r[1] = word_of(vector["src"]);
        run({{kOpcodes.at(name.substr(0, name.find(' '))), dst, 1, mod_of(vector), kImmediate}});
        EXPECT_EQ(word_of(vector["result"]), machine.r[dst]) << name;
    }
}

TEST_F(RandomXInstruction, Branch_KnownAnswer) {
    const auto& all = vectors()["official"]["vm_instruction_tests"]["integer"];
    const auto& vector = *std::find_if(all.begin(), all.end(), [](const auto& v) { return v["op"] == "CBRANCH"; });
    /* r1 counts how often the instruction before the jump ran. */
    const Instruction count{kOpcodes.at("IADD_RS"), 1, 2, 0, 0};
    const Instruction branch{kOpcodes.at("CBRANCH"), 0, 0, mod_of(vector), kImmediate};
    DecodedInstruction decoded[2];
    const Instruction code[] = {count, branch};
    decode(code, decoded);
    EXPECT_EQ(word_of(vector["cimm"]), decoded[1].constant);
    EXPECT_EQ(word_of(vector["condition_mask"]), decoded[1].mask);
    EXPECT_EQ(0, decoded[1].target);

    machine.r[2] = 1;
    machine.r[0] = word_of(vector["dst_taken_example"]);
    run({count, branch});
    EXPECT_EQ(2u, machine.r[1]);
    machine.r[0] = 0;
    machine.r[1] = 0;
    run({count, branch});
    EXPECT_EQ(1u, machine.r[1]);
}

TEST(RandomXDecode, BranchTarget_IsBehindTheLastChangeOfItsRegister) {
    const uint8_t branch = kOpcodes.at("CBRANCH");
    const Instruction code[] = {
        {kOpcodes.at("IXOR_R"), 3, 1, 0, 0},
        {kOpcodes.at("ISWAP_R"), 4, 5, 0, 0},
        {kOpcodes.at("ISWAP_R"), 3, 3, 0, 0},   /* of itself: nothing changes */
        {kOpcodes.at("IMUL_RCP"), 3, 0, 0, 64}, /* by a power of two: the same */
        {kOpcodes.at("IMUL_RCP"), 3, 0, 0, 0},
        {kOpcodes.at("FADD_R"), 3, 0, 0, 0},
        {kOpcodes.at("ISTORE"), 3, 0, 0, 0},
        {branch, 3, 0, 0, 0},
        {branch, 5, 0, 0, 0}, /* the branch before it counts for all registers */
    };
    DecodedInstruction decoded[std::size(code)];
    decode(code, decoded);
    EXPECT_EQ(1, decoded[7].target);
    EXPECT_EQ(8, decoded[8].target);
    for (const int nothing : {2, 3, 4}) {
        EXPECT_EQ(Op::nop, decoded[nothing].op);
    }
    decode(std::span(code).subspan(1, 1), decoded);
    const Instruction swapped[] = {code[1], {branch, 5, 0, 0, 0}, {branch, 6, 0, 0, 0}};
    decode(swapped, decoded);
    EXPECT_EQ(1, decoded[1].target); /* both registers of a swap change */
}

TEST(RandomXDecode, Memory_LevelsOfTheScratchpad) {
    const auto mask_of = [](const Instruction& instruction) {
        DecodedInstruction decoded;
        decode({&instruction, 1}, &decoded);
        return decoded.mask;
    };
    EXPECT_EQ(kL2Mask, mask_of({16, 0, 1, 0x00, 0}));
    EXPECT_EQ(kL1Mask, mask_of({16, 0, 1, 0x02, 0}));
    EXPECT_EQ(kL3Mask, mask_of({16, 1, 1, 0x02, 0}));  /* src == dst */
    EXPECT_EQ(kL1Mask, mask_of({140, 1, 1, 0x02, 0})); /* FADD_M has no such rule */
    EXPECT_EQ(kL2Mask, mask_of({240, 0, 1, 0xd0, 0}));
    EXPECT_EQ(kL3Mask, mask_of({240, 0, 1, 0xe1, 0}));
}

TEST_F(RandomXInstruction, Memory_SourceIsDestination_AddressIsTheImmediate) {
    const uint64_t value = 0x1122334455667788;
    std::memcpy(scratchpad.data() + 0x1ffff0, &value, sizeof value);
    machine.r[1] = 5;
    run({{16, 1, 1, 0, 0xfffffff3}}); /* IADD_M */
    EXPECT_EQ(value + 5, machine.r[1]);
}

TEST_F(RandomXInstruction, RoundingChange_InV2_OnlyWhenFourBitsAreZero) {
    for (const auto version : {Version::v1, Version::v2}) {
        for (uint64_t value = 0; value < 128; value++) {
            machine.version = version;
            machine.fprc = 3;
            machine.r[1] = value << 7;
            run({{kOpcodes.at("CFROUND"), 0, 1, 0, 7 + 64}});
            const bool changes = version == Version::v1 || (value & 0x3c) == 0;
            EXPECT_EQ(changes ? value & 3 : 3, machine.fprc) << value;
        }
    }
}

}  // namespace p2ph::randomx
