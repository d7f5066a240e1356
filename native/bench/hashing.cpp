#include "hashing.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "abi/nonces.h"
#include "machine/fp_environment.h"

namespace p2ph::bench {

namespace {

constexpr double kPieceSeconds = 0.25;
constexpr uint64_t kNoncesOfThread = 1ull << 28;

using Blob = std::array<uint8_t, kBlobBytes>;

Blob blob_with(uint64_t nonce) {
    Blob blob{};
    put_nonce(blob.data() + kNonceOffset, static_cast<uint32_t>(nonce));
    return blob;
}

/* How many of count hashes were done before *cancel was set. */
uint64_t search(p2ph_context* context, uint64_t first_nonce, uint64_t count, const int32_t* cancel) {
    const Blob blob{};
    const uint8_t target[P2PH_HASH_BYTES] = {}; /* which no hash meets */
    p2ph_hit hit;
    size_t hits = 0;
    uint64_t hashed = 0;
    check(p2ph_search(context, blob.data(), blob.size(), kNonceOffset, static_cast<uint32_t>(first_nonce), count, target, cancel, &hit, 1,
                      &hits, &hashed));
    return hashed;
}

}  // namespace

OurHashing::OurHashing(const OurSeed& seed, const p2ph_rx_shape& shape, size_t threads, bool huge_pages) {
    for (size_t i = 0; i < threads; i++) {
        threads_.push_back({seed.make_context(shape, huge_pages), 0, i * kNoncesOfThread});
    }
    for (auto& thread : threads_) {
        const uint64_t turn = shape.machines;
        search(thread.context.get(), 0, turn, nullptr);
        const auto began = std::chrono::steady_clock::now();
        search(thread.context.get(), 0, turn, nullptr);
        thread.piece = turn * std::max<uint64_t>(1, static_cast<uint64_t>(kPieceSeconds / seconds_since(began)));
    }
}

double OurHashing::work(size_t thread, const int32_t* stop) {
    auto& mine = threads_[thread];
    return in_pieces(stop, [&](const int32_t* cancel) -> uint64_t {
        const auto done = search(mine.context.get(), mine.nonce, mine.piece, cancel) == mine.piece ? mine.piece : 0;
        mine.nonce += mine.piece;
        return done;
    });
}

MachineHashing::MachineHashing(std::vector<std::unique_ptr<randomx::Machines>> machines)
    : machines_(std::move(machines)), nonces_(machines_.size()) {
    const FpEnvironment kept;
    for (auto& mine : machines_) { /* touches the scratchpads */
        for (size_t i = 0; i < mine->machines(); i++) {
            mine->begin(i, blob_with(i));
        }
    }
}

double MachineHashing::work(size_t thread, const int32_t* stop) {
    const FpEnvironment kept;
    auto& machines = *machines_[thread];
    const auto count = machines.machines();
    for (size_t i = 0; i < count; i++) {
        machines.begin(i, blob_with(nonces_[thread]++));
    }
    return in_pieces(stop, [&](const int32_t* cancel) -> uint64_t {
        if (!machines.run(count, cancel)) {
            return 0;
        }
        for (size_t i = 0; i < count; i++) {
            uint8_t hash[P2PH_HASH_BYTES];
            machines.finish_and_begin(i, hash, blob_with(nonces_[thread]++));
        }
        return count;
    });
}

TheirHashing::TheirHashing(oracle::Librandomx& library, size_t threads) : nonces_(threads) {
    for (size_t i = 0; i < threads; i++) {
        machines_.push_back(library.make_machine());
        nonces_[i] = i * kNoncesOfThread;
    }
}

double TheirHashing::work(size_t thread, const int32_t* stop) {
    const FpEnvironment kept;
    auto& machine = machines_[thread];
    auto& nonce = nonces_[thread];
    machine.begin(blob_with(nonce++));
    return in_pieces(stop, [&](const int32_t*) -> uint64_t {
        uint8_t hash[P2PH_HASH_BYTES];
        machine.next(blob_with(nonce++), hash);
        return 1;
    });
}

}  // namespace p2ph::bench
