#pragma once

#include <cstddef>
#include <cstdint>

#include "ghostrider/core/block_buffer.h"

namespace p2ph::ghostrider {

/* SIMD-512 as tweaked for round 2 of the SHA-3 competition. Messages below 2^29 bytes. */
class Simd512 {
   public:
    static constexpr size_t kDigestBytes = 64;

    Simd512() noexcept;
    void update(const uint8_t* data, size_t bytes) noexcept;
    /* The object is used up. */
    void finish(uint8_t* digest) noexcept;

   private:
    static constexpr size_t kBlockBytes = 128;

    uint32_t chain_[32];
    uint64_t bits_ = 0;
    BlockBuffer<kBlockBytes> buffer_;
};

}  // namespace p2ph::ghostrider
