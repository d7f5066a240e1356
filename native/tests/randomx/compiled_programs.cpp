#include "compiled_programs.h"

#include <xmmintrin.h>

#include <cstring>
#include <vector>

namespace p2ph::randomx {

CompiledPrograms::CompiledPrograms(Version version, const uint8_t* dataset, size_t machines_max, Rounding rounding, FetchHint hint)
    : CompiledPrograms(version, dataset, kDatasetItems, nullptr, machines_max, hint, rounding) {}

CompiledPrograms::CompiledPrograms(Version version, const ItemReader& items, size_t machines_max, Rounding rounding, const uint8_t* dataset,
                                   uint64_t resident)
    : CompiledPrograms(version, dataset, resident, &items, machines_max, FetchHint::nta, rounding) {}

CompiledPrograms::CompiledPrograms(Version version, const uint8_t* dataset, uint64_t resident, const ItemReader* items, size_t machines_max,
                                   FetchHint hint, Rounding rounding)
    : version_(version),
      items_(items),
      compiler_(version, items ? ItemSource::any : ItemSource::dataset, machines_max, hint, rounding),
      group_(static_cast<VmGroup*>(std::aligned_alloc(64, sizeof(VmGroup) + machines_max * sizeof(VmState)))) {
    std::memset(group_.get(), 0, sizeof(VmGroup) + machines_max * sizeof(VmState));
    prepare(*group_, dataset, resident);
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
        auto& state = group_->vm[i];
        state.scratchpad = vm.scratchpad;
        state.mxcsr = kMxcsr | vm.fprc << kMxcsrRoundingShift;
        compiler_.compile(*group_, i, configs[i], decoded);
        load(*group_, i, configs[i]);
    }
    compiler_.commit();

    const auto caller = _mm_getcsr();
    if (items_) {
        run_with_items(machines.size(), configs);
    } else {
        group_->iterations = kIterations;
        compiler_.run(*group_);
    }
    _mm_setcsr(caller);

    for (size_t i = 0; i < machines.size(); i++) {
        machines[i]->registers = group_->vm[i].registers;
        machines[i]->fprc = fprc_of(group_->vm[i].mxcsr);
    }
}

/* Items are read when no machine goes on without one. */
void CompiledPrograms::run_with_items(size_t machines, const std::vector<ProgramConfig>& configs) {
    group_->requested = 0;
    std::vector<uint32_t> ready;
    for (size_t i = 0; i < machines; i++) {
        look_ahead(*group_, i, version_);
        ready.push_back(static_cast<uint32_t>(i));
    }
    while (!ready.empty()) {
        compiler_.run(*group_, ready);
        std::erase_if(ready, [&](uint32_t i) { return !group_->vm[i].item || group_->vm[i].iterations == 0; });
        if (!ready.empty()) {
            continue;
        }
        const std::vector<ItemRequest> requests(group_->requests, group_->requests + group_->requested);
        group_->requested = 0;
        for (const auto& [number, i] : requests) {
            alignas(64) Item item[1];
            const uint64_t index = number;
            items_->read(&index, 1, item);
            auto& vm = group_->vm[i];
            if (vm.iterations != 0 && deliver(vm, reinterpret_cast<const uint8_t*>(item[0]), configs[i].read_register) &&
                vm.iterations != 0) {
                ready.push_back(i);
            }
        }
    }
}

}  // namespace p2ph::randomx
