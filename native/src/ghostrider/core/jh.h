#pragma once

#include <cstddef>
#include <cstdint>

#include "ghostrider/core/block_buffer.h"

namespace p2ph::ghostrider {

/* JH in the form of the last round of the SHA-3 competition, 42 rounds, with a digest of kDigest bytes: 64 or 32. */
template <size_t kDigest>
class Jh {
   public:
    static constexpr size_t kDigestBytes = kDigest;

    Jh() noexcept;
    void update(const uint8_t* data, size_t bytes) noexcept;
    /* The object is used up. */
    void finish(uint8_t* digest) noexcept;

   private:
    static constexpr size_t kBlockBytes = 64;

    void compress(const uint8_t* block) noexcept;

    uint64_t state_[8][2]; /* eight words of 128 bits */
    uint64_t bits_ = 0;
    BlockBuffer<kBlockBytes> buffer_;
};

extern template class Jh<64>;
extern template class Jh<32>;

using Jh512 = Jh<64>;
using Jh256 = Jh<32>;

}  // namespace p2ph::ghostrider
