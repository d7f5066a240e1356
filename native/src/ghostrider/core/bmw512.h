#pragma once

#include <cstddef>
#include <cstdint>

#include "ghostrider/core/block_buffer.h"

namespace p2ph::ghostrider {

/* Blue Midnight Wish 512 as tweaked for the second round of the SHA-3 competition. */
class Bmw512 {
   public:
    static constexpr size_t kDigestBytes = 64;

    Bmw512() noexcept;
    void update(const uint8_t* data, size_t bytes) noexcept;
    /* The object is used up. */
    void finish(uint8_t* digest) noexcept;

   private:
    static constexpr size_t kBlockBytes = 128;

    void compress(const uint8_t* block) noexcept;

    uint64_t chain_[16];
    uint64_t bits_ = 0;
    BlockBuffer<kBlockBytes> buffer_;
};

}  // namespace p2ph::ghostrider
