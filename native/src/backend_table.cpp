#include "backend.h"

namespace p2ph {

namespace {

constexpr Backend kBackends[] = {
    {P2PH_RANDOMX, 1, P2PH_SEED_BYTES_MAX, &make_librandomx},
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
