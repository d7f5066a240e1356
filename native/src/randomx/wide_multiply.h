#pragma once

#include <cstdint>

namespace p2ph::randomx {

/* Upper halves of 128-bit products. __extension__: 128-bit integers are not ISO C++, and both compilers we build with have them. */
inline uint64_t multiply_high(uint64_t a, uint64_t b) noexcept {
    __extension__ using Wide = unsigned __int128;
    return static_cast<uint64_t>((static_cast<Wide>(a) * b) >> 64);
}

inline uint64_t multiply_high_signed(uint64_t a, uint64_t b) noexcept {
    __extension__ using Wide = __int128;
    return static_cast<uint64_t>((static_cast<Wide>(static_cast<int64_t>(a)) * static_cast<int64_t>(b)) >> 64);
}

/* The 32 bits of an immediate as a signed number of 64. */
inline uint64_t sign_extend(uint32_t value) noexcept { return static_cast<uint64_t>(int64_t{static_cast<int32_t>(value)}); }

}  // namespace p2ph::randomx
