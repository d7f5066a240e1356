#pragma once

#include <cstdint>

#include "p2ph.h"

namespace p2ph {

/* Both 32 bytes, little-endian numbers. Most hashes are told apart by their last byte or two. */
inline bool at_most(const uint8_t* hash, const uint8_t* target) noexcept {
    for (int i = P2PH_HASH_BYTES - 1; i >= 0; i--) {
        if (hash[i] != target[i]) {
            return hash[i] < target[i];
        }
    }
    return true;
}

inline void put_nonce(uint8_t* at, uint32_t nonce) noexcept {
    for (int i = 0; i < 4; i++) {
        at[i] = static_cast<uint8_t>(nonce >> (8 * i));
    }
}

/* Null: never. */
inline bool is_set(const int32_t* cancel) noexcept { return cancel && __atomic_load_n(cancel, __ATOMIC_ACQUIRE) != 0; }

}  // namespace p2ph
