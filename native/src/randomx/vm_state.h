#pragma once

#include <cstddef>
#include <cstdint>

#include "program.h"

namespace p2ph::randomx {

/* What compiled code keeps of one virtual machine between its iterations. */
struct alignas(64) VmState {
    RegisterFile registers; /* f and e: as the last iteration left them; f of a light VM waits here for the scratchpad */
    uint64_t e_mask[2];
    uint8_t* scratchpad;
    const uint8_t* dataset; /* where the program's share of it begins */
    uint32_t ma;
    uint32_t mx;
    uint32_t sp[2]; /* spAddr0 and 1 of the next iteration, or of this one in a light VM; offsets of lines in the scratchpad */
    uint32_t mxcsr; /* fprc lives here */
    uint32_t item_base; /* dataset_offset in items */
    uint64_t item;  /* light: number of the dataset item this iteration ends with */
};
static_assert(sizeof(VmState) == 320 && offsetof(VmState, e_mask) == sizeof(RegisterFile));

/* Machines that one thread steps in turn, and what their code shares. */
struct alignas(64) VmGroup {
    uint64_t e_clear[2];
    uint64_t scale[2]; /* FSCAL_R */
    uint64_t sp_mask;  /* for both addresses */
    uint32_t iterations; /* left */
    uint32_t unused;
    uint64_t padding[2];
    VmState vm[];
};
static_assert(sizeof(VmGroup) == 64);

/* Exceptions masked, denormals flushed, fprc 0. */
constexpr uint32_t kMxcsr = 0x9fc0;
constexpr int kMxcsrRoundingShift = 13;

/* Sets what is the same for all programs. */
void prepare(VmGroup& group) noexcept;

/* Sets what a program starts from. dataset: null where items are computed. */
void load(VmState& vm, const ProgramConfig& config, const uint8_t* dataset) noexcept;

/* Ends an iteration of a light machine once its item is there, aligned to 16 bytes, and readies the next. */
void settle(VmState& vm, const uint8_t* item, const std::array<uint8_t, 4>& read_register) noexcept;

}  // namespace p2ph::randomx
