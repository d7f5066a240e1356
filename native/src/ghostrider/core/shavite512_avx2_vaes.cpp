/* SHAvite-3-512, two messages in a vector. Built with -mavx2 -mvaes. */
#include "ghostrider/core/core_rows_x86.h"
#include "ghostrider/core/shavite512_lanes.h"

namespace p2ph::ghostrider {

void shavite512_many_avx2_vaes(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept {
    hash_blocks(in, len, stride, count, out, shavite512_group);
}

}  // namespace p2ph::ghostrider
