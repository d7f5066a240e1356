/* The start of Argon2d: H0 and the first two blocks. */
#include "argon2d.h"

#include <cstring>

#include "blake2b.h"
#include "machine/kernel_rows.h"
#include "parameters.h"

namespace p2ph::randomx {

static_assert(uint64_t{kArgonBlocks} * kBlockWords * 8 == kCacheBytes);

namespace {

constexpr size_t kBlockBytes = kBlockWords * 8;
constexpr uint8_t kSalt[8] = {'R', 'a', 'n', 'd', 'o', 'm', 'X', 3};

void update_u32(Blake2b& hash, uint32_t value) noexcept { hash.update(&value, sizeof value); }

/* Section 3.2 of RFC 9106: all parameters, then each string with its length before it. There is no secret and no associated data. */
void initial_hash(std::span<const uint8_t> key, uint8_t* h0) noexcept {
    Blake2b hash(64);
    for (const uint32_t value : {1u, 0u, kArgonBlocks, uint32_t{kArgonPasses}, 0x13u, 0u}) {
        update_u32(hash, value); /* lanes, tag length, blocks, passes, version, type Argon2d */
    }
    update_u32(hash, static_cast<uint32_t>(key.size()));
    hash.update(key.data(), key.size());
    update_u32(hash, sizeof kSalt);
    hash.update(kSalt, sizeof kSalt);
    update_u32(hash, 0);
    update_u32(hash, 0);
    hash.finish(h0);
}

/* H' of RFC 9106 for one block: a chain of hashes of which each but the last gives its first half. */
void first_block(const uint8_t* h0, uint32_t index, uint8_t* block) noexcept {
    uint8_t link[64];
    Blake2b hash(64);
    update_u32(hash, kBlockBytes);
    hash.update(h0, 64);
    update_u32(hash, index);
    update_u32(hash, 0); /* lane */
    hash.finish(link);
    size_t at = 0;
    for (; at + 64 < kBlockBytes; at += 32) {
        std::memcpy(block + at, link, 32);
        hash512(link, link);
    }
    std::memcpy(block + at, link, 64);
}

}  // namespace

std::span<const Argon2Row> argon2_rows() noexcept {
    static const Argon2Row kRows[] = {
#if defined(__x86_64__)
        kArgon2Avx512,
        kArgon2Avx2,
        kArgon2Ssse3,
#endif
        kArgon2Portable,
    };
    return kRows;
}

const Argon2Row& best_argon2_row() { return best_row(argon2_rows()); }

void fill_cache(std::span<const uint8_t> key, uint8_t* cache, const Argon2Row& row) noexcept {
    uint8_t h0[64];
    initial_hash(key, h0);
    first_block(h0, 0, cache);
    first_block(h0, 1, cache + kBlockBytes);
    row.fill(reinterpret_cast<uint64_t*>(cache));
}

}  // namespace p2ph::randomx
