#include "item_kernel_generator.h"

/* Specification 6.1: the instructions of SuperscalarHash as vector and as scalar code. */
namespace p2ph::randomx {

using namespace x86;

namespace {

int32_t sign_extended(uint64_t constant) { return static_cast<int32_t>(static_cast<uint32_t>(constant)); }

}  // namespace

void ItemKernelGenerator::vector_instruction(int vector, const SuperscalarInstruction& instruction, Steps& steps) {
    const auto dst = data(vector, instruction.dst);
    const auto src = data(vector, instruction.src);
    const auto constant = instruction.constant;
    switch (instruction.op) {
        case SuperscalarOp::isub_r:
            steps.push_back([=, this] { e_.vpsubq(dst, dst, src); });
            break;
        case SuperscalarOp::ixor_r:
            steps.push_back([=, this] { e_.vpxorq(dst, dst, src); });
            break;
        case SuperscalarOp::iadd_rs: {
            if (instruction.shift == 0) {
                steps.push_back([=, this] { e_.vpaddq(dst, dst, src); });
                break;
            }
            const auto t = temp();
            const auto shift = instruction.shift;
            steps.push_back([=, this] {
                if (shift == 1) {
                    e_.vpaddq(t, src, src);
                } else {
                    e_.vpsllq(t, src, shift);
                }
            });
            steps.push_back([=, this] { e_.vpaddq(dst, dst, t); });
            break;
        }
        case SuperscalarOp::imul_r:
            multiply(dst, src, steps);
            break;
        case SuperscalarOp::iror_c: {
            const auto count = static_cast<uint8_t>(instruction.imm32 & 63);
            if (shape_.isa == ItemIsa::avx512) {
                steps.push_back([=, this] { e_.vprorq(dst, dst, count); });
                break;
            }
            const auto t = temp();
            steps.push_back([=, this] { e_.vpsllq(t, dst, static_cast<uint8_t>(64 - count)); });
            steps.push_back([=, this] { e_.vpsrlq(dst, dst, count); });
            steps.push_back([=, this] { e_.vporq(dst, dst, t); });
            break;
        }
        case SuperscalarOp::iadd_c7:
        case SuperscalarOp::iadd_c8:
        case SuperscalarOp::iadd_c9:
            steps.push_back([=, this] { with_constant(constant, [&](const Operand& c) { e_.vpaddq(dst, dst, c); }); });
            break;
        case SuperscalarOp::ixor_c7:
        case SuperscalarOp::ixor_c8:
        case SuperscalarOp::ixor_c9:
            steps.push_back([=, this] { with_constant(constant, [&](const Operand& c) { e_.vpxorq(dst, dst, c); }); });
            break;
        case SuperscalarOp::imulh_r:
        case SuperscalarOp::ismulh_r: {
            const bool is_signed = instruction.op == SuperscalarOp::ismulh_r;
            if (shape_.isa == ItemIsa::avx512 && shape_.ifma) {
                multiply_high_ifma(dst, src, is_signed, steps);
            } else {
                multiply_high(dst, src, is_signed, steps);
            }
            break;
        }
        case SuperscalarOp::imul_rcp:
            multiply(dst, constant, steps);
            break;
    }
}

void ItemKernelGenerator::multiply(Vec dst, Vec src, Steps& steps) {
    if (shape_.isa == ItemIsa::avx512) {
        steps.push_back([=, this] { e_.vpmullq(dst, dst, src); });
        return;
    }
    const auto t0 = temp();
    const auto t1 = temp();
    steps.push_back([=, this] { e_.vpsrlq(t0, dst, 32); });
    steps.push_back([=, this] { e_.vpsrlq(t1, src, 32); });
    steps.push_back([=, this] { e_.vpmuludq(t0, t0, src); });
    steps.push_back([=, this] { e_.vpmuludq(t1, t1, dst); });
    steps.push_back([=, this] { e_.vpmuludq(dst, dst, src); });
    steps.push_back([=, this] { e_.vpaddq(t0, t0, t1); });
    steps.push_back([=, this] { e_.vpsllq(t0, t0, 32); });
    steps.push_back([=, this] { e_.vpaddq(dst, dst, t0); });
}

void ItemKernelGenerator::multiply(Vec dst, uint64_t constant, Steps& steps) {
    if (shape_.isa == ItemIsa::avx512) {
        steps.push_back([=, this] { e_.vpmullq(dst, dst, e_.broadcast(constant)); });
        return;
    }
    const auto t0 = temp();
    const auto low = temp();
    const auto high = temp();
    steps.push_back([=, this] { e_.vbroadcastq(low, e_.constant(constant)); });
    steps.push_back([=, this] { e_.vbroadcastq(high, e_.constant(constant >> 32)); });
    steps.push_back([=, this] { e_.vpsrlq(t0, dst, 32); });
    steps.push_back([=, this] { e_.vpmuludq(t0, t0, low); });
    steps.push_back([=, this] { e_.vpmuludq(high, high, dst); });
    steps.push_back([=, this] { e_.vpmuludq(dst, dst, low); });
    steps.push_back([=, this] { e_.vpaddq(t0, t0, high); });
    steps.push_back([=, this] { e_.vpsllq(t0, t0, 32); });
    steps.push_back([=, this] { e_.vpaddq(dst, dst, t0); });
}

/* With halves a1:a0 and b1:b0: a1 b1 + (a1 b0 + (a0 b0 >> 32)) >> 32 + (low half of that + a0 b1) >> 32. A negative factor counts as 2^64
 * more than it is, so the signed product has the other factor less in its high word. */
void ItemKernelGenerator::multiply_high(Vec dst, Vec src, bool is_signed, Steps& steps) {
    const auto t0 = temp();
    const auto t1 = temp();
    const auto t2 = temp();
    const auto t3 = temp();
    const auto t4 = temp();
    const auto sign = is_signed ? temp() : t4;
    const auto k1 = mask();
    const auto k2 = mask();
    const bool masks = shape_.isa == ItemIsa::avx512;
    if (is_signed) {
        steps.push_back([=, this] {
            if (masks) {
                e_.vpmovq2m(k1, dst);
                e_.vpmovq2m(k2, src);
                return;
            }
            e_.vpxorq(t4, t4, t4);
            e_.vpcmpgtq(sign, t4, dst);
            e_.vpcmpgtq(t4, t4, src);
            e_.vpandq(sign, sign, src);
            e_.vpandq(t4, t4, dst);
            e_.vpaddq(sign, sign, t4);
        });
    }
    steps.push_back([=, this] { e_.vpsrlq(t0, dst, 32); });
    steps.push_back([=, this] { e_.vpsrlq(t1, src, 32); });
    steps.push_back([=, this] { e_.vpmuludq(t2, dst, src); });
    steps.push_back([=, this] { e_.vpmuludq(t3, t0, src); });
    steps.push_back([=, this] { e_.vpsrlq(t2, t2, 32); });
    steps.push_back([=, this] { e_.vpaddq(t2, t2, t3); });
    steps.push_back([=, this] { e_.vpmuludq(t3, dst, t1); });
    steps.push_back([=, this] { e_.vpmuludq(t0, t0, t1); });
    if (masks) {
        steps.push_back([=, this] { e_.vpandq(t4, t2, e_.broadcast(0xffffffff)); });
    } else {
        steps.push_back([=, this] {
            e_.vpsllq(t4, t2, 32);
            e_.vpsrlq(t4, t4, 32);
        });
    }
    steps.push_back([=, this] { e_.vpaddq(t3, t3, t4); });
    steps.push_back([=, this] { e_.vpsrlq(t2, t2, 32); });
    steps.push_back([=, this] { e_.vpsrlq(t3, t3, 32); });
    steps.push_back([=, this] { e_.vpaddq(t2, t2, t0); });
    if (!is_signed) {
        steps.push_back([=, this] { e_.vpaddq(dst, t2, t3); });
        return;
    }
    steps.push_back([=, this] { e_.vpaddq(t2, t2, t3); });
    steps.push_back([=, this] {
        if (masks) {
            e_.vpsubq(t2, t2, src, k1);
            e_.vpsubq(t2, t2, dst, k2);
            e_.vmovdqa(dst, t2);
        } else {
            e_.vpsubq(dst, t2, sign);
        }
    });
}

/* With a = a1 2^52 + a0 and b likewise, the product is A 2^52 + B 2^104 + 52 bits that do not reach the high word, where
 * A = high(a0 b0) + low(a0 b1) + low(a1 b0) and B = high(a0 b1) + high(a1 b0) + a1 b1: the high word is (A >> 12) + (B << 40). */
void ItemKernelGenerator::multiply_high_ifma(Vec dst, Vec src, bool is_signed, Steps& steps) {
    const auto t0 = temp();
    const auto t1 = temp();
    const auto t2 = temp();
    const auto t3 = temp();
    const auto k1 = mask();
    const auto k2 = mask();
    if (is_signed) {
        steps.push_back([=, this] { e_.vpmovq2m(k1, dst); });
        steps.push_back([=, this] { e_.vpmovq2m(k2, src); });
    }
    steps.push_back([=, this] { e_.vpsrlq(t0, dst, 52); });
    steps.push_back([=, this] { e_.vpsrlq(t1, src, 52); });
    steps.push_back([=, this] { e_.vmovdqa(t2, zmm(kZero)); });
    steps.push_back([=, this] { e_.vmovdqa(t3, zmm(kZero)); });
    steps.push_back([=, this] { e_.vpmadd52huq(t2, dst, src); });
    steps.push_back([=, this] { e_.vpmadd52huq(t3, dst, t1); });
    steps.push_back([=, this] { e_.vpmadd52luq(t2, dst, t1); });
    steps.push_back([=, this] { e_.vpmadd52huq(t3, t0, src); });
    steps.push_back([=, this] { e_.vpmadd52luq(t2, t0, src); });
    steps.push_back([=, this] { e_.vpmadd52luq(t3, t0, t1); });
    steps.push_back([=, this] { e_.vpsrlq(t2, t2, 12); });
    steps.push_back([=, this] { e_.vpsllq(t3, t3, 40); });
    if (!is_signed) {
        steps.push_back([=, this] { e_.vpaddq(dst, t2, t3); });
        return;
    }
    steps.push_back([=, this] { e_.vpaddq(t2, t2, t3); });
    steps.push_back([=, this] { e_.vpsubq(t2, t2, src, k1); });
    steps.push_back([=, this] { e_.vpsubq(t2, t2, dst, k2); });
    steps.push_back([=, this] { e_.vmovdqa(dst, t2); });
}

void ItemKernelGenerator::scalar_instruction(const SuperscalarInstruction& instruction, Steps& steps) {
    const auto dst = kItem[instruction.dst];
    const auto src = kItem[instruction.src];
    const auto constant = instruction.constant;
    switch (instruction.op) {
        case SuperscalarOp::isub_r:
            steps.push_back([=, this] { e_.sub(dst, src); });
            break;
        case SuperscalarOp::ixor_r:
            steps.push_back([=, this] { e_.xor_(dst, src); });
            break;
        case SuperscalarOp::iadd_rs: {
            const auto shift = instruction.shift;
            steps.push_back([=, this] { e_.lea(dst, at(dst, src, 0, shift)); });
            break;
        }
        case SuperscalarOp::imul_r:
            steps.push_back([=, this] { e_.imul(dst, src); });
            break;
        case SuperscalarOp::iror_c: {
            const auto count = static_cast<uint8_t>(instruction.imm32 & 63);
            steps.push_back([=, this] { e_.ror(dst, count); });
            break;
        }
        case SuperscalarOp::iadd_c7:
        case SuperscalarOp::iadd_c8:
        case SuperscalarOp::iadd_c9:
            steps.push_back([=, this] { e_.add(dst, sign_extended(constant)); });
            break;
        case SuperscalarOp::ixor_c7:
        case SuperscalarOp::ixor_c8:
        case SuperscalarOp::ixor_c9:
            steps.push_back([=, this] { e_.xor_(dst, sign_extended(constant)); });
            break;
        case SuperscalarOp::imulh_r:
            steps.push_back([=, this] { e_.mov(rax, dst); });
            steps.push_back([=, this] { e_.mul(src); });
            steps.push_back([=, this] { e_.mov(dst, rdx); });
            break;
        case SuperscalarOp::ismulh_r:
            steps.push_back([=, this] { e_.mov(rax, dst); });
            steps.push_back([=, this] { e_.imul_wide(src); });
            steps.push_back([=, this] { e_.mov(dst, rdx); });
            break;
        case SuperscalarOp::imul_rcp:
            steps.push_back([=, this] { e_.imul(dst, e_.constant(constant)); });
            break;
    }
}

}  // namespace p2ph::randomx
