/* ECHO-512, one message after another. Built with -mavx2 -maes. */
#include "ghostrider/core/core_rows_x86.h"
#include "ghostrider/core/echo512_lanes.h"

namespace p2ph::ghostrider {

void echo512_many_avx2_aes(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept {
    hash_blocks(in, len, stride, count, out, echo512_group);
}

}  // namespace p2ph::ghostrider
