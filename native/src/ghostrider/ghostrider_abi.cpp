/* The p2ph_gr_* functions of the header. */
#include <algorithm>
#include <cstring>

#include "abi/dataset.h"
#include "abi/guard.h"
#include "ghostrider/ghostrider_backend.h"
#include "ghostrider/tuning.h"
#include "machine/huge_pages.h"
#include "machine/thread_time.h"

using p2ph::guarded;

namespace {

namespace gr = p2ph::ghostrider;

/* Null: some depth is out of range. */
bool read(const p2ph_gr_depths* from, gr::Depths& depths) noexcept {
    for (size_t variant = 0; variant < depths.size(); variant++) {
        depths[variant] = from->lanes[variant];
        if (depths[variant] == 0 || depths[variant] > P2PH_GR_LANES_MAX) {
            return false;
        }
    }
    return true;
}

}  // namespace

extern "C" {

p2ph_status p2ph_gr_guess(uint64_t pad_bytes_max, p2ph_gr_depths* depths) {
    return guarded([&] {
        if (!depths || pad_bytes_max < p2ph::kHugePageBytes) {
            return P2PH_E_ARGUMENT;
        }
        const auto kernels = gr::choose_kernels();
        *depths = {};
        std::ranges::copy(gr::guess_depths(*kernels.cryptonight, pad_bytes_max), depths->lanes);
        return P2PH_OK;
    });
}

p2ph_status p2ph_gr_pad_bytes(const p2ph_gr_depths* depths, uint64_t* bytes) {
    return guarded([&] {
        gr::Depths checked;
        if (!depths || !bytes || !read(depths, checked)) {
            return P2PH_E_ARGUMENT;
        }
        *bytes = gr::pad_bytes(checked);
        return P2PH_OK;
    });
}

p2ph_status p2ph_gr_context_create(p2ph_dataset* dataset, uint32_t flags, const p2ph_gr_depths* depths, p2ph_context** context) {
    return guarded([&] {
        if (!context) {
            return P2PH_E_ARGUMENT;
        }
        *context = nullptr;
        gr::Depths checked;
        if (!dataset || (flags & ~P2PH_HUGE_PAGES) != 0 || !depths || !read(depths, checked)) {
            return P2PH_E_ARGUMENT;
        }
        auto* const data = dynamic_cast<gr::GhostRiderData*>(dataset->data.get());
        if (!data) {
            return P2PH_E_ARGUMENT;
        }
        if (!dataset->ready) {
            return P2PH_E_STATE;
        }

        auto made = std::make_unique<p2ph_context>();
        made->hasher = data->make_hasher(checked, (flags & P2PH_HUGE_PAGES) != 0);
        *context = made.release();
        return P2PH_OK;
    });
}

p2ph_status p2ph_gr_measure(p2ph_context* context, uint32_t variant, uint32_t lanes, uint64_t* nanoseconds) {
    return guarded([&] {
        if (!context || !nanoseconds || variant >= P2PH_GR_VARIANTS || lanes == 0 || lanes > P2PH_GR_LANES_MAX) {
            return P2PH_E_ARGUMENT;
        }
        auto* const hasher = dynamic_cast<gr::GhostRiderHasher*>(context->hasher.get());
        if (!hasher || lanes > hasher->pipeline().cryptonight().lanes_that_fit(variant)) {
            return P2PH_E_ARGUMENT;
        }

        auto& cryptonight = hasher->pipeline().cryptonight();
        const gr::LanePlan plan(cryptonight.row(), gr::pad_bytes(gr::kCryptoNightVariants[variant]), lanes);
        uint8_t data[P2PH_GR_LANES_MAX * gr::kCryptoNightInputBytes];
        for (size_t i = 0; i < sizeof data; i++) {
            data[i] = static_cast<uint8_t>(i * 167 + i / 256);
        }
        const auto before = p2ph::thread_nanoseconds();
        cryptonight.hash(variant, plan, data, lanes, nullptr);
        *nanoseconds = p2ph::thread_nanoseconds() - before;
        return P2PH_OK;
    });
}

p2ph_status p2ph_gr_kernel(const char** name) {
    return guarded([&] {
        if (!name) {
            return P2PH_E_ARGUMENT;
        }
        *name = gr::choose_kernels().cryptonight->description;
        return P2PH_OK;
    });
}

}  // extern "C"
