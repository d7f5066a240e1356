#pragma once

/* Blocks of 16 bytes, the same one of several messages side by side: four with AVX-512 and VAES, two with AVX2 and VAES, one with AES-NI, by the
 * flags of the file that includes this. Only files made for one part of x86-64 do. All of it has internal linkage, as in lanes.h. */

#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace p2ph::ghostrider {
namespace {

#if defined(__AVX512F__)

constexpr size_t kBlockLanes = 4;
using Blocks = __m512i;

inline Blocks load_blocks(const void* bytes) noexcept { return _mm512_loadu_si512(bytes); }
inline void store_blocks(void* bytes, Blocks x) noexcept { _mm512_storeu_si512(bytes, x); }
inline Blocks every(__m128i block) noexcept { return _mm512_broadcast_i32x4(block); }
inline Blocks add32(Blocks a, Blocks b) noexcept { return _mm512_add_epi32(a, b); }
inline Blocks exor(Blocks a, Blocks b) noexcept { return _mm512_xor_si512(a, b); }
inline Blocks exor(Blocks a, Blocks b, Blocks c) noexcept { return _mm512_ternarylogic_epi32(a, b, c, 0x96); }
inline Blocks aes_encrypt(Blocks x, Blocks key) noexcept { return _mm512_aesenc_epi128(x, key); }
/* Each byte doubled in the field of AES. */
inline Blocks twice(Blocks x) noexcept { return _mm512_gf2p8mul_epi8(x, _mm512_set1_epi8(2)); }
/* Words 1, 2, 3 and 0 of each block. */
inline Blocks turn_words(Blocks x) noexcept { return _mm512_shuffle_epi32(x, _MM_PERM_ADCB); }
/* Words 1, 2 and 3 of `first`, word 0 of `second`. */
inline Blocks straddle(Blocks first, Blocks second) noexcept { return _mm512_alignr_epi8(second, first, 4); }

#elif defined(__VAES__)

constexpr size_t kBlockLanes = 2;
using Blocks = __m256i;

inline Blocks load_blocks(const void* bytes) noexcept { return _mm256_loadu_si256(static_cast<const __m256i*>(bytes)); }
inline void store_blocks(void* bytes, Blocks x) noexcept { _mm256_storeu_si256(static_cast<__m256i*>(bytes), x); }
inline Blocks every(__m128i block) noexcept { return _mm256_broadcastsi128_si256(block); }
inline Blocks add32(Blocks a, Blocks b) noexcept { return _mm256_add_epi32(a, b); }
inline Blocks exor(Blocks a, Blocks b) noexcept { return _mm256_xor_si256(a, b); }
inline Blocks aes_encrypt(Blocks x, Blocks key) noexcept { return _mm256_aesenc_epi128(x, key); }
inline Blocks twice(Blocks x) noexcept {
    const auto carry = _mm256_and_si256(_mm256_cmpgt_epi8(_mm256_setzero_si256(), x), _mm256_set1_epi8(0x1b));
    return _mm256_xor_si256(_mm256_add_epi8(x, x), carry);
}
inline Blocks turn_words(Blocks x) noexcept { return _mm256_shuffle_epi32(x, 0x39); }
inline Blocks straddle(Blocks first, Blocks second) noexcept { return _mm256_alignr_epi8(second, first, 4); }

#else

constexpr size_t kBlockLanes = 1;
using Blocks = __m128i;

inline Blocks load_blocks(const void* bytes) noexcept { return _mm_loadu_si128(static_cast<const __m128i*>(bytes)); }
inline void store_blocks(void* bytes, Blocks x) noexcept { _mm_storeu_si128(static_cast<__m128i*>(bytes), x); }
inline Blocks every(__m128i block) noexcept { return block; }
inline Blocks add32(Blocks a, Blocks b) noexcept { return _mm_add_epi32(a, b); }
inline Blocks exor(Blocks a, Blocks b) noexcept { return _mm_xor_si128(a, b); }
inline Blocks aes_encrypt(Blocks x, Blocks key) noexcept { return _mm_aesenc_si128(x, key); }
inline Blocks twice(Blocks x) noexcept {
    const auto carry = _mm_and_si128(_mm_cmpgt_epi8(_mm_setzero_si128(), x), _mm_set1_epi8(0x1b));
    return _mm_xor_si128(_mm_add_epi8(x, x), carry);
}
inline Blocks turn_words(Blocks x) noexcept { return _mm_shuffle_epi32(x, 0x39); }
inline Blocks straddle(Blocks first, Blocks second) noexcept { return _mm_alignr_epi8(second, first, 4); }

#endif

#if !defined(__AVX512F__)
inline Blocks exor(Blocks a, Blocks b, Blocks c) noexcept { return exor(exor(a, b), c); }
#endif

inline Blocks every(uint64_t low, uint64_t high = 0) noexcept {
    return every(_mm_set_epi64x(static_cast<int64_t>(high), static_cast<int64_t>(low)));
}

/* The messages of a group, 64 or 80 bytes each, block by block; the lanes that are left over take the last one. */
struct alignas(64) BlockMessages {
    uint8_t block[5][kBlockLanes][16];

    void gather(const uint8_t* in, size_t len, size_t stride, size_t count) noexcept {
        for (size_t lane = 0; lane < kBlockLanes; lane++) {
            const auto* message = in + (lane < count ? lane : count - 1) * stride;
            for (size_t i = 0; i < len / 16; i++) {
                std::memcpy(block[i][lane], message + 16 * i, 16);
            }
        }
    }
};

/* Any count, group by group: hash(messages, len, digest) with the four blocks of the digests. A group reads all of its messages before it
 * writes, so that out may be the messages. */
template <typename Hash>
inline void hash_blocks(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out, Hash hash) noexcept {
    while (count != 0) {
        const auto taken = count < kBlockLanes ? count : kBlockLanes;
        BlockMessages messages;
        messages.gather(in, len, stride, taken);
        Blocks digest[4];
        hash(messages, len, digest);
        alignas(64) uint8_t digests[4][kBlockLanes][16];
        for (size_t i = 0; i < 4; i++) {
            store_blocks(digests[i], digest[i]);
        }
        for (size_t lane = 0; lane < taken; lane++) {
            for (size_t i = 0; i < 4; i++) {
                std::memcpy(out + 64 * lane + 16 * i, digests[i][lane], 16);
            }
        }
        in += taken * stride;
        out += taken * 64;
        count -= taken;
    }
}

}  // namespace
}  // namespace p2ph::ghostrider
