#include "hasher.h"

#include <algorithm>
#include <cstring>

#include "abi/nonces.h"
#include "blake2b.h"

namespace p2ph::randomx {

MachineHasher::MachineHasher(Version version, std::unique_ptr<Machines> machines) : version_(version), machines_(std::move(machines)) {}

bool MachineHasher::meets(const uint8_t* target, std::span<const uint8_t> input, const uint8_t* hash) const noexcept {
    if (version_ == Version::v1) {
        return at_most(hash, target);
    }
    uint8_t judged[P2PH_HASH_BYTES];
    commitment(input, hash, judged);
    return at_most(judged, target);
}

void MachineHasher::hash_many(const uint8_t* inputs, size_t input_len, size_t count, uint8_t* out) {
    const auto input = [&](size_t i) { return std::span(inputs + i * input_len, input_len); };
    auto active = std::min(count, machines_->machines());
    for (size_t i = 0; i < active; i++) {
        machines_->begin(i, input(i));
    }
    for (size_t done = 0; done < count;) {
        machines_->run(active, nullptr);
        const auto next = std::min(count - done - active, active);
        for (size_t i = 0; i < active; i++) {
            auto* const hash = out + (done + i) * P2PH_HASH_BYTES;
            if (i < next) {
                machines_->finish_and_begin(i, hash, input(done + active + i));
            } else {
                machines_->finish(i, hash);
            }
        }
        done += active;
        active = next;
    }
}

SearchOutcome MachineHasher::search(const SearchRequest& request) {
    uint8_t room[P2PH_BLOB_BYTES_MAX];
    std::memcpy(room, request.blob.data(), request.blob.size());
    const auto blob_with = [&](uint64_t index) {
        put_nonce(room + request.nonce_offset, static_cast<uint32_t>(request.first_nonce + index));
        return std::span<const uint8_t>(room, request.blob.size());
    };

    SearchOutcome outcome{};
    auto active = static_cast<size_t>(std::min<uint64_t>(request.count, machines_->machines()));
    for (size_t i = 0; i < active; i++) {
        machines_->begin(i, blob_with(i));
    }
    /* Invariant: nonces first + hashed and on have begun on machines 0..active-1.
     * Ending early drops them unfinished. */
    while (active > 0 && machines_->run(active, request.cancel)) {
        const auto begun = outcome.hashed + active;
        const auto next = static_cast<size_t>(std::min<uint64_t>(request.count - begun, active));
        for (size_t i = 0; i < active; i++) {
            uint8_t hash[P2PH_HASH_BYTES];
            if (i < next) {
                machines_->finish_and_begin(i, hash, blob_with(begun + i));
            } else {
                machines_->finish(i, hash);
            }
            const auto nonce = static_cast<uint32_t>(request.first_nonce + outcome.hashed);
            const auto is_hit = meets(request.target, blob_with(outcome.hashed), hash);
            outcome.hashed++;
            if (is_hit) {
                auto& hit = request.hits[outcome.hit_count++];
                hit.nonce = nonce;
                std::memcpy(hit.hash, hash, sizeof hash);
                if (outcome.hit_count == request.hit_capacity) {
                    return outcome; /* no room: later nonces of this turn do not count */
                }
            }
        }
        active = next;
    }
    return outcome;
}

}  // namespace p2ph::randomx
