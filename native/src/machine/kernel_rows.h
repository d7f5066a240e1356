#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "p2ph.h"

namespace p2ph {

/* P2PH_CPU_* of this machine. */
uint64_t cpu_features() noexcept;

/* What may be used of these features. forced: empty for all of them, or what P2PH_FORCE_KERNEL says: "avx512", "avx2", "aesni" or
 * "portable", which stand for all that processors of that age have. Throws Unsupported for another name and for one that the features do
 * not suffice for. */
uint64_t usable_features(uint64_t features, std::string_view forced);

/* For this machine and its environment. */
uint64_t usable_features();

/* P2PH_FORCE_KERNEL is "portable": nothing is compiled for this processor, not even for what all of its kind can do. */
bool portable_is_forced() noexcept;

/* The first row that may be used; rows lie best first, and the last one needs nothing. Throws as usable_features. */
template <typename Row>
const Row& best_row(std::span<const Row> rows) {
    const auto features = usable_features();
    for (const auto& row : rows) {
        if ((row.needs & ~features) == 0) {
            return row;
        }
    }
    return rows.back();
}

}  // namespace p2ph
