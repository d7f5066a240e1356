#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "item_kernel.h"
#include "parameters.h"

namespace p2ph::randomx {

/* How dataset items are compiled for one instruction set. */
struct ItemRow {
    const char* isa;
    uint64_t needs;                        /* P2PH_CPU_* */
    ItemShape dataset;                     /* for any number in a row */
    std::array<ItemShape, 5> few;          /* for those that machines wait for, ascending; the third: half as many as the last */
    std::array<uint8_t, 2> light_machines; /* of one thread, for v1 and v2: measured best */

    size_t machines(Version version) const noexcept { return light_machines[version == Version::v1 ? 0 : 1]; }
};

/* Best first; the last one needs nothing but x86-64. */
std::span<const ItemRow> item_rows() noexcept;

/* The first that may be used here: see machine/kernel_rows.h, also for what it throws. */
const ItemRow& best_item_row();

}  // namespace p2ph::randomx
