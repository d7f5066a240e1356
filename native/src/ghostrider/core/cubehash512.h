#pragma once

#include <cstddef>
#include <cstdint>

#include "ghostrider/core/block_buffer.h"

namespace p2ph::ghostrider {

/* CubeHash160+16/32+160-512. */
class CubeHash512 {
   public:
    static constexpr size_t kDigestBytes = 64;

    CubeHash512() noexcept;
    void update(const uint8_t* data, size_t bytes) noexcept;
    /* The object is used up. */
    void finish(uint8_t* digest) noexcept;

   private:
    static constexpr size_t kBlockBytes = 32;

    void compress(const uint8_t* block) noexcept;

    uint32_t state_[32];
    BlockBuffer<kBlockBytes> buffer_;
};

}  // namespace p2ph::ghostrider
