/* Shabal-512 on eight lanes. Built with -mavx2. */
#include "ghostrider/core/core_rows_x86.h"
#include "ghostrider/core/shabal512_lanes.h"
#include "ghostrider/core/word_lanes_avx2.h"

namespace p2ph::ghostrider {
namespace {

struct Avx2 {
    using V = U32x8;

    static V keyed(V x, V b13, V b9, V b6, V m) noexcept { return x ^ (b13 ^ m ^ V{_mm256_andnot_si256(b6.v, b9.v)}); }
};

}  // namespace

void shabal512_many_avx2(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept {
    using Hash = ShabalLanes<Avx2>;
    hash_lanes<Hash, Hash>(in, len, stride, count, out);
}

}  // namespace p2ph::ghostrider
