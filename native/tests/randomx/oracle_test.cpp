#include <randomx.h>

#include <cstdlib>

#include "fp_environment.h"
#include "randomx/engine.h"
#include "randomx/interpreter_machines.h"
#include "vm_fixture.h"

namespace p2ph::randomx {

namespace {

/* P2PH_RANDOM_INPUTS in the environment asks for another number. */
size_t inputs_wanted() {
#if defined(__SANITIZE_ADDRESS__)
    constexpr size_t kInputs = 4;
#else
    constexpr size_t kInputs = 48;
#endif
    const auto* const wanted = std::getenv("P2PH_RANDOM_INPUTS");
    return wanted ? std::strtoull(wanted, nullptr, 10) : kInputs;
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

struct Library {
    Library() : flags(randomx_get_flags()), cache(randomx_alloc_cache(flags)) {
        randomx_init_cache(cache, first_key().data(), first_key().size());
        vm = randomx_create_vm(flags, cache, nullptr);
    }
    ~Library() {
        randomx_destroy_vm(vm);
        randomx_release_cache(cache);
    }
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;

    randomx_flags flags;
    randomx_cache* cache;
    randomx_vm* vm;
};

}  // namespace

/* The library that Debian ships against ours: all inputs by what the engine
 * chooses here, every sixth one by the interpreter too. */
TEST(RandomXOracle, RandomInputs_AgreeWithLibrandomx) {
    const FpEnvironment kept;
    const Library library;
    ASSERT_NE(nullptr, library.vm);
    const auto data = make_v1({first_key(), 0, true});
    data->finish();
    const auto ours = data->make_hasher(true);
    InterpreterMachines interpreter(Version::v1, nullptr, 0, first_cache().memory.data(), first_cache().programs, 1, true);
    for (uint64_t seed = 0; seed < inputs_wanted(); seed++) {
        const auto input = random_input(seed);
        Hash expected;
        const uint8_t none = 0; /* the library wants a pointer even for nothing */
        randomx_calculate_hash(library.vm, input.empty() ? &none : input.data(), input.size(), expected.data());
        Hash hash;
        ours->hash_many(input.data(), input.size(), 1, hash.data());
        ASSERT_EQ(hex(expected), hex(hash)) << hex(input);
        if (seed % 6 == 0) {
            interpreter.begin(0, input);
            ASSERT_TRUE(interpreter.run(1, nullptr));
            interpreter.finish(0, hash.data());
            ASSERT_EQ(hex(expected), hex(hash)) << hex(input);
        }
    }
}

/* v2 has no library to compare with: compiled code against the interpreter. */
TEST(RandomXOracle, RandomInputsV2_CompiledAgreesWithInterpreted) {
    const FpEnvironment kept;
    const auto data = make_v2({first_key(), 0, true});
    data->finish();
    const auto ours = data->make_hasher(true);
    InterpreterMachines interpreter(Version::v2, nullptr, 0, first_cache().memory.data(), first_cache().programs, 1, true);
    for (uint64_t seed = 0; seed < inputs_wanted() / 6; seed++) {
        const auto input = random_input(seed);
        Hash hash;
        ours->hash_many(input.data(), input.size(), 1, hash.data());
        interpreter.begin(0, input);
        ASSERT_TRUE(interpreter.run(1, nullptr));
        Hash expected;
        interpreter.finish(0, expected.data());
        ASSERT_EQ(hex(expected), hex(hash)) << hex(input);
    }
}

}  // namespace p2ph::randomx
