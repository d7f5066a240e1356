#include "item_kernel.h"

#include <stdexcept>

#include "item_kernel_generator.h"

namespace p2ph::randomx {

namespace {

constexpr size_t kCodeBytesMax = 512 * 1024;

}  // namespace

ItemKernel::ItemKernel(const SuperscalarPrograms& programs, const ItemShape& shape) : shape_(shape), memory_(kCodeBytesMax) {
    x86::Emitter emitter(memory_.begin_write());
    ItemKernelGenerator(emitter, programs, shape).emit();
    code_bytes_ = emitter.finish();
    memory_.commit();
    run_ = memory_.entry<Run>(0);
}

}  // namespace p2ph::randomx
