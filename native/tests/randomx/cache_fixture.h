#pragma once

#include <sys/mman.h>

#include <map>
#include <memory>

#include "machine/huge_pages.h"
#include "randomx/argon2d.h"
#include "randomx/parameters.h"
#include "randomx/superscalar.h"
#include "vectors.h"

namespace p2ph::randomx {

/* 256 MiB, aligned and backed by huge pages where there are some. */
class CacheMemory {
   public:
    CacheMemory() {
        void* memory = mmap(nullptr, kCacheBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) {
            throw std::bad_alloc();
        }
        memory_ = static_cast<uint8_t*>(memory);
        advise_huge_pages(memory_, kCacheBytes);
    }
    ~CacheMemory() { munmap(memory_, kCacheBytes); }
    CacheMemory(const CacheMemory&) = delete;
    CacheMemory& operator=(const CacheMemory&) = delete;
    uint8_t* data() const { return memory_; }
    std::span<const uint8_t> bytes() const { return {memory_, kCacheBytes}; }

   private:
    uint8_t* memory_;
};

struct TestCache {
    explicit TestCache(std::span<const uint8_t> key) : programs(make_superscalar_programs(key)) { fill_cache(key, memory.data()); }
    CacheMemory memory;
    SuperscalarPrograms programs;
};

/* The cache of the key most tests use, made once. */
inline const TestCache& first_cache() {
    static const TestCache cache(first_key());
    return cache;
}

}  // namespace p2ph::randomx
