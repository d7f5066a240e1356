#include "ghostrider/core/jh.h"

#include <cstring>
#include <utility>

#include "ghostrider/core/jh_constants.h"
#include "ghostrider/core/words.h"

namespace p2ph::ghostrider {

namespace {

/* Both S-boxes on 64 nibbles, whose highest bits are in x0; ones of c select the second. The expressions were found by a search for few operations.
 * S0 = {9, 0, 4, 11, 13, 12, 3, 15, 1, 10, 2, 6, 7, 5, 8, 14}, S1 = {3, 12, 6, 13, 5, 7, 1, 9, 15, 2, 0, 4, 11, 10, 14, 8}. */
inline void substitute(uint64_t& x0, uint64_t& x1, uint64_t& x2, uint64_t& x3, uint64_t c) noexcept {
    const auto p = x0 ^ (x2 | c);
    const auto q = ~((x0 & x2) | (x2 ^ x3));
    const auto r = ~(q | (x1 ^ x3));
    const auto y0 = ~r ^ ((x3 ^ p) & ~(r & ~x3));
    const auto s = (x1 ^ x2) | (x1 & ~y0);
    const auto t = ~((x3 & p) | (s & (x3 | p)));
    const auto u = ~((x1 & x2) | (t & ~x1));
    x3 = q | (x1 & p);
    x2 = ~(t ^ c ^ r);
    x1 = u ^ (y0 & x2);
    x0 = y0;
}

/* The linear layer: pairs of an even and an odd nibble. */
inline void mix(uint64_t& e0, uint64_t& e1, uint64_t& e2, uint64_t& e3, uint64_t& o0, uint64_t& o1, uint64_t& o2, uint64_t& o3) noexcept {
    o0 ^= e1;
    o1 ^= e2;
    o2 ^= e3 ^ e0;
    o3 ^= e0;
    e0 ^= o1;
    e1 ^= o2;
    e2 ^= o3 ^ o0;
    e3 ^= o0;
}

/* Exchanges adjacent groups of 2^kLog bits of a word of 128 bits. The order of bits in a byte, and of bytes, makes no difference to it. */
template <int kLog>
inline void swap_groups(uint64_t word[2]) noexcept {
    if constexpr (kLog == 6) {
        std::swap(word[0], word[1]);
    } else {
        /* Ones where the lower group of each pair is. */
        constexpr uint64_t kLower = ~uint64_t{0} / ((uint64_t{1} << (1 << kLog)) + 1);
        for (int half = 0; half < 2; half++) {
            word[half] = ((word[half] & kLower) << (1 << kLog)) | ((word[half] >> (1 << kLog)) & kLower);
        }
    }
}

template <int kLog>
inline void round(uint64_t h[8][2], const uint64_t constants[2][2]) noexcept {
    for (int half = 0; half < 2; half++) {
        substitute(h[0][half], h[2][half], h[4][half], h[6][half], constants[0][half]);
        substitute(h[1][half], h[3][half], h[5][half], h[7][half], constants[1][half]);
        mix(h[0][half], h[2][half], h[4][half], h[6][half], h[1][half], h[3][half], h[5][half], h[7][half]);
    }
    swap_groups<kLog>(h[1]);
    swap_groups<kLog>(h[3]);
    swap_groups<kLog>(h[5]);
    swap_groups<kLog>(h[7]);
}

/* The permutation E8 in its bit-sliced form. */
void permute(uint64_t state[8][2]) noexcept {
    uint64_t h[8][2];
    std::memcpy(h, state, sizeof h);
    for (int r = 0; r < 42; r += 7) {
        round<0>(h, kJhRounds[r]);
        round<1>(h, kJhRounds[r + 1]);
        round<2>(h, kJhRounds[r + 2]);
        round<3>(h, kJhRounds[r + 3]);
        round<4>(h, kJhRounds[r + 4]);
        round<5>(h, kJhRounds[r + 5]);
        round<6>(h, kJhRounds[r + 6]);
    }
    std::memcpy(state, h, sizeof h);
}

}  // namespace

template <size_t kDigest>
Jh<kDigest>::Jh() noexcept {
    static_assert(kDigest == 64 || kDigest == 32);
    std::memcpy(state_, kDigest == 64 ? kJhIv512 : kJhIv256, sizeof state_);
}

template <size_t kDigest>
void Jh<kDigest>::compress(const uint8_t* block) noexcept {
    uint64_t message[4][2];
    for (int i = 0; i < 8; i++) {
        message[i / 2][i % 2] = load_le<uint64_t>(block + 8 * i);
        state_[i / 2][i % 2] ^= message[i / 2][i % 2];
    }
    permute(state_);
    for (int i = 0; i < 8; i++) {
        state_[4 + i / 2][i % 2] ^= message[i / 2][i % 2];
    }
}

template <size_t kDigest>
void Jh<kDigest>::update(const uint8_t* data, size_t bytes) noexcept {
    bits_ += 8 * bytes;
    buffer_.add(data, bytes, [this](const uint8_t* block) { compress(block); });
}

template <size_t kDigest>
void Jh<kDigest>::finish(uint8_t* digest) noexcept {
    /* The length is in a block of its own, unless the message ends with a block: at least 512 bits are added. */
    const size_t room = buffer_.fill() == 0 ? kBlockBytes - 8 : 0;
    auto* block = buffer_.pad(0x80, room, [this](const uint8_t* full) { compress(full); });
    store_be<uint64_t>(block + kBlockBytes - 8, bits_);
    compress(block);
    for (size_t i = 0; i < kDigest / 8; i++) {
        const auto word = 16 - kDigest / 8 + i;
        store_le<uint64_t>(digest + 8 * i, state_[word / 2][word % 2]);
    }
}

template class Jh<64>;
template class Jh<32>;

}  // namespace p2ph::ghostrider
