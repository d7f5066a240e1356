#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "p2ph.h"

namespace p2ph {

/* What one thread needs to hash. begin, then next for each further input, then last: the pipeline lets an engine start the next
 * input while it finishes the one before. A begun input may be dropped by a new begin. */
class Hasher {
   public:
    virtual ~Hasher() = default;
    virtual void begin(std::span<const uint8_t> input) = 0;
    virtual void next(std::span<const uint8_t> input, uint8_t* out_of_previous) = 0;
    virtual void last(uint8_t* out) = 0;
    virtual p2ph_memory memory() const = 0;
};

/* What all threads share for one seed. init_items is called by many threads at once, the rest by one. */
class SeedData {
   public:
    virtual ~SeedData() = default;
    virtual uint64_t item_count() const = 0;
    virtual void init_items(uint64_t first, uint64_t count) = 0;
    virtual void finish() = 0;
    virtual p2ph_memory memory() const = 0;
    virtual std::unique_ptr<Hasher> make_hasher(bool huge_pages) = 0;
};

struct SeedRequest {
    std::span<const uint8_t> seed;
    bool fast;
    bool huge_pages;
};

/* One engine for one algorithm. make throws std::bad_alloc when there is no memory. */
struct Backend {
    p2ph_algorithm algorithm;
    size_t seed_bytes_min;
    size_t seed_bytes_max;
    std::unique_ptr<SeedData> (*make)(const SeedRequest& request);
};

/* Null: no engine for it. */
const Backend* find_backend(p2ph_algorithm algorithm) noexcept;

std::unique_ptr<SeedData> make_librandomx(const SeedRequest& request);

}  // namespace p2ph
