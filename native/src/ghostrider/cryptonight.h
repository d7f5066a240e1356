#pragma once

#include <array>
#include <vector>

#include "ghostrider/cryptonight_kernel.h"
#include "ghostrider/cryptonight_variant.h"
#include "ghostrider/lane_plan.h"
#include "machine/huge_memory.h"

namespace p2ph::ghostrider {

constexpr size_t kCryptoNightInputBytes = 64;
constexpr size_t kCryptoNightDigestBytes = 32;

/* What comes before a lane is filled: its Keccak state and tweak, from 64 bytes. */
void begin_lane(CryptoNightLane& lane, const uint8_t* input) noexcept;

/* What comes after it is absorbed: the last permutation, and the hash over its state that the state itself selects. out: 32 bytes. */
void end_lane(CryptoNightLane& lane, uint8_t* out) noexcept;

/* How many lanes of each variant are under way at once in one thread, 1..P2PH_GR_LANES_MAX each. */
using Depths = std::array<uint8_t, P2PH_GR_VARIANTS>;

/* What the pads of these depths take, in whole 2 MiB: the variants use the same memory one after the other. */
uint64_t pad_bytes(const Depths& depths) noexcept;

/* CryptoNight in all six variants, with the pads and lanes of one thread. */
class CryptoNight {
   public:
    /* Throws std::bad_alloc. */
    CryptoNight(const CryptoNightRow& row, const Depths& depths, bool huge_pages);

    /* Hashes count (any number) inputs of 64 bytes, at data + i * 64, and puts each digest of 32 bytes in the place of its input, 32 zeros
     * behind it. Returns false when *cancel was set meanwhile: some inputs are spoilt then. */
    bool hash(size_t variant, uint8_t* data, size_t count, const int32_t* cancel) noexcept;

    /* The same with another depth than the variant's own: at most lanes_that_fit. */
    bool hash(size_t variant, const LanePlan& plan, uint8_t* data, size_t count, const int32_t* cancel) noexcept;

    const CryptoNightRow& row() const noexcept { return row_; }
    const LanePlan& plan(size_t variant) const noexcept { return plans_[variant]; }
    size_t lanes_that_fit(size_t variant) const noexcept;
    p2ph_memory memory() const { return pads_.memory(); }

   private:
    bool hash_part(size_t variant, uint8_t* data, size_t lanes, const int32_t* cancel) noexcept;

    const CryptoNightRow& row_;
    std::array<LanePlan, P2PH_GR_VARIANTS> plans_;
    HugeMemory pads_;
    std::vector<CryptoNightLane> lanes_;
};

}  // namespace p2ph::ghostrider
