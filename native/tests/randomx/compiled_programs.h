#pragma once

#include <cstdlib>
#include <memory>
#include <vector>

#include "randomx/item_reader.h"
#include "randomx/program_compiler.h"
#include "randomx/vm.h"

namespace p2ph::randomx {

/* Compiled code where the tests expect an interpreter: runs the programs of machines that others have set up. */
class CompiledPrograms final : public ProgramRunner {
   public:
    /* dataset: all items in memory. */
    CompiledPrograms(Version version, const uint8_t* dataset, size_t machines_max, Rounding rounding, FetchHint hint = FetchHint::nta);
    /* Items 0..resident - 1 in memory, the others from the reader. */
    CompiledPrograms(Version version, const ItemReader& items, size_t machines_max, Rounding rounding, const uint8_t* dataset = nullptr,
                     uint64_t resident = 0);

    void run(std::span<Vm* const> machines) override;

   private:
    struct Free {
        void operator()(void* memory) const { std::free(memory); }
    };

    CompiledPrograms(Version version, const uint8_t* dataset, uint64_t resident, const ItemReader* items, size_t machines_max,
                     FetchHint hint, Rounding rounding);
    void run_with_items(size_t machines, const std::vector<ProgramConfig>& configs);

    Version version_;
    const ItemReader* items_; /* null: none is missing */
    ProgramCompiler compiler_;
    std::unique_ptr<VmGroup, Free> group_;
};

}  // namespace p2ph::randomx
