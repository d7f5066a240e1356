#pragma once

#include <cstddef>
#include <cstdint>

#include "ghostrider/core/block_buffer.h"

namespace p2ph::ghostrider {

/* SHAvite-3-512 as tweaked for round 2 of the SHA-3 competition, without salt. Messages below 2^61 bytes. */
class Shavite512 {
   public:
    static constexpr size_t kDigestBytes = 64;

    Shavite512() noexcept;
    void update(const uint8_t* data, size_t bytes) noexcept;
    /* The object is used up. */
    void finish(uint8_t* digest) noexcept;

   private:
    static constexpr size_t kBlockBytes = 128;

    /* message_bits: of the message up to the end of this block, or 0 for a block of padding alone. */
    void compress(const uint8_t* block, uint64_t message_bits) noexcept;

    uint32_t chain_[16];
    uint64_t bits_ = 0;
    BlockBuffer<kBlockBytes> buffer_;
};

}  // namespace p2ph::ghostrider
