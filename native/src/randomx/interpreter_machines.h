#pragma once

#include <memory>
#include <vector>

#include "interpreter.h"
#include "machine/huge_memory.h"
#include "machines.h"

namespace p2ph::randomx {

/* Machines without a compiler. */
class InterpreterMachines final : public Machines {
   public:
    /* Items 0..resident - 1 lie in dataset; cache may be null when that is all of
     * them. programs are those of the cache and must outlive this. */
    InterpreterMachines(Version version, const uint8_t* dataset, uint64_t resident, const uint8_t* cache,
                        const SuperscalarPrograms& programs, size_t machines, bool huge_pages);

    size_t machines() const noexcept override { return vms_.size(); }
    p2ph_memory memory_used() const override;
    void begin(size_t i, std::span<const uint8_t> input) noexcept override { vms_[i]->begin(input); }
    bool run(size_t active, const int32_t* cancel) override;
    void finish(size_t i, uint8_t* hash) noexcept override { vms_[i]->finish(hash); }
    void finish_and_begin(size_t i, uint8_t* hash, std::span<const uint8_t> next_input) noexcept override {
        vms_[i]->finish_and_begin(next_input, hash);
    }

   private:
    HugeMemory scratchpads_;
    std::vector<std::unique_ptr<Vm>> vms_;
    std::vector<Vm*> pointers_;
    std::unique_ptr<ItemReader> items_;
    Interpreter interpreter_;
};

}  // namespace p2ph::randomx
