#pragma once

#include <memory>

#include "abi/backend.h"
#include "parameters.h"

namespace p2ph::randomx {

/* The seed data of our own engine, for rx/0 and rx/2. */
class EngineData : public SeedData {
   public:
    using SeedData::make_hasher;
    /* 1..P2PH_RX_MACHINES_MAX machines, else throws std::invalid_argument. */
    virtual std::unique_ptr<Hasher> make_hasher(const p2ph_rx_shape& shape, bool huge_pages) = 0;
    virtual Version version() const noexcept = 0;
    /* The memory for items of another, in place of none; the other is of no use then. */
    virtual void take_items(EngineData& from) = 0;
};

/* Throw std::bad_alloc, or Unsupported when P2PH_FORCE_KERNEL cannot be done. */
std::unique_ptr<SeedData> make_v1(const SeedRequest& request);
std::unique_ptr<SeedData> make_v2(const SeedRequest& request);

/* With so many items of the dataset in memory, on this machine. Throws Unsupported likewise. */
p2ph_rx_shape guess_shape(Version version, uint64_t items);

/* What the rows of this machine are made of. Throws Unsupported likewise. */
const char* kernel_name(Version version);

}  // namespace p2ph::randomx
