#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>

#include "abi/backend.h"

namespace p2ph {

/* Which items were handed out, so that one is never computed twice and none is forgotten. */
class ItemLedger {
   public:
    /* False when part of the span was claimed before. */
    bool claim(uint64_t first, uint64_t count);

   private:
    std::mutex gate_;
    std::map<uint64_t, uint64_t> claimed_; /* first -> end, joined where they touch */
};

}  // namespace p2ph

struct p2ph_dataset {
    std::unique_ptr<p2ph::SeedData> data;
    p2ph::ItemLedger ledger;
    std::atomic<uint64_t> items_done{0};
    std::atomic<bool> ready{false};
};

struct p2ph_context {
    std::unique_ptr<p2ph::Hasher> hasher;
};
