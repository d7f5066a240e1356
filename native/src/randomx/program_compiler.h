#pragma once

#include <array>
#include <span>

#include "executable_memory.h"
#include "float_emitter.h"
#include "vm_state.h"
#include "x86_emitter.h"

namespace p2ph::randomx {

/* Where the item that ends an iteration comes from. */
enum class ItemSource : uint8_t {
    dataset, /* all of them are in memory: 2,048 iterations of all machines run in one call */
    any      /* a call runs an iteration of some machines; items that are not in memory are asked for as soon as their number is known */
};

/* Into which caches a line of the dataset is fetched: into the first alone where the processor can do that, or into all. */
enum class FetchHint : uint8_t { nta, t0 };

/* Programs of up to `slots` machines as x86-64 code. The machines of one thread take turns: the code of one leads into that of the next after
 * each iteration, so that one waits for its memory while the others work. */
class ProgramCompiler {
   public:
    ProgramCompiler(Version version, ItemSource source, size_t slots, FetchHint hint, Rounding rounding);

    /* Programs for machines 0..active-1 follow, in any order, then commit. With ItemSource::any those that do not follow stay. */
    void begin(size_t active);
    /* For group.vm[slot], whose mxcsr is what the program begins with; its entries are set. */
    void compile(VmGroup& group, size_t slot, const ProgramConfig& config, std::span<const DecodedInstruction> code);
    void commit();

    /* For ItemSource::dataset: group.vm[0..active-1] are ready to run. Leaves MXCSR changed. */
    void run(VmGroup& group) const;
    /* For ItemSource::any: an iteration of each of these machines, at least one, none of which waits. Those that wait afterwards have no
     * item. */
    void run(VmGroup& group, std::span<const uint32_t> slots) const;

   private:
    static constexpr size_t kFrameBytes = 256;
    static constexpr size_t kCodeBytes = 32 * 1024;  /* 384 of the longest instructions, 62 bytes, and the rest of an iteration */
    static constexpr size_t kStaggerBytes = 44 * 64; /* or the slots would compete for the same places in the caches */
    size_t slot_bytes() const { return (rounding_ == Rounding::code ? kRoundingModes : 1) * kCodeBytes + kStaggerBytes; }
    size_t offset_of(size_t slot) const { return kFrameBytes + slot * slot_bytes(); }
    void enter(VmGroup& group, const uint8_t* code) const { memory_.entry<void(VmGroup*, const uint8_t*)>(0)(&group, code); }

    void emit_frame();
    void emit_entry();
    void emit_instruction(const DecodedInstruction& instruction);
    void emit_mixing();
    void emit_addresses(const ProgramConfig& config);
    void emit_dataset();
    void emit_look_up();
    void emit_items_ahead();
    void emit_item();
    void emit_turn();
    void emit_store(const ProgramConfig& config);
    void emit_r_out();
    void emit_registers_out();
    void emit_fetch(size_t address, x86::Gpr reg);
    void emit_fetches();
    void emit_next();
    void emit_cfround(const DecodedInstruction& instruction);
    void place(VmState& vm);
    x86::Mem state(size_t offset) const;
    /* The operand in the scratchpad; its address is computed into reg. */
    x86::Mem scratchpad(const DecodedInstruction& instruction, uint8_t base, x86::Gpr reg);

    Version version_;
    ItemSource source_;
    FetchHint hint_;
    Rounding rounding_;
    size_t active_ = 0;
    ExecutableMemory memory_;
    x86::Emitter e_;
    FloatEmitter floats_; /* writes with e_ */
    size_t slot_ = 0;
    bool alone_ = false; /* one machine whose dataset is in memory keeps its state in registers */
    size_t loop_ = 0;    /* where one machine alone begins its next iteration */
    std::array<uint32_t, kInstructionsMax + 1> offsets_{};
    bool changes_rounding_ = false; /* the program does */
};

}  // namespace p2ph::randomx
