/* Shabal-512 on sixteen or eight lanes. Built with -mavx512f -mavx512bw -mavx512vl. */
#include "ghostrider/core/core_rows_x86.h"
#include "ghostrider/core/shabal512_lanes.h"
#include "ghostrider/core/word_lanes_avx512.h"

namespace p2ph::ghostrider {
namespace {

template <typename Vector>
struct Avx512 {
    using V = Vector;

    static V keyed(V x, V b13, V b9, V b6, V m) noexcept { return xor3(x, m, ternary<0xd2>(b13, b6, b9)); }
};

}  // namespace

void shabal512_many_avx512(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept {
    hash_lanes<ShabalLanes<Avx512<U32x16>>, ShabalLanes<Avx512<U32x8>>>(in, len, stride, count, out);
}

}  // namespace p2ph::ghostrider
