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

bool is_whole(const JitSource& source) { return source.dataset && !source.cache; }
bool is_partial(const JitSource& source) { return source.dataset && source.cache; }

ItemSource item_source(const JitSource& source) {
    if (is_partial(source)) {
        return ItemSource::any;
    }
    return source.dataset ? ItemSource::dataset : ItemSource::kernel;
}

/* Room for what the kernel computes in one call. */
size_t items_of(const JitSource& source, size_t machines) {
    if (is_whole(source)) {
        return 0;
    }
    const auto items = source.kernels.back()->items();
    if (!is_partial(source) && items < (source.version == Version::v2 ? 2 : 1) * machines) {
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
      compiler_(source.version, item_source(source), machines, source.hint),
      generator_(machines),
      read_registers_(machines),
      numbers_(items_of(source, machines)),
      items_(reinterpret_cast<uint8_t*>(group_) + group_bytes(machines)),
      progress_(machines),
      batch_(std::min(source.batch, numbers_.size())) {
    memory_.touch(); /* by the thread that will hash in it */
    ready_.reserve(machines);
    parked_.reserve(machines);
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
    return is_partial(source_) ? run_apart(active, cancel) : run_together(active, cancel);
}

bool JitMachines::run_together(size_t active, const int32_t* cancel) {
    for (int program = 0; program < kProgramsPerHash; program++) {
        if (is_set(cancel)) {
            return false;
        }
        compiler_.begin(active);
        for (size_t i = 0; i < active; i++) {
            if (program != 0) {
                seed_program(i);
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

void JitMachines::seed_program(size_t i) noexcept {
    hash512({reinterpret_cast<const uint8_t*>(&group_->vm[i].registers), sizeof(RegisterFile)}, generator_[i].data());
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

/* Part of the dataset is there. Machines whose item is in memory go on; the others park until enough of them share a call of the kernel.
 * None waits for the others at the end of a program. */
bool JitMachines::run_apart(size_t active, const int32_t* cancel) {
    ready_.clear();
    parked_.clear();
    for (size_t i = 0; i < active; i++) {
        progress_[i] = {0, kIterations, nullptr};
        start_program(i);
        ready_.push_back(static_cast<uint32_t>(i));
    }
    while (!ready_.empty() || !parked_.empty()) {
        if (!settle_ready(cancel)) {
            return false;
        }
        step_ready();
        if (!parked_.empty() && (ready_.empty() || parked_.size() >= batch_)) {
            serve_parked();
        }
    }
    return true;
}

void JitMachines::start_program(size_t i) {
    compiler_.begin(machines_);
    load_program(i);
    compiler_.commit();
}

/* Ends the iterations whose items are there; machines that are through leave. False: cancelled. */
bool JitMachines::settle_ready(const int32_t* cancel) {
    size_t kept = 0;
    for (const auto i : ready_) {
        auto& progress = progress_[i];
        if (progress.item) {
            settle(group_->vm[i], progress.item, read_registers_[i]);
            if (--progress.iterations == 0) {
                if (++progress.program == kProgramsPerHash) {
                    continue;
                }
                if (is_set(cancel)) {
                    return false;
                }
                seed_program(i);
                start_program(i);
                progress.iterations = kIterations;
            }
        }
        ready_[kept++] = i;
    }
    ready_.resize(kept);
    return true;
}

void JitMachines::step_ready() {
    size_t kept = 0;
    const auto first_parked = parked_.size();
    for (const auto i : ready_) {
        compiler_.run_one(*group_, i);
        const auto number = group_->vm[i].item;
        if (number < source_.resident) {
            progress_[i].item = source_.dataset + number * kItemBytes;
            ready_[kept++] = i;
        } else {
            parked_.push_back(i);
        }
    }
    ready_.resize(kept);
    for (const auto i : ready_) {
        fetch_ahead(i);
    }
    for (auto i = first_parked; i < parked_.size(); i++) {
        fetch_ahead(parked_[i]);
    }
}

/* The line of the next iteration, or of the one after it in v2. */
void JitMachines::fetch_ahead(size_t i) const noexcept {
    const auto& vm = group_->vm[i];
    const auto number = vm.item_base + ((source_.version == Version::v1 ? vm.ma : vm.mx) & kDatasetMask) / kItemBytes;
    if (number < source_.resident) {
        __builtin_prefetch(source_.dataset + number * kItemBytes, 0, 0);
    }
}

void JitMachines::serve_parked() {
    const auto count = std::min(parked_.size(), numbers_.size());
    for (size_t i = 0; i < count; i++) {
        numbers_[i] = group_->vm[parked_[i]].item;
    }
    compute_items(count);
    for (size_t i = 0; i < count; i++) {
        progress_[parked_[i]].item = items_ + kItemBytes * i;
        ready_.push_back(parked_[i]);
    }
    parked_.erase(parked_.begin(), parked_.begin() + static_cast<std::ptrdiff_t>(count));
}

void JitMachines::compute_items(size_t count) {
    const auto fits = [=](const ItemKernel* kernel) { return kernel->items() >= count; };
    (*std::find_if(source_.kernels.begin(), source_.kernels.end() - 1, fits))->run(source_.cache, numbers_.data(), items_, 1);
}

p2ph_memory JitMachines::memory_used() const { return memory_.memory(); }

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
