/* Filling and absorbing of CryptoNight's scratchpads in registers that hold several AES blocks. A file for one instruction set includes this after
 * it has said what Wide (a register), Blocks (the eight AES blocks of one lane), widen, load_blocks, store_blocks, operator^, round, kTogether and
 * together are there; it has all of it for itself, as it has cryptonight_x86.h. */
#pragma once

namespace p2ph::ghostrider {

namespace {

constexpr size_t kBytesBetweenLooks = 256 << 10;
constexpr size_t kAhead = 1024; /* the pad is read in order, but the CPU's own prefetcher stops at each page */

P2PH_INLINE void expand(const uint8_t* key, Wide (&keys)[kRounds]) noexcept {
    __m128i narrow[kRounds];
    expand(key, narrow);
#pragma GCC unroll 10
    for (size_t i = 0; i < kRounds; i++) {
        keys[i] = widen(narrow[i]);
    }
}

template <size_t kLanes>
P2PH_INLINE void ten_rounds(Blocks (&x)[kLanes], const Wide (&keys)[kLanes][kRounds]) noexcept {
#pragma GCC unroll 10
    for (size_t i = 0; i < kRounds; i++) {
#pragma GCC unroll 3
        for (size_t lane = 0; lane < kLanes; lane++) {
            round(x[lane], keys[lane][i]);
        }
    }
}

template <size_t kLanes>
bool fill_some(uint8_t* pads, CryptoNightLane* lanes, size_t, size_t bytes, const int32_t* cancel) noexcept {
    Wide keys[kLanes][kRounds];
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
    Wide keys[kLanes][kRounds];
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
    Wide keys[2][kRounds];
    expand(lane.state + 32, keys[0]);
    expand(lane.state, keys[1]);
    Blocks first[1] = {load_blocks(lane.filled)};
    ten_rounds(first, reinterpret_cast<const Wide(&)[1][kRounds]>(keys[1]));
    Blocks x[2] = {load_blocks(lane.state + 64), first[0]};
    for (size_t at = 0; at < bytes; at += kCryptoNightBlockBytes) {
        x[0] = x[0] ^ x[1];
        ten_rounds(x, keys);
    }
    store_blocks(lane.state + 64, x[0]);
}

static_assert(kTogether == 2 || kTogether == 3); /* with two the last of three stands there twice */

bool fill(uint8_t* pads, CryptoNightLane* lanes, size_t count, size_t bytes, const int32_t* cancel) noexcept {
    constexpr CryptoNightFill kFill[] = {&fill_some<1>, &fill_some<2>, &fill_some<kTogether>};
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
    constexpr CryptoNightAbsorb kAbsorb[] = {&absorb_some<1>, &absorb_some<2>, &absorb_some<kTogether>};
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

}  // namespace p2ph::ghostrider
