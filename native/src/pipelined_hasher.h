#pragma once

#include "backend.h"

namespace p2ph {

/* A hasher with one hash under way: begin, then next for each further input, then last. The pipeline lets an engine start the next
 * input while it finishes the one before. A begun input may be dropped by a new begin. */
class PipelinedHasher : public Hasher {
   public:
    void hash_many(const uint8_t* inputs, size_t input_len, size_t count, uint8_t* out) final;
    SearchOutcome search(const SearchRequest& request) final;

   protected:
    virtual void begin(std::span<const uint8_t> input) = 0;
    virtual void next(std::span<const uint8_t> input, uint8_t* out_of_previous) = 0;
    virtual void last(uint8_t* out) = 0;
};

}  // namespace p2ph
