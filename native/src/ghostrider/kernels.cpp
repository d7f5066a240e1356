#include "ghostrider/kernels.h"

#include <cstdlib>

#include "ghostrider/cryptonight_rows.h"

namespace p2ph::ghostrider {

namespace {

/* Best first. Pointers, because the rows are constants of other files. */
constexpr const CryptoNightRow* kRows[] = {
#if defined(__x86_64__)
    &kCryptoNightAvx512,
    &kCryptoNightAvx2,
    &kCryptoNightAesni,
#elif defined(__aarch64__)
    &kCryptoNightArmv8,
#endif
    &kCryptoNightPortable,
};

}  // namespace

std::span<const CryptoNightRow* const> cryptonight_rows() noexcept { return kRows; }

std::optional<Kernels> choose_kernels(uint64_t features, std::string_view forced) noexcept {
    for (const auto* const row : cryptonight_rows()) {
        if ((row->needs & ~features) != 0 || (!forced.empty() && forced != row->isa)) {
            continue;
        }
        const auto usable = forced.empty() ? features : row->needs;
        Kernels kernels{row, {}};
        for (size_t index = 0; index < kCoreHashes; index++) {
            for (const auto& core : core_rows(index)) {
                if ((core.needs & ~usable) == 0) {
                    kernels.core[index] = core.many;
                    break;
                }
            }
        }
        return kernels;
    }
    return std::nullopt;
}

std::optional<Kernels> choose_kernels() noexcept {
    p2ph_cpu cpu;
    const auto* const forced = std::getenv("P2PH_FORCE_KERNEL");
    return p2ph_cpu_info(&cpu) == P2PH_OK ? choose_kernels(cpu.features, forced ? forced : "") : std::nullopt;
}

}  // namespace p2ph::ghostrider
