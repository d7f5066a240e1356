/* AES rounds as instructions. Built with -maes; everything here is static: a function shared with a file of other flags could be merged by
 * the linker and run where these instructions are missing. The walks are bound by the latency of a round, not by its throughput, so wider
 * vectors have nothing to win. */
#include <immintrin.h>

#include "aes.h"
#include "aes_keys.h"
#include "p2ph.h"

namespace p2ph::randomx {

namespace {

struct Columns {
    __m128i c0, c1, c2, c3;
};

__m128i load(const uint8_t* from) noexcept { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)); }

Columns load_columns(const uint8_t* from) noexcept { return {load(from), load(from + 16), load(from + 32), load(from + 48)}; }

void store_columns(uint8_t* to, const Columns& s) noexcept {
    auto* out = reinterpret_cast<__m128i*>(to);
    _mm_storeu_si128(out, s.c0);
    _mm_storeu_si128(out + 1, s.c1);
    _mm_storeu_si128(out + 2, s.c2);
    _mm_storeu_si128(out + 3, s.c3);
}

Columns decrypt_encrypt(const Columns& s, const Columns& k) noexcept {
    return {_mm_aesdec_si128(s.c0, k.c0), _mm_aesenc_si128(s.c1, k.c1), _mm_aesdec_si128(s.c2, k.c2), _mm_aesenc_si128(s.c3, k.c3)};
}

Columns encrypt_decrypt(const Columns& s, const Columns& k) noexcept {
    return {_mm_aesenc_si128(s.c0, k.c0), _mm_aesdec_si128(s.c1, k.c1), _mm_aesenc_si128(s.c2, k.c2), _mm_aesdec_si128(s.c3, k.c3)};
}

Columns finish_hash(Columns s) noexcept {
    for (const auto& key : kHashExtraKeys) {
        const auto k = load(key);
        s = encrypt_decrypt(s, {k, k, k, k});
    }
    return s;
}

void fill_1r(uint8_t* state, uint8_t* out, size_t bytes) noexcept {
    auto s = load_columns(state);
    const auto keys = load_columns(kKeys1R[0]);
    for (size_t at = 0; at < bytes; at += 64) {
        s = decrypt_encrypt(s, keys);
        store_columns(out + at, s);
    }
    store_columns(state, s);
}

void fill_4r(uint8_t* state, uint8_t* out, size_t bytes) noexcept {
    auto s = load_columns(state);
    for (size_t at = 0; at < bytes; at += 64) {
        for (int round = 0; round < 4; round++) {
            const auto low = load(kKeys4R[round]);
            const auto high = load(kKeys4R[round + 4]);
            s = decrypt_encrypt(s, {low, low, high, high});
        }
        store_columns(out + at, s);
    }
    store_columns(state, s);
}

void hash_1r(const uint8_t* in, size_t bytes, uint8_t* hash) noexcept {
    auto s = load_columns(kHashState[0]);
    for (size_t at = 0; at < bytes; at += 64) {
        s = encrypt_decrypt(s, load_columns(in + at));
    }
    store_columns(hash, finish_hash(s));
}

void hash_and_fill_1r(uint8_t* scratchpad, size_t bytes, uint8_t* hash, uint8_t* state) noexcept {
    auto h = load_columns(kHashState[0]);
    auto s = load_columns(state);
    const auto keys = load_columns(kKeys1R[0]);
    for (size_t at = 0; at < bytes; at += 64) {
        h = encrypt_decrypt(h, load_columns(scratchpad + at));
        s = decrypt_encrypt(s, keys);
        store_columns(scratchpad + at, s);
    }
    store_columns(hash, finish_hash(h));
    store_columns(state, s);
}

void mix(uint8_t* f, const uint8_t* e) noexcept {
    auto s = load_columns(f);
    for (int k = 0; k < 4; k++) {
        const auto key = load(e + 16 * k);
        s = encrypt_decrypt(s, {key, key, key, key});
    }
    store_columns(f, s);
}

}  // namespace

constexpr AesRow kAesNi = {"aesni", P2PH_CPU_AES, &fill_1r, &fill_4r, &hash_1r, &hash_and_fill_1r, &mix};

}  // namespace p2ph::randomx
