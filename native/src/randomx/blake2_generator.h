#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace p2ph::randomx {

/* BlakeGenerator, specification 3.5: a stream of bytes and little-endian words out of a key of at most 60 bytes. */
class Blake2Generator {
   public:
    explicit Blake2Generator(std::span<const uint8_t> key) noexcept;
    uint8_t byte() noexcept;
    uint32_t u32() noexcept;

   private:
    static constexpr size_t kStateBytes = 64;
    /* What is left is dropped when it is less than asked for. */
    void refill_unless(size_t bytes) noexcept;

    uint8_t state_[kStateBytes] = {};
    size_t used_ = kStateBytes; /* the key itself is never given out */
};

}  // namespace p2ph::randomx
