#pragma once

#include "cache_fixture.h"
#include "randomx/blake2b.h"
#include "randomx/interpreter.h"

namespace p2ph::randomx {

struct alignas(64) Scratchpad {
    uint8_t bytes[kScratchpadBytes];
    std::span<const uint8_t> span() const { return bytes; }
};

inline std::string digest_of(std::span<const uint8_t> data) {
    Hash digest;
    hash256(data, digest.data());
    return hex(digest);
}

template <typename Object>
std::span<const uint8_t> raw(const Object& object) {
    return {reinterpret_cast<const uint8_t*>(&object), sizeof object};
}

/* Whole hashes with any runner, all at once; for v2 the raw ones. */
inline std::vector<Hash> hashes_with(ProgramRunner& runner, Version version, std::span<const std::vector<uint8_t>> inputs) {
    std::vector<std::unique_ptr<Scratchpad>> pads;
    std::vector<std::unique_ptr<Vm>> machines;
    std::vector<Vm*> pointers;
    for (const auto& input : inputs) {
        pads.push_back(std::make_unique<Scratchpad>());
        machines.push_back(std::make_unique<Vm>(version, pads.back()->bytes));
        machines.back()->begin(input);
        pointers.push_back(machines.back().get());
    }
    run_programs(pointers, runner);
    std::vector<Hash> hashes(inputs.size());
    for (size_t i = 0; i < inputs.size(); i++) {
        machines[i]->finish(hashes[i].data());
    }
    return hashes;
}

}  // namespace p2ph::randomx
