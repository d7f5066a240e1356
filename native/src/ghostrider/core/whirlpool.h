#pragma once

#include <cstddef>
#include <cstdint>

#include "ghostrider/core/block_buffer.h"

namespace p2ph::ghostrider {

/* Whirlpool in its final form, ISO/IEC 10118-3. Messages below 2^61 bytes. */
class Whirlpool {
   public:
    static constexpr size_t kDigestBytes = 64;

    void update(const uint8_t* data, size_t bytes) noexcept;
    /* The object is used up. */
    void finish(uint8_t* digest) noexcept;

   private:
    static constexpr size_t kBlockBytes = 64;

    void compress(const uint8_t* block) noexcept;

    uint64_t chain_[8] = {}; /* row by row, column 0 in the low byte */
    uint64_t bits_ = 0;
    BlockBuffer<kBlockBytes> buffer_;
};

}  // namespace p2ph::ghostrider
