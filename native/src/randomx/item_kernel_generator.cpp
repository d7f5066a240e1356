#include "item_kernel_generator.h"

#include <algorithm>
#include <utility>

#include "dataset_item.h"
#include "parameters.h"

namespace p2ph::randomx {

using namespace x86;

namespace {

constexpr uint32_t kLineMask = kCacheItems - 1;

/* rdi: cache. rsi: block of the current group. rbp: groups left. rbx: scratch. rax, rcx, rdx: scratch of the scalar item, too. */
constexpr Gpr kCache = rdi;
constexpr Gpr kBlock = rsi;
constexpr Gpr kSaved[] = {rbx, rbp, r12, r13, r14, r15};
constexpr Gpr kItem[8] = {r8, r9, r10, r11, r12, r13, r14, r15};

/* The frame, from rsp up; the blocks follow. */
constexpr int kFrameCaller = 0;
constexpr int kFrameNumbers = 8;
constexpr int kFrameOut = 16;
constexpr int kFrameBatches = 24;
constexpr int kFramePrevious = 32; /* the block whose lines are prefetched now */
constexpr int kFrameBlocks = 64;

/* So many lines are fetched in a row: each waits for its translation, and some can wait side by side. */
constexpr size_t kBurst = 4;

constexpr int kZero = 31; /* avx512 */
/* k1-k3: the 128-bit quarters 1-3 of a vector; k4-k7 are temporary. */
constexpr uint32_t kQuarters[] = {0x0c, 0x30, 0xc0};

int32_t sign_extended(uint64_t constant) { return static_cast<int32_t>(static_cast<uint32_t>(constant)); }

}  // namespace

ItemKernelGenerator::ItemKernelGenerator(Emitter& emitter, const SuperscalarPrograms& programs, const ItemShape& shape)
    : e_(emitter), programs_(programs), shape_(shape), width_log_(shape.isa == ItemIsa::avx512 ? 2 : 1), lanes_(4 * width_log_), spread_(shape.groups > 1) {
    const int vector_bytes = 8 * lanes_;
    scalar_lines_ = 64 * shape.vectors;
    scalar_registers_ = scalar_lines_ + 64;
    vector_registers_ = scalar_registers_ + 64 * shape.scalars;
    block_bytes_ = vector_registers_ + 8 * vector_bytes * shape.vectors;
}

Vec ItemKernelGenerator::temp() {
    const int first = 8 * shape_.vectors;
    const int count = (shape_.isa == ItemIsa::avx512 ? kZero : 16) - first;
    return {static_cast<uint8_t>(first + temps_used_++ % count), width_log_};
}

Mask ItemKernelGenerator::mask() { return {static_cast<uint8_t>(4 + masks_used_++ % 4)}; }

/* AVX-512 reads a constant into all lanes as part of an operation; AVX2 needs a load before it. */
void ItemKernelGenerator::with_constant(uint64_t value, const std::function<void(const Operand&)>& use) {
    if (shape_.isa == ItemIsa::avx512) {
        use(e_.broadcast(value));
        return;
    }
    const auto t = temp();
    e_.vbroadcastq(t, e_.constant(value));
    use(t);
}

void ItemKernelGenerator::emit() {
    for (const auto reg : kSaved) {
        e_.push(reg);
    }
    e_.mov(rax, rsp);
    e_.sub(rsp, kFrameBlocks + block_bytes_ * shape_.groups);
    e_.and_(rsp, -64);
    e_.mov(at(rsp, kFrameCaller), rax);
    e_.mov(at(rsp, kFrameNumbers), rsi);
    e_.mov(at(rsp, kFrameOut), rdx);
    e_.mov(at(rsp, kFrameBatches), rcx);
    if (shape_.isa == ItemIsa::avx512) {
        for (uint8_t i = 0; i < 3; i++) {
            e_.mov_imm(rax, kQuarters[i]);
            e_.kmovd(Mask{static_cast<uint8_t>(i + 1)}, rax);
        }
        e_.vpxorq(zmm(kZero), zmm(kZero), zmm(kZero));
    }

    const auto next_batch = e_.make_label();
    e_.bind(next_batch);
    emit_setup();
    for (size_t i = 0; i < programs_.size(); i++) {
        emit_program(i);
    }
    e_.dec(at(rsp, kFrameBatches));
    e_.jcc(Condition::not_zero, next_batch);

    e_.mov(rsp, at(rsp, kFrameCaller));
    for (size_t i = std::size(kSaved); i > 0; i--) {
        e_.pop(kSaved[i - 1]);
    }
    if (shape_.vectors != 0) {
        e_.vzeroupper();
    }
    e_.ret();
}

/* Specification 7.3: the registers of each item from its number. */
void ItemKernelGenerator::emit_setup() {
    const int vector_bytes = 8 * lanes_;
    e_.lea(kBlock, at(rsp, kFrameBlocks));
    e_.mov_imm(rbp, shape_.groups);
    e_.mov(rbx, at(rsp, kFrameNumbers));
    const auto next_group = e_.make_label();
    e_.bind(next_group);
    for (int v = 0; v < shape_.vectors; v++) {
        const auto numbers = temp();
        e_.vmovdqu(numbers, at(rbx, vector_bytes * v));
        emit_line_offsets(v, numbers);
        for (int i = 0; i < (spread_ ? lanes_ : 0); i++) {
            e_.mov(rax, at(kBlock, 64 * v + 8 * i));
            e_.prefetcht0(at(kCache, rax));
        }
        const auto first = data(v, 0);
        with_constant(1, [&](const Operand& one) { e_.vpaddq(first, numbers, one); });
        Steps steps;
        multiply(first, kItemMultiplier, steps);
        for (const auto& step : steps) {
            step();
        }
        for (int i = 1; i < 8; i++) {
            with_constant(kItemConstants[i], [&](const Operand& addend) { e_.vpxorq(data(v, i), first, addend); });
        }
        for (int i = 0; i < 8; i++) {
            e_.vmovdqa(at(kBlock, vector_registers_ + vector_bytes * (8 * v + i)), data(v, i));
        }
    }
    for (int s = 0; s < shape_.scalars; s++) {
        e_.mov(rax, at(rbx, vector_bytes * shape_.vectors + 8 * s));
        e_.lea(r8, at(rax, 1));
        e_.and32(rax, static_cast<int32_t>(kLineMask));
        e_.shl(rax, 6);
        e_.mov(at(kBlock, scalar_lines_ + 8 * s), rax);
        e_.prefetcht0(at(kCache, rax));
        e_.imul(r8, e_.constant(kItemMultiplier));
        e_.mov(at(kBlock, scalar_registers_ + 64 * s), r8);
        for (int i = 1; i < 8; i++) {
            e_.mov(r9, e_.constant(kItemConstants[i]));
            e_.xor_(r9, r8);
            e_.mov(at(kBlock, scalar_registers_ + 64 * s + 8 * i), r9);
        }
    }
    e_.mov(at(rsp, kFramePrevious), kBlock); /* at the end the last group: its next lines are fetched first */
    e_.add(rbx, static_cast<int32_t>(8 * shape_.group_items()));
    e_.add(kBlock, block_bytes_);
    e_.dec(rbp);
    e_.jcc(Condition::not_zero, next_group);
    e_.mov(at(rsp, kFrameNumbers), rbx);
}

void ItemKernelGenerator::emit_line_offsets(int vector, Vec numbers) {
    const auto t = temp();
    with_constant(kLineMask, [&](const Operand& mask) { e_.vpandq(t, numbers, mask); });
    e_.vpsllq(t, t, 6);
    e_.vmovdqa(at(kBlock, 64 * vector), t);
    if (!spread_) {
        for (int i = 0; i < lanes_; i++) {
            e_.mov(rax, at(kBlock, 64 * vector + 8 * i));
            e_.prefetcht0(at(kCache, rax));
        }
    }
}

void ItemKernelGenerator::emit_program(size_t index) {
    const bool last = index + 1 == programs_.size();
    e_.lea(kBlock, at(rsp, kFrameBlocks));
    e_.mov_imm(rbp, shape_.groups);
    e_.align(64);
    const auto next_group = e_.make_label();
    e_.bind(next_group);

    const auto vector = vector_steps(programs_[index], spread_);
    const auto scalar = scalar_steps(index);
    size_t done = 0;
    for (size_t i = 0; i < vector.size(); i++) {
        vector[i]();
        for (; done * vector.size() < (i + 1) * scalar.size() && done < scalar.size(); done++) {
            scalar[done]();
        }
    }
    for (; done < scalar.size(); done++) {
        scalar[done]();
    }

    emit_vector_lines(index);
    if (last) {
        e_.mov(rbx, at(rsp, kFrameOut));
        emit_results();
        e_.add(at(rsp, kFrameOut), static_cast<int32_t>(64 * shape_.group_items()));
    }
    if (spread_) {
        e_.mov(at(rsp, kFramePrevious), kBlock);
    }
    e_.add(kBlock, block_bytes_);
    e_.dec(rbp);
    e_.jcc(Condition::not_zero, next_group);
}

ItemKernelGenerator::Steps ItemKernelGenerator::vector_steps(const SuperscalarProgram& program, bool prefetch) {
    Steps loads;
    Steps work;
    for (int v = 0; v < shape_.vectors; v++) {
        for (int i = 0; i < 8; i++) {
            loads.push_back([=, this] { e_.vmovdqa(data(v, i), at(kBlock, vector_registers_ + 8 * lanes_ * (8 * v + i))); });
        }
    }
    for (const auto& instruction : program.code) {
        for (int v = 0; v < shape_.vectors; v++) {
            vector_instruction(v, instruction, work);
        }
    }

    Steps all = std::move(loads);
    const size_t lines = prefetch ? static_cast<size_t>(lanes_) * shape_.vectors : 0;
    const size_t distance = lines == 0 ? 0 : std::max<size_t>(1, (work.size() - 8) / lines);
    size_t line = 0;
    for (size_t i = 0; i < work.size(); i++) {
        all.push_back(std::move(work[i]));
        for (; line < lines && i >= line / kBurst * kBurst * distance + distance / 2; line++) {
            const auto offset = static_cast<int>(64 * (line / lanes_) + 8 * (line % lanes_));
            all.push_back([=, this] {
                e_.mov(rbx, at(rsp, kFramePrevious));
                e_.mov(rbx, at(rbx, offset));
                e_.prefetcht0(at(kCache, rbx));
            });
        }
    }
    return all;
}

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

ItemKernelGenerator::Steps ItemKernelGenerator::scalar_steps(size_t index) {
    const auto& program = programs_[index];
    const bool last = index + 1 == programs_.size();
    Steps steps;
    for (int s = 0; s < shape_.scalars; s++) {
        const int registers = scalar_registers_ + 64 * s;
        for (int i = 0; i < 8; i++) {
            steps.push_back([=, this] { e_.mov(kItem[i], at(kBlock, registers + 8 * i)); });
        }
        for (const auto& instruction : program.code) {
            scalar_instruction(instruction, steps);
        }
        steps.push_back([=, this] { e_.mov(rcx, at(kBlock, scalar_lines_ + 8 * s)); });
        for (int i = 0; i < 8; i++) {
            steps.push_back([=, this] { e_.xor_(kItem[i], at(kCache, rcx, 8 * i)); });
        }
        if (last) {
            steps.push_back([this] { e_.mov(rcx, at(rsp, kFrameOut)); });
            for (int i = 0; i < 8; i++) {
                const auto place = static_cast<int>(64 * (shape_.group_items() - shape_.scalars + s)) + 8 * i;
                steps.push_back([=, this] { e_.mov(at(rcx, place), kItem[i]); });
            }
            continue;
        }
        steps.push_back([=, this] {
            e_.mov32(rax, kItem[program.address_register]);
            e_.and32(rax, static_cast<int32_t>(kLineMask));
            e_.shl(rax, 6);
            e_.mov(at(kBlock, scalar_lines_ + 8 * s), rax);
            e_.prefetcht0(at(kCache, rax));
        });
        for (int i = 0; i < 8; i++) {
            steps.push_back([=, this] { e_.mov(at(kBlock, registers + 8 * i), kItem[i]); });
        }
    }
    return steps;
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

/* Mixes the lines of the group into its registers: lanes are items, so the lines are transposed on the way. */
void ItemKernelGenerator::emit_vector_lines(size_t index) {
    static constexpr Gpr kLines[8] = {rax, rcx, rdx, r8, r9, r10, r11, r12};
    const bool last = index + 1 == programs_.size();
    for (int v = 0; v < shape_.vectors; v++) {
        for (int i = 0; i < lanes_; i++) {
            e_.mov(kLines[i], at(kBlock, 64 * v + 8 * i));
        }
        for (int j = 0; j < 4; j++) {
            const auto even = temp();
            const auto odd = temp();
            const auto low = temp();
            for (int quarter = 0; quarter < lanes_ / 2; quarter++) {
                for (const auto& [target, line] : {std::pair{even, 2 * quarter}, std::pair{odd, 2 * quarter + 1}}) {
                    const auto place = at(kCache, kLines[line], 16 * j);
                    if (quarter == 0) {
                        e_.vmovdqa(xmm(target.index), place);
                    } else if (shape_.isa == ItemIsa::avx512) {
                        e_.vbroadcasti64x2(target, place, Mask{static_cast<uint8_t>(quarter)});
                    } else {
                        e_.vinserti128(target, target, place, 1);
                    }
                }
            }
            e_.vpunpcklqdq(low, even, odd);
            e_.vpxorq(data(v, 2 * j), data(v, 2 * j), low);
            e_.vpunpckhqdq(even, even, odd);
            e_.vpxorq(data(v, 2 * j + 1), data(v, 2 * j + 1), even);
        }
        if (!last) {
            emit_line_offsets(v, data(v, programs_[index].address_register));
            for (int i = 0; i < 8; i++) {
                e_.vmovdqa(at(kBlock, vector_registers_ + 8 * lanes_ * (8 * v + i)), data(v, i));
            }
        }
    }
}

void ItemKernelGenerator::emit_results() {
    for (int v = 0; v < shape_.vectors; v++) {
        for (int j = 0; j < 4; j++) {
            const auto even = temp();
            const auto odd = temp();
            e_.vpunpcklqdq(even, data(v, 2 * j), data(v, 2 * j + 1));
            e_.vpunpckhqdq(odd, data(v, 2 * j), data(v, 2 * j + 1));
            for (uint8_t quarter = 0; quarter < lanes_ / 2; quarter++) {
                const auto place = at(rbx, 64 * (lanes_ * v + 2 * quarter) + 16 * j);
                const auto next = at(rbx, 64 * (lanes_ * v + 2 * quarter + 1) + 16 * j);
                if (quarter == 0) {
                    e_.vmovdqu(place, xmm(even.index));
                    e_.vmovdqu(next, xmm(odd.index));
                } else if (shape_.isa == ItemIsa::avx512) {
                    e_.vextracti64x2(place, even, quarter);
                    e_.vextracti64x2(next, odd, quarter);
                } else {
                    e_.vextracti128(place, even, quarter);
                    e_.vextracti128(next, odd, quarter);
                }
            }
        }
    }
}

}  // namespace p2ph::randomx
