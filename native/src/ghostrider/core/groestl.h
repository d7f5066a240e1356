#pragma once

#include <cstddef>
#include <cstdint>

#include "ghostrider/core/block_buffer.h"

namespace p2ph::ghostrider {

/* Groestl as tweaked for the last round of the SHA-3 competition. kColumns 16: Groestl-512, 14 rounds over 16 columns of 8 bytes;
 * 8: Groestl-256, 10 rounds over 8 columns. */
template <size_t kColumns>
class Groestl {
   public:
    static constexpr size_t kDigestBytes = 4 * kColumns;

    Groestl() noexcept;
    void update(const uint8_t* data, size_t bytes) noexcept;
    /* The object is used up. */
    void finish(uint8_t* digest) noexcept;

   private:
    static constexpr size_t kBlockBytes = 8 * kColumns;

    void compress(const uint8_t* block) noexcept;

    uint64_t chain_[kColumns] = {}; /* columns, row 0 in the lowest byte */
    uint64_t blocks_ = 0;
    BlockBuffer<kBlockBytes> buffer_;
};

extern template class Groestl<16>;
extern template class Groestl<8>;

using Groestl512 = Groestl<16>;
using Groestl256 = Groestl<8>;

}  // namespace p2ph::ghostrider
