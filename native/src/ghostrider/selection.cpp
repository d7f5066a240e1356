#include "ghostrider/selection.h"

#include <algorithm>

#include "abi/guard.h"

namespace p2ph::ghostrider {

namespace {

/* Walks the nibbles of the hash, low one of each byte first, and takes each index (nibble mod indices) where it shows first. Those that
 * never show follow in ascending order. */
template <size_t kIndices>
void order(const uint8_t* previous_hash, uint8_t (&out)[kIndices]) noexcept {
    bool taken[kIndices] = {};
    size_t count = 0;
    const auto take = [&](size_t index) {
        if (!taken[index]) {
            taken[index] = true;
            out[count++] = static_cast<uint8_t>(index);
        }
    };

    for (size_t nibble = 0; nibble < 2 * kPreviousHashBytes; nibble++) {
        take((previous_hash[nibble / 2] >> (nibble % 2 * 4) & 15) % kIndices);
    }
    for (size_t index = 0; index < kIndices; index++) {
        take(index);
    }
}

}  // namespace

Selection select(const uint8_t* previous_hash) noexcept {
    Selection selection;
    order(previous_hash, selection.core);
    uint8_t cryptonight[P2PH_GR_VARIANTS];
    order(previous_hash, cryptonight);
    std::copy_n(cryptonight, kCryptoNightStages, selection.cryptonight);
    return selection;
}

}  // namespace p2ph::ghostrider

p2ph_status p2ph_gr_selection(const uint8_t* previous_hash, uint8_t* core, uint8_t* cn) {
    return p2ph::guarded([&] {
        if (!previous_hash || !core || !cn) {
            return P2PH_E_ARGUMENT;
        }
        const auto selection = p2ph::ghostrider::select(previous_hash);
        std::ranges::copy(selection.core, core);
        std::ranges::copy(selection.cryptonight, cn);
        return P2PH_OK;
    });
}
