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

/* The frame, from rsp up; the blocks follow. */
constexpr int kFrameCaller = 0;
constexpr int kFrameNumbers = 8;
constexpr int kFrameOut = 16;
constexpr int kFrameBatches = 24;
constexpr int kFramePrevious = 32; /* the block whose lines are prefetched now */
constexpr int kFrameBlocks = 64;

/* So many lines are fetched in a row: each waits for its translation, and some can wait side by side. */
constexpr size_t kBurst = 4;

/* k1-k3: the 128-bit quarters 1-3 of a vector; k4-k7 are temporary. */
constexpr uint32_t kQuarters[] = {0x0c, 0x30, 0xc0};

}  // namespace

ItemKernelGenerator::ItemKernelGenerator(Emitter& emitter, const SuperscalarPrograms& programs, const ItemShape& shape)
    : e_(emitter),
      programs_(programs),
      shape_(shape),
      width_log_(shape.isa == ItemIsa::avx512 ? 2 : 1),
      lanes_(4 * width_log_),
      spread_(shape.groups > 1) {
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
