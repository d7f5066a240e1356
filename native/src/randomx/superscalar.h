#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace p2ph::randomx {

/* SuperscalarHash, specification chapter 6: eight programs that a key determines turn cache lines into dataset items. */

/* In the order of the codes that the known answers use. */
enum class SuperscalarOp : uint8_t {
    isub_r,
    ixor_r,
    iadd_rs,
    imul_r,
    iror_c,
    iadd_c7,
    ixor_c7,
    iadd_c8,
    ixor_c8,
    iadd_c9,
    ixor_c9,
    imulh_r,
    ismulh_r,
    imul_rcp,
};

struct SuperscalarInstruction {
    SuperscalarOp op;
    uint8_t dst;
    uint8_t src;   /* = dst where the operation has no source register */
    uint8_t shift; /* iadd_rs: 0..3 */
    uint32_t imm32;
    uint64_t constant; /* what the operation takes: imm32 sign-extended, or its reciprocal for imul_rcp */
    uint8_t mod;       /* iadd_rs: the byte as drawn, of which shift is bits 2-3; the known answers hold it */
};

struct SuperscalarProgram {
    std::vector<SuperscalarInstruction> code;
    uint8_t address_register; /* names the cache line of the next program; the end of the longest dependency chain */
};

constexpr size_t kSuperscalarPrograms = 8;
/* An instruction is appended only below this length. */
constexpr size_t kSuperscalarLengthMax = 512;

using SuperscalarPrograms = std::array<SuperscalarProgram, kSuperscalarPrograms>;

/* key: at most 60 bytes. */
SuperscalarPrograms make_superscalar_programs(std::span<const uint8_t> key);

/* Runs one program over r0-r7. The reference for every compiled form. */
void execute(const SuperscalarProgram& program, uint64_t r[8]) noexcept;

/* floor(2^(63 + bits) / divisor), bits = length of the divisor: the largest 2^x / divisor below 2^64. The divisor is neither 0 nor a
 * power of two. */
uint64_t reciprocal(uint32_t divisor) noexcept;

}  // namespace p2ph::randomx
