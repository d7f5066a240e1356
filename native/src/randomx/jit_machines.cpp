#include "jit_machines.h"

#include <algorithm>
#include <stdexcept>

#include "abi/nonces.h"
#include "blake2b.h"
#include "machine/huge_pages.h"

namespace p2ph::randomx {

namespace {

/* Owner of a request that nobody wants any more. */
constexpr uint32_t kNobody = UINT32_MAX;

/* The group, then room for the items. */
constexpr size_t group_bytes(size_t machines) { return sizeof(VmGroup) + machines * sizeof(VmState); }

bool is_whole(const JitSource& source) { return source.dataset && !source.cache; }

size_t checked(size_t machines) {
    if (machines > VmGroup::kMachinesMax) {
        throw std::invalid_argument("more machines than a thread has room for");
    }
    return machines;
}

/* Room for what the kernel computes in one call. */
size_t items_of(const JitSource& source) { return is_whole(source) ? 0 : source.kernels.back()->items(); }

}  // namespace

JitMachines::JitMachines(const JitSource& source, size_t machines, bool huge_pages)
    : source_(source),
      aes_(best_aes_row()),
      machines_(checked(machines)),
      memory_(machines * kScratchpadBytes + group_bytes(machines) + kItemBytes * items_of(source), huge_pages),
      group_(reinterpret_cast<VmGroup*>(memory_.data() + machines * kScratchpadBytes)),
      compiler_(source.version, is_whole(source) ? ItemSource::dataset : ItemSource::any, machines, source.hint,
                best_rounding(source.version)),
      generator_(machines),
      read_registers_(machines),
      programs_(machines),
      numbers_(items_of(source)),
      items_(reinterpret_cast<uint8_t*>(group_) + group_bytes(machines)) {
    memory_.touch(); /* by the thread that will hash in it */
    ready_.reserve(machines);
    batch_.reserve(numbers_.size());
    prepare(*group_, source.dataset, source.resident);
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
    return is_whole(source_) ? run_together(active, cancel) : run_apart(active, cancel);
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
        group_->iterations = kIterations;
        compiler_.run(*group_);
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
    compiler_.compile(*group_, i, config, {decoded_.data(), count});

    load(*group_, i, config);
    read_registers_[i] = config.read_register;
}

/* Not all items are in memory. Machines whose items are there go on; the others wait until enough items can be computed together, or nobody
 * has anything else to do. An item is asked for as soon as its number is known, which is before the iteration whose end needs it: a machine
 * that waits has asked for two, in v2 for three, unless they are in memory. None waits for the others at the end of a program. */
bool JitMachines::run_apart(size_t active, const int32_t* cancel) {
    ready_.clear();
    group_->requested = 0;
    for (size_t i = 0; i < active; i++) {
        programs_[i] = 0;
        start_program(i);
        ready_.push_back(static_cast<uint32_t>(i));
    }
    while (!ready_.empty() || group_->requested != 0) {
        if (is_set(cancel)) {
            return false;
        }
        if (ready_.empty() || group_->requested >= source_.batch) {
            compute();
        } else {
            step();
        }
    }
    return true;
}

void JitMachines::start_program(size_t i) {
    compiler_.begin(machines_);
    load_program(i);
    compiler_.commit();
    look_ahead(*group_, i, source_.version);
}

/* False: that was the last one. */
bool JitMachines::next_program(size_t i) {
    drop_requests(i);
    if (++programs_[i] == kProgramsPerHash) {
        return false;
    }
    seed_program(i);
    start_program(i);
    return true;
}

/* The last iterations have asked for items of some that never run. */
void JitMachines::drop_requests(size_t i) noexcept {
    auto* const begin = group_->requests;
    auto* const end = std::remove_if(begin, begin + group_->requested, [=](const ItemRequest& request) { return request.machine == i; });
    group_->requested = static_cast<uint32_t>(end - begin);
    for (auto& request : batch_) {
        if (request.machine == i) {
            request.machine = kNobody;
        }
    }
}

/* An iteration of each machine that waits for nothing. */
void JitMachines::step() {
    compiler_.run(*group_, ready_);
    for (const auto i : ready_) {
        __builtin_prefetch(group_->vm[i].ahead[source_.version == Version::v1 ? 0 : 1]);
    }
    size_t kept = 0;
    for (const auto i : ready_) {
        const auto& vm = group_->vm[i];
        if (vm.item && (vm.iterations != 0 || next_program(i))) {
            ready_[kept++] = i;
        }
    }
    ready_.resize(kept);
}

/* The items that were asked for first. */
void JitMachines::compute() {
    const auto count = std::min<size_t>(group_->requested, source_.batch);
    auto* const requests = group_->requests;
    batch_.assign(requests, requests + count);
    std::copy(requests + count, requests + group_->requested, requests);
    group_->requested -= static_cast<uint32_t>(count);
    for (size_t k = 0; k < count; k++) {
        numbers_[k] = batch_[k].number;
    }
    const auto fits = [=](const ItemKernel* kernel) { return kernel->items() >= count; };
    (*std::find_if(source_.kernels.begin(), source_.kernels.end() - 1, fits))->run(source_.cache, numbers_.data(), items_, 1);
    for (size_t k = 0; k < count; k++) {
        const auto i = batch_[k].machine;
        if (i == kNobody) {
            continue;
        }
        auto& vm = group_->vm[i];
        if (deliver(vm, items_ + kItemBytes * k, read_registers_[i]) && (vm.iterations != 0 || next_program(i))) {
            ready_.push_back(i);
        }
    }
    batch_.clear();
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
