#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <map>
#include <thread>

#include "machine/fp_environment.h"
#include "randomx/interpreter_machines.h"
#include "vm_fixture.h"

#if defined(__x86_64__)
#include "randomx/jit_seed.h"
#endif

namespace p2ph::randomx {

namespace {

struct Case {
    Version version;
    std::vector<uint8_t> input;
    std::string hash;
};

/* All whole hashes of the vectors by key: official and new ones, both versions.
 */
std::map<std::vector<uint8_t>, std::vector<Case>> cases_by_key() {
    std::map<std::vector<uint8_t>, std::vector<Case>> cases;
    const auto add = [&](const nlohmann::json& list, Version version) {
        for (const auto& vector : list) {
            cases[bytes_of(vector["key"])].push_back({version, bytes_of(vector["input"]), vector["hash"]});
        }
    };
    add(vectors()["official"]["v1"], Version::v1);
    add(vectors()["official"]["v2"], Version::v2);
    add(vectors()["new_v1"], Version::v1);
    add(vectors()["new_v2"], Version::v2);
    return cases;
}

/* How many of a key and version the interpreter hashes, which is slow.
 * P2PH_ALL_VECTORS=1 in the environment asks for all. */
size_t interpreted_cases() { return std::getenv("P2PH_ALL_VECTORS") ? SIZE_MAX : 1; }

/* As many at once as there are machines. */
void expect_hashes(Machines& machines, const std::vector<Case>& cases, Version version, size_t cases_max) {
    std::vector<Case> of_version;
    std::copy_if(cases.begin(), cases.end(), std::back_inserter(of_version), [=](const Case& c) { return c.version == version; });
    of_version.resize(std::min(of_version.size(), cases_max));
    for (size_t first = 0; first < of_version.size(); first += machines.machines()) {
        const auto active = std::min(machines.machines(), of_version.size() - first);
        for (size_t i = 0; i < active; i++) {
            machines.begin(i, of_version[first + i].input);
        }
        const FpEnvironment kept;
        ASSERT_TRUE(machines.run(active, nullptr));
        for (size_t i = 0; i < active; i++) {
            Hash hash;
            machines.finish(i, hash.data());
            EXPECT_EQ(of_version[first + i].hash, hex(hash))
                << "v" << static_cast<int>(version) << " of " << hex(of_version[first + i].input);
        }
    }
}

void expect_hashes_of_all_engines(const TestCache& cache, const std::vector<Case>& cases, Version version) {
    InterpreterMachines interpreter(version, nullptr, 0, cache.memory.data(), cache.programs, 8, true);
    expect_hashes(interpreter, cases, version, interpreted_cases());
#if defined(__x86_64__)
    if (jit_can_run(version)) {
        const JitSeed compiled(cache.programs);
        expect_hashes(*compiled.make_light(version, cache.memory.data(), true), cases, version, SIZE_MAX);
    }
#endif
}

}  // namespace

TEST(RandomXHash, InterpretedAndCompiled_KnownAnswers) {
    size_t keys = 0;
    for (const auto& [key, cases] : cases_by_key()) {
        SCOPED_TRACE("key " + hex(key));
        const TestCache cache(key);
        std::thread other([&] { expect_hashes_of_all_engines(cache, cases, Version::v2); });
        expect_hashes_of_all_engines(cache, cases, Version::v1);
        other.join();
        keys++;
#if defined(__SANITIZE_ADDRESS__)
        break; /* a cache takes seconds here */
#endif
    }
    EXPECT_GT(keys, 0u);
}

}  // namespace p2ph::randomx
