#include <algorithm>
#include <cstdlib>
#include <mutex>

#include "librandomx.h"
#include "machine/fp_environment.h"
#include "randomx/blake2b.h"
#include "randomx/dataset_item.h"
#include "randomx/interpreter_machines.h"
#include "threads.h"
#include "vm_fixture.h"

#if defined(__x86_64__)
#include "randomx/jit_seed.h"
#endif

/* Hashes of random inputs by every engine there is. The short form takes seconds and goes by one key in light mode.
 * P2PH_RANDOM_INPUTS=20000 in the environment asks for the long one: so many inputs of v1 and a tenth of that of v2, over four keys, every
 * input by every engine, with a whole dataset and with part of it too; the interpreter then reads that dataset, or it would take hours.
 * librandomx makes its items itself. */
namespace p2ph::randomx {

namespace {

struct Extent {
    size_t keys;
    size_t inputs; /* of each key, v1 */
    bool dataset;
    size_t interpreted; /* every so many-th input */
};

Extent extent() {
    if (const auto* const wanted = std::getenv("P2PH_RANDOM_INPUTS")) {
        constexpr size_t kKeys = 4;
        return {kKeys, (std::strtoull(wanted, nullptr, 10) + kKeys - 1) / kKeys, true, 1};
    }
#if defined(__SANITIZE_ADDRESS__)
    return {1, 4, false, 6};
#else
    return {1, 48, false, 6};
#endif
}

/* Bytes nobody chose, 0 to 300 of them. */
std::vector<uint8_t> random_input(uint64_t seed) {
    uint8_t state[64] = {42};
    std::memcpy(state + 8, &seed, sizeof seed);
    uint8_t noise[320];
    kAesPortable.fill_4r(state, noise, sizeof noise);
    const auto bytes = (noise[310] | noise[311] << 8) % 301;
    return {noise, noise + bytes};
}

/* Key 0 is that of the known answers; others are 1 to 60 bytes that nobody chose. */
std::vector<uint8_t> key_of(size_t k) {
    if (k == 0) {
        return {first_key().begin(), first_key().end()};
    }
    auto key = random_input(1'000'000 + k);
    key.resize(1 + key.size() % P2PH_SEED_BYTES_MAX);
    return key;
}

/* What the machines of all threads share for one key. */
struct Shared {
    const TestCache& cache;
#if defined(__x86_64__)
    JitSeed jit{cache.programs};
#endif
    HugeMemory dataset{};

    void make_dataset() {
        dataset = HugeMemory(kDatasetBytes, true);
        in_threads([this](size_t thread, size_t threads) {
            const auto first = kDatasetItems * thread / threads;
            const auto count = kDatasetItems * (thread + 1) / threads - first;
            auto* const items = dataset.data() + first * kItemBytes;
#if defined(__x86_64__)
            jit.compute_dataset(cache.memory.data(), first, count, items);
#else
            compute_span(cache.memory.data(), cache.programs, first, count, reinterpret_cast<Item*>(items));
#endif
        });
    }
};

struct Engine {
    const char* name;
    std::unique_ptr<Machines> machines;
    size_t every; /* so many-th input; 1: all */
};

/* For one thread. */
std::vector<Engine> make_engines(Version version, const Shared& shared, size_t interpreted) {
    std::vector<Engine> engines;
    const auto* const cache = shared.cache.memory.data();
    const auto* const dataset = shared.dataset.data();
    const auto add = [&](const char* name, std::unique_ptr<Machines> machines, size_t every = 1) {
        engines.push_back({name, std::move(machines), every});
    };
    add("interpreter",
        std::make_unique<InterpreterMachines>(version, dataset, dataset ? kDatasetItems : 0, cache, shared.cache.programs, 1, true),
        interpreted);
#if defined(__x86_64__)
    if (jit_can_run(version)) {
        add("compiled, light", shared.jit.make_light(version, cache, true));
        if (dataset) {
            add("compiled, fast", make_jit_fast(version, dataset, true));
            add("compiled, half of the dataset", shared.jit.make_partial(version, cache, dataset, kDatasetItems / 2, true));
        }
    }
#endif
    return engines;
}

/* Inputs first, first + step, ... of `count` in all, by one thread; the engines must agree with each other, and in v1 with the library. */
void compare(Version version, const Shared& shared, std::span<const std::vector<uint8_t>> inputs, size_t interpreted,
             oracle::Librandomx::Machine* library) {
    const FpEnvironment kept;
    const auto engines = make_engines(version, shared, interpreted);
    std::vector<Hash> expected(inputs.size());
    std::vector<const char*> told(inputs.size(), nullptr); /* by whom */
    for (size_t i = 0; library && i < inputs.size(); i++) {
        library->hash(inputs[i], expected[i].data());
        told[i] = "librandomx";
    }
    for (const auto& engine : engines) {
        std::vector<size_t> mine;
        for (size_t i = 0; i < inputs.size(); i += engine.every) {
            mine.push_back(i);
        }
        for (size_t first = 0; first < mine.size(); first += engine.machines->machines()) {
            const auto active = std::min(engine.machines->machines(), mine.size() - first);
            for (size_t i = 0; i < active; i++) {
                engine.machines->begin(i, inputs[mine[first + i]]);
            }
            ASSERT_TRUE(engine.machines->run(active, nullptr));
            for (size_t i = 0; i < active; i++) {
                const auto at = mine[first + i];
                Hash hash;
                engine.machines->finish(i, hash.data());
                if (!told[at]) {
                    expected[at] = hash;
                    told[at] = engine.name;
                }
                ASSERT_EQ(hex(expected[at]), hex(hash)) << told[at] << " and " << engine.name << " of " << hex(inputs[at]);
            }
        }
    }
}

void compare_all(Version version) {
    const auto asked = extent();
    const auto inputs_of_key = version == Version::v1 ? asked.inputs : std::max<size_t>(1, asked.inputs / 10);
    for (size_t k = 0; k < asked.keys; k++) {
        const auto key = key_of(k);
        const auto own = k == 0 ? nullptr : std::make_unique<TestCache>(key);
        Shared shared{own ? *own : first_cache()};
        if (asked.dataset) {
            shared.make_dataset();
        }
        std::unique_ptr<oracle::Librandomx> library;
        if (version == Version::v1) {
            library = std::make_unique<oracle::Librandomx>(key, false, true);
        }
        std::mutex making;
        in_threads([&, k](size_t thread, size_t threads) {
            std::vector<std::vector<uint8_t>> inputs;
            for (auto i = thread; i < inputs_of_key; i += threads) {
                inputs.push_back(random_input(k * inputs_of_key + i));
            }
            oracle::Librandomx::Machine machine;
            if (library) {
                const std::lock_guard one_by_one(making);
                machine = library->make_machine();
            }
            compare(version, shared, inputs, asked.interpreted, library ? &machine : nullptr);
        });
        if (testing::Test::HasFailure()) {
            return;
        }
        if (asked.dataset) { /* takes minutes */
            std::printf("v%d, key %zu of %zu: %zu inputs agree\n", static_cast<int>(version), k + 1, asked.keys, inputs_of_key);
            std::fflush(stdout);
        }
    }
}

}  // namespace

TEST(RandomXOracle, RandomInputs_AllEnginesAgreeWithLibrandomx) { compare_all(Version::v1); }

/* v2 has no library to compare with. */
TEST(RandomXOracle, RandomInputsV2_AllEnginesAgree) { compare_all(Version::v2); }

}  // namespace p2ph::randomx
