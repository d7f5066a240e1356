#include "abi/dataset.h"
#include "abi/guard.h"
#include "abi/nonces.h"
#include "machine/fp_environment.h"

namespace {

constexpr uint64_t kNonceSpace = 1ull << 32;

}  // namespace

p2ph_status p2ph_search(p2ph_context* context, const uint8_t* blob, size_t blob_len, size_t nonce_offset, uint32_t first_nonce,
                        uint64_t count, const uint8_t* target, const int32_t* cancel, p2ph_hit* hits, size_t hit_capacity,
                        size_t* hit_count, uint64_t* hashed) {
    return p2ph::guarded([&] {
        if (!context || !blob || !target || !hits || !hit_count || !hashed || hit_capacity == 0 || blob_len < 4 ||
            blob_len > P2PH_BLOB_BYTES_MAX || nonce_offset > blob_len - 4 || count > kNonceSpace - first_nonce ||
            !context->hasher->searches(blob_len, nonce_offset)) {
            return P2PH_E_ARGUMENT;
        }

        *hit_count = 0;
        *hashed = 0;
        if (count == 0 || p2ph::is_set(cancel)) {
            return P2PH_OK;
        }

        const p2ph::FpEnvironment restored;
        const auto outcome =
            context->hasher->search({{blob, blob_len}, nonce_offset, first_nonce, count, target, cancel, hits, hit_capacity});
        *hit_count = outcome.hit_count;
        *hashed = outcome.hashed;
        return P2PH_OK;
    });
}
