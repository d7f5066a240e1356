#include "ghostrider/core/skein.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "ghostrider/core/skein_constants.h"
#include "ghostrider/core/words.h"

namespace p2ph::ghostrider {

namespace {

/* Threefish-512 of the block under the chaining value, and the block added: chain = Threefish(block) ^ block.
 * position: bytes up to the end of this block; type: with kSkeinFirst and kSkeinFinal. */
void compress(uint64_t chain[8], const uint8_t* block, uint64_t position, uint64_t type) noexcept {
    uint64_t key[9];
    uint64_t x[8];
    uint64_t message[8];
    const uint64_t tweak[3] = {position, type, position ^ type};
    key[8] = kSkeinParity;
    for (int i = 0; i < 8; i++) {
        key[i] = chain[i];
        key[8] ^= chain[i];
        x[i] = message[i] = load_le<uint64_t>(block + 8 * i);
    }

#pragma GCC unroll 18
    for (int s = 0; s < 18; s++) {
#pragma GCC unroll 8
        for (int i = 0; i < 8; i++) {
            x[i] += key[(s + i) % 9];
        }
        x[5] += tweak[s % 3];
        x[6] += tweak[(s + 1) % 3];
        x[7] += static_cast<uint64_t>(s);
#pragma GCC unroll 4
        for (int d = 0; d < 4; d++) {
            uint64_t mixed[8];
#pragma GCC unroll 8
            for (int pair = 0; pair < 4; pair++) {
                mixed[2 * pair] = x[2 * pair] + x[2 * pair + 1];
                mixed[2 * pair + 1] = std::rotl(x[2 * pair + 1], kSkeinRotations[(4 * s + d) % 8][pair]) ^ mixed[2 * pair];
            }
#pragma GCC unroll 8
            for (int i = 0; i < 8; i++) {
                x[i] = mixed[kSkeinPermutation[i]];
            }
        }
    }
    /* The last subkey, number 18, and the block. */
    for (int i = 0; i < 8; i++) {
        x[i] += key[i];
    }
    x[5] += tweak[0];
    x[6] += tweak[1];
    x[7] += 18;
    for (int i = 0; i < 8; i++) {
        chain[i] = x[i] ^ message[i];
    }
}

}  // namespace

template <size_t kDigest>
Skein<kDigest>::Skein() noexcept {
    static_assert(kDigest == 64 || kDigest == 32);
    std::memcpy(chain_, kDigest == 64 ? kSkeinIv512 : kSkeinIv256, sizeof chain_);
}

template <size_t kDigest>
void Skein<kDigest>::update(const uint8_t* data, size_t bytes) noexcept {
    while (bytes != 0) {
        if (fill_ == kBlockBytes) {
            const auto first = position_ == 0 ? kSkeinFirst : 0;
            position_ += kBlockBytes;
            compress(chain_, block_, position_, kSkeinMessage | first);
            fill_ = 0;
        }
        const auto taken = std::min(bytes, kBlockBytes - fill_);
        std::memcpy(block_ + fill_, data, taken);
        fill_ += taken;
        data += taken;
        bytes -= taken;
    }
}

template <size_t kDigest>
void Skein<kDigest>::finish(uint8_t* digest) noexcept {
    std::memset(block_ + fill_, 0, kBlockBytes - fill_);
    compress(chain_, block_, position_ + fill_, kSkeinMessage | kSkeinFinal | (position_ == 0 ? kSkeinFirst : 0));

    /* The counter 0, eight bytes of it. */
    const uint8_t counter[kBlockBytes] = {};
    compress(chain_, counter, 8, kSkeinOutput | kSkeinFirst | kSkeinFinal);
    for (size_t i = 0; i < kDigest / 8; i++) {
        store_le<uint64_t>(digest + 8 * i, chain_[i]);
    }
}

template class Skein<64>;
template class Skein<32>;

}  // namespace p2ph::ghostrider
