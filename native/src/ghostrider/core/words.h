#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace p2ph::ghostrider {

/* Words of 32 and 64 bits in bytes of any alignment. The portable code alone uses these: an ISA file may not share inline functions. */

template <typename Word>
inline Word swap_bytes(Word word) noexcept {
    if constexpr (sizeof(Word) == 8) {
        return __builtin_bswap64(word);
    } else {
        static_assert(sizeof(Word) == 4);
        return __builtin_bswap32(word);
    }
}

template <typename Word>
inline Word load_le(const uint8_t* bytes) noexcept {
    Word word;
    std::memcpy(&word, bytes, sizeof word);
    return std::endian::native == std::endian::little ? word : swap_bytes(word);
}

template <typename Word>
inline Word load_be(const uint8_t* bytes) noexcept {
    Word word;
    std::memcpy(&word, bytes, sizeof word);
    return std::endian::native == std::endian::big ? word : swap_bytes(word);
}

template <typename Word>
inline void store_le(uint8_t* bytes, Word word) noexcept {
    word = std::endian::native == std::endian::little ? word : swap_bytes(word);
    std::memcpy(bytes, &word, sizeof word);
}

template <typename Word>
inline void store_be(uint8_t* bytes, Word word) noexcept {
    word = std::endian::native == std::endian::big ? word : swap_bytes(word);
    std::memcpy(bytes, &word, sizeof word);
}

}  // namespace p2ph::ghostrider
