#include "machine/numa_nodes.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "machine/huge_memory.h"
#include "machine/numa_memory.h"

namespace p2ph {

namespace {

constexpr uint64_t kMiB = 1ull << 20;

/* What the system would tell of its nodes. */
class NodeFolder {
   public:
    NodeFolder() {
        auto path = (std::filesystem::temp_directory_path() / "p2ph-nodes-XXXXXX").string();
        if (!mkdtemp(path.data())) {
            throw std::runtime_error("no folder for a test");
        }
        root_ = path;
    }
    ~NodeFolder() { std::filesystem::remove_all(root_); }

    void add(uint32_t node, uint64_t free_mib, uint64_t inactive_mib = 0, uint64_t huge = 0, uint64_t giant = 0) const {
        const auto folder = root_ / ("node" + std::to_string(node));
        std::filesystem::create_directories(folder / "hugepages" / "hugepages-2048kB");
        std::filesystem::create_directories(folder / "hugepages" / "hugepages-1048576kB");
        const auto name = "Node " + std::to_string(node) + " ";
        std::ofstream(folder / "meminfo") << name << "MemTotal:       99999999 kB\n"
                                          << name << "MemFree:        " << free_mib * 1024 << " kB\n"
                                          << name << "Inactive:       77777777 kB\n"
                                          << name << "Inactive(file): " << inactive_mib * 1024 << " kB\n"
                                          << name << "HugePages_Free:     " << huge << "\n";
        std::ofstream(folder / "hugepages" / "hugepages-2048kB" / "free_hugepages") << huge << "\n";
        std::ofstream(folder / "hugepages" / "hugepages-1048576kB" / "free_hugepages") << giant << "\n";
    }

    std::string path() const { return root_.string(); }

   private:
    std::filesystem::path root_;
};

std::vector<uint32_t> turns(const NumaNodes& nodes, uint32_t count) {
    std::vector<uint32_t> turns;
    for (uint32_t i = 0; i < count; i++) {
        turns.push_back(nodes.in_turn(i));
    }
    return turns;
}

}  // namespace

TEST(NumaMemory, FreeBytes_AreFreeAndUnusedFilePagesAndHugePages) {
    const NodeFolder folder;
    folder.add(0, 100, 20, 3, 2);
    EXPECT_EQ(120 * kMiB + 6 * kMiB + 2048 * kMiB, numa_free_bytes(0, folder.path()));
    EXPECT_EQ(std::nullopt, numa_free_bytes(1, folder.path()));
}

TEST(NumaNodes, ThisMachine_HasTheNodeWeRunOn) {
    const auto& nodes = NumaNodes::machine();
    EXPECT_GE(nodes.count(), 1u);
    EXPECT_LT(nodes.current(), nodes.count());
    EXPECT_LT(nodes.in_turn(12345), nodes.count());
    EXPECT_FALSE(nodes.bind_thread(nodes.count()));
    EXPECT_TRUE(nodes.has_room(0, 0));
}

#if defined(P2PH_HWLOC)

TEST(NumaNodes, Synthetic_ThreadsGoRoundTheNodes) {
    const NodeFolder folder;
    EXPECT_EQ((std::vector<uint32_t>{0, 1, 0, 1, 0}), turns(NumaNodes("node:2 core:2 pu:1", folder.path()), 5));
    EXPECT_EQ((std::vector<uint32_t>{0, 1, 2, 0}), turns(NumaNodes("node:3 core:1 pu:1", folder.path()), 4));
    EXPECT_EQ((std::vector<uint32_t>{0, 0, 0}), turns(NumaNodes("node:1 core:4 pu:1", folder.path()), 3));
}

/* Two kinds of memory on the same CPUs are one place to hash at. */
TEST(NumaNodes, Synthetic_MemoryWithoutCpusOfItsOwn_IsNoNode) {
    const NodeFolder folder;
    EXPECT_EQ(2u, NumaNodes("pack:2 [numa] [numa] core:2 pu:1", folder.path()).count());
}

TEST(NumaNodes, Synthetic_Nonsense_IsOneNode) {
    const NodeFolder folder;
    const NumaNodes nodes("no such machine", folder.path());
    EXPECT_EQ(1u, nodes.count());
    EXPECT_EQ(0u, nodes.in_turn(3));
    EXPECT_EQ(0u, nodes.current());
    EXPECT_FALSE(nodes.bind_thread(0));
}

TEST(NumaNodes, HasRoom_GoesByWhatTheSystemSaysOfTheNode) {
    const NodeFolder folder;
    folder.add(0, 3000);
    folder.add(1, 100);
    const NumaNodes nodes("node:3 core:1 pu:1", folder.path());
    EXPECT_TRUE(nodes.has_room(0, 2080 * kMiB));
    EXPECT_FALSE(nodes.has_room(0, 2900 * kMiB)); /* a margin stays */
    EXPECT_FALSE(nodes.has_room(1, 2080 * kMiB));
    EXPECT_TRUE(nodes.has_room(2, 2080 * kMiB)); /* of which it says nothing */
}

TEST(NumaNodes, BindThread_SyntheticNode_BindsToItsCpus) {
    cpu_set_t allowed;
    ASSERT_EQ(0, sched_getaffinity(0, sizeof allowed, &allowed));
    if (!CPU_ISSET(0, &allowed) || !CPU_ISSET(1, &allowed)) {
        GTEST_SKIP() << "CPUs 0 and 1 are not ours";
    }
    const NodeFolder folder;
    const NumaNodes nodes("node:2 core:1 pu:1", folder.path());
    for (const uint32_t node : {0u, 1u}) {
        std::thread([&] {
            ASSERT_TRUE(nodes.bind_thread(node));
            cpu_set_t now;
            ASSERT_EQ(0, sched_getaffinity(0, sizeof now, &now));
            EXPECT_EQ(1, CPU_COUNT(&now));
            EXPECT_TRUE(CPU_ISSET(node, &now));
            EXPECT_EQ(node, nodes.current());
        }).join();
    }
}

/* The first node of any machine takes memory; of one that is not there it is refused, and the memory is as before. */
TEST(NumaNodes, Prefer_NodeThatIsMissing_LeavesTheMemoryUsable) {
    const NodeFolder folder;
    const NumaNodes nodes("node:64 core:1 pu:1", folder.path());
    HugeMemory memory(4 * kMiB, true);
    (void)nodes.prefer(63, memory.data(), memory.bytes());
    EXPECT_EQ(0, memory.data()[memory.bytes() - 1]);
    EXPECT_FALSE(nodes.prefer(64, memory.data(), memory.bytes()));
}

#endif

}  // namespace p2ph
