/* CryptoNight for any machine, written to be read beside its description: chapters 3, 5 and 6 of "CryptoNight variant 1". */
#include <bit>
#include <cstring>

#include "abi/nonces.h"
#include "ghostrider/core/aes_round.h"
#include "ghostrider/cryptonight_rows.h"
#include "ghostrider/cryptonight_variant.h"

namespace p2ph::ghostrider {

static_assert(std::endian::native == std::endian::little, "pads and registers are little-endian words in place");

namespace {

constexpr size_t kRounds = 10;
constexpr size_t kBlocks = kCryptoNightBlockBytes / 16;
constexpr size_t kStepsBetweenLooks = 1024; /* at the cancel flag: about a millisecond */

struct alignas(16) Block {
    uint32_t word[4];
};
static_assert(sizeof(Block) == 16);

struct RoundKeys {
    Block key[kRounds];
};

uint32_t substitute(uint32_t word) noexcept {
    return static_cast<uint32_t>(kAesSbox[word & 255]) | static_cast<uint32_t>(kAesSbox[word >> 8 & 255]) << 8 |
           static_cast<uint32_t>(kAesSbox[word >> 16 & 255]) << 16 | static_cast<uint32_t>(kAesSbox[word >> 24]) << 24;
}

/* The first ten round keys of AES-256; key is 32 bytes. */
RoundKeys expand(const uint8_t* key) noexcept {
    uint32_t w[4 * kRounds];
    std::memcpy(w, key, 32);
    uint32_t round_constant = 1;
    for (size_t i = 8; i < 4 * kRounds; i++) {
        auto word = w[i - 1];
        if (i % 8 == 0) {
            word = substitute(std::rotr(word, 8)) ^ round_constant;
            round_constant *= 2;
        } else if (i % 8 == 4) {
            word = substitute(word);
        }
        w[i] = w[i - 8] ^ word;
    }
    RoundKeys keys;
    std::memcpy(&keys, w, sizeof keys);
    return keys;
}

void ten_rounds(Block (&x)[kBlocks], const RoundKeys& keys) noexcept {
    for (const auto& key : keys.key) {
        for (auto& block : x) {
            aes_round(block.word, key.word);
        }
    }
}

bool fill(uint8_t* pads, CryptoNightLane* lanes, size_t count, size_t bytes, const int32_t* cancel) noexcept {
    for (size_t lane = 0; lane < count; lane++) {
        auto* const state = lanes[lane].state;
        auto* const pad = pads + lane * bytes;
        const auto keys = expand(state);
        Block x[kBlocks];
        std::memcpy(x, state + 64, sizeof x);
        for (size_t at = 0; at < bytes; at += sizeof x) {
            if (at / sizeof x % kStepsBetweenLooks == 0 && is_set(cancel)) {
                return false;
            }
            ten_rounds(x, keys);
            std::memcpy(pad + at, x, sizeof x);
        }
        std::memcpy(lanes[lane].filled, x, sizeof x);
    }
    return true;
}

bool absorb(const uint8_t* pads, CryptoNightLane* lanes, size_t count, size_t bytes, size_t filled_bytes, const int32_t* cancel) noexcept {
    for (size_t lane = 0; lane < count; lane++) {
        auto* const state = lanes[lane].state;
        const auto* const pad = pads + lane * bytes;
        const auto fill_keys = expand(state);
        const auto keys = expand(state + 32);
        Block x[kBlocks];
        Block chunk[kBlocks];
        std::memcpy(x, state + 64, sizeof x);
        std::memcpy(chunk, lanes[lane].filled, sizeof chunk);
        for (size_t at = 0; at < filled_bytes; at += sizeof x) {
            if (at / sizeof x % kStepsBetweenLooks == 0 && is_set(cancel)) {
                return false;
            }
            Block loaded[kBlocks];
            if (at < bytes) {
                std::memcpy(loaded, pad + at, sizeof loaded);
            } else {
                ten_rounds(chunk, fill_keys);
                std::memcpy(loaded, chunk, sizeof loaded);
            }
            for (size_t i = 0; i < kBlocks; i++) {
                for (size_t w = 0; w < 4; w++) {
                    x[i].word[w] ^= loaded[i].word[w];
                }
            }
            ten_rounds(x, keys);
        }
        std::memcpy(state + 64, x, sizeof x);
    }
    return true;
}

struct alignas(16) Pair {
    uint64_t low;
    uint64_t high;
};

Pair load(const uint8_t* from) noexcept {
    Pair pair;
    std::memcpy(&pair, __builtin_assume_aligned(from, 16), sizeof pair);
    return pair;
}

void store(uint8_t* to, Pair pair) noexcept { std::memcpy(__builtin_assume_aligned(to, 16), &pair, sizeof pair); }

Pair operator^(Pair a, Pair b) noexcept { return {a.low ^ b.low, a.high ^ b.high}; }

Pair aes_round(Pair value, Pair key) noexcept {
    uint32_t block[4];
    uint32_t key_words[4];
    std::memcpy(block, &value, sizeof block);
    std::memcpy(key_words, &key, sizeof key_words);
    ghostrider::aes_round(block, key_words);
    Pair out;
    std::memcpy(&out, block, sizeof out);
    return out;
}

/* The tweak of variant 1: byte 11 of what the AES half stores. */
Pair tweaked(Pair value) noexcept {
    const auto byte = static_cast<uint32_t>(value.high >> 24);
    const auto index = 2 * ((byte >> 3 & 6) | (byte & 1));
    value.high ^= static_cast<uint64_t>(0x75310u >> index & 0x30) << 24;
    return value;
}

struct Product {
    uint64_t low;
    uint64_t high;
};

Product multiply(uint64_t a, uint64_t b) noexcept {
    __extension__ using Wide = unsigned __int128;
    const auto product = static_cast<Wide>(a) * b;
    return {static_cast<uint64_t>(product), static_cast<uint64_t>(product >> 64)};
}

template <size_t kBytes, size_t kLanes>
bool loop(uint8_t* pads, CryptoNightLane* lanes, uint32_t iterations, const int32_t* cancel) noexcept {
    constexpr uint64_t kMask = kBytes - 16;
    Pair a[kLanes];
    Pair b[kLanes];
    for (size_t i = 0; i < kLanes; i++) {
        const auto* const s = lanes[i].state;
        a[i] = load(s) ^ load(s + 32);
        b[i] = load(s + 16) ^ load(s + 48);
    }

    for (uint32_t done = 0; done < iterations; done++) {
        if (done % kStepsBetweenLooks == 0 && is_set(cancel)) {
            return false;
        }
        for (size_t i = 0; i < kLanes; i++) {
            auto* const pad = pads + i * kBytes;
            auto* const p = pad + (a[i].low & kMask);
            const auto c = aes_round(load(p), a[i]);
            store(p, tweaked(b[i] ^ c));
            b[i] = c;

            auto* const q = pad + (c.low & kMask);
            const auto d = load(q);
            const auto product = multiply(c.low, d.low);
            a[i].low += product.high;
            a[i].high += product.low;
            store(q, {a[i].low, a[i].high ^ lanes[i].tweak});
            a[i] = a[i] ^ d;
        }
    }
    return true;
}

template <size_t kBytes>
CryptoNightLoop loop_of(size_t lanes) noexcept {
    return lanes == 1 ? &loop<kBytes, 1> : lanes == 2 ? &loop<kBytes, 2> : nullptr;
}

CryptoNightLoop loops(size_t bytes, size_t lanes) noexcept {
    switch (bytes) {
        case 128 << 10:
            return loop_of<128 << 10>(lanes);
        case 256 << 10:
            return loop_of<256 << 10>(lanes);
        case 512 << 10:
            return loop_of<512 << 10>(lanes);
        case 1024 << 10:
            return loop_of<1024 << 10>(lanes);
        case 2048 << 10:
            return loop_of<2048 << 10>(lanes);
        default:
            return nullptr;
    }
}

}  // namespace

const CryptoNightRow kCryptoNightPortable = {"portable", "portable", 0, 2, &fill, &absorb, &loops};

}  // namespace p2ph::ghostrider
