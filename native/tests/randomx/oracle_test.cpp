#include <randomx.h>

#include "vm_fixture.h"

namespace p2ph::randomx {

/* The library that Debian ships against ours, on inputs nobody chose. */
TEST(RandomXOracle, Interpreter_RandomInputs_AgreesWithLibrandomx) {
#if defined(__SANITIZE_ADDRESS__)
    constexpr size_t kInputs = 2;
#else
    constexpr size_t kInputs = 24;
#endif
    std::vector<uint8_t> noise(64 * kInputs);
    uint8_t state[64] = {42};
    kAesPortable.fill_4r(state, noise.data(), noise.size());
    std::vector<std::vector<uint8_t>> inputs;
    for (size_t i = 0; i < kInputs; i++) {
        const auto bytes = 1 + noise[i] * 3 % (noise.size() - i);
        inputs.emplace_back(noise.begin() + static_cast<std::ptrdiff_t>(i), noise.begin() + static_cast<std::ptrdiff_t>(i + bytes));
    }

    const auto& ours = first_cache();
    const CacheItems items(ours.memory.data(), ours.programs);
    Interpreter interpreter(items, inputs.size());
    const auto hashes = hashes_with(interpreter, Version::v1, inputs);

    const auto flags = randomx_get_flags();
    auto* cache = randomx_alloc_cache(flags);
    ASSERT_NE(nullptr, cache);
    randomx_init_cache(cache, first_key().data(), first_key().size());
    auto* vm = randomx_create_vm(flags, cache, nullptr);
    ASSERT_NE(nullptr, vm);
    for (size_t i = 0; i < inputs.size(); i++) {
        Hash expected;
        randomx_calculate_hash(vm, inputs[i].data(), inputs[i].size(), expected.data());
        EXPECT_EQ(hex(expected), hex(hashes[i])) << hex(inputs[i]);
    }
    randomx_destroy_vm(vm);
    randomx_release_cache(cache);
}

}  // namespace p2ph::randomx
