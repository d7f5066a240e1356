#include "ghostrider/kernels.h"

#include <algorithm>

#include "ghostrider/cryptonight_rows.h"
#include "machine/kernel_rows.h"

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

Kernels choose_kernels(uint64_t features) noexcept {
    const auto rows = cryptonight_rows();
    Kernels kernels{*std::ranges::find_if(rows, [&](const auto* row) { return (row->needs & ~features) == 0; }), {}};
    for (size_t index = 0; index < kCoreHashes; index++) {
        kernels.core[index] = best_row(core_rows(index), features).many;
    }
    return kernels;
}

Kernels choose_kernels() { return choose_kernels(usable_features()); }

}  // namespace p2ph::ghostrider
