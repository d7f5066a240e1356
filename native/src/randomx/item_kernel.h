#pragma once

#include <cstddef>
#include <cstdint>

#include "executable_memory.h"
#include "superscalar.h"

namespace p2ph::randomx {

enum class ItemIsa : uint8_t { scalar, avx2, avx512 };

/* How a kernel works on many items at once. One group is `vectors` vector registers full of items and `scalars` items in general
 * registers beside them, all advanced through one program together; `groups` of them go through a program before any enters the next,
 * so that the cache lines of one group arrive while others compute. */
struct ItemShape {
    ItemIsa isa;
    uint8_t vectors;
    uint8_t groups;
    uint8_t scalars;
    bool ifma = true; /* avx512: high products by 52-bit multiply-add */

    constexpr size_t group_items() const { return vectors * (isa == ItemIsa::avx512 ? 8u : 4u) + scalars; }
    constexpr size_t items() const { return groups * group_items(); }
};

/* Dataset items of one seed as machine code. Any number of threads may run one kernel. Throws as ExecutableMemory does. */
class ItemKernel {
   public:
    ItemKernel(const SuperscalarPrograms& programs, const ItemShape& shape);

    /* Items of one batch. */
    size_t items() const noexcept { return shape_.items(); }
    size_t code_bytes() const noexcept { return code_bytes_; }

    /* Computes batches * items() items, 64 bytes each, in the order of their numbers. cache: 256 MiB, aligned to 64. */
    void run(const uint8_t* cache, const uint64_t* numbers, uint8_t* out, size_t batches) const { run_(cache, numbers, out, batches); }

   private:
    using Run = void(const uint8_t* cache, const uint64_t* numbers, uint8_t* out, uint64_t batches);

    ItemShape shape_;
    ExecutableMemory memory_;
    size_t code_bytes_ = 0;
    Run* run_ = nullptr;
};

}  // namespace p2ph::randomx
