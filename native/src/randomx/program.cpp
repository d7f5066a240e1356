#include "program.h"

#include <bit>
#include <cstring>

#include "superscalar.h"
#include "wide_multiply.h"

namespace p2ph::randomx {

static_assert(std::endian::native == std::endian::little, "program buffers are used in place");

namespace {

constexpr uint64_t kFractionMask = (uint64_t{1} << 52) - 1;

/* Table 4.5.2: 1.fraction times two to the power of 0..31. */
double group_a(uint64_t quadword) {
    const uint64_t exponent = (quadword >> 59) + 1023;
    return std::bit_cast<double>((exponent << 52) | (quadword & kFractionMask));
}

/* Section 4.5.6: 22 bits of the fraction, four of the exponent, and the constant bits 0b011 below these. */
uint64_t group_e_mask(uint64_t quadword) {
    const uint64_t exponent = 0x300 | ((quadword >> 60) << 4);
    return (quadword & 0x3fffff) | (exponent << 52);
}

/* The instructions of the specification by the last opcode of each, in the order of the opcodes. */
enum class Kind : uint8_t {
    iadd_rs,
    iadd_m,
    isub_r,
    isub_m,
    imul_r,
    imul_m,
    imulh_r,
    imulh_m,
    ismulh_r,
    ismulh_m,
    imul_rcp,
    ineg_r,
    ixor_r,
    ixor_m,
    iror_r,
    irol_r,
    iswap_r,
    fswap_r,
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

constexpr int kKinds = 29;
constexpr uint8_t kFrequencies[kKinds] = {16, 7, 16, 7, 16, 4, 4, 1, 4, 1, 8, 2, 15, 5, 8, 2, 4, 4, 16, 5, 16, 5, 6, 32, 4, 6, 25, 1, 16};

constexpr std::array<Kind, 256> kKindOfOpcode = [] {
    std::array<Kind, 256> kinds{};
    size_t opcode = 0;
    for (int kind = 0; kind < kKinds; kind++) {
        for (int i = 0; i < kFrequencies[kind]; i++) {
            kinds[opcode++] = static_cast<Kind>(kind);
        }
    }
    return kinds;
}();
static_assert(kKindOfOpcode[255] == Kind::istore && kKindOfOpcode[239] == Kind::cfround && kKindOfOpcode[238] == Kind::cbranch);

constexpr int kJumpOffset = 8;
constexpr uint32_t kJumpMask = 0xff;

class Decoder {
   public:
    DecodedInstruction next(const Instruction& raw) noexcept {
        raw_ = raw;
        dst_ = raw.dst % 8;
        src_ = raw.src % 8;
        out_ = {Op::nop, dst_, src_, 0, 0, 0, sign_extend(raw.imm32)};
        decode_one();
        position_++;
        return out_;
    }

   private:
    void decode_one() noexcept {
        switch (kKindOfOpcode[raw_.opcode]) {
            case Kind::iadd_rs:
                out_.shift = (raw_.mod >> 2) & 3;
                if (dst_ != 5) {
                    out_.constant = 0;
                }
                return integer(Op::iadd_rs);
            case Kind::iadd_m:
                return integer_memory(Op::iadd_m);
            case Kind::isub_r:
                return integer(dst_ == src_ ? Op::isub_c : Op::isub_r);
            case Kind::isub_m:
                return integer_memory(Op::isub_m);
            case Kind::imul_r:
                return integer(dst_ == src_ ? Op::imul_c : Op::imul_r);
            case Kind::imul_m:
                return integer_memory(Op::imul_m);
            case Kind::imulh_r:
                return integer(Op::imulh_r);
            case Kind::imulh_m:
                return integer_memory(Op::imulh_m);
            case Kind::ismulh_r:
                return integer(Op::ismulh_r);
            case Kind::ismulh_m:
                return integer_memory(Op::ismulh_m);
            case Kind::imul_rcp:
                if ((raw_.imm32 & (raw_.imm32 - 1)) == 0) {
                    return; /* 0 or a power of two: nothing is done, and the register counts as unmodified */
                }
                out_.constant = reciprocal(raw_.imm32);
                return integer(Op::imul_c);
            case Kind::ineg_r:
                return integer(Op::ineg_r);
            case Kind::ixor_r:
                return integer(dst_ == src_ ? Op::ixor_c : Op::ixor_r);
            case Kind::ixor_m:
                return integer_memory(Op::ixor_m);
            case Kind::iror_r:
                out_.constant = raw_.imm32 & 63;
                return integer(dst_ == src_ ? Op::iror_c : Op::iror_r);
            case Kind::irol_r:
                out_.constant = -raw_.imm32 & 63;
                return integer(dst_ == src_ ? Op::iror_c : Op::irol_r);
            case Kind::iswap_r:
                if (dst_ != src_) {
                    integer(Op::iswap_r);
                    modified_[src_] = position_;
                }
                return;
            case Kind::fswap_r:
                out_.op = dst_ < 4 ? Op::fswap_f : Op::fswap_e;
                out_.dst = dst_ % 4;
                return;
            case Kind::fadd_r:
                return floating(Op::fadd_r);
            case Kind::fadd_m:
                return floating_memory(Op::fadd_m);
            case Kind::fsub_r:
                return floating(Op::fsub_r);
            case Kind::fsub_m:
                return floating_memory(Op::fsub_m);
            case Kind::fscal_r:
                return floating(Op::fscal_r);
            case Kind::fmul_r:
                return floating(Op::fmul_r);
            case Kind::fdiv_m:
                return floating_memory(Op::fdiv_m);
            case Kind::fsqrt_r:
                return floating(Op::fsqrt_r);
            case Kind::cbranch:
                return branch();
            case Kind::cfround:
                out_.op = Op::cfround;
                out_.shift = raw_.imm32 & 63;
                return;
            case Kind::istore:
                out_.op = Op::istore;
                out_.mask = (raw_.mod >> 4) >= 14 ? kL3Mask : level_mask();
                return;
        }
    }

    uint32_t level_mask() const noexcept { return raw_.mod % 4 != 0 ? kL1Mask : kL2Mask; }

    void integer(Op op) noexcept {
        out_.op = op;
        modified_[dst_] = position_;
    }

    void integer_memory(Op op) noexcept {
        integer(op);
        out_.mask = dst_ == src_ ? kL3Mask : level_mask();
        if (dst_ == src_) {
            out_.src = kZeroRegister;
        }
    }

    void floating(Op op) noexcept {
        out_.op = op;
        out_.dst = dst_ % 4;
        out_.src = src_ % 4;
    }

    void floating_memory(Op op) noexcept {
        out_.op = op;
        out_.dst = dst_ % 4;
        out_.mask = level_mask();
    }

    void branch() noexcept {
        const int shift = (raw_.mod >> 4) + kJumpOffset;
        out_.op = Op::cbranch;
        out_.constant = (out_.constant | (uint64_t{1} << shift)) & ~(uint64_t{1} << (shift - 1));
        out_.mask = kJumpMask << shift;
        out_.target = static_cast<int16_t>(modified_[dst_] + 1);
        modified_.fill(position_); /* so that no jump crosses another one */
    }

    Instruction raw_{};
    uint8_t dst_ = 0;
    uint8_t src_ = 0;
    DecodedInstruction out_{};
    int16_t position_ = 0;
    std::array<int16_t, 8> modified_ = {-1, -1, -1, -1, -1, -1, -1, -1}; /* by which instruction last */
};

}  // namespace

ProgramConfig decode_config(const ProgramBuffer& program) noexcept {
    const auto& q = program.config;
    ProgramConfig config{};
    for (int i = 0; i < 8; i++) {
        config.a[i / 2][i % 2] = group_a(q[i]);
    }
    config.ma = static_cast<uint32_t>(q[8]) & ~uint32_t{kItemBytes - 1};
    config.mx = static_cast<uint32_t>(q[10]);
    for (uint8_t i = 0; i < 4; i++) {
        config.read_register[i] = static_cast<uint8_t>(2 * i + ((q[12] >> i) & 1));
    }
    config.dataset_offset = q[13] % (kDatasetExtraBytes / kItemBytes + 1) * kItemBytes;
    config.e_mask[0] = group_e_mask(q[14]);
    config.e_mask[1] = group_e_mask(q[15]);
    return config;
}

void decode(std::span<const Instruction> code, DecodedInstruction* decoded) noexcept {
    Decoder decoder;
    for (const auto& instruction : code) {
        *decoded++ = decoder.next(instruction);
    }
}

}  // namespace p2ph::randomx
