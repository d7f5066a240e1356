#include "interpreter_machines.h"

#include "abi/nonces.h"

namespace p2ph::randomx {

namespace {

std::unique_ptr<ItemReader> reader_of(const uint8_t* dataset, uint64_t resident, const uint8_t* cache,
                                      const SuperscalarPrograms& programs) {
    if (resident == kDatasetItems) {
        return std::make_unique<FullItems>(dataset);
    }
    if (resident != 0) {
        return std::make_unique<PartialItems>(dataset, resident, cache, programs);
    }
    return std::make_unique<CacheItems>(cache, programs);
}

}  // namespace

InterpreterMachines::InterpreterMachines(Version version, const uint8_t* dataset, uint64_t resident, const uint8_t* cache,
                                         const SuperscalarPrograms& programs, size_t machines, bool huge_pages)
    : scratchpads_(machines * kScratchpadBytes, huge_pages),
      items_(reader_of(dataset, resident, cache, programs)),
      interpreter_(*items_, machines) {
    scratchpads_.touch(); /* by the thread that will hash in them */
    for (size_t i = 0; i < machines; i++) {
        vms_.push_back(std::make_unique<Vm>(version, scratchpads_.data() + i * kScratchpadBytes));
        pointers_.push_back(vms_.back().get());
    }
}

p2ph_memory InterpreterMachines::memory_used() const { return scratchpads_.memory(); }

bool InterpreterMachines::run(size_t active, const int32_t* cancel) {
    const auto machines = std::span<Vm* const>(pointers_).first(active);
    for (int program = 0; program < kProgramsPerHash; program++) {
        if (is_set(cancel)) {
            return false;
        }
        run_program(machines, interpreter_, program);
    }
    return true;
}

}  // namespace p2ph::randomx
