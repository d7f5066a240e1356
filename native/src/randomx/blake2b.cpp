/* Blake2b after RFC 7693. */
#include "blake2b.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace p2ph::randomx {

static_assert(std::endian::native == std::endian::little, "words are read and written in place");

namespace {

constexpr uint64_t kInitial[8] = {
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

/* Rounds 10 and 11 take the first two rows again. */
constexpr uint8_t kSigma[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4}, {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13}, {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11}, {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5}, {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
};

void mix(uint64_t v[16], int a, int b, int c, int d, uint64_t x, uint64_t y) noexcept {
    v[a] += v[b] + x;
    v[d] = std::rotr(v[d] ^ v[a], 32);
    v[c] += v[d];
    v[b] = std::rotr(v[b] ^ v[c], 24);
    v[a] += v[b] + y;
    v[d] = std::rotr(v[d] ^ v[a], 16);
    v[c] += v[d];
    v[b] = std::rotr(v[b] ^ v[c], 63);
}

}  // namespace

Blake2b::Blake2b(size_t digest_bytes) noexcept : digest_bytes_(digest_bytes) {
    std::memcpy(state_, kInitial, sizeof state_);
    state_[0] ^= 0x01010000 ^ digest_bytes; /* fan-out 1, depth 1, no key */
}

void Blake2b::update(const void* data, size_t bytes) noexcept {
    auto* from = static_cast<const uint8_t*>(data);
    while (bytes > 0) {
        /* A full block waits until more comes: the last one is compressed differently. */
        if (filled_ == kBlockBytes) {
            compress(block_, false);
            filled_ = 0;
        }
        const auto part = std::min(bytes, kBlockBytes - filled_);
        std::memcpy(block_ + filled_, from, part);
        filled_ += part;
        from += part;
        bytes -= part;
    }
}

void Blake2b::finish(uint8_t* digest) noexcept {
    std::memset(block_ + filled_, 0, kBlockBytes - filled_);
    compress(block_, true);
    std::memcpy(digest, state_, digest_bytes_);
}

void Blake2b::compress(const uint8_t* block, bool last) noexcept {
    uint64_t m[16];
    std::memcpy(m, block, sizeof m);
    hashed_ += last ? filled_ : kBlockBytes;

    uint64_t v[16];
    std::memcpy(v, state_, sizeof state_);
    std::memcpy(v + 8, kInitial, sizeof kInitial);
    v[12] ^= hashed_;
    v[14] ^= last ? ~uint64_t{0} : 0;
    for (int round = 0; round < 12; round++) {
        const auto* s = kSigma[round % 10];
        mix(v, 0, 4, 8, 12, m[s[0]], m[s[1]]);
        mix(v, 1, 5, 9, 13, m[s[2]], m[s[3]]);
        mix(v, 2, 6, 10, 14, m[s[4]], m[s[5]]);
        mix(v, 3, 7, 11, 15, m[s[6]], m[s[7]]);
        mix(v, 0, 5, 10, 15, m[s[8]], m[s[9]]);
        mix(v, 1, 6, 11, 12, m[s[10]], m[s[11]]);
        mix(v, 2, 7, 8, 13, m[s[12]], m[s[13]]);
        mix(v, 3, 4, 9, 14, m[s[14]], m[s[15]]);
    }
    for (int i = 0; i < 8; i++) {
        state_[i] ^= v[i] ^ v[i + 8];
    }
}

void hash256(std::span<const uint8_t> input, uint8_t* digest) noexcept {
    Blake2b hash(32);
    hash.update(input.data(), input.size());
    hash.finish(digest);
}

void hash512(std::span<const uint8_t> input, uint8_t* digest) noexcept {
    Blake2b hash(64);
    hash.update(input.data(), input.size());
    hash.finish(digest);
}

void commitment(std::span<const uint8_t> input, const uint8_t* hash, uint8_t* out) noexcept {
    Blake2b both(32);
    both.update(input.data(), input.size());
    both.update(hash, 32);
    both.finish(out);
}

}  // namespace p2ph::randomx
