#pragma once

#include <p2ph.h>

#include <memory>
#include <span>

namespace p2ph::bench {

/* Throws std::runtime_error for everything but P2PH_OK. */
void check(p2ph_status status);

struct Destroy {
    void operator()(p2ph_dataset* dataset) const { p2ph_dataset_destroy(dataset); }
    void operator()(p2ph_context* context) const { p2ph_context_destroy(context); }
};
using ContextPtr = std::unique_ptr<p2ph_context, Destroy>;

/* Our engine for one key and version, with the first `items` items of the dataset, by its C interface: what a miner gets. */
class OurSeed {
   public:
    OurSeed(p2ph_algorithm algorithm, std::span<const uint8_t> key, uint64_t items, bool huge_pages);

    uint64_t items() const { return items_; }
    /* Any number of threads at once, on disjoint items; then finish. */
    void init_items(uint64_t first, uint64_t count) const { check(p2ph_dataset_init(dataset_.get(), first, count)); }
    void finish() { check(p2ph_dataset_finish(dataset_.get())); }
    ContextPtr make_context(const p2ph_rx_shape& shape, bool huge_pages) const;
    p2ph_rx_shape guess() const { return guess(algorithm_, items_); }
    static p2ph_rx_shape guess(p2ph_algorithm algorithm, uint64_t items);

   private:
    p2ph_algorithm algorithm_;
    uint64_t items_;
    std::unique_ptr<p2ph_dataset, Destroy> dataset_;
};

}  // namespace p2ph::bench
