#pragma once

#include <array>

#include "parameters.h"
#include "x86_emitter.h"

namespace p2ph::randomx {

/* How an operation learns the rounding mode of its program. */
enum class Rounding : uint8_t {
    mxcsr, /* from MXCSR. Some processors drop what they have under way when that changes, as it does with each turn of a machine */
    code   /* it has it in itself, and a program that changes it is there for each mode. Needs AVX512F and AVX512VL */
};

/* Both are right; what is faster on this processor. Throws as usable_features. */
Rounding best_rounding(Version version);
bool rounding_can_be_code();

/* Writes the operations on groups F and E of a program, in the encoding that goes with its rounding: SSE2, or else AVX-512 with what is
 * above 128 bits unused. */
class FloatEmitter {
   public:
    /* The emitter stays where it is. */
    FloatEmitter(Rounding rounding, x86::Emitter& emitter) : in_code_(rounding == Rounding::code), e_(emitter) {}

    bool in_code() const noexcept { return in_code_; }

    void add(x86::Vec dst, x86::Vec src) { arithmetic(&x86::Emitter::addpd, &x86::Emitter::vaddpd_rounded, dst, src); }
    void sub(x86::Vec dst, x86::Vec src) { arithmetic(&x86::Emitter::subpd, &x86::Emitter::vsubpd_rounded, dst, src); }
    void mul(x86::Vec dst, x86::Vec src) { arithmetic(&x86::Emitter::mulpd, &x86::Emitter::vmulpd_rounded, dst, src); }
    void div(x86::Vec dst, x86::Vec src) { arithmetic(&x86::Emitter::divpd, &x86::Emitter::vdivpd_rounded, dst, src); }
    void sqrt(x86::Vec reg);

    void move(x86::Vec dst, const x86::Mem& src) { in_code_ ? e_.vmovaps(dst, src) : e_.movaps(dst, src); }
    void move(const x86::Mem& dst, x86::Vec src) { in_code_ ? e_.vmovaps(dst, src) : e_.movaps(dst, src); }
    void convert(x86::Vec dst, const x86::Mem& src) { in_code_ ? e_.vcvtdq2pd(dst, src) : e_.cvtdq2pd(dst, src); }
    void xor_(x86::Vec dst, x86::Vec src) { in_code_ ? e_.vxorps(dst, dst, src) : e_.xorps(dst, src); }
    void swap(x86::Vec reg) { in_code_ ? e_.vshufpd(reg, reg, reg, 1) : e_.shufpd(reg, reg, 1); }
    void aesenc(x86::Vec dst, x86::Vec key) { in_code_ ? e_.vaesenc(dst, dst, key) : e_.aesenc(dst, key); }
    void aesdec(x86::Vec dst, x86::Vec key) { in_code_ ? e_.vaesdec(dst, dst, key) : e_.aesdec(dst, key); }
    /* reg & clear | mask */
    void and_or(x86::Vec reg, x86::Vec clear, x86::Vec mask);

    /* What is written from here on is one program, for fprc 0. */
    void begin_program() noexcept { count_ = 0; }
    /* Makes the program, or a copy of it, which begins there and was written at that offset, one for another fprc. */
    void set_fprc(uint8_t* program, size_t offset, size_t fprc) const noexcept;

   private:
    using Sse = void (x86::Emitter::*)(x86::Vec dst, const x86::Operand& src);
    using Rounded = void (x86::Emitter::*)(x86::Vec dst, x86::Vec a, x86::Vec b);

    void arithmetic(Sse sse, Rounded rounded, x86::Vec dst, x86::Vec src);
    void written() noexcept { ends_[count_++] = static_cast<uint32_t>(e_.size()); }

    bool in_code_;
    x86::Emitter& e_;
    std::array<uint32_t, kInstructionsMax> ends_{}; /* of the instructions that have a rounding mode in them */
    size_t count_ = 0;
};

}  // namespace p2ph::randomx
