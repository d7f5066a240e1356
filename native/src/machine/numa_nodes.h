#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace p2ph {

/* The NUMA nodes of a machine: those with memory and with CPUs that this process may use, counted from 0. One where the library was built
 * without hwloc, or where that cannot tell. Any thread may call. */
class NumaNodes {
   public:
    /* This machine. */
    NumaNodes();
    /* What hwloc describes in its own words for a machine, such as "node:2 core:1 pu:1", taken for this one: threads are bound to those of
     * its CPUs that there are. system  where its nodes tell of their memory, as in /sys/devices/system/node. */
    NumaNodes(const char* synthetic, std::string system);
    ~NumaNodes();
    NumaNodes(const NumaNodes&) = delete;
    NumaNodes& operator=(const NumaNodes&) = delete;

    /* This machine's, found out once. */
    static const NumaNodes& machine();

    uint32_t count() const noexcept;

    /* The node that thread number `index` belongs to when threads go round the nodes, to each at most as many as it has CPUs before it
     * begins anew. */
    uint32_t in_turn(uint32_t index) const noexcept;

    /* The node on whose CPUs the calling thread runs now; 0 where that cannot be told. */
    uint32_t current() const noexcept;

    /* Binds the calling thread to the CPUs of a node. False: the system refuses. */
    bool bind_thread(uint32_t node) const noexcept;

    /* What is not touched yet of the memory, which begins and ends with a page, will come from that node as far as it has some. False: the
     * system refuses, and it comes from near the thread that touches it. */
    bool prefer(uint32_t node, void* memory, uint64_t bytes) const noexcept;

    /* False: the system says that the node has less memory free than that and a margin. */
    bool has_room(uint32_t node, uint64_t bytes) const;

   private:
    struct Found;
    std::unique_ptr<const Found> found_;
};

}  // namespace p2ph
