#include "abi/dataset.h"

#include <iterator>

#include "abi/guard.h"

namespace p2ph {

bool ItemLedger::claim(uint64_t first, uint64_t count) {
    const std::lock_guard lock(gate_);
    auto end = first + count;
    auto after = claimed_.lower_bound(first);
    if (after != claimed_.end() && after->first < end) {
        return false;
    }
    if (after != claimed_.begin() && std::prev(after)->second > first) {
        return false;
    }

    if (after != claimed_.end() && after->first == end) {
        end = after->second;
        after = claimed_.erase(after);
    }
    if (after != claimed_.begin() && std::prev(after)->second == first) {
        std::prev(after)->second = end;
    } else {
        claimed_.emplace_hint(after, first, end);
    }
    return true;
}

}  // namespace p2ph

using p2ph::guarded;

namespace {

constexpr uint32_t kDatasetFlags = P2PH_HUGE_PAGES | P2PH_GIANT_PAGES | P2PH_NUMA;

}  // namespace

extern "C" {

p2ph_status p2ph_dataset_create(p2ph_algorithm algorithm, const uint8_t* seed, size_t seed_len, uint64_t items, uint32_t flags,
                                p2ph_dataset** dataset) {
    return guarded([&] {
        if (!dataset) {
            return P2PH_E_ARGUMENT;
        }
        *dataset = nullptr;
        if (algorithm < P2PH_RANDOMX || algorithm > P2PH_GHOSTRIDER || (flags & ~kDatasetFlags) != 0 || (seed_len != 0 && !seed)) {
            return P2PH_E_ARGUMENT;
        }
        const auto* backend = p2ph::find_backend(algorithm);
        if (!backend) {
            return P2PH_E_UNSUPPORTED;
        }
        if (seed_len < backend->seed_bytes_min || seed_len > backend->seed_bytes_max || items > backend->items_max) {
            return P2PH_E_ARGUMENT;
        }

        auto made = std::make_unique<p2ph_dataset>();
        made->data = backend->make({{seed, seed_len},
                                    items,
                                    (flags & P2PH_HUGE_PAGES) != 0,
                                    (flags & P2PH_GIANT_PAGES) != 0,
                                    (flags & P2PH_NUMA) != 0 ? &p2ph::NumaNodes::machine() : nullptr});
        *dataset = made.release();
        return P2PH_OK;
    });
}

p2ph_status p2ph_dataset_item_count(const p2ph_dataset* dataset, uint64_t* items) {
    return guarded([&] {
        if (!dataset || !items) {
            return P2PH_E_ARGUMENT;
        }
        *items = dataset->data->item_count();
        return P2PH_OK;
    });
}

p2ph_status p2ph_dataset_copies(const p2ph_dataset* dataset, uint32_t* copies) {
    return guarded([&] {
        if (!dataset || !copies) {
            return P2PH_E_ARGUMENT;
        }
        *copies = dataset->data->copies();
        return P2PH_OK;
    });
}

p2ph_status p2ph_dataset_init(p2ph_dataset* dataset, uint64_t first_item, uint64_t count) {
    return guarded([&] {
        if (!dataset) {
            return P2PH_E_ARGUMENT;
        }
        const auto items = dataset->data->item_count();
        if (first_item > items || count > items - first_item) {
            return P2PH_E_ARGUMENT;
        }
        if (dataset->ready) {
            return P2PH_E_STATE;
        }
        if (count == 0) {
            return P2PH_OK;
        }
        if (!dataset->ledger.claim(first_item, count)) {
            return P2PH_E_ARGUMENT;
        }
        dataset->data->init_items(first_item, count);
        dataset->items_done += count;
        return P2PH_OK;
    });
}

p2ph_status p2ph_dataset_finish(p2ph_dataset* dataset) {
    return guarded([&] {
        if (!dataset) {
            return P2PH_E_ARGUMENT;
        }
        if (dataset->items_done != dataset->data->item_count()) {
            return P2PH_E_STATE;
        }
        if (!dataset->ready.exchange(true)) {
            dataset->data->finish();
        }
        return P2PH_OK;
    });
}

p2ph_status p2ph_dataset_memory(const p2ph_dataset* dataset, p2ph_memory* memory) {
    return guarded([&] {
        if (!dataset || !memory) {
            return P2PH_E_ARGUMENT;
        }
        *memory = dataset->data->memory();
        return P2PH_OK;
    });
}

void p2ph_dataset_destroy(p2ph_dataset* dataset) {
    (void)guarded([&] {
        delete dataset;
        return P2PH_OK;
    });
}

}  // extern "C"
