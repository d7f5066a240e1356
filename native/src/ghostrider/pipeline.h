#pragma once

#include <vector>

#include "ghostrider/cryptonight.h"
#include "ghostrider/kernels.h"
#include "ghostrider/selection.h"

namespace p2ph::ghostrider {

/* GhostRider over batches of headers that share a selection: stage by stage over the whole batch. Belongs to one thread. */
class Pipeline {
   public:
    /* Throws std::bad_alloc. */
    Pipeline(const Kernels& kernels, const Depths& depths, bool huge_pages);

    /* How many headers a batch should have, 1..kBatchMax: the fewest that leave the loops of its three CryptoNights next to no remainders. */
    size_t batch_of(const Selection& selection) const noexcept;

    /* Hashes count (1..kBatchMax) headers of 80 bytes that lie one behind the other and all have this selection. Hash i is the first 32
     * bytes at hashes() + 64 * i. Returns false when *cancel (null: never) was set meanwhile; there are no hashes then. */
    bool run(const Selection& selection, const uint8_t* headers, size_t count, const int32_t* cancel) noexcept;

    const uint8_t* hash(size_t index) const noexcept { return stage_.data() + index * kStageBytes; }
    CryptoNight& cryptonight() noexcept { return cryptonight_; }
    p2ph_memory memory() const { return cryptonight_.memory(); }

   private:
    Kernels kernels_;
    CryptoNight cryptonight_;
    std::vector<uint8_t> stage_;
};

}  // namespace p2ph::ghostrider
