#include <cstring>

#include "abi/guard.h"

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace {

#if defined(__x86_64__)

struct Registers {
    uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
};

Registers cpuid(uint32_t leaf, uint32_t subleaf = 0) {
    Registers r;
    __cpuid_count(leaf, subleaf, r.eax, r.ebx, r.ecx, r.edx);
    return r;
}

uint64_t xgetbv0() {
    uint32_t low;
    uint32_t high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t{high} << 32) | low;
}

bool bit(uint64_t word, int index) { return ((word >> index) & 1) != 0; }

/* Intel SDM volume 2A, CPUID; volume 1 section 13.3 for XCR0: bits 1-2 are the SSE and AVX state, 5-7 that of AVX-512. */
void detect(p2ph_cpu& cpu) {
    const auto max_leaf = cpuid(0).eax;
    const auto one = cpuid(1);
    const auto seven = max_leaf >= 7 ? cpuid(7) : Registers{};
    const uint64_t xcr0 = bit(one.ecx, 27) ? xgetbv0() : 0;
    const bool avx_state = (xcr0 & 0x06) == 0x06;
    const bool avx512_state = avx_state && (xcr0 & 0xe0) == 0xe0;
    const auto add = [&](bool present, uint64_t feature) { cpu.features |= present ? feature : 0; };

    add(bit(one.ecx, 25), P2PH_CPU_AES);
    add(bit(one.ecx, 9), P2PH_CPU_SSSE3);
    add(bit(one.ecx, 19), P2PH_CPU_SSE41);
    add(avx_state && bit(one.ecx, 28), P2PH_CPU_AVX);
    add(avx_state && bit(seven.ebx, 5), P2PH_CPU_AVX2);
    add(bit(seven.ebx, 8), P2PH_CPU_BMI2);
    add(bit(seven.ebx, 29), P2PH_CPU_SHA);
    add(bit(seven.ecx, 8), P2PH_CPU_GFNI);
    add(avx_state && bit(seven.ecx, 9), P2PH_CPU_VAES);
    add(avx512_state && bit(seven.ebx, 16), P2PH_CPU_AVX512F);
    add(avx512_state && bit(seven.ebx, 30), P2PH_CPU_AVX512BW);
    add(avx512_state && bit(seven.ebx, 31), P2PH_CPU_AVX512VL);
    add(avx512_state && bit(seven.ebx, 21), P2PH_CPU_AVX512IFMA);

    if (cpuid(0x80000000u).eax >= 0x80000004u) {
        for (uint32_t part = 0; part < 3; part++) {
            const auto r = cpuid(0x80000002u + part);
            const uint32_t words[] = {r.eax, r.ebx, r.ecx, r.edx};
            std::memcpy(cpu.brand + 16 * part, words, 16);
        }
    }
}

#elif defined(__aarch64__)

void detect(p2ph_cpu& cpu) { cpu.features |= (getauxval(AT_HWCAP) & HWCAP_AES) != 0 ? P2PH_CPU_ARM_AES : 0; }

#else

void detect(p2ph_cpu&) {}

#endif

}  // namespace

p2ph_status p2ph_cpu_info(p2ph_cpu* cpu) {
    return p2ph::guarded([&] {
        if (!cpu) {
            return P2PH_E_ARGUMENT;
        }
        *cpu = {};
        detect(*cpu);
        return P2PH_OK;
    });
}
