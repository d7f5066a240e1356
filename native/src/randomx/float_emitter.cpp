#include "float_emitter.h"

#include "machine/kernel_rows.h"

namespace p2ph::randomx {

using namespace x86;

namespace {

Vec whole(Vec reg) { return zmm(reg.index); }

}  // namespace

bool rounding_can_be_code() {
    constexpr uint64_t kNeeded = P2PH_CPU_AVX512F | P2PH_CPU_AVX512VL;
    return (usable_features() & kNeeded) == kNeeded;
}

/* Zen 4 waits for all that is under way, and 60 cycles more, when MXCSR changes: 2 to 14 % of v1 with several machines. In v2, whose
 * programs change it seldom, the longer code takes away what that gives. Neither Zen 5 nor processors of others have been measured. */
Rounding best_rounding(Version version) {
    return version == Version::v1 && __builtin_cpu_is("amd") && rounding_can_be_code() ? Rounding::code : Rounding::mxcsr;
}

void FloatEmitter::arithmetic(Sse sse, Rounded rounded, Vec dst, Vec src) {
    if (!in_code_) {
        return (e_.*sse)(dst, src);
    }
    (e_.*rounded)(whole(dst), whole(dst), whole(src));
    written();
}

void FloatEmitter::sqrt(Vec reg) {
    if (!in_code_) {
        return e_.sqrtpd(reg, reg);
    }
    e_.vsqrtpd_rounded(whole(reg), whole(reg));
    written();
}

void FloatEmitter::and_or(Vec reg, Vec clear, Vec mask) {
    if (in_code_) {
        constexpr uint8_t kAndOr = 0xea;
        return e_.vpternlogq(reg, clear, mask, kAndOr);
    }
    e_.andps(reg, clear);
    e_.orps(reg, mask);
}

void FloatEmitter::set_fprc(uint8_t* program, size_t offset, size_t fprc) const noexcept {
    for (size_t i = 0; i < count_; i++) {
        Emitter::set_rounding(program + (ends_[i] - offset), fprc);
    }
}

}  // namespace p2ph::randomx
