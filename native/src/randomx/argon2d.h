#pragma once

#include <cstdint>
#include <span>

namespace p2ph::randomx {

/* The memory of Argon2d, version 0x13, one lane of 262,144 blocks of 1 KiB, three passes: RFC 9106 and specification 7.1. */
constexpr uint32_t kArgonBlocks = 262144;
constexpr int kArgonPasses = 3;
constexpr size_t kBlockWords = 128;

/* One way to run the three passes once blocks 0 and 1 are there. */
struct Argon2Row {
    const char* isa;
    uint64_t needs;                          /* P2PH_CPU_* */
    void (*fill)(uint64_t* memory) noexcept; /* kArgonBlocks * kBlockWords words, aligned to 64 bytes */
};

/* Best first; the last one is portable and needs nothing. */
std::span<const Argon2Row> argon2_rows() noexcept;
/* The first that may be used here: see machine/kernel_rows.h, also for what it throws. */
const Argon2Row& best_argon2_row();

/* Makes the cache of a key: 256 MiB, aligned to 64 bytes. The key has at most 60 bytes. */
void fill_cache(std::span<const uint8_t> key, uint8_t* cache, const Argon2Row& row = best_argon2_row()) noexcept;

extern const Argon2Row kArgon2Portable;
extern const Argon2Row kArgon2Ssse3;
extern const Argon2Row kArgon2Avx2;
extern const Argon2Row kArgon2Avx512;

}  // namespace p2ph::randomx
