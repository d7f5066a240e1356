#include <bit>

#include "superscalar.h"
#include "wide_multiply.h"

namespace p2ph::randomx {

uint64_t reciprocal(uint32_t divisor) noexcept {
    /* 2^(63 + bits) / divisor by long division: 2^63 first, then one quotient bit for each bit of the divisor. */
    constexpr uint64_t kTop = uint64_t{1} << 63;
    uint64_t quotient = kTop / divisor;
    uint64_t remainder = kTop % divisor;
    for (auto bits = std::bit_width(divisor); bits > 0; bits--) {
        remainder *= 2;
        quotient *= 2;
        if (remainder >= divisor) {
            remainder -= divisor;
            quotient++;
        }
    }
    return quotient;
}

void execute(const SuperscalarProgram& program, uint64_t r[8]) noexcept {
    for (const auto& i : program.code) {
        auto& dst = r[i.dst];
        const auto src = r[i.src];
        switch (i.op) {
            case SuperscalarOp::isub_r:
                dst -= src;
                break;
            case SuperscalarOp::ixor_r:
                dst ^= src;
                break;
            case SuperscalarOp::iadd_rs:
                dst += src << i.shift;
                break;
            case SuperscalarOp::imul_r:
                dst *= src;
                break;
            case SuperscalarOp::iror_c:
                dst = std::rotr(dst, static_cast<int>(i.imm32));
                break;
            case SuperscalarOp::iadd_c7:
            case SuperscalarOp::iadd_c8:
            case SuperscalarOp::iadd_c9:
                dst += i.constant;
                break;
            case SuperscalarOp::ixor_c7:
            case SuperscalarOp::ixor_c8:
            case SuperscalarOp::ixor_c9:
                dst ^= i.constant;
                break;
            case SuperscalarOp::imulh_r:
                dst = multiply_high(dst, src);
                break;
            case SuperscalarOp::ismulh_r:
                dst = multiply_high_signed(dst, src);
                break;
            case SuperscalarOp::imul_rcp:
                dst *= i.constant;
                break;
        }
    }
}

}  // namespace p2ph::randomx
