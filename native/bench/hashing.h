#pragma once

#include <memory>
#include <vector>

#include "contest.h"
#include "librandomx.h"
#include "our_seed.h"
#include "randomx/machines.h"

namespace p2ph::bench {

/* What all sides hash: nonces of a block header of zeros. */
constexpr size_t kBlobBytes = 76;
constexpr size_t kNonceOffset = 39;

/* Our engine as a miner has it: one search for each thread, cut into pieces of about a quarter of a second. */
class OurHashing final : public Contender {
   public:
    OurHashing(const OurSeed& seed, const p2ph_rx_shape& shape, size_t threads, bool huge_pages);
    double work(size_t thread, const int32_t* stop) override;

   private:
    struct Thread {
        ContextPtr context;
        uint64_t piece; /* hashes */
        uint64_t nonce;
    };
    std::vector<Thread> threads_;
};

/* Machines of our engine that the tables of the engine would not choose here. */
class MachineHashing final : public Contender {
   public:
    explicit MachineHashing(std::vector<std::unique_ptr<randomx::Machines>> machines);
    double work(size_t thread, const int32_t* stop) override;

   private:
    std::vector<std::unique_ptr<randomx::Machines>> machines_;
    std::vector<uint64_t> nonces_;
};

class TheirHashing final : public Contender {
   public:
    TheirHashing(oracle::Librandomx& library, size_t threads);
    double work(size_t thread, const int32_t* stop) override;

   private:
    std::vector<oracle::Librandomx::Machine> machines_;
    std::vector<uint64_t> nonces_;
};

}  // namespace p2ph::bench
