#include "hasher.h"

#include <algorithm>
#include <cstring>

#include "blake2b.h"
#include "nonces.h"

namespace p2ph::randomx {

MachineHasher::MachineHasher(Version version, std::unique_ptr<Machines> machines) : version_(version), machines_(std::move(machines)) {}

void MachineHasher::seal(std::span<const uint8_t> input, uint8_t* hash) const noexcept {
    if (version_ == Version::v2) {
        commitment(input, hash, hash);
    }
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
            uint8_t hash[P2PH_HASH_BYTES]; /* the output may lie over the input, which is wanted once more */
            if (i < next) {
                machines_->finish_and_begin(i, hash, input(done + active + i));
            } else {
                machines_->finish(i, hash);
            }
            seal(input(done + i), hash);
            std::memcpy(out + (done + i) * P2PH_HASH_BYTES, hash, sizeof hash);
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
    /* Invariant: nonces first + hashed and on have begun on machines 0..active-1. Ending early drops them unfinished. */
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
            seal(blob_with(outcome.hashed), hash);
            outcome.hashed++;
            if (at_most(hash, request.target)) {
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
