#pragma once

#include <functional>
#include <vector>

#include "item_kernel.h"
#include "x86_emitter.h"

namespace p2ph::randomx {

/* Writes the code of an ItemKernel: a function of the System V ABI. */
class ItemKernelGenerator {
   public:
    ItemKernelGenerator(x86::Emitter& emitter, const SuperscalarPrograms& programs, const ItemShape& shape);
    void emit();

   private:
    /* One or a few instructions; lists of them are woven into each other. */
    using Step = std::function<void()>;
    using Steps = std::vector<Step>;

    static constexpr x86::Gpr kItem[8] = {x86::r8, x86::r9, x86::r10, x86::r11, x86::r12, x86::r13, x86::r14, x86::r15};
    static constexpr int kZero = 31; /* avx512 */

    x86::Vec data(int vector, int reg) const { return {static_cast<uint8_t>(8 * vector + reg), width_log_}; }
    x86::Vec temp();
    x86::Mask mask();

    void emit_setup();
    void emit_program(size_t index);
    void emit_vector_lines(size_t index);
    void emit_results();
    Steps vector_steps(const SuperscalarProgram& program, bool prefetch);
    Steps scalar_steps(size_t index);

    void vector_instruction(int vector, const SuperscalarInstruction& instruction, Steps& steps);
    void multiply(x86::Vec dst, x86::Vec src, Steps& steps);
    void multiply(x86::Vec dst, uint64_t constant, Steps& steps);
    void multiply_high(x86::Vec dst, x86::Vec src, bool is_signed, Steps& steps);
    void multiply_high_ifma(x86::Vec dst, x86::Vec src, bool is_signed, Steps& steps);
    void scalar_instruction(const SuperscalarInstruction& instruction, Steps& steps);
    /* The lines that the vector register names: their offsets into the block, and a prefetch of each where nothing is there to spread it. */
    void emit_line_offsets(int vector, x86::Vec numbers);
    void with_constant(uint64_t value, const std::function<void(const x86::Operand&)>& use);

    x86::Emitter& e_;
    const SuperscalarPrograms& programs_;
    ItemShape shape_;
    uint8_t width_log_;
    int lanes_;
    int temps_used_ = 0;
    int masks_used_ = 0;
    bool spread_;
    /* Offsets within a group's block of memory. */
    int scalar_lines_;
    int scalar_registers_;
    int vector_registers_;
    int block_bytes_;
};

}  // namespace p2ph::randomx
