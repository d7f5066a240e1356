#pragma once

#include <cstddef>
#include <cstdint>

#include "ghostrider/core/block_buffer.h"

namespace p2ph::ghostrider {

/* BLAKE in the form of the last round of the SHA-3 competition, without salt: BLAKE-512 for words of 64 bits, BLAKE-256 for words of 32.
 * Messages below 2^61 bytes. */
template <typename Word>
class Blake {
   public:
    static constexpr size_t kDigestBytes = 8 * sizeof(Word);

    Blake() noexcept;
    void update(const uint8_t* data, size_t bytes) noexcept;
    /* The object is used up. */
    void finish(uint8_t* digest) noexcept;

   private:
    static constexpr size_t kBlockBytes = 16 * sizeof(Word);

    /* message_bits: of the message up to the end of this block, or 0 for a block of padding alone. */
    void compress(const uint8_t* block, uint64_t message_bits) noexcept;

    Word chain_[8];
    uint64_t bits_ = 0;
    BlockBuffer<kBlockBytes> buffer_;
};

extern template class Blake<uint64_t>;
extern template class Blake<uint32_t>;

using Blake512 = Blake<uint64_t>;
using Blake256 = Blake<uint32_t>;

}  // namespace p2ph::ghostrider
