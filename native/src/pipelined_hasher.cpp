#include "pipelined_hasher.h"

#include <cstring>

#include "nonces.h"

namespace p2ph {

void PipelinedHasher::hash_many(const uint8_t* inputs, size_t input_len, size_t count, uint8_t* out) {
    begin({inputs, input_len});
    for (size_t i = 1; i < count; i++) {
        next({inputs + i * input_len, input_len}, out + (i - 1) * P2PH_HASH_BYTES);
    }
    last(out + (count - 1) * P2PH_HASH_BYTES);
}

SearchOutcome PipelinedHasher::search(const SearchRequest& request) {
    uint8_t input[P2PH_BLOB_BYTES_MAX];
    std::memcpy(input, request.blob.data(), request.blob.size());
    const std::span<const uint8_t> whole(input, request.blob.size());
    uint8_t hash[P2PH_HASH_BYTES];
    SearchOutcome outcome{};

    put_nonce(input + request.nonce_offset, request.first_nonce);
    begin(whole);
    /* Invariant: nonce first + hashed is begun and not finished. Ending early drops it unfinished, so it is not counted. */
    while (outcome.hashed < request.count && outcome.hit_count < request.hit_capacity && !is_set(request.cancel)) {
        const auto nonce = static_cast<uint32_t>(request.first_nonce + outcome.hashed);
        if (outcome.hashed + 1 < request.count) {
            put_nonce(input + request.nonce_offset, nonce + 1);
            next(whole, hash);
        } else {
            last(hash);
        }
        outcome.hashed++;
        if (at_most(hash, request.target)) {
            auto& hit = request.hits[outcome.hit_count++];
            hit.nonce = nonce;
            std::memcpy(hit.hash, hash, sizeof hash);
        }
    }
    return outcome;
}

}  // namespace p2ph
