#include "ghostrider/core/blake.h"

#include <bit>

#include "ghostrider/core/words.h"

namespace p2ph::ghostrider {

namespace {

/* The first 1024 bits of the fraction of pi. BLAKE-256 takes the halves of the first eight. */
constexpr uint64_t kPi[16] = {
    0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89, 0x452821e638d01377, 0xbe5466cf34e90c6c,
    0xc0ac29b7c97c50dd, 0x3f84d5b5b5470917, 0x9216d5d98979fb1b, 0xd1310ba698dfb5ac, 0x2ffd72dbd01adfb7, 0xb8e1afed6a267e96,
    0xba7c9045f12c7f99, 0x24a19947b3916cf7, 0x0801f2e2858efc16, 0x636920d871574e69,
};

constexpr uint8_t kSigma[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4}, {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13}, {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11}, {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5}, {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
};

template <typename Word>
struct Traits;

template <>
struct Traits<uint64_t> {
    static constexpr int kRounds = 16;
    static constexpr int kRotations[4] = {32, 25, 16, 11};
    static constexpr uint64_t kIv[8] = {
        0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
        0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
    };
    static constexpr uint64_t constant(int i) { return kPi[i]; }
};

template <>
struct Traits<uint32_t> {
    static constexpr int kRounds = 14;
    static constexpr int kRotations[4] = {16, 12, 8, 7};
    static constexpr uint32_t kIv[8] = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    };
    static constexpr uint32_t constant(int i) { return static_cast<uint32_t>(i % 2 == 0 ? kPi[i / 2] >> 32 : kPi[i / 2]); }
};

/* Words of v that the four column steps and the four diagonal steps of a round mix. */
constexpr uint8_t kMixed[8][4] = {
    {0, 4, 8, 12}, {1, 5, 9, 13}, {2, 6, 10, 14}, {3, 7, 11, 15}, {0, 5, 10, 15}, {1, 6, 11, 12}, {2, 7, 8, 13}, {3, 4, 9, 14},
};

}  // namespace

template <typename Word>
Blake<Word>::Blake() noexcept {
    for (int i = 0; i < 8; i++) {
        chain_[i] = Traits<Word>::kIv[i];
    }
}

template <typename Word>
void Blake<Word>::compress(const uint8_t* block, uint64_t message_bits) noexcept {
    using T = Traits<Word>;
    Word m[16];
    Word v[16];
    for (int i = 0; i < 16; i++) {
        m[i] = load_be<Word>(block + i * sizeof(Word));
    }
    for (int i = 0; i < 8; i++) {
        v[i] = chain_[i];
        v[8 + i] = T::constant(i);
    }
    const auto low = static_cast<Word>(message_bits);
    const auto high = sizeof(Word) == 4 ? static_cast<Word>(message_bits >> 32) : 0;
    v[12] ^= low;
    v[13] ^= low;
    v[14] ^= high;
    v[15] ^= high;

#pragma GCC unroll 16
    for (int round = 0; round < T::kRounds; round++) {
#pragma GCC unroll 8
        for (int i = 0; i < 8; i++) {
            auto& a = v[kMixed[i][0]];
            auto& b = v[kMixed[i][1]];
            auto& c = v[kMixed[i][2]];
            auto& d = v[kMixed[i][3]];
            const int x = kSigma[round % 10][2 * i];
            const int y = kSigma[round % 10][2 * i + 1];
            a += b + (m[x] ^ T::constant(y));
            d = std::rotr(d ^ a, T::kRotations[0]);
            c += d;
            b = std::rotr(b ^ c, T::kRotations[1]);
            a += b + (m[y] ^ T::constant(x));
            d = std::rotr(d ^ a, T::kRotations[2]);
            c += d;
            b = std::rotr(b ^ c, T::kRotations[3]);
        }
    }
    for (int i = 0; i < 8; i++) {
        chain_[i] ^= v[i] ^ v[i + 8];
    }
}

template <typename Word>
void Blake<Word>::update(const uint8_t* data, size_t bytes) noexcept {
    buffer_.add(data, bytes, [this](const uint8_t* block) { compress(block, bits_ += 8 * kBlockBytes); });
}

template <typename Word>
void Blake<Word>::finish(uint8_t* digest) noexcept {
    /* The counter of the first block of padding is that of the message; a block that has no bit of it counts 0. */
    const auto bits = bits_ + 8 * buffer_.fill();
    auto counter = buffer_.fill() == 0 ? 0 : bits;
    constexpr size_t kLengthBytes = 2 * sizeof(Word);
    auto* block = buffer_.pad(0x80, kBlockBytes - kLengthBytes, [&](const uint8_t* full) {
        compress(full, counter);
        counter = 0;
    });
    block[kBlockBytes - kLengthBytes - 1] |= 0x01;
    store_be<uint64_t>(block + kBlockBytes - 8, bits);
    compress(block, counter);
    for (int i = 0; i < 8; i++) {
        store_be<Word>(digest + i * sizeof(Word), chain_[i]);
    }
}

template class Blake<uint64_t>;
template class Blake<uint32_t>;

}  // namespace p2ph::ghostrider
