#pragma once

#include <randomx.h>

#include <memory>
#include <span>
#include <vector>

#include "new_mappings.h"
#include "p2ph.h"

namespace p2ph::oracle {

/* librandomx as the system ships it, version 1 of RandomX with one key: what tests and benchmarks compare our engine with. It gets what it
 * can use: all its flags for this processor, and huge pages for everything it allocates, reserved ones if there are any. Throws
 * std::bad_alloc. */
class Librandomx {
   public:
    /* What one thread needs. It must not outlive its Librandomx. */
    class Machine {
       public:
        void hash(std::span<const uint8_t> input, uint8_t* out);
        /* The same in a row: begin, then next for each further input, which ends the one before. */
        void begin(std::span<const uint8_t> input);
        void next(std::span<const uint8_t> input, uint8_t* out);

       private:
        friend class Librandomx;
        struct Destroy {
            void operator()(randomx_vm* vm) const { randomx_destroy_vm(vm); }
        };
        std::unique_ptr<randomx_vm, Destroy> vm_;
    };

    /* The cache is ready; with the dataset, its items are still to be made. key: 1..60 bytes. */
    Librandomx(std::span<const uint8_t> key, bool with_dataset, bool huge_pages);

    /* Computes the cache of another key; the library does nothing when it is the same. */
    void change_key(std::span<const uint8_t> key);
    static uint64_t item_count() { return randomx_dataset_item_count(); }
    /* Any number of threads at once, on disjoint items. */
    void init_items(uint64_t first, uint64_t count) const { randomx_init_dataset(dataset_.get(), cache_.get(), first, count); }
    /* The items, 64 bytes each; null without. */
    uint8_t* dataset() const;
    /* With the dataset: its items are there, the cache can go. */
    void drop_cache() { cache_.reset(); }
    /* By one thread at a time, and by no other while that allocates. */
    Machine make_machine();

    /* How many 2 MiB pages hold what it allocated. */
    uint64_t huge_pages() const;

   private:
    struct Release {
        void operator()(randomx_cache* cache) const { randomx_release_cache(cache); }
        void operator()(randomx_dataset* dataset) const { randomx_release_dataset(dataset); }
    };

    template <typename Make>
    auto allocate(Make make);

    bool huge_pages_;
    randomx_flags base_;
    uint64_t reserved_pages_ = 0;
    std::vector<Mapping> advised_;
    std::unique_ptr<randomx_dataset, Release> dataset_;
    std::unique_ptr<randomx_cache, Release> cache_;
};

}  // namespace p2ph::oracle
