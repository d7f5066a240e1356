/* Keccak as submitted to round 3 of the SHA-3 competition: the padding differs from FIPS 202, the permutation does not. */
#include "keccak/keccak.h"

#include <bit>
#include <cstring>

#include "abi/guard.h"
#include "keccak/keccak_f1600.h"

namespace p2ph {

static_assert(std::endian::native == std::endian::little, "lanes are read and written as little-endian words in place");

namespace {

void absorb(uint64_t state[kKeccakLanes], const uint8_t* block, size_t rate_bytes) noexcept {
    for (size_t lane = 0; lane < rate_bytes / 8; lane++) {
        uint64_t word;
        std::memcpy(&word, block + 8 * lane, 8);
        state[lane] ^= word;
    }
}

}  // namespace

void keccak(const uint8_t* input, size_t input_len, size_t rate_bytes, uint8_t* out, size_t out_len) noexcept {
    uint64_t state[kKeccakLanes] = {};
    for (; input_len >= rate_bytes; input += rate_bytes, input_len -= rate_bytes) {
        absorb(state, input, rate_bytes);
        keccak_f1600(state);
    }

    uint8_t block[8 * kKeccakLanes] = {};
    if (input_len != 0) {
        std::memcpy(block, input, input_len);
    }
    block[input_len] = 0x01;
    block[rate_bytes - 1] |= 0x80;
    absorb(state, block, rate_bytes);
    keccak_f1600(state);
    std::memcpy(out, state, out_len);
}

}  // namespace p2ph

p2ph_status p2ph_keccak256(const uint8_t* input, size_t input_len, uint8_t* out) {
    return p2ph::guarded([&] {
        if (!out || (!input && input_len != 0)) {
            return P2PH_E_ARGUMENT;
        }
        p2ph::keccak(input, input_len, 136, out, 32);
        return P2PH_OK;
    });
}
