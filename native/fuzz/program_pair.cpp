#include "program_pair.h"

#include <algorithm>
#include <cstring>

#include "compiled_programs.h"
#include "machine/fp_environment.h"
#include "pattern_memory.h"
#include "randomx/interpreter.h"

namespace p2ph::randomx {

namespace {

constexpr size_t kHeaderBytes = 9;
constexpr size_t kRotation = 37; /* has no divisor in common with the lengths of programs */

}  // namespace

struct ProgramPair::Runners {
    PatternMemory dataset{kDatasetBytes};
    FullItems items{dataset.data()};
    Interpreter interpreter{items, kMachinesMax};
    Rounding code = rounding_can_be_code() ? Rounding::code : Rounding::mxcsr;
    CompiledPrograms compiled[2][2][2] = {
        {{{Version::v1, dataset.data(), kMachinesMax, Rounding::mxcsr}, {Version::v1, items, kMachinesMax, Rounding::mxcsr}},
         {{Version::v2, dataset.data(), kMachinesMax, Rounding::mxcsr}, {Version::v2, items, kMachinesMax, Rounding::mxcsr}}},
        {{{Version::v1, dataset.data(), kMachinesMax, code}, {Version::v1, items, kMachinesMax, code}},
         {{Version::v2, dataset.data(), kMachinesMax, code}, {Version::v2, items, kMachinesMax, code}}},
    };
};

ProgramPair::ProgramPair() : memory_(2 * kMachinesMax * kScratchpadBytes, true), runners_(std::make_unique<Runners>()) {
    for (size_t i = 0; i < kMachinesMax; i++) {
        interpreted_.emplace_back(Version::v1, memory_.data() + 2 * i * kScratchpadBytes);
        compiled_.emplace_back(Version::v1, memory_.data() + (2 * i + 1) * kScratchpadBytes);
    }
}

ProgramPair::~ProgramPair() = default;

const char* ProgramPair::differ(std::span<const uint8_t> bytes) {
    uint8_t header[kHeaderBytes] = {};
    std::copy_n(bytes.begin(), std::min(bytes.size(), kHeaderBytes), header);
    const auto program = bytes.subspan(std::min(bytes.size(), kHeaderBytes));
    const auto version = (header[0] & 1) != 0 ? Version::v2 : Version::v1;
    const auto machines = size_t{1} + (header[0] >> 2 & 3);

    Vm* left[kMachinesMax];
    Vm* right[kMachinesMax];
    for (size_t i = 0; i < machines; i++) {
        auto& vm = interpreted_[i];
        vm.version = version;
        vm.registers = {};
        vm.program = {};
        std::memcpy(static_cast<void*>(&vm.program), program.data(), std::min(program.size(), program_bytes(version)));
        std::rotate(vm.program.code, vm.program.code + i * kRotation, vm.program.code + instructions(version));
        vm.fprc = header[8] % 4;
        uint8_t state[kSeedBytes] = {static_cast<uint8_t>(i + 1)};
        std::memcpy(state + 8, header + 1, kHeaderBytes - 1);
        vm.aes->fill_1r(state, vm.scratchpad, kScratchpadBytes);

        auto& other = compiled_[i];
        auto* const pad = other.scratchpad;
        other = vm;
        other.scratchpad = pad;
        std::memcpy(pad, vm.scratchpad, kScratchpadBytes);
        left[i] = &vm;
        right[i] = &other;
    }

    const FpEnvironment kept;
    runners_->interpreter.run({left, machines});
    runners_->compiled[header[0] >> 4 & 1][header[0] & 1][header[0] >> 1 & 1].run({right, machines});
    for (size_t i = 0; i < machines; i++) {
        if (const auto* const what = differ_in_one(i)) {
            return what;
        }
    }
    return nullptr;
}

const char* ProgramPair::differ_in_one(size_t i) const {
    const auto& left = interpreted_[i];
    const auto& right = compiled_[i];
    if (std::memcmp(&left.registers, &right.registers, sizeof left.registers) != 0) {
        return "registers";
    }
    if (left.fprc != right.fprc) {
        return "rounding mode";
    }
    return std::memcmp(left.scratchpad, right.scratchpad, kScratchpadBytes) != 0 ? "scratchpad" : nullptr;
}

}  // namespace p2ph::randomx
