#include "jit_machines.h"

#include <algorithm>
#include <stdexcept>

#include "blake2b.h"
#include "huge_pages.h"
#include "nonces.h"

namespace p2ph::randomx {

namespace {

/* The group, numbers aside, then room for the items. */
constexpr size_t group_bytes(size_t machines) { return (sizeof(VmGroup) + machines * sizeof(VmState) + 63) / 64 * 64; }

size_t items_of(const JitSource& source, size_t machines) {
    if (source.dataset) {
        return 0;
    }
    const auto items = source.kernels.back()->items();
    if (items < (source.version == Version::v2 ? 2 : 1) * machines) {
        throw std::invalid_argument("more machines than the kernel has room for");
    }
    return items;
}

}  // namespace

JitMachines::JitMachines(const JitSource& source, size_t machines, bool huge_pages)
    : source_(source),
      aes_(best_aes_row()),
      machines_(machines),
      memory_(machines * kScratchpadBytes + group_bytes(machines) + kItemBytes * items_of(source, machines), huge_pages),
      group_(reinterpret_cast<VmGroup*>(memory_.data() + machines * kScratchpadBytes)),
      compiler_(source.version, source.dataset ? ItemSource::dataset : ItemSource::kernel, machines, source.hint),
      generator_(machines),
      read_registers_(machines),
      numbers_(items_of(source, machines)),
      items_(reinterpret_cast<uint8_t*>(group_) + group_bytes(machines)) {
    prepare(*group_);
    for (size_t i = 0; i < machines; i++) {
        group_->vm[i].scratchpad = scratchpad(i);
    }
}

void JitMachines::begin(size_t i, std::span<const uint8_t> input) noexcept {
    auto* const seed = generator_[i].data();
    hash512(input, seed);
    aes_.fill_1r(seed, scratchpad(i), kScratchpadBytes);
    group_->vm[i].mxcsr = kMxcsr;
}

bool JitMachines::run(size_t active, const int32_t* cancel) {
    for (int program = 0; program < kProgramsPerHash; program++) {
        if (is_set(cancel)) {
            return false;
        }
        compiler_.begin(active);
        for (size_t i = 0; i < active; i++) {
            if (program != 0) {
                hash512({reinterpret_cast<const uint8_t*>(&group_->vm[i].registers), sizeof(RegisterFile)}, generator_[i].data());
            }
            load_program(i);
        }
        compiler_.commit();
        if (source_.dataset) {
            run_with_dataset();
        } else {
            run_with_kernel(active);
        }
    }
    return true;
}

void JitMachines::load_program(size_t i) {
    aes_.fill_4r(generator_[i].data(), reinterpret_cast<uint8_t*>(&program_), program_bytes(source_.version));
    const auto config = decode_config(program_);
    const auto count = static_cast<size_t>(instructions(source_.version));
    decode({program_.code, count}, decoded_.data());
    compiler_.compile(i, config, {decoded_.data(), count});

    load(group_->vm[i], config, source_.dataset);
    read_registers_[i] = config.read_register;
}

void JitMachines::run_with_dataset() {
    group_->iterations = kIterations;
    compiler_.run(*group_);
}

/* In v2 an iteration's item is known before the one ahead of it ends: two turns share one call of the kernel. */
void JitMachines::run_with_kernel(size_t active) {
    const bool paired = source_.version == Version::v2;
    for (int iteration = 0; iteration < kIterations; iteration++) {
        compiler_.run(*group_);
        const bool second = paired && iteration % 2 == 1;
        if (!second) {
            for (size_t i = 0; i < active; i++) {
                const auto& vm = group_->vm[i];
                numbers_[i] = vm.item;
                if (paired) {
                    numbers_[active + i] = vm.item_base + (vm.ma & kDatasetMask) / kItemBytes;
                }
            }
            compute_items(paired ? 2 * active : active);
        }
        for (size_t i = 0; i < active; i++) {
            settle(group_->vm[i], items_ + kItemBytes * (second ? active + i : i), read_registers_[i]);
        }
    }
}

void JitMachines::compute_items(size_t count) {
    const auto fits = [=](const ItemKernel* kernel) { return kernel->items() >= count; };
    (*std::find_if(source_.kernels.begin(), source_.kernels.end() - 1, fits))->run(source_.cache, numbers_.data(), items_, 1);
}

p2ph_memory JitMachines::memory_used() const { return {memory_.bytes(), memory_.huge_pages(), huge_pages_for(memory_.bytes())}; }

void JitMachines::finish(size_t i, uint8_t* hash) noexcept {
    auto& registers = group_->vm[i].registers;
    aes_.hash_1r(scratchpad(i), kScratchpadBytes, reinterpret_cast<uint8_t*>(registers.a));
    hash256({reinterpret_cast<const uint8_t*>(&registers), sizeof registers}, hash);
}

void JitMachines::finish_and_begin(size_t i, uint8_t* hash, std::span<const uint8_t> next_input) noexcept {
    auto& registers = group_->vm[i].registers;
    auto* const seed = generator_[i].data();
    hash512(next_input, seed);
    aes_.hash_and_fill_1r(scratchpad(i), kScratchpadBytes, reinterpret_cast<uint8_t*>(registers.a), seed);
    hash256({reinterpret_cast<const uint8_t*>(&registers), sizeof registers}, hash);
    group_->vm[i].mxcsr = kMxcsr;
}

}  // namespace p2ph::randomx
