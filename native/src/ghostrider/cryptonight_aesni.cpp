/* Filling and absorbing with the AES instructions of 128 bits. */
#include "ghostrider/cryptonight_x86.h"

namespace p2ph::ghostrider {

namespace {

constexpr size_t kBlocks = kCryptoNightBlockBytes / 16;
constexpr size_t kBytesBetweenLooks = 256 << 10;
constexpr size_t kAhead = 1024; /* the pad is read in order, but the CPU's own prefetcher stops at each page */

P2PH_INLINE void ten_rounds(__m128i (&x)[kBlocks], const __m128i (&keys)[kRounds]) noexcept {
#pragma GCC unroll 10
    for (size_t round = 0; round < kRounds; round++) {
#pragma GCC unroll 8
        for (size_t i = 0; i < kBlocks; i++) {
            x[i] = _mm_aesenc_si128(x[i], keys[round]);
        }
    }
}

P2PH_INLINE void load_blocks(__m128i (&x)[kBlocks], const uint8_t* from) noexcept {
#pragma GCC unroll 8
    for (size_t i = 0; i < kBlocks; i++) {
        x[i] = load(from + 16 * i);
    }
}

P2PH_INLINE void store_blocks(uint8_t* to, const __m128i (&x)[kBlocks]) noexcept {
#pragma GCC unroll 8
    for (size_t i = 0; i < kBlocks; i++) {
        store(to + 16 * i, x[i]);
    }
}

bool fill(uint8_t* pads, CryptoNightLane* lanes, size_t count, size_t bytes, const int32_t* cancel) noexcept {
    for (size_t lane = 0; lane < count; lane++) {
        auto* const pad = pads + lane * bytes;
        __m128i keys[kRounds];
        __m128i x[kBlocks];
        expand(lanes[lane].state, keys);
        load_blocks(x, lanes[lane].state + 64);
        for (size_t at = 0; at < bytes; at += kCryptoNightBlockBytes) {
            if (at % kBytesBetweenLooks == 0 && cancelled(cancel)) {
                return false;
            }
            ten_rounds(x, keys);
            store_blocks(pad + at, x);
        }
        store_blocks(lanes[lane].filled, x);
    }
    return true;
}

/* The part of a pad that was not kept: made again from where filling ended, one block ahead of what is absorbed. The eight AES blocks do not
 * touch each other, so four of them go through all of it first: with those that are made that is as many as there are registers for. */
void absorb_rest(CryptoNightLane& lane, size_t bytes) noexcept {
    if (bytes == 0) {
        return;
    }
    __m128i keys[kRounds];
    __m128i fill_keys[kRounds];
    expand(lane.state + 32, keys);
    expand(lane.state, fill_keys);
    for (size_t half = 0; half < 2; half++) {
        constexpr size_t kSome = kBlocks / 2;
        auto* const state = lane.state + 64 + half * kSome * 16;
        __m128i x[kSome];
        __m128i y[kSome];
#pragma GCC unroll 4
        for (size_t i = 0; i < kSome; i++) {
            x[i] = load(state + 16 * i);
            y[i] = load(lane.filled + half * kSome * 16 + 16 * i);
            for (const auto& key : fill_keys) {
                y[i] = aes_round(y[i], key);
            }
        }
        for (size_t at = 0; at < bytes; at += kCryptoNightBlockBytes) {
#pragma GCC unroll 4
            for (size_t i = 0; i < kSome; i++) {
                x[i] = exclusive_or(x[i], y[i]);
            }
#pragma GCC unroll 10
            for (size_t round = 0; round < kRounds; round++) {
#pragma GCC unroll 4
                for (size_t i = 0; i < kSome; i++) {
                    x[i] = aes_round(x[i], keys[round]);
                    y[i] = aes_round(y[i], fill_keys[round]);
                }
            }
        }
#pragma GCC unroll 4
        for (size_t i = 0; i < kSome; i++) {
            store(state + 16 * i, x[i]);
        }
    }
}

bool absorb(const uint8_t* pads, CryptoNightLane* lanes, size_t count, size_t bytes, size_t filled_bytes, const int32_t* cancel) noexcept {
    for (size_t lane = 0; lane < count; lane++) {
        const auto* const pad = pads + lane * bytes;
        auto* const state = lanes[lane].state;
        __m128i keys[kRounds];
        __m128i x[kBlocks];
        expand(state + 32, keys);
        load_blocks(x, state + 64);
        for (size_t at = 0; at < bytes; at += kCryptoNightBlockBytes) {
            if (at % kBytesBetweenLooks == 0 && cancelled(cancel)) {
                return false;
            }
#pragma GCC unroll 8
            for (size_t i = 0; i < kBlocks; i++) {
                x[i] = _mm_xor_si128(x[i], load(pad + at + 16 * i));
            }
            prefetch(pad + at + kAhead);
            prefetch(pad + at + kAhead + 64);
            ten_rounds(x, keys);
        }

        store_blocks(state + 64, x);
        absorb_rest(lanes[lane], filled_bytes - bytes);
    }
    return true;
}

}  // namespace

const CryptoNightRow kCryptoNightAesni = {"aesni", "aesni sse4.1", P2PH_CPU_AES | P2PH_CPU_SSSE3 | P2PH_CPU_SSE41, kLanesMax, &fill,
                                          &absorb, &loops_of};

}  // namespace p2ph::ghostrider
