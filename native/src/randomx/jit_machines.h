#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "aes.h"
#include "huge_memory.h"
#include "item_kernel.h"
#include "machines.h"
#include "program_compiler.h"

namespace p2ph::randomx {

/* What the machines of all threads share for one seed. */
struct JitSource {
    Version version;
    const uint8_t* dataset;              /* null: all items are computed */
    uint64_t resident;                   /* of the dataset, how many items are there from the first on; the others are computed */
    const uint8_t* cache;                /* for that; null with a whole dataset */
    std::span<const ItemKernel* const> kernels; /* ascending in items(); the last one has room for all items of a turn */
    FetchHint hint = FetchHint::nta;
    size_t batch = 1; /* with a part of the dataset: so many machines park before their items are computed */
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
    /* How far a machine is that does not step together with the others. */
    struct Progress {
        int program;
        int iterations; /* left of it */
        const uint8_t* item; /* what ends the iteration under way; null: none is */
    };

    void seed_program(size_t i) noexcept;
    void load_program(size_t i);
    bool run_together(size_t active, const int32_t* cancel);
    void run_with_dataset();
    void run_with_kernel(size_t active);
    bool run_apart(size_t active, const int32_t* cancel);
    void start_program(size_t i);
    bool settle_ready(const int32_t* cancel);
    void step_ready();
    void fetch_ahead(size_t i) const noexcept;
    void serve_parked();
    void compute_items(size_t count);
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
    std::vector<uint64_t> numbers_;
    uint8_t* items_;
    std::vector<Progress> progress_;
    std::vector<uint32_t> ready_;  /* to settle, or to begin a program */
    std::vector<uint32_t> parked_; /* waiting for the kernel */
    size_t batch_;
};

}  // namespace p2ph::randomx
