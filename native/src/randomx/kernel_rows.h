#pragma once

#include <cstdint>
#include <span>

#include "p2ph.h"

namespace p2ph::randomx {

inline uint64_t cpu_features() noexcept {
    p2ph_cpu cpu{};
    (void)p2ph_cpu_info(&cpu);
    return cpu.features;
}

/* The first row this machine can run; rows lie best first, and the last one needs nothing. */
template <typename Row>
const Row& best_row(std::span<const Row> rows) noexcept {
    const auto features = cpu_features();
    for (const auto& row : rows) {
        if ((row.needs & ~features) == 0) {
            return row;
        }
    }
    return rows.back();
}

}  // namespace p2ph::randomx
