#pragma once

#include <cstddef>
#include <cstdint>

#include "ghostrider/core/block_buffer.h"

namespace p2ph::ghostrider {

/* Shabal-512 of round 2 of the SHA-3 competition. */
class Shabal512 {
   public:
    static constexpr size_t kDigestBytes = 64;

    Shabal512() noexcept;
    void update(const uint8_t* data, size_t bytes) noexcept;
    /* The object is used up. */
    void finish(uint8_t* digest) noexcept;

   private:
    static constexpr size_t kBlockBytes = 64;

    void compress(const uint8_t* block) noexcept;

    uint32_t a_[12];
    uint32_t b_[16];
    uint32_t c_[16];
    uint64_t blocks_ = 1; /* the number of the block under way */
    BlockBuffer<kBlockBytes> buffer_;
};

}  // namespace p2ph::ghostrider
