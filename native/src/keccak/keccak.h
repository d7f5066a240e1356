#pragma once

#include <cstddef>
#include <cstdint>

namespace p2ph {

constexpr size_t kKeccakLanes = 25;

/* The sponge with the original padding (0x01 ... 0x80), one squeeze.
 * rate_bytes a multiple of 8 below 200; out_len at most rate_bytes. */
void keccak(const uint8_t* input, size_t input_len, size_t rate_bytes, uint8_t* out, size_t out_len) noexcept;

}  // namespace p2ph
