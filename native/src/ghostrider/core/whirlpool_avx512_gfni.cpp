/* Whirlpool on eight lanes. Built with -mavx512f -mavx512bw -mavx512vl -mgfni. */
#include "ghostrider/core/core_rows_x86.h"
#include "ghostrider/core/whirlpool_lanes.h"

namespace p2ph::ghostrider {

void whirlpool_many_avx512_gfni(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept {
    whirlpool_groups(in, len, stride, count, out);
}

}  // namespace p2ph::ghostrider
