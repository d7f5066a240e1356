#pragma once

#include <cstdint>
#include <vector>

namespace p2ph::oracle {

/* Half-open range of addresses. */
struct Mapping {
    uintptr_t first;
    uintptr_t end;
};

/* The writable memory of this process that is no file's, ascending; touching mappings are one. Throws std::runtime_error where /proc cannot
 * be read. */
std::vector<Mapping> anonymous_mappings();

/* What of `now` is not in `before`. */
std::vector<Mapping> new_mappings(const std::vector<Mapping>& before, const std::vector<Mapping>& now);

}  // namespace p2ph::oracle
