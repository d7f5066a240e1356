#include "abi/backend.h"
#include "randomx/engine.h"

namespace p2ph {

namespace {

constexpr Backend kBackends[] = {
    {P2PH_RANDOMX, 1, P2PH_SEED_BYTES_MAX, P2PH_RX_ITEMS, &randomx::make_v1},
    {P2PH_RANDOMX_V2, 1, P2PH_SEED_BYTES_MAX, P2PH_RX_ITEMS, &randomx::make_v2},
    {P2PH_GHOSTRIDER, 0, 0, 0, &make_ghostrider},
};

}  // namespace

const Backend* find_backend(p2ph_algorithm algorithm) noexcept {
    for (const auto& backend : kBackends) {
        if (backend.algorithm == algorithm) {
            return &backend;
        }
    }
    return nullptr;
}

}  // namespace p2ph
