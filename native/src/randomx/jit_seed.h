#pragma once

#include <array>
#include <memory>
#include <optional>

#include "item_rows.h"
#include "machines.h"
#include "program_compiler.h"
#include "superscalar.h"

namespace p2ph::randomx {

/* Compiled code needs AES instructions for the mixing of registers in v2, and nothing for v1. False when P2PH_FORCE_KERNEL forbids either;
 * throws as usable_features. */
bool jit_can_run(Version version);

/* With items 0..resident - 1 of the dataset in memory: how many machines of one thread are best as far as that can be told without measuring.
 * Throws as usable_features. */
size_t jit_machines(Version version, uint64_t resident);

/* What a seed needs as machine code: its dataset items. Any number of threads may use one; it must outlive the machines it makes. Throws as
 * ExecutableMemory does. */
class JitSeed {
   public:
    explicit JitSeed(const SuperscalarPrograms& programs, const ItemRow& row = best_item_row());

    const ItemRow& row() const noexcept { return row_; }

    /* Computes items first..first + count - 1 into items, aligned to 16 bytes. */
    void compute_dataset(const uint8_t* cache, uint64_t first, uint64_t count, uint8_t* items) const;

    /* Machines of one thread that compute the items they want; 0: as many as are best. */
    std::unique_ptr<Machines> make_light(Version version, const uint8_t* cache, bool huge_pages, size_t machines = 0) const;

    /* Machines of one thread for which items 0..resident - 1 of the dataset are in memory, and which compute the others, up to batch of them at a
     * time; 0: as is best. */
    std::unique_ptr<Machines> make_partial(Version version, const uint8_t* cache, const uint8_t* dataset, uint64_t resident,
                                           bool huge_pages, size_t machines = 0, size_t batch = 0) const;

   private:
    const ItemRow& row_;
    std::array<std::optional<ItemKernel>, std::tuple_size_v<decltype(ItemRow::few)>> few_;
    std::array<const ItemKernel*, std::tuple_size_v<decltype(ItemRow::few)>> few_pointers_;
    ItemKernel dataset_;
};

/* Machines of one thread that read the dataset; 0: as many as are best without measuring. */
std::unique_ptr<Machines> make_jit_fast(Version version, const uint8_t* dataset, bool huge_pages, size_t machines = 0,
                                        FetchHint hint = FetchHint::nta);

}  // namespace p2ph::randomx
