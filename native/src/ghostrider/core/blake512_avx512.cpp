#include "ghostrider/core/blake512_lanes.h"
#include "ghostrider/core/core_rows_x86.h"

namespace p2ph::ghostrider {

void blake512_many_avx512(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept {
    in_batches<kLanes<U64>>(in, stride, count, out, [=](const uint8_t* batch, size_t taken, uint8_t* digests) {
        blake512_batch(batch, len, stride, taken, digests);
    });
}

}  // namespace p2ph::ghostrider
