#include "blake2_generator.h"

#include <algorithm>
#include <cstring>

#include "blake2b.h"

namespace p2ph::randomx {

namespace {

constexpr size_t kKeyBytesMax = 60; /* the four behind are a counter that is always 0 here */

}  // namespace

Blake2Generator::Blake2Generator(std::span<const uint8_t> key) noexcept {
    std::copy_n(key.begin(), std::min(key.size(), kKeyBytesMax), state_);
}

uint8_t Blake2Generator::byte() noexcept {
    refill_unless(1);
    return state_[used_++];
}

uint32_t Blake2Generator::u32() noexcept {
    refill_unless(4);
    uint32_t value;
    std::memcpy(&value, state_ + used_, 4);
    used_ += 4;
    return value;
}

void Blake2Generator::refill_unless(size_t bytes) noexcept {
    if (kStateBytes - used_ < bytes) {
        hash512(state_, state_);
        used_ = 0;
    }
}

}  // namespace p2ph::randomx
