#pragma once

#include <optional>

#include "vm_fixture.h"

/* Programs out of random bytes, for everything that runs programs: same machine before, same machine after. */
namespace p2ph::randomx {

/* Sets program, scratchpad and rounding mode, the same for the same seed. Of four seeds one takes all its opcodes from a set of eight, so
 * that rare instructions come in crowds: jumps over jumps, a rounding mode for each operation, stores on stores. */
inline void fuzz(Vm& vm, uint64_t seed) {
    uint8_t state[64] = {};
    std::memcpy(state, &seed, sizeof seed);
    kAesPortable.fill_4r(state, reinterpret_cast<uint8_t*>(&vm.program), sizeof vm.program);
    kAesPortable.fill_1r(state, vm.scratchpad, kScratchpadBytes);
    if (seed % 4 == 3) {
        for (auto& instruction : vm.program.code) {
            instruction.opcode = state[instruction.opcode % 8];
        }
    }
    vm.fprc = state[63] % 4;
}

/* Registers, rounding mode and scratchpad. */
inline std::string digest_of(const Vm& vm) {
    Blake2b hash(32);
    hash.update(&vm.registers, sizeof vm.registers);
    hash.update(&vm.fprc, sizeof vm.fprc);
    hash.update(vm.scratchpad, kScratchpadBytes);
    Hash digest;
    hash.finish(digest.data());
    return hex(digest);
}

/* The machines of seeds first, first + 1, ... run together by one runner, as digests. only: the opcode of all instructions. */
inline std::vector<std::string> fuzz_with(ProgramRunner& runner, Version version, uint64_t first_seed, size_t count,
                                          const AesRow& aes = best_aes_row(), std::optional<uint8_t> only = {}) {
    std::vector<std::unique_ptr<Scratchpad>> pads;
    std::vector<std::unique_ptr<Vm>> machines;
    std::vector<Vm*> pointers;
    for (size_t i = 0; i < count; i++) {
        pads.push_back(std::make_unique<Scratchpad>());
        machines.push_back(std::make_unique<Vm>(version, pads.back()->bytes, aes));
        fuzz(*machines.back(), first_seed + i);
        if (only) {
            for (auto& instruction : machines.back()->program.code) {
                instruction.opcode = *only;
            }
        }
        pointers.push_back(machines.back().get());
    }
    runner.run(pointers);
    std::vector<std::string> digests;
    for (const auto& vm : machines) {
        digests.push_back(digest_of(*vm));
    }
    return digests;
}

}  // namespace p2ph::randomx
