#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace p2ph {

constexpr char kNumaFolder[] = "/sys/devices/system/node";

/* What a NUMA node of Linux could give now: free pages, those that hold files which were not used lately, and reserved huge pages of both
 * sizes. Null where it does not say. os_index  the system's own number of the node. root      where the nodes lie; another in tests. */
std::optional<uint64_t> numa_free_bytes(uint32_t os_index, const std::string& root = kNumaFolder);

}  // namespace p2ph
