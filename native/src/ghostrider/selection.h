#pragma once

#include <cstddef>
#include <cstdint>

namespace p2ph::ghostrider {

constexpr size_t kHeaderBytes = 80;
constexpr size_t kPreviousHashOffset = 4;
constexpr size_t kPreviousHashBytes = 32;
constexpr size_t kNonceOffset = 76;
constexpr size_t kStageBytes = 64;
constexpr size_t kCoreStages = 15;
constexpr size_t kCryptoNightStages = 3;
constexpr size_t kCoreStagesBetween = kCoreStages / kCryptoNightStages;

/* Which hashes make up the pipeline, in their order: five of core, one of cryptonight, three times over. */
struct Selection {
    uint8_t core[kCoreStages];               /* each of 0..14 once */
    uint8_t cryptonight[kCryptoNightStages]; /* distinct, 0..5 */

    bool operator==(const Selection&) const = default;
};

/* previous_hash: 32 bytes as in the header. */
Selection select(const uint8_t* previous_hash) noexcept;

}  // namespace p2ph::ghostrider
