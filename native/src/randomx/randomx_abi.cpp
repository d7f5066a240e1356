/* The p2ph_rx_* functions of the header. */
#include "abi/dataset.h"
#include "abi/guard.h"
#include "blake2b.h"
#include "engine.h"
#include "hasher.h"
#include "machine/fp_environment.h"
#include "machine/thread_time.h"

using p2ph::guarded;

namespace {

namespace rx = p2ph::randomx;

bool is_randomx(p2ph_algorithm algorithm) noexcept { return algorithm == P2PH_RANDOMX || algorithm == P2PH_RANDOMX_V2; }
rx::Version version_of(p2ph_algorithm algorithm) noexcept { return algorithm == P2PH_RANDOMX ? rx::Version::v1 : rx::Version::v2; }

}  // namespace

extern "C" {

p2ph_status p2ph_dataset_take_items(p2ph_dataset* dataset, p2ph_dataset* from) {
    return guarded([&] {
        if (!dataset || !from || dataset == from) {
            return P2PH_E_ARGUMENT;
        }
        auto* const to = dynamic_cast<rx::EngineData*>(dataset->data.get());
        auto* const source = dynamic_cast<rx::EngineData*>(from->data.get());
        if (!to || !source || source->item_count() == 0) {
            return P2PH_E_ARGUMENT;
        }
        if (dataset->ready || to->item_count() != 0) {
            return P2PH_E_STATE;
        }
        to->take_items(*source);
        delete from;
        return P2PH_OK;
    });
}

p2ph_status p2ph_rx_guess(p2ph_algorithm algorithm, uint64_t items, p2ph_rx_shape* shape) {
    return guarded([&] {
        if (!is_randomx(algorithm) || items > P2PH_RX_ITEMS || !shape) {
            return P2PH_E_ARGUMENT;
        }
        *shape = rx::guess_shape(version_of(algorithm), items);
        return P2PH_OK;
    });
}

p2ph_status p2ph_rx_machines_max(p2ph_algorithm algorithm, uint64_t items, uint32_t* machines) {
    return guarded([&] {
        if (!is_randomx(algorithm) || items > P2PH_RX_ITEMS || !machines) {
            return P2PH_E_ARGUMENT;
        }
        *machines = P2PH_RX_MACHINES_MAX;
        return P2PH_OK;
    });
}

p2ph_status p2ph_rx_context_create(p2ph_dataset* dataset, uint32_t flags, const p2ph_rx_shape* shape, p2ph_context** context) {
    return guarded([&] {
        if (!context) {
            return P2PH_E_ARGUMENT;
        }
        *context = nullptr;
        if (!dataset || (flags & ~P2PH_HUGE_PAGES) != 0 || !shape || shape->machines == 0 ||
            (shape->fetch != P2PH_RX_FETCH_NTA && shape->fetch != P2PH_RX_FETCH_T0)) {
            return P2PH_E_ARGUMENT;
        }
        auto* const data = dynamic_cast<rx::EngineData*>(dataset->data.get());
        if (!data || shape->machines > P2PH_RX_MACHINES_MAX) {
            return P2PH_E_ARGUMENT;
        }
        if (!dataset->ready) {
            return P2PH_E_STATE;
        }

        auto made = std::make_unique<p2ph_context>();
        made->hasher = data->make_hasher(*shape, (flags & P2PH_HUGE_PAGES) != 0);
        *context = made.release();
        return P2PH_OK;
    });
}

p2ph_status p2ph_rx_measure(p2ph_context* context, uint64_t hashes, uint64_t* nanoseconds) {
    return guarded([&] {
        if (!context || hashes == 0 || hashes > uint64_t{1} << 32 || !nanoseconds ||
            !dynamic_cast<rx::MachineHasher*>(context->hasher.get())) {
            return P2PH_E_ARGUMENT;
        }
        const p2ph::FpEnvironment restored;
        const uint8_t blob[76] = {};
        const uint8_t target[P2PH_HASH_BYTES] = {};
        p2ph_hit hit;
        const auto before = p2ph::thread_nanoseconds();
        context->hasher->search({blob, 39, 0, hashes, target, nullptr, &hit, 1});
        *nanoseconds = p2ph::thread_nanoseconds() - before;
        return P2PH_OK;
    });
}

p2ph_status p2ph_rx_kernel(p2ph_algorithm algorithm, const char** name) {
    return guarded([&] {
        if (!is_randomx(algorithm) || !name) {
            return P2PH_E_ARGUMENT;
        }
        *name = rx::kernel_name(version_of(algorithm));
        return P2PH_OK;
    });
}

p2ph_status p2ph_rx_commitment(const uint8_t* input, size_t input_len, const uint8_t* hash, uint8_t* out) {
    return guarded([&] {
        if ((!input && input_len != 0) || input_len > P2PH_INPUT_BYTES_MAX || !hash || !out) {
            return P2PH_E_ARGUMENT;
        }
        rx::commitment({input, input_len}, hash, out);
        return P2PH_OK;
    });
}

}  // extern "C"
