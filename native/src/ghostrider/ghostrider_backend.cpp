#include "ghostrider/ghostrider_backend.h"

#include <algorithm>
#include <cstring>

#include "abi/nonces.h"

namespace p2ph {

namespace ghostrider {

GhostRiderHasher::GhostRiderHasher(const Kernels& kernels, const Depths& depths, bool huge_pages)
    : pipeline_(kernels, depths, huge_pages), headers_(kBatchMax * kHeaderBytes) {}

void GhostRiderHasher::hash_many(const uint8_t* inputs, size_t, size_t count, uint8_t* out) {
    while (count > 0) {
        /* A batch is a run of headers with one previous hash. */
        const auto* const previous_hash = inputs + kPreviousHashOffset;
        const auto selection = select(previous_hash);
        const auto most = std::min(count, pipeline_.batch_of(selection));
        size_t batch = 1;
        while (batch < most && std::memcmp(inputs + batch * kHeaderBytes + kPreviousHashOffset, previous_hash, kPreviousHashBytes) == 0) {
            batch++;
        }

        pipeline_.run(selection, inputs, batch, nullptr);
        for (size_t i = 0; i < batch; i++) {
            std::memcpy(out + i * P2PH_HASH_BYTES, pipeline_.hash(i), P2PH_HASH_BYTES);
        }
        inputs += batch * kHeaderBytes;
        out += batch * P2PH_HASH_BYTES;
        count -= batch;
    }
}

SearchOutcome GhostRiderHasher::search(const SearchRequest& request) {
    const auto selection = select(request.blob.data() + kPreviousHashOffset);
    const auto batch_most = pipeline_.batch_of(selection);
    SearchOutcome outcome{};
    while (outcome.hashed < request.count && !is_set(request.cancel)) {
        const auto first = static_cast<uint32_t>(request.first_nonce + outcome.hashed);
        const auto batch = static_cast<size_t>(std::min<uint64_t>(batch_most, request.count - outcome.hashed));
        for (size_t i = 0; i < batch; i++) {
            auto* const header = headers_.data() + i * kHeaderBytes;
            std::memcpy(header, request.blob.data(), kHeaderBytes);
            put_nonce(header + kNonceOffset, first + static_cast<uint32_t>(i));
        }
        if (!pipeline_.run(selection, headers_.data(), batch, request.cancel)) {
            return outcome;
        }

        for (size_t i = 0; i < batch; i++) {
            outcome.hashed++;
            if (!at_most(pipeline_.hash(i), request.target)) {
                continue;
            }
            auto& hit = request.hits[outcome.hit_count++];
            hit.nonce = first + static_cast<uint32_t>(i);
            std::memcpy(hit.hash, pipeline_.hash(i), sizeof hit.hash);
            if (outcome.hit_count == request.hit_capacity) {
                return outcome; /* what the batch has beyond this nonce is hashed again by the next call */
            }
        }
    }
    return outcome;
}

std::unique_ptr<Hasher> GhostRiderData::make_hasher(bool huge_pages) {
    Depths depths;
    depths.fill(1);
    return make_hasher(depths, huge_pages);
}

std::unique_ptr<Hasher> GhostRiderData::make_hasher(const Depths& depths, bool huge_pages) {
    return std::make_unique<GhostRiderHasher>(choose_kernels(), depths, huge_pages);
}

}  // namespace ghostrider

std::unique_ptr<SeedData> make_ghostrider(const SeedRequest&) { return std::make_unique<ghostrider::GhostRiderData>(); }

}  // namespace p2ph
