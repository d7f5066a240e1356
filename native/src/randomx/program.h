#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "parameters.h"

namespace p2ph::randomx {

/* r0-r7, f0-f3, e0-e3, a0-a3 in the order in which they are hashed. Floating-point registers hold their low half first. */
struct alignas(64) RegisterFile {
    uint64_t r[8];
    double f[4][2];
    double e[4][2];
    double a[4][2];
};
static_assert(sizeof(RegisterFile) == 256);

/* An instruction as it lies in the program buffer. Fields are used only in part: see decode. */
struct Instruction {
    uint8_t opcode;
    uint8_t dst;
    uint8_t src;
    uint8_t mod;
    uint32_t imm32;
};
static_assert(sizeof(Instruction) == 8);

/* What AesGenerator4R writes for one program: 128 bytes of configuration, then the instructions. v1 uses the first 2,176 bytes. */
struct alignas(64) ProgramBuffer {
    uint64_t config[16];
    Instruction code[kInstructionsMax];
};
static_assert(sizeof(ProgramBuffer) == 3200);
constexpr size_t program_bytes(Version version) { return sizeof(ProgramBuffer::config) + sizeof(Instruction) * instructions(version); }

/* The configuration, decoded: specification 4.5. */
struct ProgramConfig {
    double a[4][2];
    uint64_t e_mask[2];                   /* ORed to the halves of an E operand after kEClear */
    uint32_t ma;                          /* a multiple of 64 */
    uint32_t mx;                          /* raw: its low bits take part in spAddr0 and nowhere else */
    uint64_t dataset_offset;              /* bytes, a multiple of 64 */
    std::array<uint8_t, 4> read_register; /* readReg0-3 */
};

/* Clears the sign and the upper exponent bits of a converted integer before the mask of group E is ORed to it. */
constexpr uint64_t kEClear = 0x00ffffffffffffff;

ProgramConfig decode_config(const ProgramBuffer& program) noexcept;

/* Operations as they are executed: operands that depend on dst == src, and no-ops, are resolved. */
enum class Op : uint8_t {
    nop,
    iadd_rs, /* dst += (src << shift) + constant; constant is 0 but for r5 */
    iadd_m,
    isub_r,
    isub_c,
    isub_m,
    imul_r,
    imul_c, /* IMUL_R with an immediate and IMUL_RCP */
    imul_m,
    imulh_r,
    imulh_m,
    ismulh_r,
    ismulh_m,
    ineg_r,
    ixor_r,
    ixor_c,
    ixor_m,
    iror_r,
    irol_r,
    iror_c, /* IROR_R and IROL_R with an immediate; constant is 0..63, to the right */
    iswap_r,
    fswap_f,
    fswap_e,
    fadd_r,
    fadd_m,
    fsub_r,
    fsub_m,
    fscal_r,
    fmul_r,
    fdiv_m,
    fsqrt_r,
    cbranch,
    cfround,
    istore,
};

/* As a source of addresses: the register that is always 0. */
constexpr uint8_t kZeroRegister = 8;

struct DecodedInstruction {
    Op op;
    uint8_t dst;       /* 0..7, 0..3 for floating-point operations; istore: the register of the address */
    uint8_t src;       /* 0..7, 0..3 for group A; *_m: the register of the address, or kZeroRegister */
    uint8_t shift;     /* iadd_rs 0..3; cfround: how far src is rotated right, 0..63 */
    int16_t target;    /* cbranch: index of the instruction that runs next when the jump is taken */
    uint32_t mask;     /* *_m and istore: address = (register + constant) & mask; cbranch: the jump is taken when dst & mask is 0 */
    uint64_t constant; /* immediate, sign-extended where it is added or multiplied; cbranch: cimm */
};

/* code: 256 or 384 instructions, decoded one by one into as many. */
void decode(std::span<const Instruction> code, DecodedInstruction* decoded) noexcept;

}  // namespace p2ph::randomx
