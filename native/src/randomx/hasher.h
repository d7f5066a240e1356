#pragma once

#include <memory>
#include <vector>

#include "abi/backend.h"
#include "machines.h"
#include "parameters.h"

namespace p2ph::randomx {

/* Hashes on the machines of one thread, as many at once as there are. For v2 a
 * target is compared with the commitment, and hashes are told all the same. */
class MachineHasher final : public Hasher {
   public:
    MachineHasher(Version version, std::unique_ptr<Machines> machines);

    void hash_many(const uint8_t* inputs, size_t input_len, size_t count, uint8_t* out) override;
    SearchOutcome search(const SearchRequest& request) override;
    p2ph_memory memory() const override { return machines_->memory_used(); }

   private:
    bool meets(const uint8_t* target, std::span<const uint8_t> input, const uint8_t* hash) const noexcept;

    Version version_;
    std::unique_ptr<Machines> machines_;
};

}  // namespace p2ph::randomx
