#include <atomic>
#include <cstring>
#include <span>

#include "dataset.h"
#include "fp_environment.h"
#include "guard.h"

namespace {

constexpr uint64_t kNonceSpace = 1ull << 32;

/* Both 32 bytes, little-endian numbers. Most hashes are told apart by their last byte or two. */
bool at_most(const uint8_t* hash, const uint8_t* target) {
    for (int i = P2PH_HASH_BYTES - 1; i >= 0; i--) {
        if (hash[i] != target[i]) {
            return hash[i] < target[i];
        }
    }
    return true;
}

void put_nonce(uint8_t* at, uint32_t nonce) {
    for (int i = 0; i < 4; i++) {
        at[i] = static_cast<uint8_t>(nonce >> (8 * i));
    }
}

bool is_set(const int32_t* cancel) { return cancel && __atomic_load_n(cancel, __ATOMIC_ACQUIRE) != 0; }

}  // namespace

p2ph_status p2ph_search(p2ph_context* context, const uint8_t* blob, size_t blob_len, size_t nonce_offset, uint32_t first_nonce,
                        uint64_t count, const uint8_t* target, const int32_t* cancel, p2ph_hit* hits, size_t hit_capacity,
                        size_t* hit_count, uint64_t* hashed) {
    return p2ph::guarded([&] {
        if (!context || !blob || !target || !hits || !hit_count || !hashed || hit_capacity == 0 || blob_len < 4 ||
            blob_len > P2PH_BLOB_BYTES_MAX || nonce_offset > blob_len - 4 || count > kNonceSpace - first_nonce) {
            return P2PH_E_ARGUMENT;
        }

        *hit_count = 0;
        *hashed = 0;
        if (count == 0 || is_set(cancel)) {
            return P2PH_OK;
        }

        uint8_t input[P2PH_BLOB_BYTES_MAX];
        std::memcpy(input, blob, blob_len);
        const std::span<const uint8_t> whole(input, blob_len);
        uint8_t hash[P2PH_HASH_BYTES];
        size_t found = 0;
        uint64_t done = 0;

        const p2ph::FpEnvironment restored;
        auto& hasher = *context->hasher;
        put_nonce(input + nonce_offset, first_nonce);
        hasher.begin(whole);
        /* Invariant: nonce first + done is begun and not finished. Ending early drops it unfinished, so it is not counted. */
        while (done < count && found < hit_capacity && !is_set(cancel)) {
            const auto nonce = static_cast<uint32_t>(first_nonce + done);
            if (done + 1 < count) {
                put_nonce(input + nonce_offset, nonce + 1);
                hasher.next(whole, hash);
            } else {
                hasher.last(hash);
            }
            done++;
            if (at_most(hash, target)) {
                hits[found].nonce = nonce;
                std::memcpy(hits[found].hash, hash, sizeof hash);
                found++;
            }
        }
        *hit_count = found;
        *hashed = done;
        return P2PH_OK;
    });
}
