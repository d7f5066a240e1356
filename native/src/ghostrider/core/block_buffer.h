#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace p2ph::ghostrider {

/* Cuts a message that comes in pieces into blocks. compress is called as compress(const uint8_t* block), once for each full block, as soon
 * as it is full. */
template <size_t kBytes>
class BlockBuffer {
   public:
    template <typename Compress>
    void add(const uint8_t* data, size_t bytes, Compress&& compress) noexcept {
        if (bytes == 0) {
            return;
        }
        if (fill_ != 0) {
            const auto taken = std::min(bytes, kBytes - fill_);
            std::memcpy(block_ + fill_, data, taken);
            fill_ += taken;
            data += taken;
            bytes -= taken;
            if (fill_ < kBytes) {
                return;
            }
            compress(block_);
        }
        for (; bytes >= kBytes; data += kBytes, bytes -= kBytes) {
            compress(data);
        }
        if (bytes != 0) {
            std::memcpy(block_, data, bytes);
        }
        fill_ = bytes;
    }

    /* Appends the byte `first`, then zeros up to offset `end` of a block, compressing a block that is already past it. Returns the block,
     * zero from there on: the caller fills in the rest and compresses it. */
    template <typename Compress>
    uint8_t* pad(uint8_t first, size_t end, Compress&& compress) noexcept {
        block_[fill_++] = first;
        if (fill_ > end) {
            std::memset(block_ + fill_, 0, kBytes - fill_);
            compress(block_);
            fill_ = 0;
        }
        std::memset(block_ + fill_, 0, kBytes - fill_);
        return block_;
    }

    /* Bytes of the message in the block under way, below kBytes. */
    size_t fill() const noexcept { return fill_; }

   private:
    uint8_t block_[kBytes] = {};
    size_t fill_ = 0;
};

}  // namespace p2ph::ghostrider
