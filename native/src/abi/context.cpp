#include "abi/dataset.h"
#include "abi/guard.h"
#include "machine/fp_environment.h"

using p2ph::guarded;

extern "C" {

p2ph_status p2ph_context_create(p2ph_dataset* dataset, uint32_t flags, p2ph_context** context) {
    return guarded([&] {
        if (!context) {
            return P2PH_E_ARGUMENT;
        }
        *context = nullptr;
        if (!dataset || (flags & ~P2PH_HUGE_PAGES) != 0) {
            return P2PH_E_ARGUMENT;
        }
        if (!dataset->ready) {
            return P2PH_E_STATE;
        }

        auto made = std::make_unique<p2ph_context>();
        made->hasher = dataset->data->make_hasher((flags & P2PH_HUGE_PAGES) != 0);
        *context = made.release();
        return P2PH_OK;
    });
}

p2ph_status p2ph_context_memory(const p2ph_context* context, p2ph_memory* memory) {
    return guarded([&] {
        if (!context || !memory) {
            return P2PH_E_ARGUMENT;
        }
        *memory = context->hasher->memory();
        return P2PH_OK;
    });
}

void p2ph_context_destroy(p2ph_context* context) {
    (void)guarded([&] {
        delete context;
        return P2PH_OK;
    });
}

p2ph_status p2ph_hash(p2ph_context* context, const uint8_t* input, size_t input_len, uint8_t* out) {
    return p2ph_hash_many(context, input, input_len, 1, out);
}

p2ph_status p2ph_hash_many(p2ph_context* context, const uint8_t* inputs, size_t input_len, size_t count, uint8_t* out) {
    return guarded([&] {
        if (!context || !out || (!inputs && input_len != 0) || input_len > P2PH_INPUT_BYTES_MAX) {
            return P2PH_E_ARGUMENT;
        }
        if (!context->hasher->takes(input_len)) {
            return P2PH_E_ARGUMENT;
        }
        if (count == 0) {
            return P2PH_OK;
        }

        const p2ph::FpEnvironment restored;
        context->hasher->hash_many(inputs, input_len, count, out);
        return P2PH_OK;
    });
}

}  // extern "C"
