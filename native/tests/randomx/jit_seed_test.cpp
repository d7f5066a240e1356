#include "randomx/jit_seed.h"

#include <sys/mman.h>
#include <xmmintrin.h>

#include "machine/kernel_rows.h"
#include "pattern_memory.h"
#include "randomx/dataset_item.h"
#include "randomx/interpreter_machines.h"
#include "vm_fixture.h"

namespace p2ph::randomx {

namespace {

struct KnownHash {
    std::vector<uint8_t> input;
    std::string hash;
};

/* Those of the first key. */
std::vector<KnownHash> known_hashes(Version version) {
    std::vector<KnownHash> known;
    const auto& lists = vectors();
    for (const auto* list :
         {&lists["official"][version == Version::v1 ? "v1" : "v2"], &lists[version == Version::v1 ? "new_v1" : "new_v2"]}) {
        for (const auto& vector : *list) {
            const auto key = bytes_of(vector["key"]);
            if (std::equal(key.begin(), key.end(), first_key().begin(), first_key().end())) {
                known.push_back({bytes_of(vector["input"]), vector["hash"]});
            }
        }
    }
    return known;
}

void expect_known_hashes(Version version, Machines& machines, size_t together) {
    const auto caller = _mm_getcsr();
    const auto known = known_hashes(version);
    ASSERT_GE(known.size(), 3u);
    for (size_t first = 0; first < known.size(); first += together) {
        const auto active = std::min(together, known.size() - first);
        for (size_t i = 0; i < active; i++) {
            machines.begin(i, known[first + i].input);
        }
        ASSERT_TRUE(machines.run(active, nullptr));
        for (size_t i = 0; i < active; i++) {
            Hash hash;
            machines.finish(i, hash.data());
            EXPECT_EQ(known[first + i].hash, hex(hash)) << "v" << int(version) << " input " << hex(known[first + i].input);
        }
    }
    _mm_setcsr(caller);
}

}  // namespace

TEST(JitSeed, EveryRow_Light_KnownHashes) {
    for (const auto& row : item_rows()) {
        if ((row.needs & ~cpu_features()) != 0) {
            continue;
        }
        SCOPED_TRACE(row.isa);
        const JitSeed seed(first_cache().programs, row);
        for (const auto version : {Version::v1, Version::v2}) {
            if (jit_can_run(version)) {
                const auto machines = seed.make_light(version, first_cache().memory.data(), false);
                expect_known_hashes(version, *machines, machines->machines());
            }
        }
    }
}

TEST(JitSeed, OneMachine_KnownHashes_FinishedAndBegun) {
    const JitSeed seed(first_cache().programs);
    const auto machines = seed.make_light(Version::v1, first_cache().memory.data(), false, 1);
    const auto caller = _mm_getcsr();
    const auto known = known_hashes(Version::v1);
    machines->begin(0, known[0].input);
    for (size_t i = 0; i < 2; i++) {
        ASSERT_TRUE(machines->run(1, nullptr));
        Hash hash;
        machines->finish_and_begin(0, hash.data(), known[i + 1].input);
        EXPECT_EQ(known[i].hash, hex(hash));
    }
    _mm_setcsr(caller);
}

TEST(JitSeed, PartOfTheDataset_KnownHashes) {
    constexpr uint64_t kResident = kDatasetItems / 40;
    constexpr int kFlags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    const auto bytes = kResident * kItemBytes;
    auto* const dataset = static_cast<uint8_t*>(mmap(nullptr, bytes, PROT_READ | PROT_WRITE, kFlags, -1, 0));
    ASSERT_NE(MAP_FAILED, static_cast<void*>(dataset));
    const JitSeed seed(first_cache().programs);
    seed.compute_dataset(first_cache().memory.data(), 0, kResident, dataset);
    for (const auto version : {Version::v1, Version::v2}) {
        for (const auto& [machines, batch] : {std::pair<size_t, size_t>{3, 18}, {12, 9}, {0, 0}}) {
            if (jit_can_run(version)) {
                const auto made = seed.make_partial(version, first_cache().memory.data(), dataset, kResident, false, machines, batch);
                expect_known_hashes(version, *made, made->machines());
            }
        }
    }
    munmap(dataset, bytes);
}

/* What the dataset holds does not matter as long as both read the same. Batches from one item to more than there is room for. */
TEST(JitSeed, AnyPartOfADataset_AsInterpreted) {
    static const PatternMemory dataset(kDatasetBytes);
    constexpr size_t kHashes = 2;
    const auto& cache = first_cache();
    const JitSeed seed(cache.programs);
    const auto caller = _mm_getcsr();
    const auto hashes_of = [](Machines& machines) {
        std::vector<std::string> hashes;
        for (uint8_t i = 0; i < kHashes; i++) {
            machines.begin(i, std::span(&i, 1));
        }
        EXPECT_TRUE(machines.run(kHashes, nullptr));
        for (uint8_t i = 0; i < kHashes; i++) {
            Hash hash;
            machines.finish(i, hash.data());
            hashes.push_back(hex(hash));
        }
        return hashes;
    };
    for (const auto& [resident, batch] : {std::pair<uint64_t, size_t>{1, 18}, {kDatasetItems / 2 + 1, 0}, {kDatasetItems - 1, 1}}) {
        for (const auto version : {Version::v1, Version::v2}) {
            if (jit_can_run(version)) {
                const auto compiled = seed.make_partial(version, cache.memory.data(), dataset.data(), resident, false, 0, batch);
                InterpreterMachines interpreted(version, dataset.data(), resident, cache.memory.data(), cache.programs, kHashes, false);
                EXPECT_EQ(hashes_of(interpreted), hashes_of(*compiled)) << "v" << int(version) << ", " << resident << " items in memory";
            }
        }
    }
    _mm_setcsr(caller);
}

TEST(JitSeed, Cancelled_RunsNothing) {
    const JitSeed seed(first_cache().programs);
    const auto machines = seed.make_light(Version::v1, first_cache().memory.data(), false, 1);
    machines->begin(0, first_key());
    const int32_t cancel = 1;
    EXPECT_FALSE(machines->run(1, &cancel));
}

TEST(JitSeed, MoreMachinesThanThereIsRoomFor_AreRefused) {
    const JitSeed seed(first_cache().programs);
    const size_t most = P2PH_RX_MACHINES_MAX;
    EXPECT_EQ(most, seed.make_light(Version::v1, first_cache().memory.data(), false, most)->machines());
    EXPECT_THROW(seed.make_light(Version::v1, first_cache().memory.data(), false, most + 1), std::invalid_argument);
}

TEST(JitSeed, EveryRow_DatasetItems_AsComputedOneByOne) {
    for (const auto& row : item_rows()) {
        if ((row.needs & ~cpu_features()) != 0) {
            continue;
        }
        const JitSeed seed(first_cache().programs, row);
        for (const auto& [first, count] : {std::pair<uint64_t, uint64_t>{0, 1}, {12345, 700}, {kDatasetItems - 3, 3}}) {
            std::vector<uint64_t> items(8 * count + 2, 0x5555);
            auto* const aligned = items.data() + (reinterpret_cast<uintptr_t>(items.data()) % 16 != 0);
            seed.compute_dataset(first_cache().memory.data(), first, count, reinterpret_cast<uint8_t*>(aligned));
            for (uint64_t i = 0; i < count; i++) {
                uint64_t expected[8];
                compute_item(first_cache().memory.data(), first_cache().programs, first + i, expected);
                ASSERT_EQ(0, std::memcmp(expected, aligned + 8 * i, 64)) << row.isa << " item " << first + i;
            }
            EXPECT_EQ(0x5555u, aligned[8 * count]) << "written past the end";
        }
    }
}

}  // namespace p2ph::randomx
