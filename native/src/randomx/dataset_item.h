#pragma once

#include <cstdint>

#include "superscalar.h"

namespace p2ph::randomx {

/* One item of the dataset, 64 bytes as r0-r7: specification 7.3. The reference for every other kernel, and what processors without one use.
 * cache: 256 MiB. index: 0..kDatasetItems - 1. */
void compute_item(const uint8_t* cache, const SuperscalarPrograms& programs, uint64_t index, uint64_t item[8]) noexcept;

/* The first registers: r0 = (index + 1) * kItemMultiplier, then r1-r7 = r0 ^ kItemConstants. */
constexpr uint64_t kItemMultiplier = 6364136223846793005;
constexpr uint64_t kItemConstants[8] = {
    0,
    9298411001130361340u,
    12065312585734608966u,
    9306329213124626780u,
    5281919268842080866u,
    10536153434571861004u,
    3398623926847679864u,
    9549104520008361294u,
};

}  // namespace p2ph::randomx
