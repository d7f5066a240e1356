#include <hwloc.h>

#include <algorithm>
#include <type_traits>
#include <utility>
#include <vector>

#include "machine/numa_memory.h"
#include "machine/numa_nodes.h"

namespace p2ph {

namespace {

/* Left free on each node. */
constexpr uint64_t kMarginBytes = 256ull << 20;

struct FreeSet {
    void operator()(hwloc_bitmap_t set) const { hwloc_bitmap_free(set); }
};
using Set = std::unique_ptr<std::remove_pointer_t<hwloc_bitmap_t>, FreeSet>;

struct Destroy {
    void operator()(hwloc_topology_t topology) const { hwloc_topology_destroy(topology); }
};
using Topology = std::unique_ptr<std::remove_pointer_t<hwloc_topology_t>, Destroy>;

Topology load(const char* synthetic) {
    hwloc_topology_t raw = nullptr;
    if (hwloc_topology_init(&raw) != 0) {
        return nullptr;
    }
    Topology topology(raw);
    if (synthetic &&
        (hwloc_topology_set_synthetic(raw, synthetic) != 0 || hwloc_topology_set_flags(raw, HWLOC_TOPOLOGY_FLAG_IS_THISSYSTEM) != 0)) {
        return nullptr;
    }
    return hwloc_topology_load(raw) == 0 ? std::move(topology) : nullptr;
}

/* Those with CPUs of their own: memory of another kind on the same CPUs is a node too for the system. */
std::vector<hwloc_obj_t> nodes_of(hwloc_topology_t topology) {
    std::vector<hwloc_obj_t> nodes;
    for (hwloc_obj_t node = nullptr; (node = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_NUMANODE, node)) != nullptr;) {
        const auto shares = [=](hwloc_obj_t other) { return hwloc_bitmap_intersects(node->cpuset, other->cpuset) != 0; };
        if (!hwloc_bitmap_iszero(node->cpuset) && std::none_of(nodes.begin(), nodes.end(), shares)) {
            nodes.push_back(node);
        }
    }
    return nodes;
}

/* Round by round, each node as long as it has CPUs left. */
std::vector<uint32_t> turns_of(const std::vector<hwloc_obj_t>& nodes) {
    std::vector<uint32_t> turns;
    for (int round = 0, added = 1; added != 0; round++) {
        added = 0;
        for (uint32_t i = 0; i < nodes.size(); i++) {
            if (round < hwloc_bitmap_weight(nodes[i]->cpuset)) {
                turns.push_back(i);
                added++;
            }
        }
    }
    return turns;
}

}  // namespace

struct NumaNodes::Found {
    Topology topology;
    std::vector<hwloc_obj_t> nodes; /* of the topology */
    std::vector<uint32_t> turns;
    std::string system;
};

NumaNodes::NumaNodes() : NumaNodes(nullptr, kNumaFolder) {}

NumaNodes::NumaNodes(const char* synthetic, std::string system) {
    auto topology = load(synthetic);
    auto nodes = topology ? nodes_of(topology.get()) : std::vector<hwloc_obj_t>();
    auto turns = turns_of(nodes);
    found_ = std::make_unique<const Found>(Found{std::move(topology), std::move(nodes), std::move(turns), std::move(system)});
}

NumaNodes::~NumaNodes() = default;

const NumaNodes& NumaNodes::machine() {
    /* Never destroyed: threads of the program may go on while it ends. */
    static const auto& nodes = *new NumaNodes();
    return nodes;
}

uint32_t NumaNodes::count() const noexcept { return std::max<uint32_t>(1, static_cast<uint32_t>(found_->nodes.size())); }

uint32_t NumaNodes::in_turn(uint32_t index) const noexcept {
    const auto& turns = found_->turns;
    return turns.empty() ? 0 : turns[index % turns.size()];
}

uint32_t NumaNodes::current() const noexcept {
    const Set cpu(hwloc_bitmap_alloc());
    if (count() == 1 || !cpu || hwloc_get_last_cpu_location(found_->topology.get(), cpu.get(), HWLOC_CPUBIND_THREAD) != 0) {
        return 0;
    }
    const auto is_here = [&](hwloc_obj_t node) { return hwloc_bitmap_intersects(node->cpuset, cpu.get()) != 0; };
    const auto here = std::find_if(found_->nodes.begin(), found_->nodes.end(), is_here);
    return here == found_->nodes.end() ? 0 : static_cast<uint32_t>(here - found_->nodes.begin());
}

bool NumaNodes::bind_thread(uint32_t node) const noexcept {
    return node < found_->nodes.size() && hwloc_set_cpubind(found_->topology.get(), found_->nodes[node]->cpuset, HWLOC_CPUBIND_THREAD) == 0;
}

/* Not strictly: a fault that finds no huge page left on the node would end the program. */
bool NumaNodes::prefer(uint32_t node, void* memory, uint64_t bytes) const noexcept {
    return node < found_->nodes.size() && hwloc_set_area_membind(found_->topology.get(), memory, bytes, found_->nodes[node]->nodeset,
                                                                 HWLOC_MEMBIND_BIND, HWLOC_MEMBIND_BYNODESET) == 0;
}

bool NumaNodes::has_room(uint32_t node, uint64_t bytes) const {
    const auto free = node < found_->nodes.size() ? numa_free_bytes(found_->nodes[node]->os_index, found_->system) : std::nullopt;
    return !free || *free >= bytes + kMarginBytes;
}

}  // namespace p2ph
