#include "ghostrider/tuning.h"

#include <algorithm>

#include "machine/huge_pages.h"

namespace p2ph::ghostrider {

namespace {

/* More lanes than this win next to nothing on any machine measured, and some lose where the cache is less than it says. */
constexpr size_t kEnoughLanes = 14;

}  // namespace

Depths guess_depths(const CryptoNightRow& row, uint64_t pad_bytes_max) noexcept {
    const auto room = pad_bytes_max / kHugePageBytes * kHugePageBytes;
    Depths depths;
    for (size_t variant = 0; variant < P2PH_GR_VARIANTS; variant++) {
        const auto bytes = pad_bytes(kCryptoNightVariants[variant]);
        auto lanes = std::clamp<uint64_t>(room / bytes, 1, kEnoughLanes);
        while (!row.loops(bytes, lanes)) {
            lanes--; /* every row has a loop of one lane */
        }
        depths[variant] = static_cast<uint8_t>(lanes);
    }
    return depths;
}

}  // namespace p2ph::ghostrider
