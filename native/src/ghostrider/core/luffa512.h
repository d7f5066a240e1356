#pragma once

#include <cstddef>
#include <cstdint>

#include "ghostrider/core/block_buffer.h"

namespace p2ph::ghostrider {

/* Luffa-512 v2, of the second round of the SHA-3 competition. */
class Luffa512 {
   public:
    static constexpr size_t kDigestBytes = 64;

    Luffa512() noexcept;
    void update(const uint8_t* data, size_t bytes) noexcept;
    /* The object is used up. */
    void finish(uint8_t* digest) noexcept;

   private:
    static constexpr size_t kBlockBytes = 32;

    void compress(const uint8_t* block) noexcept;
    /* A round with a block of zeros, and the half of the digest that it gives. */
    void squeeze(uint8_t* half) noexcept;

    uint32_t state_[5][8];
    BlockBuffer<kBlockBytes> buffer_;
};

}  // namespace p2ph::ghostrider
