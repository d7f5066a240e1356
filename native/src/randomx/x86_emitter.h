#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <unordered_map>
#include <vector>

namespace p2ph::randomx::x86 {

enum class Gpr : uint8_t { rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15 };
using enum Gpr;
constexpr uint8_t number(Gpr reg) { return static_cast<uint8_t>(reg); }

/* A vector register and the width an instruction uses of it. */
struct Vec {
    uint8_t index;
    uint8_t log; /* 0: 128 bits, 1: 256, 2: 512 */
};
constexpr Vec xmm(int index) { return {static_cast<uint8_t>(index), 0}; }
constexpr Vec ymm(int index) { return {static_cast<uint8_t>(index), 1}; }
constexpr Vec zmm(int index) { return {static_cast<uint8_t>(index), 2}; }

/* Lanes to write, k1..k7; 0 writes all. */
struct Mask {
    uint8_t index = 0;
};

/* base + index * 2^scale + disp, or a word of the constants behind the code. */
struct Mem {
    static constexpr uint8_t kNone = 0xff;
    static constexpr uint8_t kConstant = 0xfe;
    uint8_t base = kNone;
    uint8_t index = kNone;
    uint8_t scale = 0;
    int32_t disp = 0; /* of a constant: its number */
    bool broadcast = false;
};
constexpr Mem at(Gpr base, int32_t disp = 0) { return {number(base), Mem::kNone, 0, disp, false}; }
constexpr Mem at(Gpr base, Gpr index, int32_t disp = 0, uint8_t scale = 0) { return {number(base), number(index), scale, disp, false}; }

/* A register or memory operand. */
struct Operand {
    Operand(Gpr gpr) : reg(number(gpr)) {}
    Operand(Vec vec) : reg(vec.index) {}
    Operand(const Mem& memory) : is_memory(true), mem(memory) {}
    bool is_memory = false;
    uint8_t reg = 0;
    Mem mem;
};

struct Label {
    uint32_t number;
};

enum class Condition : uint8_t { below = 2, above_equal = 3, zero = 4, not_zero = 5 };

/* Map, prefix and opcode of a vector instruction, as both VEX and EVEX encode them. */
struct VectorOp {
    uint8_t map;
    uint8_t pp; /* 0 none, 1: 66, 2: F3, 3: F2 */
    uint8_t opcode;
    bool vex;          /* VEX can say it */
    uint8_t tuple = 0; /* bytes of a memory operand where it is not the whole vector */
};

/* Writes x86-64 machine code into a room, and behind it the 8-byte constants the code refers to. The code runs at any address as long as
 * both stay together. Throws std::length_error when the room is too small and std::logic_error for what cannot be encoded. */
class Emitter {
   public:
    explicit Emitter(std::span<uint8_t> room) : room_(room) {}

    size_t size() const noexcept { return size_; }
    /* Where the next instruction is written. */
    uint8_t* end() const noexcept { return room_.data() + size_; }
    /* The next instruction goes there, an offset into the room. */
    void seek(size_t offset) noexcept { size_ = offset; }
    void align(size_t bytes);
    /* Places the constants and resolves what refers to them; returns the bytes used. Nothing may be emitted after it. */
    size_t finish();

    Label make_label();
    void bind(Label label);
    size_t offset_of(Label label) const;

    Mem constant(uint64_t value);
    /* The constant in every lane of a vector operation. */
    Mem broadcast(uint64_t value);
    /* A 16-byte constant, aligned. */
    Mem constant128(uint64_t low, uint64_t high);

    /* General registers; 64 bits unless the name ends in 32. */
    void mov(Gpr dst, const Operand& src) { legacy(0, true, 0, 0x8b, dst, src); }
    void mov32(Gpr dst, const Operand& src) { legacy(0, false, 0, 0x8b, dst, src); }
    void mov(const Mem& dst, Gpr src) { legacy(0, true, 0, 0x89, src, dst); }
    void mov32(const Mem& dst, Gpr src) { legacy(0, false, 0, 0x89, src, dst); }
    void mov_imm(Gpr dst, uint64_t value);
    void mov32_imm(const Mem& dst, uint32_t value);
    void lea(Gpr dst, const Mem& address) { legacy(0, true, 0, 0x8d, dst, address); }
    void lea32(Gpr dst, const Mem& address) { legacy(0, false, 0, 0x8d, dst, address); }
    void add(Gpr dst, const Operand& src) { legacy(0, true, 0, 0x03, dst, src); }
    void sub(Gpr dst, const Operand& src) { legacy(0, true, 0, 0x2b, dst, src); }
    void xor_(Gpr dst, const Operand& src) { legacy(0, true, 0, 0x33, dst, src); }
    void xor32(Gpr dst, const Operand& src) { legacy(0, false, 0, 0x33, dst, src); }
    void and32(Gpr dst, const Operand& src) { legacy(0, false, 0, 0x23, dst, src); }
    void add(Gpr dst, int32_t imm) { alu_imm(true, 0, dst, imm); }
    /* Seven bytes whatever the number. */
    void add_far(Gpr dst, int32_t imm) { close(put32(legacy_open(0, true, 0, 0x81, 0, dst, 4), static_cast<uint32_t>(imm))); }
    void add(const Mem& dst, int32_t imm) { alu_imm(true, 0, dst, imm); }
    void or32(Gpr dst, int32_t imm) { alu_imm(false, 1, dst, imm); }
    void and_(Gpr dst, const Operand& src) { legacy(0, true, 0, 0x23, dst, src); }
    void and_(Gpr dst, int32_t imm) { alu_imm(true, 4, dst, imm); }
    void and32(Gpr dst, int32_t imm) { alu_imm(false, 4, dst, imm); }
    void sub(Gpr dst, int32_t imm) { alu_imm(true, 5, dst, imm); }
    void sub32(const Mem& dst, int32_t imm) { alu_imm(false, 5, dst, imm); }
    void xor_(Gpr dst, int32_t imm) { alu_imm(true, 6, dst, imm); }
    void cmp32(const Mem& dst, int32_t imm) { alu_imm(false, 7, dst, imm); }
    void sbb(Gpr dst, const Operand& src) { legacy(0, true, 0, 0x1b, dst, src); }
    void cmp(Gpr a, const Operand& b) { legacy(0, true, 0, 0x3b, a, b); }
    void test(Gpr a, Gpr b) { legacy(0, true, 0, 0x85, b, a); }
    void test32(const Operand& reg, uint32_t imm);
    void imul(Gpr dst, const Operand& src) { legacy(0, true, 1, 0xaf, dst, src); }
    void imul(Gpr dst, const Operand& src, int32_t imm);
    void mul(const Operand& src) { legacy(0, true, 0, 0xf7, uint8_t{4}, src); } /* rdx:rax = rax * src */
    void imul_wide(const Operand& src) { legacy(0, true, 0, 0xf7, uint8_t{5}, src); }
    void neg(Gpr dst) { legacy(0, true, 0, 0xf7, uint8_t{3}, dst); }
    void rol(Gpr dst, uint8_t count) { shift(true, 0, dst, count); }
    void ror(Gpr dst, uint8_t count) { shift(true, 1, dst, count); }
    void shl(Gpr dst, uint8_t count) { shift(true, 4, dst, count); }
    void shr(Gpr dst, uint8_t count) { shift(true, 5, dst, count); }
    void rol_cl(Gpr dst) { legacy(0, true, 0, 0xd3, uint8_t{0}, dst); }
    void ror_cl(Gpr dst) { legacy(0, true, 0, 0xd3, uint8_t{1}, dst); }
    void xchg(Gpr a, Gpr b) { legacy(0, true, 0, 0x87, a, b); }
    void dec(const Operand& dst) { legacy(0, true, 0, 0xff, uint8_t{1}, dst); }
    void push(Gpr reg);
    void pop(Gpr reg);
    void ret();
    void jmp(Label target);
    void jmp(const Mem& address) { legacy(0, false, 0, 0xff, uint8_t{4}, address); } /* to the address that lies there */
    void jmp(Gpr address) { legacy(0, false, 0, 0xff, uint8_t{4}, address); }
    void jcc(Condition condition, Label target);
    /* Without a label: to an offset into the room. */
    void jmp_to(size_t offset);
    void jcc_to(Condition condition, size_t offset);
    /* A short jump forward to where land is called with its result. */
    size_t jcc_over(Condition condition);
    void land(size_t jump);
    size_t jcc_far_over(Condition condition);
    void land_far(size_t jump);
    void prefetcht0(const Mem& line) { legacy(0, false, 1, 0x18, uint8_t{1}, line); }
    void prefetchnta(const Mem& line) { legacy(0, false, 1, 0x18, uint8_t{0}, line); }
    void ldmxcsr(const Mem& word) { legacy(0, false, 1, 0xae, uint8_t{2}, word); }
    void stmxcsr(const Mem& word) { legacy(0, false, 1, 0xae, uint8_t{3}, word); }

    /* SSE2 and AES on xmm registers; memory aligned to 16 bytes unless said otherwise. */
    void movaps(Vec dst, const Operand& src) { legacy(0, false, 1, 0x28, dst.index, src); }
    void movaps(const Mem& dst, Vec src) { legacy(0, false, 1, 0x29, src.index, dst); }
    void cvtdq2pd(Vec dst, const Operand& src) { legacy(0xf3, false, 1, 0xe6, dst.index, src); } /* 8 bytes, any alignment */
    void addpd(Vec dst, const Operand& src) { legacy(0x66, false, 1, 0x58, dst.index, src); }
    void subpd(Vec dst, const Operand& src) { legacy(0x66, false, 1, 0x5c, dst.index, src); }
    void mulpd(Vec dst, const Operand& src) { legacy(0x66, false, 1, 0x59, dst.index, src); }
    void divpd(Vec dst, const Operand& src) { legacy(0x66, false, 1, 0x5e, dst.index, src); }
    void sqrtpd(Vec dst, const Operand& src) { legacy(0x66, false, 1, 0x51, dst.index, src); }
    void andps(Vec dst, const Operand& src) { legacy(0, false, 1, 0x54, dst.index, src); }
    void orps(Vec dst, const Operand& src) { legacy(0, false, 1, 0x56, dst.index, src); }
    void xorps(Vec dst, const Operand& src) { legacy(0, false, 1, 0x57, dst.index, src); }
    void shufpd(Vec dst, const Operand& src, uint8_t imm);
    void aesenc(Vec dst, const Operand& src) { legacy(0x66, false, 2, 0xdc, dst.index, src); }
    void aesdec(Vec dst, const Operand& src) { legacy(0x66, false, 2, 0xde, dst.index, src); }

    /* AVX2 and AVX-512, 64-bit lanes. EVEX is chosen where VEX cannot say it. */
    void vpaddq(Vec dst, Vec a, const Operand& b, Mask mask = {}) { vector(kVpaddq, dst, a.index, b, mask); }
    void vpsubq(Vec dst, Vec a, const Operand& b, Mask mask = {}) { vector(kVpsubq, dst, a.index, b, mask); }
    void vpxorq(Vec dst, Vec a, const Operand& b, Mask mask = {}) { vector(kVpxorq, dst, a.index, b, mask); }
    void vpandq(Vec dst, Vec a, const Operand& b, Mask mask = {}) { vector(kVpandq, dst, a.index, b, mask); }
    void vporq(Vec dst, Vec a, const Operand& b) { vector(kVporq, dst, a.index, b, {}); }
    void vpmuludq(Vec dst, Vec a, const Operand& b) { vector(kVpmuludq, dst, a.index, b, {}); }
    void vpmullq(Vec dst, Vec a, const Operand& b) { vector(kVpmullq, dst, a.index, b, {}); }
    void vpmadd52luq(Vec dst, Vec a, const Operand& b) { vector(kVpmadd52luq, dst, a.index, b, {}); }
    void vpmadd52huq(Vec dst, Vec a, const Operand& b) { vector(kVpmadd52huq, dst, a.index, b, {}); }
    void vpunpcklqdq(Vec dst, Vec a, const Operand& b) { vector(kVpunpcklqdq, dst, a.index, b, {}); }
    void vpunpckhqdq(Vec dst, Vec a, const Operand& b) { vector(kVpunpckhqdq, dst, a.index, b, {}); }
    void vpcmpgtq(Vec dst, Vec a, const Operand& b) { vector(kVpcmpgtq, dst, a.index, b, {}); } /* ymm: all ones where a > b */
    void vpsllq(Vec dst, Vec src, uint8_t count) { vector_imm(kShiftq, Vec{6, dst.log}, dst.index, src, count, {}); }
    void vpsrlq(Vec dst, Vec src, uint8_t count) { vector_imm(kShiftq, Vec{2, dst.log}, dst.index, src, count, {}); }
    void vprorq(Vec dst, Vec src, uint8_t count) { vector_imm(kRotateq, Vec{0, dst.log}, dst.index, src, count, {}); }
    void vpshufd(Vec dst, const Operand& src, uint8_t imm) { vector_imm(kVpshufd, dst, 0, src, imm, {}); }
    void vpmovq2m(Mask dst, Vec src);
    void kmovd(Mask dst, Gpr src);
    void vmovdqa(Vec dst, const Operand& src) { vector(kVmovdqaLoad, dst, 0, src, {}); }
    void vmovdqa(const Mem& dst, Vec src) { vector(kVmovdqaStore, src, 0, dst, {}); }
    void vmovdqu(Vec dst, const Operand& src) { vector(kVmovdquLoad, dst, 0, src, {}); }
    void vmovdqu(const Mem& dst, Vec src) { vector(kVmovdquStore, src, 0, dst, {}); }
    void vbroadcastq(Vec dst, const Operand& src) { vector(kVpbroadcastq, dst, 0, src, {}); }
    void vbroadcasti64x2(Vec dst, const Mem& src, Mask mask) { vector(kVbroadcasti64x2, dst, 0, src, mask); }
    void vinserti128(Vec dst, Vec a, const Operand& b, uint8_t half) { vector_imm(kVinserti128, dst, a.index, b, half, {}); }
    void vextracti128(const Mem& dst, Vec src, uint8_t half) { vector_imm(kVextracti128, src, 0, dst, half, {}); }
    void vextracti64x2(const Mem& dst, Vec src, uint8_t quarter) { vector_imm(kVextracti64x2, src, 0, dst, quarter, {}); }
    void vzeroupper();

    /* Doubles. The first two of each vector as SSE2 has them; what is above is 0 afterwards. */
    void vmovaps(Vec dst, const Operand& src) { vector(kVmovapsLoad, dst, 0, src, {}); }
    void vmovaps(const Mem& dst, Vec src) { vector(kVmovapsStore, src, 0, dst, {}); }
    void vcvtdq2pd(Vec dst, const Operand& src) { vector(kVcvtdq2pd, dst, 0, src, {}); }
    void vxorps(Vec dst, Vec a, const Operand& b) { vector(kVxorps, dst, a.index, b, {}); }
    void vshufpd(Vec dst, Vec a, const Operand& b, uint8_t imm) { vector_imm(kVshufpd, dst, a.index, b, imm, {}); }
    void vaesenc(Vec dst, Vec a, const Operand& b) { vector(kVaesenc, dst, a.index, b, {}); }
    void vaesdec(Vec dst, Vec a, const Operand& b) { vector(kVaesdec, dst, a.index, b, {}); }
    /* Bit by bit what the table says at 4 * dst + 2 * a + b. */
    void vpternlogq(Vec dst, Vec a, const Operand& b, uint8_t table) { vector_imm(kVpternlogq, dst, a.index, b, table, {}); }

    /* Doubles of 512 bits, rounded to the nearest whatever MXCSR says. Registers 0 to 15. */
    void vaddpd_rounded(Vec dst, Vec a, Vec b) { rounded(0x58, dst, a.index, b); }
    void vsubpd_rounded(Vec dst, Vec a, Vec b) { rounded(0x5c, dst, a.index, b); }
    void vmulpd_rounded(Vec dst, Vec a, Vec b) { rounded(0x59, dst, a.index, b); }
    void vdivpd_rounded(Vec dst, Vec a, Vec b) { rounded(0x5e, dst, a.index, b); }
    void vsqrtpd_rounded(Vec dst, Vec src) { rounded(0x51, dst, 0, src); }
    /* Gives a rounding mode, 0..3 as MXCSR counts them, to one of these that ends there and is for the nearest so far. */
    static void set_rounding(uint8_t* end, size_t mode) noexcept { end[-3] |= static_cast<uint8_t>(mode << 5); }

   private:
    static constexpr VectorOp kVpaddq{1, 1, 0xd4, true};
    static constexpr VectorOp kVpsubq{1, 1, 0xfb, true};
    static constexpr VectorOp kVpxorq{1, 1, 0xef, true};
    static constexpr VectorOp kVpandq{1, 1, 0xdb, true};
    static constexpr VectorOp kVporq{1, 1, 0xeb, true};
    static constexpr VectorOp kVpmuludq{1, 1, 0xf4, true};
    static constexpr VectorOp kVpmullq{2, 1, 0x40, false};
    static constexpr VectorOp kVpmadd52luq{2, 1, 0xb4, false};
    static constexpr VectorOp kVpmadd52huq{2, 1, 0xb5, false};
    static constexpr VectorOp kVpunpcklqdq{1, 1, 0x6c, true};
    static constexpr VectorOp kVpunpckhqdq{1, 1, 0x6d, true};
    static constexpr VectorOp kVpcmpgtq{2, 1, 0x37, true};
    static constexpr VectorOp kShiftq{1, 1, 0x73, true};
    static constexpr VectorOp kRotateq{1, 1, 0x72, false};
    static constexpr VectorOp kVpshufd{1, 1, 0x70, true};
    static constexpr VectorOp kVmovdqaLoad{1, 1, 0x6f, true};
    static constexpr VectorOp kVmovdqaStore{1, 1, 0x7f, true};
    static constexpr VectorOp kVmovdquLoad{1, 2, 0x6f, true};
    static constexpr VectorOp kVmovdquStore{1, 2, 0x7f, true};
    static constexpr VectorOp kVpbroadcastq{2, 1, 0x59, true, 8};
    static constexpr VectorOp kVbroadcasti64x2{2, 1, 0x5a, false, 16};
    static constexpr VectorOp kVmovapsLoad{1, 0, 0x28, true};
    static constexpr VectorOp kVmovapsStore{1, 0, 0x29, true};
    static constexpr VectorOp kVcvtdq2pd{1, 2, 0xe6, true};
    static constexpr VectorOp kVxorps{1, 0, 0x57, true};
    static constexpr VectorOp kVshufpd{1, 1, 0xc6, true};
    static constexpr VectorOp kVaesenc{2, 1, 0xdc, true};
    static constexpr VectorOp kVaesdec{2, 1, 0xde, true};
    static constexpr VectorOp kVpternlogq{3, 1, 0x25, false};
    static constexpr VectorOp kVinserti128{3, 1, 0x38, true, 16};
    static constexpr VectorOp kVextracti128{3, 1, 0x39, true, 16};
    static constexpr VectorOp kVextracti64x2{3, 1, 0x39, false, 16};

    struct Fixup {
        size_t position; /* of the four bytes */
        size_t end;      /* of the instruction */
        uint32_t target;
    };

    void jcc_far(Condition condition, size_t offset);

    /* Room for one instruction; a program is compiled often, so it is asked for once and filled without further checks. */
    static constexpr size_t kInstructionBytesMax = 16;
    uint8_t* open() {
        if (room_.size() - size_ < kInstructionBytesMax) {
            overflow();
        }
        return room_.data() + size_;
    }
    void close(const uint8_t* end) noexcept { size_ = static_cast<size_t>(end - room_.data()); }
    static uint8_t* put32(uint8_t* to, uint32_t value) noexcept {
        std::memcpy(to, &value, sizeof value);
        return to + sizeof value;
    }

    [[gnu::always_inline]] uint8_t* legacy_open(uint8_t prefix, bool wide, uint8_t map, uint8_t opcode, uint8_t reg, const Operand& rm,
                                                size_t imm_bytes) {
        auto* to = open();
        if (prefix != 0) {
            *to++ = prefix;
        }
        const auto rex = static_cast<uint8_t>(0x40 | (wide ? 8 : 0) | (reg >> 3 & 1) << 2 | extension_x(rm) << 1 | extension_b(rm));
        if (rex != 0x40) {
            *to++ = rex;
        }
        if (map >= 1) {
            *to++ = 0x0f;
        }
        if (map >= 2) {
            *to++ = map == 2 ? 0x38 : 0x3a;
        }
        *to++ = opcode;
        return modrm(to, reg, rm, imm_bytes, 1);
    }
    [[gnu::always_inline]] void legacy(uint8_t prefix, bool wide, uint8_t map, uint8_t opcode, uint8_t reg, const Operand& rm) {
        close(legacy_open(prefix, wide, map, opcode, reg, rm, 0));
    }
    [[gnu::always_inline]] void legacy(uint8_t prefix, bool wide, uint8_t map, uint8_t opcode, Gpr reg, const Operand& rm) {
        close(legacy_open(prefix, wide, map, opcode, number(reg), rm, 0));
    }
    [[gnu::always_inline]] void alu_imm(bool wide, uint8_t operation, const Operand& dst, int32_t imm) {
        const bool small = imm >= -128 && imm <= 127;
        auto* to = legacy_open(0, wide, 0, small ? 0x83 : 0x81, operation, dst, small ? 1 : 4);
        if (small) {
            *to++ = static_cast<uint8_t>(imm);
        } else {
            to = put32(to, static_cast<uint32_t>(imm));
        }
        close(to);
    }
    void shift(bool wide, uint8_t operation, Gpr dst, uint8_t count) {
        auto* to = legacy_open(0, wide, 0, 0xc1, operation, dst, 1);
        *to++ = count;
        close(to);
    }

    /* The bits that register numbers from 8 up leave to the prefixes. */
    static uint8_t extension_x(const Operand& rm) noexcept {
        if (!rm.is_memory) {
            return rm.reg >> 4 & 1;
        }
        return rm.mem.index != Mem::kNone && rm.mem.index >= 8;
    }
    static uint8_t extension_b(const Operand& rm) noexcept { return rm.is_memory ? rm.mem.base < 16 && rm.mem.base >= 8 : rm.reg >> 3 & 1; }
    [[gnu::always_inline]] uint8_t* modrm(uint8_t* to, uint8_t reg, const Operand& rm, size_t imm_bytes, int disp8_unit) {
        if (!rm.is_memory) {
            *to++ = static_cast<uint8_t>(0xc0 | (reg & 7) << 3 | (rm.reg & 7));
            return to;
        }
        return address(to, reg, rm.mem, imm_bytes, disp8_unit);
    }
    uint8_t* address(uint8_t* to, uint8_t reg, const Mem& mem, size_t imm_bytes, int disp8_unit);
    [[noreturn]] static void overflow();
    void patch32(size_t position, uint32_t value);
    void vector(const VectorOp& op, Vec reg, uint8_t second, const Operand& rm, Mask mask) {
        close(vector_open(op, reg, second, rm, mask, 0));
    }
    uint8_t* vector_open(const VectorOp& op, Vec reg, uint8_t second, const Operand& rm, Mask mask, size_t imm_bytes);
    void rounded(uint8_t opcode, Vec dst, uint8_t second, Vec src);
    void vector_imm(const VectorOp& op, Vec reg, uint8_t second, const Operand& rm, uint8_t imm, Mask mask);

    std::span<uint8_t> room_;
    size_t size_ = 0;
    std::vector<size_t> labels_;
    std::vector<Fixup> jumps_;
    std::vector<Fixup> references_;
    std::vector<uint64_t> constants_;
    std::unordered_map<uint64_t, uint32_t> constant_numbers_;
};

}  // namespace p2ph::randomx::x86
