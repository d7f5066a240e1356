#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "p2ph.h"

namespace p2ph::ghostrider {

constexpr size_t kCryptoNightStateBytes = 200;
constexpr size_t kCryptoNightBlockBytes = 128; /* what one step of filling and absorbing handles: eight AES blocks */

/* What one hash under way has beside its pad. */
struct alignas(64) CryptoNightLane {
    uint8_t state[256];                     /* the 200 bytes of Keccak; the rest is room */
    uint8_t filled[kCryptoNightBlockBytes]; /* the last block of the pad as it was filled: where a half pad goes on from */
    uint64_t tweak;
};
static_assert(sizeof(CryptoNightLane) % 64 == 0);

/* The three parts of CryptoNight between its Keccak permutations, over `lanes` hashes at once. Pads lie one behind the other, `bytes` (a power
 * of two) each, aligned to 64 bytes or more. Each returns false when *cancel (null: never) was set meanwhile; the lanes are worth nothing then. */
using CryptoNightFill = bool (*)(uint8_t* pads, CryptoNightLane* lanes, size_t count, size_t bytes, const int32_t* cancel) noexcept;
/* filled_bytes: what is absorbed of each lane, twice `bytes` or as much. */
using CryptoNightAbsorb = bool (*)(const uint8_t* pads, CryptoNightLane* lanes, size_t count, size_t bytes, size_t filled_bytes,
                                   const int32_t* cancel) noexcept;
/* Made for one number of lanes and one size of pad. */
using CryptoNightLoop = bool (*)(uint8_t* pads, CryptoNightLane* lanes, uint32_t iterations, const int32_t* cancel) noexcept;

/* The loop for pads of so many bytes and exactly so many lanes; null when this row has none. */
using CryptoNightLoops = CryptoNightLoop (*)(size_t bytes, size_t lanes) noexcept;

struct CryptoNightRow {
    const char* isa;
    const char* description; /* for people */
    uint64_t needs;          /* P2PH_CPU_* bits */
    size_t lanes_max;        /* the widest loop it has */
    CryptoNightFill fill;
    CryptoNightAbsorb absorb;
    CryptoNightLoops loops;
};

/* Best first; the last one is portable and needs nothing. */
std::span<const CryptoNightRow* const> cryptonight_rows() noexcept;

}  // namespace p2ph::ghostrider
