/* CryptoNight with the AES instructions of ARMv8. AESE takes its key before the round, so it gets zeros, and the key comes after AESMC. */
#include <arm_neon.h>

#include "ghostrider/cryptonight_rows.h"

namespace p2ph::ghostrider {

namespace {

#define P2PH_INLINE inline __attribute__((always_inline))

using Vector = uint8x16_t;

P2PH_INLINE Vector load(const uint8_t* from) noexcept { return vld1q_u8(from); }
P2PH_INLINE void store(uint8_t* to, Vector value) noexcept { vst1q_u8(to, value); }
P2PH_INLINE void prefetch(const uint8_t* from) noexcept { __builtin_prefetch(from, 1); }
P2PH_INLINE uint64_t low_half(Vector value) noexcept { return vgetq_lane_u64(vreinterpretq_u64_u8(value), 0); }
P2PH_INLINE Vector vector_of(uint64_t low, uint64_t high) noexcept {
    return vreinterpretq_u8_u64(vcombine_u64(vcreate_u64(low), vcreate_u64(high)));
}
P2PH_INLINE Vector exclusive_or(Vector a, Vector b) noexcept { return veorq_u8(a, b); }
P2PH_INLINE Vector add_halves(Vector a, Vector b) noexcept {
    return vreinterpretq_u8_u64(vaddq_u64(vreinterpretq_u64_u8(a), vreinterpretq_u64_u8(b)));
}
P2PH_INLINE Vector aes_round(Vector block, Vector key) noexcept { return veorq_u8(vaesmcq_u8(vaeseq_u8(block, vdupq_n_u8(0))), key); }

/* The tweak of variant 1 on byte 11 of b ^ c: bits 4 and 5 change by what the two and bit 0 are. Index: bit 0, bit 4, bit 5 from low to high;
 * all other bytes have an index beyond the table, for which there is zero. */
constexpr uint8_t tweak_bits(int index) noexcept { return 0x75310 >> 2 * index & 0x30; }

P2PH_INLINE Vector tweaked(Vector b, Vector c) noexcept {
    alignas(16) static constexpr uint8_t kBits[16] = {tweak_bits(0), tweak_bits(1), tweak_bits(2), tweak_bits(3),
                                                      tweak_bits(4), tweak_bits(5), tweak_bits(6), tweak_bits(7)};
    alignas(16) static constexpr uint8_t kOther[16] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 255, 255, 255, 255};
    alignas(16) static constexpr uint8_t kFromShifted[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x06};
    alignas(16) static constexpr uint8_t kFromPlace[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x01};
    const auto x = veorq_u8(b, c);
    const auto index = vbslq_u8(vld1q_u8(kFromPlace), x, vbslq_u8(vld1q_u8(kFromShifted), vshrq_n_u8(x, 3), vld1q_u8(kOther)));
    return veorq_u8(x, vqtbl1q_u8(vld1q_u8(kBits), index));
}

}  // namespace

}  // namespace p2ph::ghostrider

#include "ghostrider/cryptonight_loop.h"

namespace p2ph::ghostrider {

namespace {

constexpr size_t kRounds = 10;
constexpr size_t kBlocks = kCryptoNightBlockBytes / 16;
constexpr size_t kBytesBetweenLooks = 128 << 10;

/* SubWord of the key schedule: AESE with zeros is SubBytes and ShiftRows, and with four equal columns ShiftRows changes nothing. */
P2PH_INLINE uint32_t substitute(uint32_t word) noexcept {
    return vgetq_lane_u32(vreinterpretq_u32_u8(vaeseq_u8(vreinterpretq_u8_u32(vdupq_n_u32(word)), vdupq_n_u8(0))), 0);
}

/* The first ten round keys of AES-256; key is 32 bytes. */
P2PH_INLINE void expand(const uint8_t* key, Vector (&keys)[kRounds]) noexcept {
    uint32_t w[4 * kRounds];
    __builtin_memcpy(w, key, 32);
    uint32_t round_constant = 1;
    for (size_t i = 8; i < 4 * kRounds; i++) {
        auto word = w[i - 1];
        if (i % 8 == 0) {
            word = substitute(word >> 8 | word << 24) ^ round_constant;
            round_constant *= 2;
        } else if (i % 8 == 4) {
            word = substitute(word);
        }
        w[i] = w[i - 8] ^ word;
    }
    for (size_t round = 0; round < kRounds; round++) {
        keys[round] = vreinterpretq_u8_u32(vld1q_u32(w + 4 * round));
    }
}

P2PH_INLINE void ten_rounds(Vector (&x)[kBlocks], const Vector (&keys)[kRounds]) noexcept {
#pragma GCC unroll 10
    for (size_t round = 0; round < kRounds; round++) {
#pragma GCC unroll 8
        for (auto& block : x) {
            block = aes_round(block, keys[round]);
        }
    }
}

P2PH_INLINE void load_blocks(Vector (&x)[kBlocks], const uint8_t* from) noexcept {
#pragma GCC unroll 8
    for (size_t i = 0; i < kBlocks; i++) {
        x[i] = load(from + 16 * i);
    }
}

P2PH_INLINE void store_blocks(uint8_t* to, const Vector (&x)[kBlocks]) noexcept {
#pragma GCC unroll 8
    for (size_t i = 0; i < kBlocks; i++) {
        store(to + 16 * i, x[i]);
    }
}

bool fill(uint8_t* pads, CryptoNightLane* lanes, size_t count, size_t bytes, const int32_t* cancel) noexcept {
    for (size_t lane = 0; lane < count; lane++) {
        auto* const pad = pads + lane * bytes;
        Vector keys[kRounds];
        Vector x[kBlocks];
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

bool absorb(const uint8_t* pads, CryptoNightLane* lanes, size_t count, size_t bytes, size_t filled_bytes, const int32_t* cancel) noexcept {
    for (size_t lane = 0; lane < count; lane++) {
        const auto* const pad = pads + lane * bytes;
        auto* const state = lanes[lane].state;
        Vector keys[kRounds];
        Vector fill_keys[kRounds];
        Vector x[kBlocks];
        Vector y[kBlocks];
        expand(state + 32, keys);
        expand(state, fill_keys);
        load_blocks(x, state + 64);
        load_blocks(y, lanes[lane].filled);
        for (size_t at = 0; at < filled_bytes; at += kCryptoNightBlockBytes) {
            if (at % kBytesBetweenLooks == 0 && cancelled(cancel)) {
                return false;
            }
            if (at < bytes) {
#pragma GCC unroll 8
                for (size_t i = 0; i < kBlocks; i++) {
                    x[i] = exclusive_or(x[i], load(pad + at + 16 * i));
                }
            } else {
                /* The half that was not kept: made again from where filling ended. */
                ten_rounds(y, fill_keys);
#pragma GCC unroll 8
                for (size_t i = 0; i < kBlocks; i++) {
                    x[i] = exclusive_or(x[i], y[i]);
                }
            }
            ten_rounds(x, keys);
        }
        store_blocks(state + 64, x);
    }
    return true;
}

}  // namespace

const CryptoNightRow kCryptoNightArmv8 = {"armv8", "armv8 aes", P2PH_CPU_ARM_AES, kLanesMax, &fill, &absorb, &loops_of};

}  // namespace p2ph::ghostrider
