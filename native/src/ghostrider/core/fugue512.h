#pragma once

#include <cstddef>
#include <cstdint>

#include "ghostrider/core/block_buffer.h"

namespace p2ph::ghostrider {

/* Fugue-512 of round 2 of the SHA-3 competition. Messages below 2^61 bytes. */
class Fugue512 {
   public:
    static constexpr size_t kDigestBytes = 64;

    Fugue512() noexcept;
    void update(const uint8_t* data, size_t bytes) noexcept;
    /* The object is used up. */
    void finish(uint8_t* digest) noexcept;

   private:
    static constexpr size_t kWords = 36;

    void absorb(uint32_t word) noexcept;

    uint32_t state_[kWords];
    uint64_t bits_ = 0;
    BlockBuffer<4> buffer_;
};

}  // namespace p2ph::ghostrider
