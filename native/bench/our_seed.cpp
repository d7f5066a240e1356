#include "our_seed.h"

#include <stdexcept>

namespace p2ph::bench {

void check(p2ph_status status) {
    if (status != P2PH_OK) {
        throw std::runtime_error(p2ph_status_text(status));
    }
}

OurSeed::OurSeed(p2ph_algorithm algorithm, std::span<const uint8_t> key, uint64_t items, bool huge_pages)
    : algorithm_(algorithm), items_(items) {
    p2ph_dataset* dataset = nullptr;
    check(p2ph_dataset_create(algorithm, key.data(), key.size(), items, huge_pages ? P2PH_HUGE_PAGES : 0, &dataset));
    dataset_.reset(dataset);
}

p2ph_rx_shape OurSeed::guess(p2ph_algorithm algorithm, uint64_t items) {
    p2ph_rx_shape shape;
    check(p2ph_rx_guess(algorithm, items, &shape));
    return shape;
}

ContextPtr OurSeed::make_context(const p2ph_rx_shape& shape, bool huge_pages) const {
    p2ph_context* context = nullptr;
    check(p2ph_rx_context_create(dataset_.get(), huge_pages ? P2PH_HUGE_PAGES : 0, &shape, &context));
    return ContextPtr(context);
}

}  // namespace p2ph::bench
