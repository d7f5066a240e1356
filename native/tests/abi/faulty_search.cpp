/* The search of a machine that errs, for tests of the cluster: whatever it finds has one bit of its hash wrong, which still meets the target.
 * Single hashes are right, so the library passes its self-test. */
#define p2ph_search right_search
#include "abi/search.cpp"
#undef p2ph_search

extern "C" P2PH_API p2ph_status p2ph_search(p2ph_context* context, const uint8_t* blob, size_t blob_len, size_t nonce_offset,
                                            uint32_t first_nonce, uint64_t count, const uint8_t* target, const int32_t* cancel,
                                            p2ph_hit* hits, size_t hit_capacity, size_t* hit_count, uint64_t* hashed) {
    const auto status =
        right_search(context, blob, blob_len, nonce_offset, first_nonce, count, target, cancel, hits, hit_capacity, hit_count, hashed);
    for (size_t i = 0; status == P2PH_OK && i < *hit_count; i++) {
        hits[i].hash[0] ^= 1;
    }
    return status;
}
