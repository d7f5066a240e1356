#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "p2ph.h"

namespace p2ph {

/* Which kernels this machine may use. Each algorithm has tables of rows (a row is one kernel for one instruction set) and takes from each the
 * first whose needs are among usable_features; nothing else asks the processor or P2PH_FORCE_KERNEL. */

/* P2PH_CPU_* of this machine. */
uint64_t cpu_features() noexcept;

/* What may be used of these features. forced: empty for all of them, or what P2PH_FORCE_KERNEL says: "avx512", "avx2", "aesni", "armv8" or
 * "portable", an upper limit that stands for all that processors of that age have. Throws Unsupported for another name and for one that the
 * features do not suffice for. */
uint64_t usable_features(uint64_t features, std::string_view forced);

/* For this machine and its environment. */
uint64_t usable_features();

/* P2PH_FORCE_KERNEL is "portable": nothing is compiled for this processor, not even for what all of its kind can do. */
bool portable_is_forced() noexcept;

/* The first row that these features suffice for; rows lie best first, and the last one needs nothing. */
template <typename Row>
const Row& best_row(std::span<const Row> rows, uint64_t features) noexcept {
    for (const auto& row : rows) {
        if ((row.needs & ~features) == 0) {
            return row;
        }
    }
    return rows.back();
}

/* The first row that may be used here. Throws as usable_features. */
template <typename Row>
const Row& best_row(std::span<const Row> rows) {
    return best_row(rows, usable_features());
}

}  // namespace p2ph
