#pragma once

#include <cstddef>
#include <cstdint>

#include "p2ph.h"
#include "program.h"

namespace p2ph::randomx {

/* Values of fprc. */
constexpr size_t kRoundingModes = 4;

/* clang-format off */
/* What compiled code keeps of one virtual machine between its iterations. */
struct alignas(64) VmState {
    RegisterFile registers; /* f and e: as the last iteration left them; f of a machine that waits for its item goes to the scratchpad later */
    uint64_t e_mask[2];
    uint8_t* scratchpad;
    uint64_t dataset; /* address at which the program's share of it begins, or would if it were there */
    uint32_t ma;
    uint32_t mx;
    uint32_t sp[2]; /* spAddr0 and 1 of the next iteration, or of this one while the item is waited for; offsets of lines in the scratchpad */
    uint32_t mxcsr; /* fprc lives here */
    uint32_t iterations;     /* left of the program; for ItemSource::any alone */
    const uint8_t* entries[kRoundingModes]; /* code of an iteration for each fprc */
    const uint8_t* entry;    /* of the next iteration */
    const uint8_t* next;     /* code that runs after this machine's iteration, or with ItemSource::dataset after the last one of all machines */

    /* For ItemSource::any alone. */
    const uint8_t* item;     /* what ended the last iteration; null: it waits for that */
    const uint8_t* ahead[2]; /* what will end the next one, and in v2 the one after it; null: asked for */
    alignas(64) uint8_t computed[2][kItemBytes]; /* items that were computed ahead lie here, in turn */
    uint32_t computed_count;
};
static_assert(offsetof(VmState, e_mask) == sizeof(RegisterFile));

/* An item of the dataset that is not in memory, and who wants it. */
struct ItemRequest {
    uint32_t number;
    uint32_t machine;
};

/* Machines that one thread steps in turn, and what their code shares. */
struct alignas(64) VmGroup {
    static constexpr size_t kMachinesMax = P2PH_RX_MACHINES_MAX;
    /* An iteration ends with an item, and two more are known before it does; and one to write over. */
    static constexpr size_t kRequestsMax = 3 * kMachinesMax + 1;

    uint64_t e_clear[2];
    uint64_t scale[2]; /* FSCAL_R */
    uint64_t sp_mask;  /* for both addresses */
    uint32_t mxcsr;      /* of code that has its rounding modes in its instructions */
    uint32_t iterations; /* left, where all machines go through their programs together */
    uint32_t requested;  /* so many of the requests, oldest first, are open */
    uint64_t dataset;      /* addresses of its first item and of the end of those in memory: both 0 if none is */
    uint64_t resident_end;
    ItemRequest requests[kRequestsMax];
    VmState vm[];
};
/* clang-format on */
static_assert(sizeof(VmGroup) % 64 == 0);

/* Exceptions masked, denormals flushed, fprc 0. */
constexpr uint32_t kMxcsr = 0x9fc0;
constexpr int kMxcsrRoundingShift = 13;
constexpr uint32_t fprc_of(uint32_t mxcsr) { return mxcsr >> kMxcsrRoundingShift & (kRoundingModes - 1); }

/* Sets what is the same for all programs. resident: of the dataset, how many items are in memory, from the first on. */
void prepare(VmGroup& group, const uint8_t* dataset, uint64_t resident) noexcept;

/* Sets what a program of machine i starts from. */
void load(VmGroup& group, size_t i, const ProgramConfig& config) noexcept;

/* The same for ItemSource::any: the first items are known before the first iteration. */
void look_ahead(VmGroup& group, size_t i, Version version) noexcept;

/* Gives a machine the oldest item that it asked for, aligned to 16 bytes. True: it waited for that to end its iteration, which is done now. */
bool deliver(VmState& vm, const uint8_t* item, const std::array<uint8_t, 4>& read_register) noexcept;

}  // namespace p2ph::randomx
