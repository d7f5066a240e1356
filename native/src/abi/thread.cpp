#include <sched.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstddef>
#include <memory>

#include "abi/guard.h"
#include "machine/numa_nodes.h"

p2ph_status p2ph_thread_set_low_priority(int32_t nice_value) {
    return p2ph::guarded([&] {
        if (nice_value < -20 || nice_value > 19) {
            return P2PH_E_ARGUMENT;
        }
        /* On Linux the nice value belongs to the thread, and who 0 is the calling one. A thread that was started nicer stays so: whoever did that
         * wants it, and without privileges the system refuses the way back. -1 is a nice value too. */
        errno = 0;
        const int present = getpriority(PRIO_PROCESS, 0);
        if (errno == 0 && present >= nice_value) {
            return P2PH_OK;
        }
        return setpriority(PRIO_PROCESS, 0, nice_value) == 0 ? P2PH_OK : P2PH_E_UNSUPPORTED;
    });
}

p2ph_status p2ph_thread_set_affinity(int32_t cpu) {
    return p2ph::guarded([&] {
        constexpr int kCpus = 8192; /* what the kernel can be built for */
        if (cpu < 0 || cpu >= kCpus) {
            return P2PH_E_ARGUMENT;
        }
        const auto bytes = CPU_ALLOC_SIZE(kCpus);
        const auto mask = std::make_unique<std::byte[]>(bytes);
        auto* const set = reinterpret_cast<cpu_set_t*>(mask.get());
        CPU_SET_S(static_cast<size_t>(cpu), bytes, set);
        return sched_setaffinity(0, bytes, set) == 0 ? P2PH_OK : P2PH_E_UNSUPPORTED;
    });
}

p2ph_status p2ph_numa_nodes(uint32_t* nodes) {
    return p2ph::guarded([&] {
        if (!nodes) {
            return P2PH_E_ARGUMENT;
        }
        *nodes = p2ph::NumaNodes::machine().count();
        return P2PH_OK;
    });
}

p2ph_status p2ph_thread_bind_node(uint32_t index) {
    return p2ph::guarded([&] {
        const auto& nodes = p2ph::NumaNodes::machine();
        return nodes.bind_thread(nodes.in_turn(index)) ? P2PH_OK : P2PH_E_UNSUPPORTED;
    });
}
