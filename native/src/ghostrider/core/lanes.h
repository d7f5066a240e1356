#pragma once

/* Vectors whose lanes belong to different messages, 512 or 256 bits wide by the flags of the file that includes this. Only files made for one part
 * of x86-64 do. All of it has internal linkage, and none of it calls inline functions of the standard library: the linker could take the copy of
 * such a file for the whole program. */

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace p2ph::ghostrider {

namespace {

#if defined(__AVX512F__)
constexpr size_t kVectorBytes = 64;
#else
constexpr size_t kVectorBytes = 32;
#endif

using U32 = uint32_t __attribute__((vector_size(kVectorBytes)));
using U64 = uint64_t __attribute__((vector_size(kVectorBytes)));

template <typename V>
constexpr size_t kLanes = kVectorBytes / sizeof(V{}[0]);

/* Turns each word to the left. bits is a constant once loops are unrolled: one instruction of AVX-512, three of AVX2. */
template <typename V>
[[gnu::always_inline]] inline V rotate(V v, int bits) {
    return bits == 0 ? v : (v << bits) | (v >> (static_cast<int>(8 * sizeof(v[0])) - bits));
}

template <int kBits, typename V>
inline V rotate(V v) {
    return rotate(v, kBits);
}

#if defined(__AVX512F__)

/* Any function of three bits: bit 4a + 2b + c of the table. */
template <int kTable, typename V>
inline V ternary(V a, V b, V c) {
    return reinterpret_cast<V>(_mm512_ternarylogic_epi64(reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b), reinterpret_cast<__m512i>(c), kTable));
}

template <typename V>
inline V xor3(V a, V b, V c) {
    return ternary<0x96>(a, b, c);
}

/* a ^ (~b & c) */
template <typename V>
inline V xor_andnot(V a, V b, V c) {
    return ternary<0xd2>(a, b, c);
}

#else

template <typename V>
inline V xor3(V a, V b, V c) {
    return a ^ b ^ c;
}

template <typename V>
inline V xor_andnot(V a, V b, V c) {
    return a ^ (~b & c);
}

#endif

/* The same word of 128 bits in all lanes of that width. */
inline U64 broadcast128(const void* word) {
    const auto once = _mm_loadu_si128(static_cast<const __m128i*>(word));
#if defined(__AVX512F__)
    return reinterpret_cast<U64>(_mm512_broadcast_i32x4(once));
#else
    return reinterpret_cast<U64>(_mm256_broadcastsi128_si256(once));
#endif
}

/* Bytes of each lane of 128 bits, by `order`: byte i of a lane becomes the one that byte i of the order names. */
inline U64 shuffle128(U64 v, U64 order) {
#if defined(__AVX512F__)
    return reinterpret_cast<U64>(_mm512_shuffle_epi8(reinterpret_cast<__m512i>(v), reinterpret_cast<__m512i>(order)));
#else
    return reinterpret_cast<U64>(_mm256_shuffle_epi8(reinterpret_cast<__m256i>(v), reinterpret_cast<__m256i>(order)));
#endif
}

/* The word at `bytes`, little-endian as x86 is. */
template <typename Word>
inline Word word_at(const uint8_t* bytes) {
    Word word;
    __builtin_memcpy(&word, bytes, sizeof word);
    return word;
}

inline uint32_t swapped(uint32_t word) { return __builtin_bswap32(word); }
inline uint64_t swapped(uint64_t word) { return __builtin_bswap64(word); }

/* Words [0, words) of `count` messages, 1..kLanes of them, into the lanes of out[0..words). The lanes beyond have those of the first message.
 * kSwap: the words are big-endian. */
template <bool kSwap, typename V>
inline void load_lanes(const uint8_t* in, size_t stride, size_t count, size_t words, V* out) {
    using Word = __typeof__(out[0][0] + 0);
    for (size_t lane = 0; lane < kLanes<V>; lane++) {
        const auto* message = in + (lane < count ? lane : 0) * stride;
        for (size_t i = 0; i < words; i++) {
            const auto word = word_at<Word>(message + i * sizeof(Word));
            out[i][lane] = kSwap ? swapped(word) : word;
        }
    }
}

/* The lanes of the words of a digest of 64 bytes into `count` digests, one after another. */
template <bool kSwap, typename V>
inline void store_lanes(const V* digest, size_t count, uint8_t* out) {
    using Word = __typeof__(digest[0][0] + 0);
    for (size_t lane = 0; lane < count; lane++) {
        for (size_t i = 0; i < 64 / sizeof(Word); i++) {
            Word word = digest[i][lane];
            word = kSwap ? swapped(word) : word;
            __builtin_memcpy(out + 64 * lane + i * sizeof(Word), &word, sizeof word);
        }
    }
}

/* The same word in all lanes. */
template <typename V, typename Word>
inline V broadcast(Word word) {
    return V{} + word;
}

/* Any count in batches of up to kBatch: batch(in, count, out). Each reads its messages before it writes their digests. */
template <size_t kBatch, typename Batch>
inline void in_batches(const uint8_t* in, size_t stride, size_t count, uint8_t* out, Batch batch) {
    while (count != 0) {
        const auto taken = count < kBatch ? count : kBatch;
        batch(in, taken, out);
        in += taken * stride;
        out += taken * 64;
        count -= taken;
    }
}

}  // namespace

}  // namespace p2ph::ghostrider
