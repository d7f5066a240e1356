#include "ghostrider/core/blake.h"

#include <bit>

#include "ghostrider/core/blake_constants.h"
#include "ghostrider/core/words.h"

namespace p2ph::ghostrider {

namespace {

template <typename Word>
struct Traits;

template <>
struct Traits<uint64_t> {
    static constexpr int kRounds = 16;
    static constexpr int kRotations[4] = {32, 25, 16, 11};
    static constexpr auto& kIv = kBlakeIv512;
    static constexpr uint64_t constant(int i) { return kBlakePi[i]; }
};

template <>
struct Traits<uint32_t> {
    static constexpr int kRounds = 14;
    static constexpr int kRotations[4] = {16, 12, 8, 7};
    static constexpr uint32_t kIv[8] = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    };
    static constexpr uint32_t constant(int i) { return static_cast<uint32_t>(i % 2 == 0 ? kBlakePi[i / 2] >> 32 : kBlakePi[i / 2]); }
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
            auto& a = v[kBlakeMixed[i][0]];
            auto& b = v[kBlakeMixed[i][1]];
            auto& c = v[kBlakeMixed[i][2]];
            auto& d = v[kBlakeMixed[i][3]];
            const int x = kBlakeSigma[round % 10][2 * i];
            const int y = kBlakeSigma[round % 10][2 * i + 1];
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
