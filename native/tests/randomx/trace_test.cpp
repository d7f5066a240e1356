#include "vm_fixture.h"

/* Every intermediate state of four hashes: the first difference names the step that went wrong. */
namespace p2ph::randomx {

TEST(RandomXTrace, Interpreter_EveryStep_KnownAnswers) {
    const auto& cache = first_cache();
    const CacheItems items(cache.memory.data(), cache.programs);
    Interpreter interpreter(items);
    const auto pad = std::make_unique<Scratchpad>();
    for (const auto& trace : vectors()["intermediate"]["trace"]) {
        ASSERT_EQ("test key 000", trace["key_ascii"]);
        const auto input = trace["input_ascii"].get<std::string>();
        Vm vm(trace["version"] == 1 ? Version::v1 : Version::v2, pad->bytes);
        SCOPED_TRACE("version " + trace["version"].dump() + " of " + input);
        std::array<uint8_t, 64> seed;
        hash512(text(input), seed.data());
        ASSERT_EQ(trace["seed"], hex(seed));

        vm.begin(text(input));
        const auto& filled = trace["scratchpad_after_fill"];
        ASSERT_EQ(filled["first64"], hex(pad->span().first(64)));
        ASSERT_EQ(filled["last64"], hex(pad->span().last(64)));
        ASSERT_EQ(filled["blake2b256"], digest_of(pad->span()));
        ASSERT_EQ(trace["generator_state_after_fill"], hex(vm.generator));

        for (const auto& step : trace["programs"]) {
            SCOPED_TRACE("program " + step["index"].dump());
            if (step["index"] != 0) {
                vm.after_program();
            }
            ASSERT_EQ(step["program_seed"], hex(vm.generator));
            vm.load_program();
            const auto program = raw(vm.program).first(program_bytes(vm.version));
            ASSERT_EQ(step["config_128"], hex(program.first(128)));
            ASSERT_EQ(step["first_8_instructions"], hex(program.subspan(128, 64)));
            ASSERT_EQ(step["program_blake2b256"], digest_of(program));
            interpreter.run(std::array{&vm});
            ASSERT_EQ(step["register_file_256"], hex(raw(vm.registers)));
            ASSERT_EQ(step["fprc_after"], vm.fprc);
            ASSERT_EQ(step["scratchpad_blake2b256"], digest_of(pad->span()));
        }

        Hash hash;
        vm.finish(hash.data());
        EXPECT_EQ(trace["aeshash_of_scratchpad"], hex(raw(vm.registers.a)));
        EXPECT_EQ(trace["hash"], hex(hash));
    }
}

}  // namespace p2ph::randomx
