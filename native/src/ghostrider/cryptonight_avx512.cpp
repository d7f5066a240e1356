/* Filling and absorbing with the AES instructions of 512 bits. A lane has two registers on their way; it takes those of two or three lanes to
 * hide what a round takes. */
#include "ghostrider/cryptonight_x86.h"

namespace p2ph::ghostrider {

namespace {

constexpr size_t kTogether = 3;
constexpr size_t kBytesBetweenLooks = 256 << 10;
constexpr size_t kAhead = 1024; /* the pad is read in order, but the CPU's own prefetcher stops at each page */

/* The eight AES blocks of one lane. */
struct Blocks {
    __m512i low;
    __m512i high;
};

P2PH_INLINE void expand(const uint8_t* key, __m512i (&keys)[kRounds]) noexcept {
    __m128i narrow[kRounds];
    expand(key, narrow);
#pragma GCC unroll 10
    for (size_t round = 0; round < kRounds; round++) {
        keys[round] = _mm512_broadcast_i32x4(narrow[round]);
    }
}

P2PH_INLINE Blocks load_blocks(const uint8_t* from) noexcept { return {_mm512_load_si512(from), _mm512_load_si512(from + 64)}; }

P2PH_INLINE void store_blocks(uint8_t* to, const Blocks& x) noexcept {
    _mm512_store_si512(to, x.low);
    _mm512_store_si512(to + 64, x.high);
}

/* How many lanes go next: never one alone when there are others. */
P2PH_INLINE size_t together(size_t left) noexcept { return left == kTogether + 1 ? kTogether - 1 : left < kTogether ? left : kTogether; }

P2PH_INLINE Blocks operator^(const Blocks& a, const Blocks& b) noexcept {
    return {_mm512_xor_si512(a.low, b.low), _mm512_xor_si512(a.high, b.high)};
}

template <size_t kLanes>
P2PH_INLINE void ten_rounds(Blocks (&x)[kLanes], const __m512i (&keys)[kLanes][kRounds]) noexcept {
#pragma GCC unroll 10
    for (size_t round = 0; round < kRounds; round++) {
#pragma GCC unroll 3
        for (size_t i = 0; i < kLanes; i++) {
            x[i].low = _mm512_aesenc_epi128(x[i].low, keys[i][round]);
            x[i].high = _mm512_aesenc_epi128(x[i].high, keys[i][round]);
        }
    }
}

template <size_t kLanes>
bool fill_some(uint8_t* pads, CryptoNightLane* lanes, size_t, size_t bytes, const int32_t* cancel) noexcept {
    __m512i keys[kLanes][kRounds];
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
#pragma GCC unroll 3
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
    __m512i keys[kLanes][kRounds];
    Blocks x[kLanes];
    for (size_t i = 0; i < kLanes; i++) {
        expand(lanes[i].state + 32, keys[i]);
        x[i] = load_blocks(lanes[i].state + 64);
    }
    for (size_t at = 0; at < bytes; at += kCryptoNightBlockBytes) {
        if (at % kBytesBetweenLooks == 0 && cancelled(cancel)) {
            return false;
        }
#pragma GCC unroll 3
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
    __m512i keys[2][kRounds];
    expand(lane.state + 32, keys[0]);
    expand(lane.state, keys[1]);
    Blocks first[1] = {load_blocks(lane.filled)};
    ten_rounds(first, reinterpret_cast<const __m512i(&)[1][kRounds]>(keys[1]));
    Blocks x[2] = {load_blocks(lane.state + 64), first[0]};
    for (size_t at = 0; at < bytes; at += kCryptoNightBlockBytes) {
        x[0] = x[0] ^ x[1];
        ten_rounds(x, keys);
    }
    store_blocks(lane.state + 64, x[0]);
}

bool fill(uint8_t* pads, CryptoNightLane* lanes, size_t count, size_t bytes, const int32_t* cancel) noexcept {
    constexpr CryptoNightFill kFill[] = {&fill_some<1>, &fill_some<2>, &fill_some<3>};
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
    constexpr CryptoNightAbsorb kAbsorb[] = {&absorb_some<1>, &absorb_some<2>, &absorb_some<3>};
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

const CryptoNightRow kCryptoNightAvx512 = {
    "avx512",
    "avx512 vaes gfni",
    P2PH_CPU_AES | P2PH_CPU_SSSE3 | P2PH_CPU_SSE41 | P2PH_CPU_AVX | P2PH_CPU_AVX2 | P2PH_CPU_BMI2 | P2PH_CPU_VAES | P2PH_CPU_GFNI | P2PH_CPU_AVX512F |
        P2PH_CPU_AVX512BW | P2PH_CPU_AVX512VL,
    kLanesMax,
    &fill,
    &absorb,
    &loops_of};

}  // namespace p2ph::ghostrider
