#pragma once

#include <cstddef>
#include <cstdint>

#include "p2ph.h"

namespace p2ph::ghostrider {

/* One CryptoNight of GhostRider. All are "variant 1", they differ in these numbers alone. */
struct CryptoNightVariant {
    const char* name;
    uint32_t filled_bytes; /* what is generated before the main loop and absorbed after it */
    uint32_t looped_bytes; /* what the main loop addresses: all of it, or the first half */
    uint32_t iterations;   /* double steps: one AES half and one multiplication half */
};

constexpr CryptoNightVariant kCryptoNightVariants[P2PH_GR_VARIANTS] = {
    {"dark", 512 << 10, 512 << 10, 0x20000},   {"dark-lite", 512 << 10, 256 << 10, 0x20000}, {"fast", 2048 << 10, 2048 << 10, 0x40000},
    {"lite", 1024 << 10, 1024 << 10, 0x40000}, {"turtle", 256 << 10, 256 << 10, 0x10000},    {"turtle-lite", 256 << 10, 128 << 10, 0x10000},
};

/* The pad of one lane. What the main loop does not address never changes, so it is not kept: it is generated once more while it is absorbed. */
constexpr size_t pad_bytes(const CryptoNightVariant& variant) noexcept { return variant.looped_bytes; }

}  // namespace p2ph::ghostrider
