#pragma once

#include <cstdint>

#include "superscalar.h"

namespace p2ph::randomx {

/* An item of the dataset as r0-r7, little-endian in memory. */
using Item = uint64_t[8];

/* One item: specification 7.3. The reference for every other kernel.
 * cache: 256 MiB. index: 0..kDatasetItems - 1. */
void compute_item(const uint8_t* cache, const SuperscalarPrograms& programs, uint64_t index, Item& item) noexcept;

/* Several at once, which portably is several times faster than one by one: an instruction is looked at once for all. Any count. */
void compute_items(const uint8_t* cache, const SuperscalarPrograms& programs, const uint64_t* indices, size_t count, Item* items) noexcept;

/* Items first, first + 1, ... into their places. */
void compute_span(const uint8_t* cache, const SuperscalarPrograms& programs, uint64_t first, uint64_t count, Item* items) noexcept;

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
