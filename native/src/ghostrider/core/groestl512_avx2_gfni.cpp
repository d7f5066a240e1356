#include "ghostrider/core/core_rows_x86.h"
#include "ghostrider/core/groestl512_lanes.h"

namespace p2ph::ghostrider {

void groestl512_many_avx2_gfni(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept {
    in_batches<kGroestlBatch>(in, stride, count, out, [=](const uint8_t* batch, size_t taken, uint8_t* digests) {
        groestl512_batch(batch, len, stride, taken, digests);
    });
}

}  // namespace p2ph::ghostrider
