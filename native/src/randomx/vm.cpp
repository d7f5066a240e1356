#include "vm.h"

#include <cstring>

#include "blake2b.h"

namespace p2ph::randomx {

namespace {

std::span<const uint8_t> bytes_of(const RegisterFile& registers) noexcept {
    return {reinterpret_cast<const uint8_t*>(&registers), sizeof registers};
}

}  // namespace

void Vm::begin(std::span<const uint8_t> input) noexcept {
    hash512(input, generator);
    aes->fill_1r(generator, scratchpad, kScratchpadBytes);
    fprc = 0;
}

void Vm::load_program() noexcept {
    uint8_t state[kSeedBytes]; /* it ends here: the next program has a seed of its own */
    std::memcpy(state, generator, sizeof state);
    aes->fill_4r(state, reinterpret_cast<uint8_t*>(&program), program_bytes(version));
}

void Vm::after_program() noexcept { hash512(bytes_of(registers), generator); }

void Vm::finish(uint8_t* hash) noexcept {
    aes->hash_1r(scratchpad, kScratchpadBytes, reinterpret_cast<uint8_t*>(registers.a));
    hash256(bytes_of(registers), hash);
}

void Vm::finish_and_begin(std::span<const uint8_t> next_input, uint8_t* hash) noexcept {
    hash512(next_input, generator);
    aes->hash_and_fill_1r(scratchpad, kScratchpadBytes, reinterpret_cast<uint8_t*>(registers.a), generator);
    hash256(bytes_of(registers), hash);
    fprc = 0;
}

void run_program(std::span<Vm* const> machines, ProgramRunner& runner, int index) {
    for (auto* vm : machines) {
        if (index > 0) {
            vm->after_program();
        }
        vm->load_program();
    }
    runner.run(machines);
}

void run_programs(std::span<Vm* const> machines, ProgramRunner& runner) {
    for (int i = 0; i < kProgramsPerHash; i++) {
        run_program(machines, runner, i);
    }
}

}  // namespace p2ph::randomx
