#pragma once

#include <memory>
#include <span>
#include <vector>

#include "item_reader.h"
#include "program.h"
#include "vm.h"

namespace p2ph::randomx {

/* A floating-point register: arithmetic works on both halves. */
using Pair = double __attribute__((vector_size(16)));

/* What instructions work on. */
struct Machine {
    uint64_t r[9]; /* r[kZeroRegister] is 0 */
    Pair f[4];
    Pair e[4];
    Pair a[4];
    uint64_t e_mask[2];
    uint8_t* scratchpad;
    uint32_t fprc;
    Version version;
};

/* Runs decoded instructions once, jumps included. The rounding mode of the thread must be that of fprc, and is afterwards. */
void execute(std::span<const DecodedInstruction> code, Machine& machine) noexcept;

void set_rounding_mode(uint32_t fprc) noexcept;

/* Gives the thread its rounding mode back. */
class KeptRoundingMode {
   public:
    KeptRoundingMode() noexcept;
    ~KeptRoundingMode();
    KeptRoundingMode(const KeptRoundingMode&) = delete;
    KeptRoundingMode& operator=(const KeptRoundingMode&) = delete;

   private:
    int saved_;
};

/* A program under way on one machine: start; 2,048 times step and mix_item; end. */
class InterpretedProgram {
   public:
    void start(const Vm& vm) noexcept;
    /* Runs the instructions of one iteration and says which item it wants mixed in. ahead: the one a later iteration wants. */
    uint64_t step(uint64_t& ahead) noexcept;
    /* Ends the iteration. */
    void mix_item(const Item& item) noexcept;
    void end(Vm& vm) const noexcept;

   private:
    uint64_t item_at(uint32_t address) const noexcept;

    Machine m_;
    ProgramConfig config_;
    const AesRow* aes_;
    uint32_t ma_;
    uint32_t mx_;
    uint32_t address0_;
    uint32_t address1_;
    size_t length_;
    DecodedInstruction code_[kInstructionsMax];
};

/* The reference for all compiled code, and what runs where there is none. Machines advance iteration by iteration, so that their items are
 * computed together. */
class Interpreter final : public ProgramRunner {
   public:
    /* machines_max: how many run may be given. */
    explicit Interpreter(const ItemReader& items, size_t machines_max = 1);
    void run(std::span<Vm* const> machines) override;

   private:
    const ItemReader& items_;
    std::vector<InterpretedProgram> programs_;
    std::vector<uint64_t> wanted_;
    std::unique_ptr<Item[]> read_;
};

}  // namespace p2ph::randomx
