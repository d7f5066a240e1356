#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "machine/numa_nodes.h"
#include "p2ph.h"

namespace p2ph {

/* The arguments of p2ph_search, checked; count is 1 or more. */
struct SearchRequest {
    std::span<const uint8_t> blob;
    size_t nonce_offset;
    uint32_t first_nonce;
    uint64_t count;
    const uint8_t* target;
    const int32_t* cancel;
    p2ph_hit* hits;
    size_t hit_capacity;
};

/* Its results: the first `hashed` nonces are done, and all hits among them are kept. */
struct SearchOutcome {
    size_t hit_count;
    uint64_t hashed;
};

/* What one thread needs to hash. How many hashes are under way at once is an engine's own affair. */
class Hasher {
   public:
    virtual ~Hasher() = default;
    /* Which lengths of input, and which places for the nonce, it has a meaning for; within the limits of the header. */
    virtual bool takes([[maybe_unused]] size_t input_len) const noexcept { return true; }
    virtual bool searches([[maybe_unused]] size_t blob_len, [[maybe_unused]] size_t nonce_offset) const noexcept { return true; }
    /* count 1 or more; inputs and out as in p2ph_hash_many, but for one hash they may overlap. */
    virtual void hash_many(const uint8_t* inputs, size_t input_len, size_t count, uint8_t* out) = 0;
    virtual SearchOutcome search(const SearchRequest& request) = 0;
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
    /* How many times it holds what hashers read: once, or for each NUMA node. */
    virtual uint32_t copies() const { return 1; }
    /* For the calling thread, near its CPU. */
    virtual std::unique_ptr<Hasher> make_hasher(bool huge_pages) = 0;
};

struct SeedRequest {
    std::span<const uint8_t> seed;
    uint64_t items; /* of the dataset, to be held in memory */
    bool huge_pages;
    bool giant_pages = false;
    const NumaNodes* nodes = nullptr; /* a copy for each where there is memory for it; null: one copy. They must outlive the data. */
};

/* One engine for one algorithm. make throws std::bad_alloc when there is no memory. */
struct Backend {
    p2ph_algorithm algorithm;
    size_t seed_bytes_min;
    size_t seed_bytes_max;
    uint64_t items_max; /* of the dataset, in memory */
    std::unique_ptr<SeedData> (*make)(const SeedRequest& request);
};

/* Null: no engine for it. */
const Backend* find_backend(p2ph_algorithm algorithm) noexcept;

std::unique_ptr<SeedData> make_ghostrider(const SeedRequest& request);

}  // namespace p2ph
