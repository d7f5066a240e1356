#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "aes.h"
#include "item_kernel.h"
#include "machine/huge_memory.h"
#include "machines.h"
#include "program_compiler.h"

namespace p2ph::randomx {

/* What the machines of all threads share for one seed. */
struct JitSource {
    Version version;
    const uint8_t* dataset;                     /* null: all items are computed */
    uint64_t resident;                          /* of the dataset, how many items are there from the first on; the others are computed */
    const uint8_t* cache;                       /* for that; null with a whole dataset */
    std::span<const ItemKernel* const> kernels; /* ascending in items() */
    FetchHint hint = FetchHint::nta;
    size_t batch = 1; /* so many items are computed together, at most as many as the last kernel has room for */
};

/* Virtual machines of one thread that run compiled programs and take turns, so that the memory of one is fetched while others work. Throws
 * as ExecutableMemory and HugeMemory do; nothing is allocated after construction. */
class JitMachines final : public Machines {
   public:
    JitMachines(const JitSource& source, size_t machines, bool huge_pages);

    size_t machines() const noexcept override { return machines_; }
    p2ph_memory memory_used() const override;
    void begin(size_t i, std::span<const uint8_t> input) noexcept override;
    bool run(size_t active, const int32_t* cancel) override;
    void finish(size_t i, uint8_t* hash) noexcept override;
    void finish_and_begin(size_t i, uint8_t* hash, std::span<const uint8_t> next_input) noexcept override;

   private:
    void seed_program(size_t i) noexcept;
    void load_program(size_t i);
    bool run_together(size_t active, const int32_t* cancel);
    bool run_apart(size_t active, const int32_t* cancel);
    void start_program(size_t i);
    bool next_program(size_t i);
    void drop_requests(size_t i) noexcept;
    void step();
    void compute();
    uint8_t* scratchpad(size_t i) const noexcept { return memory_.data() + i * kScratchpadBytes; }

    const JitSource source_;
    const AesRow& aes_;
    size_t machines_;
    HugeMemory memory_; /* the scratchpads, then the group */
    VmGroup* group_;
    ProgramCompiler compiler_;
    ProgramBuffer program_;
    std::array<DecodedInstruction, kInstructionsMax> decoded_;
    std::vector<std::array<uint8_t, kSeedBytes>> generator_; /* seed of the next program */
    std::vector<std::array<uint8_t, 4>> read_registers_;
    std::vector<int> programs_;   /* how many a machine has run that goes its own pace */
    std::vector<uint32_t> ready_; /* machines that wait for nothing */
    std::vector<ItemRequest> batch_;
    std::vector<uint64_t> numbers_;
    uint8_t* items_;
};

}  // namespace p2ph::randomx
