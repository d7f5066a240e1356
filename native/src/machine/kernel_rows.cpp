#include "machine/kernel_rows.h"

#include <cstdlib>

#include "abi/guard.h"

namespace p2ph {

namespace {

constexpr uint64_t kAes = P2PH_CPU_AES | P2PH_CPU_SSSE3 | P2PH_CPU_SSE41;
constexpr uint64_t kAvx2 = kAes | P2PH_CPU_AVX | P2PH_CPU_AVX2 | P2PH_CPU_BMI2 | P2PH_CPU_SHA | P2PH_CPU_GFNI | P2PH_CPU_VAES;

struct Level {
    std::string_view name;
    uint64_t needs; /* without these the name says more than the machine can do */
    uint64_t allows;
};

/* Every level of every processor: what the others need, this one lacks. */
constexpr Level kLevels[] = {
    {"avx512", P2PH_CPU_AVX512F | P2PH_CPU_AVX512BW | P2PH_CPU_AVX512VL, ~uint64_t{0}},
    {"avx2", P2PH_CPU_AVX2, kAvx2},
    {"aesni", P2PH_CPU_AES, kAes},
    {"armv8", P2PH_CPU_ARM_AES, P2PH_CPU_ARM_AES},
    {"portable", 0, 0},
};

std::string_view forced_level() noexcept {
    const auto* const forced = std::getenv("P2PH_FORCE_KERNEL");
    return forced ? forced : "";
}

}  // namespace

uint64_t cpu_features() noexcept {
    p2ph_cpu cpu{};
    (void)p2ph_cpu_info(&cpu);
    return cpu.features;
}

uint64_t usable_features(uint64_t features, std::string_view forced) {
    if (forced.empty()) {
        return features;
    }
    for (const auto& level : kLevels) {
        if (level.name == forced && (level.needs & ~features) == 0) {
            return features & level.allows;
        }
    }
    throw Unsupported();
}

uint64_t usable_features() { return usable_features(cpu_features(), forced_level()); }

bool portable_is_forced() noexcept { return forced_level() == "portable"; }

}  // namespace p2ph
