#include <cstdlib>
#include <map>
#include <thread>

#include "vm_fixture.h"

namespace p2ph::randomx {

namespace {

struct Case {
    Version version;
    std::vector<uint8_t> input;
    std::string hash;
};

/* All whole hashes of the vectors by key: official and new ones, both versions. */
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

/* How many of a key and version are hashed. All of them take the better part of a minute: P2PH_ALL_VECTORS=1 in the environment asks for
 * that. */
size_t cases_wanted() {
#if defined(__SANITIZE_ADDRESS__)
    constexpr size_t kSome = 1;
#else
    constexpr size_t kSome = 2;
#endif
    return std::getenv("P2PH_ALL_VECTORS") ? SIZE_MAX : kSome;
}

/* All of one version at once, so that one walk over the programs computes the items of all. */
void expect_hashes(const TestCache& cache, const std::vector<Case>& cases, Version version) {
    std::vector<std::vector<uint8_t>> inputs;
    std::vector<std::string> expected;
    for (const auto& c : cases) {
        if (c.version == version && inputs.size() < cases_wanted()) {
            inputs.push_back(c.input);
            expected.push_back(c.hash);
        }
    }
    const CacheItems items(cache.memory.data(), cache.programs);
    Interpreter interpreter(items, inputs.size());
    const auto hashes = hashes_with(interpreter, version, inputs);
    for (size_t i = 0; i < inputs.size(); i++) {
        EXPECT_EQ(expected[i], hex(hashes[i])) << "v" << static_cast<int>(version) << " of " << hex(inputs[i]);
    }
}

}  // namespace

TEST(RandomXHash, Interpreter_KnownAnswers) {
    size_t keys = 0;
    for (const auto& [key, cases] : cases_by_key()) {
        SCOPED_TRACE("key " + hex(key));
        const TestCache cache(key);
        std::thread other([&] { expect_hashes(cache, cases, Version::v2); });
        expect_hashes(cache, cases, Version::v1);
        other.join();
        keys++;
#if defined(__SANITIZE_ADDRESS__)
        break; /* a cache takes seconds here */
#endif
    }
    EXPECT_GT(keys, 0u);
}

}  // namespace p2ph::randomx
