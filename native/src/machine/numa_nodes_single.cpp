/* Built without hwloc: one node, which is the machine. */
#include "machine/numa_nodes.h"

namespace p2ph {

struct NumaNodes::Found {};

NumaNodes::NumaNodes() = default;
NumaNodes::NumaNodes(const char*, std::string) {}
NumaNodes::~NumaNodes() = default;

const NumaNodes& NumaNodes::machine() {
    static const NumaNodes nodes;
    return nodes;
}

uint32_t NumaNodes::count() const noexcept { return 1; }
uint32_t NumaNodes::in_turn(uint32_t) const noexcept { return 0; }
uint32_t NumaNodes::current() const noexcept { return 0; }
bool NumaNodes::bind_thread(uint32_t) const noexcept { return false; }
bool NumaNodes::prefer(uint32_t, void*, uint64_t) const noexcept { return false; }
bool NumaNodes::has_room(uint32_t, uint64_t) const { return true; }

}  // namespace p2ph
