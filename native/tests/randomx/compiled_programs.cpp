#include "compiled_programs.h"

#include <xmmintrin.h>

#include <cstring>
#include <vector>

namespace p2ph::randomx {

CompiledPrograms::CompiledPrograms(Version version, const uint8_t* dataset, size_t machines_max, FetchHint hint)
    : CompiledPrograms(version, dataset, nullptr, machines_max, hint) {}

CompiledPrograms::CompiledPrograms(Version version, const ItemReader& items, size_t machines_max)
    : CompiledPrograms(version, nullptr, &items, machines_max, FetchHint::nta) {}

CompiledPrograms::CompiledPrograms(Version version, const uint8_t* dataset, const ItemReader* items, size_t machines_max, FetchHint hint)
    : version_(version),
      dataset_(dataset),
      items_(items),
      compiler_(version, dataset ? ItemSource::dataset : ItemSource::kernel, machines_max, hint),
      group_(static_cast<VmGroup*>(std::aligned_alloc(64, sizeof(VmGroup) + machines_max * sizeof(VmState)))) {
    std::memset(group_.get(), 0, sizeof(VmGroup) + machines_max * sizeof(VmState));
    prepare(*group_);
}

void CompiledPrograms::run(std::span<Vm* const> machines) {
    compiler_.begin(machines.size());
    std::vector<ProgramConfig> configs;
    for (size_t i = 0; i < machines.size(); i++) {
        const auto& vm = *machines[i];
        const auto length = static_cast<size_t>(instructions(version_));
        std::vector<DecodedInstruction> decoded(length);
        decode({vm.program.code, length}, decoded.data());
        configs.push_back(decode_config(vm.program));
        compiler_.compile(i, configs[i], decoded);
        auto& state = group_->vm[i];
        state.scratchpad = vm.scratchpad;
        state.mxcsr = kMxcsr | vm.fprc << kMxcsrRoundingShift;
        load(state, configs[i], dataset_);
    }
    compiler_.commit();

    const auto caller = _mm_getcsr();
    group_->iterations = kIterations;
    if (dataset_) {
        compiler_.run(*group_);
    }
    for (int iteration = 0; !dataset_ && iteration < kIterations; iteration++) {
        compiler_.run(*group_);
        for (size_t i = 0; i < machines.size(); i++) {
            alignas(64) Item item[1];
            items_->read(&group_->vm[i].item, 1, item);
            settle(group_->vm[i], reinterpret_cast<const uint8_t*>(item[0]), configs[i].read_register);
        }
    }
    _mm_setcsr(caller);

    for (size_t i = 0; i < machines.size(); i++) {
        machines[i]->registers = group_->vm[i].registers;
        machines[i]->fprc = (group_->vm[i].mxcsr - kMxcsr) >> kMxcsrRoundingShift & 3;
    }
}

}  // namespace p2ph::randomx
