#pragma once

#include <cstdlib>
#include <memory>

#include "randomx/item_reader.h"
#include "randomx/program_compiler.h"
#include "randomx/vm.h"

namespace p2ph::randomx {

/* Compiled code where the tests expect an interpreter: runs the programs of machines that others have set up. */
class CompiledPrograms final : public ProgramRunner {
   public:
    /* dataset: all items in memory. */
    CompiledPrograms(Version version, const uint8_t* dataset, size_t machines_max, FetchHint hint = FetchHint::nta);
    /* Items computed. */
    CompiledPrograms(Version version, const ItemReader& items, size_t machines_max);

    void run(std::span<Vm* const> machines) override;

   private:
    struct Free {
        void operator()(void* memory) const { std::free(memory); }
    };

    CompiledPrograms(Version version, const uint8_t* dataset, const ItemReader* items, size_t machines_max, FetchHint hint);

    Version version_;
    const uint8_t* dataset_;
    const ItemReader* items_;
    ProgramCompiler compiler_;
    std::unique_ptr<VmGroup, Free> group_;
};

}  // namespace p2ph::randomx
