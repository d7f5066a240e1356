#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "options.h"

namespace p2ph::bench {

/* The key that everything is measured with. */
std::span<const uint8_t> bench_key();
/* Others, a different one for each number in a row. */
std::vector<uint8_t> other_key(size_t number);

/* Our engine against librandomx, as a miner would run them here: one table. Throws std::bad_alloc and std::runtime_error. */
void versus(const Options& options, bool huge_pages);

/* The same work by each row of kernels that this processor has; with huge pages. Throws as versus. */
void rows(const Options& options);

}  // namespace p2ph::bench
