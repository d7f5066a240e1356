#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace p2ph::randomx {

/* Unkeyed Blake2b of RFC 7693, for digests of 1 to 64 bytes. */
class Blake2b {
   public:
    explicit Blake2b(size_t digest_bytes) noexcept;
    void update(const void* data, size_t bytes) noexcept;
    /* Writes the digest; the object is used up. */
    void finish(uint8_t* digest) noexcept;

   private:
    static constexpr size_t kBlockBytes = 128;
    void compress(const uint8_t* block, bool last) noexcept;

    uint64_t state_[8];
    uint64_t hashed_ = 0; /* bytes compressed so far; 2^64 are more than anybody hashes, so the upper word of the counter stays 0 */
    size_t digest_bytes_;
    size_t filled_ = 0;
    uint8_t block_[kBlockBytes];
};

/* Hash256 and Hash512 of the RandomX specification. The digest may overlap the input. */
void hash256(std::span<const uint8_t> input, uint8_t* digest) noexcept;
void hash512(std::span<const uint8_t> input, uint8_t* digest) noexcept;

/* The value a target is compared with in rx/2: Blake2b-256(input || hash). 32 bytes; out may be the hash itself. */
void commitment(std::span<const uint8_t> input, const uint8_t* hash, uint8_t* out) noexcept;

}  // namespace p2ph::randomx
