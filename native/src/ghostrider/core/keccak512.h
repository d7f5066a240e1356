#pragma once

#include <cstddef>
#include <cstdint>

#include "ghostrider/core/block_buffer.h"

namespace p2ph::ghostrider {

/* Keccak-512 as submitted to the last round of the SHA-3 competition: its padding begins with 0x01, not with the 0x06 of FIPS 202. */
class Keccak512 {
   public:
    static constexpr size_t kDigestBytes = 64;

    void update(const uint8_t* data, size_t bytes) noexcept;
    /* The object is used up. */
    void finish(uint8_t* digest) noexcept;

   private:
    static constexpr size_t kRateBytes = 72;

    void absorb(const uint8_t* block) noexcept;

    uint64_t state_[25] = {};
    BlockBuffer<kRateBytes> buffer_;
};

}  // namespace p2ph::ghostrider
