#include "x86_emitter.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <stdexcept>

/* Intel SDM volume 2, chapter 2 (prefixes, ModRM, VEX, EVEX) and the pages of the instructions. */
namespace p2ph::randomx::x86 {

namespace {

constexpr size_t kUnbound = std::numeric_limits<size_t>::max();

}  // namespace

void Emitter::overflow() { throw std::length_error("generated code exceeds its room"); }

void Emitter::patch32(size_t position, uint32_t value) { std::memcpy(room_.data() + position, &value, sizeof value); }

void Emitter::align(size_t bytes) {
    static constexpr uint8_t kNops[9][9] = {{0x90},
                                            {0x66, 0x90},
                                            {0x0f, 0x1f, 0x00},
                                            {0x0f, 0x1f, 0x40, 0x00},
                                            {0x0f, 0x1f, 0x44, 0x00, 0x00},
                                            {0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00},
                                            {0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00},
                                            {0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
                                            {0x66, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00}};
    for (size_t missing = (bytes - size_ % bytes) % bytes; missing > 0;) {
        const auto length = std::min<size_t>(missing, 9);
        auto* to = open();
        std::memcpy(to, kNops[length - 1], length);
        close(to + length);
        missing -= length;
    }
}

size_t Emitter::finish() {
    for (const auto& jump : jumps_) {
        if (labels_[jump.target] == kUnbound) {
            throw std::logic_error("a jump to a label that was never placed");
        }
        patch32(jump.position, static_cast<uint32_t>(labels_[jump.target] - jump.end));
    }
    align(16);
    const auto first = size_;
    if (room_.size() - size_ < 8 * constants_.size()) {
        overflow();
    }
    for (const auto value : constants_) {
        std::memcpy(room_.data() + size_, &value, sizeof value);
        size_ += sizeof value;
    }
    for (const auto& reference : references_) {
        patch32(reference.position, static_cast<uint32_t>(first + 8 * reference.target - reference.end));
    }
    return size_;
}

Label Emitter::make_label() {
    labels_.push_back(kUnbound);
    return {static_cast<uint32_t>(labels_.size() - 1)};
}

void Emitter::bind(Label label) { labels_[label.number] = size_; }

size_t Emitter::offset_of(Label label) const { return labels_[label.number]; }

Mem Emitter::constant(uint64_t value) {
    const auto [entry, is_new] = constant_numbers_.try_emplace(value, static_cast<uint32_t>(constants_.size()));
    if (is_new) {
        constants_.push_back(value);
    }
    return {Mem::kConstant, Mem::kNone, 0, static_cast<int32_t>(entry->second), false};
}

Mem Emitter::broadcast(uint64_t value) {
    auto memory = constant(value);
    memory.broadcast = true;
    return memory;
}

Mem Emitter::constant128(uint64_t low, uint64_t high) {
    if (constants_.size() % 2 != 0) {
        constants_.push_back(0);
    }
    constants_.push_back(low);
    constants_.push_back(high);
    return {Mem::kConstant, Mem::kNone, 0, static_cast<int32_t>(constants_.size() - 2), false};
}

void Emitter::mov_imm(Gpr dst, uint64_t value) {
    auto* to = open();
    const bool wide = value > 0xffffffffu;
    const auto rex = static_cast<uint8_t>(0x40 | (wide ? 8 : 0) | number(dst) >> 3);
    if (rex != 0x40) {
        *to++ = rex;
    }
    *to++ = static_cast<uint8_t>(0xb8 + (number(dst) & 7));
    to = put32(to, static_cast<uint32_t>(value));
    if (wide) {
        to = put32(to, static_cast<uint32_t>(value >> 32));
    }
    close(to);
}

void Emitter::mov32_imm(const Mem& dst, uint32_t value) { close(put32(legacy_open(0, false, 0, 0xc7, 0, dst, 4), value)); }

void Emitter::test32(const Operand& reg, uint32_t imm) { close(put32(legacy_open(0, false, 0, 0xf7, 0, reg, 4), imm)); }

void Emitter::imul(Gpr dst, const Operand& src, int32_t imm) {
    close(put32(legacy_open(0, true, 0, 0x69, number(dst), src, 4), static_cast<uint32_t>(imm)));
}

void Emitter::push(Gpr reg) {
    auto* to = open();
    *to++ = static_cast<uint8_t>(0x40 | number(reg) >> 3);
    *to++ = static_cast<uint8_t>(0x50 + (number(reg) & 7));
    close(to);
}

void Emitter::pop(Gpr reg) {
    auto* to = open();
    *to++ = static_cast<uint8_t>(0x40 | number(reg) >> 3);
    *to++ = static_cast<uint8_t>(0x58 + (number(reg) & 7));
    close(to);
}

void Emitter::ret() {
    auto* to = open();
    *to++ = 0xc3;
    close(to);
}

void Emitter::jmp(Label target) {
    jmp_to(0);
    jumps_.push_back({size_ - 4, size_, target.number});
}

void Emitter::jcc(Condition condition, Label target) {
    if (labels_[target.number] != kUnbound) {
        jcc_to(condition, labels_[target.number]);
        return;
    }
    jcc_far(condition, 0);
    jumps_.push_back({size_ - 4, size_, target.number});
}

void Emitter::jmp_to(size_t offset) {
    auto* to = open();
    *to++ = 0xe9;
    close(put32(to, static_cast<uint32_t>(offset - (size_ + 5))));
}

void Emitter::jcc_to(Condition condition, size_t offset) {
    if (offset > size_ || size_ + 2 - offset > 128) {
        jcc_far(condition, offset);
        return;
    }
    auto* to = open();
    *to++ = static_cast<uint8_t>(0x70 + static_cast<uint8_t>(condition));
    *to++ = static_cast<uint8_t>(offset - (size_ + 2));
    close(to);
}

void Emitter::jcc_far(Condition condition, size_t offset) {
    auto* to = open();
    *to++ = 0x0f;
    *to++ = static_cast<uint8_t>(0x80 + static_cast<uint8_t>(condition));
    close(put32(to, static_cast<uint32_t>(offset - (size_ + 6))));
}

size_t Emitter::jcc_over(Condition condition) {
    auto* to = open();
    *to++ = static_cast<uint8_t>(0x70 + static_cast<uint8_t>(condition));
    *to++ = 0;
    close(to);
    return size_;
}

void Emitter::land(size_t jump) {
    if (size_ - jump > 127) {
        throw std::logic_error("a short jump too far");
    }
    room_[jump - 1] = static_cast<uint8_t>(size_ - jump);
}

size_t Emitter::jcc_far_over(Condition condition) {
    jcc_far(condition, 0);
    return size_;
}

void Emitter::land_far(size_t jump) { patch32(jump - 4, static_cast<uint32_t>(size_ - jump)); }

void Emitter::shufpd(Vec dst, const Operand& src, uint8_t imm) {
    auto* to = legacy_open(0x66, false, 1, 0xc6, dst.index, src, 1);
    *to++ = imm;
    close(to);
}

void Emitter::vpmovq2m(Mask dst, Vec src) { vector(VectorOp{2, 2, 0x39, false}, Vec{dst.index, src.log}, 0, src, {}); }

void Emitter::kmovd(Mask dst, Gpr src) { /* VEX.L0.F2.0F.W0 92 */
    auto* to = open();
    *to++ = 0xc4;
    *to++ = static_cast<uint8_t>(0xc1 | (number(src) >= 8 ? 0 : 0x20));
    *to++ = 0x7b;
    *to++ = 0x92;
    *to++ = static_cast<uint8_t>(0xc0 | dst.index << 3 | (number(src) & 7));
    close(to);
}

void Emitter::vzeroupper() {
    auto* to = open();
    *to++ = 0xc5;
    *to++ = 0xf8;
    *to++ = 0x77;
    close(to);
}

void Emitter::vector_imm(const VectorOp& op, Vec reg, uint8_t second, const Operand& rm, uint8_t imm, Mask mask) {
    auto* to = vector_open(op, reg, second, rm, mask, 1);
    *to++ = imm;
    close(to);
}

uint8_t* Emitter::vector_open(const VectorOp& op, Vec reg, uint8_t second, const Operand& rm, Mask mask, size_t imm_bytes) {
    const bool broadcast = rm.is_memory && rm.mem.broadcast;
    const bool evex =
        !op.vex || reg.log == 2 || reg.index >= 16 || second >= 16 || (!rm.is_memory && rm.reg >= 16) || mask.index != 0 || broadcast;
    const auto inverted =
        static_cast<uint8_t>((reg.index >> 3 & 1 ? 0 : 0x80) | (extension_x(rm) ? 0 : 0x40) | (extension_b(rm) ? 0 : 0x20));
    auto* to = open();
    if (!evex) {
        *to++ = 0xc4;
        *to++ = static_cast<uint8_t>(inverted | op.map);
        *to++ = static_cast<uint8_t>((~second & 15) << 3 | reg.log << 2 | op.pp);
        *to++ = op.opcode;
        return modrm(to, reg.index, rm, imm_bytes, 1);
    }

    const bool wide = op.opcode != 0x70; /* all but vpshufd work on 64-bit lanes */
    *to++ = 0x62;
    *to++ = static_cast<uint8_t>(inverted | (reg.index >= 16 ? 0 : 0x10) | op.map);
    *to++ = static_cast<uint8_t>((wide ? 0x80 : 0) | (~second & 15) << 3 | 4 | op.pp);
    *to++ = static_cast<uint8_t>(reg.log << 5 | (broadcast ? 0x10 : 0) | (second >= 16 ? 0 : 8) | mask.index);
    *to++ = op.opcode;
    const int unit = broadcast ? 8 : op.tuple != 0 ? op.tuple : 16 << reg.log;
    return modrm(to, reg.index, rm, imm_bytes, unit);
}

/* EVEX.512.66.0F.W1 with b set, so that the bits of the length are those of the rounding mode. */
void Emitter::rounded(uint8_t opcode, Vec dst, uint8_t second, Vec src) {
    auto* to = open();
    *to++ = 0x62;
    *to++ = static_cast<uint8_t>((dst.index >= 8 ? 0 : 0x80) | 0x40 | (src.index >= 8 ? 0 : 0x20) | 0x10 | 1);
    *to++ = static_cast<uint8_t>(0x80 | (~second & 15) << 3 | 4 | 1);
    *to++ = 0x10 | 8;
    *to++ = opcode;
    *to++ = static_cast<uint8_t>(0xc0 | (dst.index & 7) << 3 | (src.index & 7));
    close(to);
}

uint8_t* Emitter::address(uint8_t* to, uint8_t reg, const Mem& mem, size_t imm_bytes, int disp8_unit) {
    const auto field = static_cast<uint8_t>((reg & 7) << 3);
    if (mem.base == Mem::kConstant) {
        *to++ = static_cast<uint8_t>(field | 5);
        const auto position = static_cast<size_t>(to - room_.data());
        references_.push_back({position, position + 4 + imm_bytes, static_cast<uint32_t>(mem.disp)});
        return put32(to, 0);
    }
    if (mem.base == Mem::kNone || mem.index == number(rsp)) {
        throw std::logic_error("an address that cannot be encoded");
    }

    const bool needs_sib = mem.index != Mem::kNone || (mem.base & 7) == number(rsp);
    const bool small = mem.disp % disp8_unit == 0 && mem.disp / disp8_unit >= -128 && mem.disp / disp8_unit <= 127;
    uint8_t mod = 2;
    if (mem.disp == 0 && (mem.base & 7) != number(rbp)) {
        mod = 0;
    } else if (small) {
        mod = 1;
    }
    *to++ = static_cast<uint8_t>(mod << 6 | field | (needs_sib ? 4 : mem.base & 7));
    if (needs_sib) {
        const auto index = mem.index == Mem::kNone ? 4 : mem.index & 7;
        *to++ = static_cast<uint8_t>(mem.scale << 6 | index << 3 | (mem.base & 7));
    }
    if (mod == 1) {
        *to++ = static_cast<uint8_t>(mem.disp / disp8_unit);
    } else if (mod == 2) {
        to = put32(to, static_cast<uint32_t>(mem.disp));
    }
    return to;
}

}  // namespace p2ph::randomx::x86
