/* Filling and absorbing with the AES instructions of 256 bits. A lane has four registers on their way; it takes those of two lanes to hide what
 * a round takes. */
#include "ghostrider/cryptonight_x86.h"

namespace p2ph::ghostrider {

namespace {

constexpr size_t kTogether = 2;
constexpr size_t kBytesBetweenLooks = 256 << 10;
constexpr size_t kAhead = 1024; /* the pad is read in order, but the CPU's own prefetcher stops at each page */

constexpr size_t kParts = kCryptoNightBlockBytes / 32;

/* The eight AES blocks of one lane. */
struct Blocks {
    __m256i part[kParts];
};

P2PH_INLINE void expand(const uint8_t* key, __m256i (&keys)[kRounds]) noexcept {
    __m128i narrow[kRounds];
    expand(key, narrow);
#pragma GCC unroll 10
    for (size_t round = 0; round < kRounds; round++) {
        keys[round] = _mm256_broadcastsi128_si256(narrow[round]);
    }
}

P2PH_INLINE Blocks load_blocks(const uint8_t* from) noexcept {
    Blocks x;
#pragma GCC unroll 4
    for (size_t i = 0; i < kParts; i++) {
        x.part[i] = _mm256_load_si256(reinterpret_cast<const __m256i*>(from + 32 * i));
    }
    return x;
}

P2PH_INLINE void store_blocks(uint8_t* to, const Blocks& x) noexcept {
#pragma GCC unroll 4
    for (size_t i = 0; i < kParts; i++) {
        _mm256_store_si256(reinterpret_cast<__m256i*>(to + 32 * i), x.part[i]);
    }
}

P2PH_INLINE Blocks operator^(const Blocks& a, const Blocks& b) noexcept {
    Blocks x;
#pragma GCC unroll 4
    for (size_t i = 0; i < kParts; i++) {
        x.part[i] = _mm256_xor_si256(a.part[i], b.part[i]);
    }
    return x;
}

/* How many lanes go next. */
P2PH_INLINE size_t together(size_t left) noexcept { return left < kTogether ? left : kTogether; }

template <size_t kLanes>
P2PH_INLINE void ten_rounds(Blocks (&x)[kLanes], const __m256i (&keys)[kLanes][kRounds]) noexcept {
#pragma GCC unroll 10
    for (size_t round = 0; round < kRounds; round++) {
#pragma GCC unroll 2
        for (size_t i = 0; i < kLanes; i++) {
#pragma GCC unroll 4
            for (auto& part : x[i].part) {
                part = _mm256_aesenc_epi128(part, keys[i][round]);
            }
        }
    }
}

template <size_t kLanes>
bool fill_some(uint8_t* pads, CryptoNightLane* lanes, size_t, size_t bytes, const int32_t* cancel) noexcept {
    __m256i keys[kLanes][kRounds];
    Blocks x[kLanes];
    for (size_t i = 0; i < kLanes; i++) {
        expand(lanes[i].state, keys[i]);
        x[i] = load_blocks(lanes[i].state + 64);
    }
    for (size_t at = 0; at < bytes; at += kCryptoNightBlockBytes) {
        if (at % kBytesBetweenLooks == 0 && cancelled(cancel)) {
            return false;
        }
        ten_rounds(x, keys);
#pragma GCC unroll 2
        for (size_t i = 0; i < kLanes; i++) {
            store_blocks(pads + i * bytes + at, x[i]);
        }
    }
    for (size_t i = 0; i < kLanes; i++) {
        store_blocks(lanes[i].filled, x[i]);
    }
    return true;
}

template <size_t kLanes>
bool absorb_some(const uint8_t* pads, CryptoNightLane* lanes, size_t, size_t bytes, size_t, const int32_t* cancel) noexcept {
    __m256i keys[kLanes][kRounds];
    Blocks x[kLanes];
    for (size_t i = 0; i < kLanes; i++) {
        expand(lanes[i].state + 32, keys[i]);
        x[i] = load_blocks(lanes[i].state + 64);
    }
    for (size_t at = 0; at < bytes; at += kCryptoNightBlockBytes) {
        if (at % kBytesBetweenLooks == 0 && cancelled(cancel)) {
            return false;
        }
#pragma GCC unroll 2
        for (size_t i = 0; i < kLanes; i++) {
            const auto* const from = pads + i * bytes + at;
            x[i] = x[i] ^ load_blocks(from);
            prefetch(from + kAhead);
            prefetch(from + kAhead + 64);
        }
        ten_rounds(x, keys);
    }
    for (size_t i = 0; i < kLanes; i++) {
        store_blocks(lanes[i].state + 64, x[i]);
    }
    return true;
}

/* The half of one pad that was not kept: made again from where filling ended, one block ahead of what is absorbed. */
void absorb_rest(CryptoNightLane& lane, size_t bytes) noexcept {
    __m256i keys[2][kRounds];
    expand(lane.state + 32, keys[0]);
    expand(lane.state, keys[1]);
    Blocks first[1] = {load_blocks(lane.filled)};
    ten_rounds(first, reinterpret_cast<const __m256i(&)[1][kRounds]>(keys[1]));
    Blocks x[2] = {load_blocks(lane.state + 64), first[0]};
    for (size_t at = 0; at < bytes; at += kCryptoNightBlockBytes) {
        x[0] = x[0] ^ x[1];
        ten_rounds(x, keys);
    }
    store_blocks(lane.state + 64, x[0]);
}

bool fill(uint8_t* pads, CryptoNightLane* lanes, size_t count, size_t bytes, const int32_t* cancel) noexcept {
    constexpr CryptoNightFill kFill[] = {&fill_some<1>, &fill_some<2>};
    for (size_t lane = 0; lane < count;) {
        const auto some = together(count - lane);
        if (!kFill[some - 1](pads + lane * bytes, lanes + lane, some, bytes, cancel)) {
            return false;
        }
        lane += some;
    }
    return true;
}

bool absorb(const uint8_t* pads, CryptoNightLane* lanes, size_t count, size_t bytes, size_t filled_bytes, const int32_t* cancel) noexcept {
    constexpr CryptoNightAbsorb kAbsorb[] = {&absorb_some<1>, &absorb_some<2>};
    for (size_t lane = 0; lane < count;) {
        const auto some = together(count - lane);
        if (!kAbsorb[some - 1](pads + lane * bytes, lanes + lane, some, bytes, bytes, cancel)) {
            return false;
        }
        lane += some;
    }
    for (size_t lane = 0; bytes < filled_bytes && lane < count; lane++) {
        absorb_rest(lanes[lane], filled_bytes - bytes);
    }
    return true;
}

}  // namespace

const CryptoNightRow kCryptoNightAvx2 = {
    "avx2",
    "avx2 vaes",
    P2PH_CPU_AES | P2PH_CPU_SSSE3 | P2PH_CPU_SSE41 | P2PH_CPU_AVX | P2PH_CPU_AVX2 | P2PH_CPU_BMI2 | P2PH_CPU_VAES,
    kLanesMax,
    &fill,
    &absorb,
    &loops_of};

}  // namespace p2ph::ghostrider
