#pragma once

#include <cstddef>
#include <cstdint>

namespace p2ph::ghostrider {

/* Skein 1.3 with the state of 512 bits and a digest of kDigest bytes: Skein-512-512, and the Skein-512-256 that ends CryptoNight. */
template <size_t kDigest>
class Skein {
   public:
    static constexpr size_t kDigestBytes = kDigest;

    Skein() noexcept;
    void update(const uint8_t* data, size_t bytes) noexcept;
    /* The object is used up. */
    void finish(uint8_t* digest) noexcept;

   private:
    static constexpr size_t kBlockBytes = 64;

    uint64_t chain_[8];
    uint64_t position_ = 0; /* bytes of the message before block_ */
    uint8_t block_[kBlockBytes];
    size_t fill_ = 0; /* 64 too: the last block of a message must be known as such, so a full one waits for what follows */
};

extern template class Skein<64>;
extern template class Skein<32>;

using Skein512 = Skein<64>;
using Skein256 = Skein<32>;

}  // namespace p2ph::ghostrider
