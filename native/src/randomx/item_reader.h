#pragma once

#include <cstring>

#include "dataset_item.h"
#include "parameters.h"

namespace p2ph::randomx {

/* Where programs find items of the dataset. */
class ItemReader {
   public:
    virtual ~ItemReader() = default;
    /* Reads or computes count items, each 64 bytes as r0-r7. */
    virtual void read(const uint64_t* indices, size_t count, Item* items) const noexcept = 0;
    /* The item will be wanted soon. */
    virtual void prefetch(uint64_t index) const noexcept = 0;
};

/* All items in memory. */
class FullItems final : public ItemReader {
   public:
    explicit FullItems(const uint8_t* dataset) noexcept : dataset_(dataset) {}

    void read(const uint64_t* indices, size_t count, Item* items) const noexcept override {
        for (size_t i = 0; i < count; i++) {
            std::memcpy(items[i], dataset_ + indices[i] * kItemBytes, sizeof items[i]);
        }
    }

    void prefetch(uint64_t index) const noexcept override { __builtin_prefetch(dataset_ + index * kItemBytes); }

   private:
    const uint8_t* dataset_;
};

/* Each item computed when it is wanted. */
class CacheItems final : public ItemReader {
   public:
    CacheItems(const uint8_t* cache, const SuperscalarPrograms& programs) noexcept : cache_(cache), programs_(programs) {}

    void read(const uint64_t* indices, size_t count, Item* items) const noexcept override {
        compute_items(cache_, programs_, indices, count, items);
    }

    void prefetch(uint64_t) const noexcept override {}

   private:
    const uint8_t* cache_;
    const SuperscalarPrograms& programs_;
};

/* The first items in memory, the others computed. */
class PartialItems final : public ItemReader {
   public:
    PartialItems(const uint8_t* dataset, uint64_t resident, const uint8_t* cache, const SuperscalarPrograms& programs) noexcept
        : there_(dataset), resident_(resident), computed_(cache, programs) {}

    void read(const uint64_t* indices, size_t count, Item* items) const noexcept override {
        for (size_t i = 0; i < count; i++) {
            const ItemReader& reader = indices[i] < resident_ ? static_cast<const ItemReader&>(there_) : computed_;
            reader.read(indices + i, 1, items + i);
        }
    }

    void prefetch(uint64_t index) const noexcept override {
        if (index < resident_) {
            there_.prefetch(index);
        }
    }

   private:
    FullItems there_;
    uint64_t resident_;
    CacheItems computed_;
};

}  // namespace p2ph::randomx
