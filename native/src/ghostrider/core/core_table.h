#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "p2ph.h"

namespace p2ph::ghostrider {

constexpr size_t kCoreHashes = 15;
constexpr size_t kCoreDigestBytes = 64;

/* Hashes count messages of len bytes, 64 or 80: message i at in + i * stride, its digest at out + 64 * i. Any count, 0 among them,
 * any alignment. out may be the messages themselves when stride is 64; otherwise they do not overlap. */
using CoreMany = void (*)(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;

struct CoreRow {
    const char* isa;
    uint64_t needs; /* P2PH_CPU_* bits */
    CoreMany many;
};

/* The rows of one core hash, best first; the last one is portable and needs nothing. index below kCoreHashes, numbered as GhostRider does. */
std::span<const CoreRow> core_rows(size_t index) noexcept;

}  // namespace p2ph::ghostrider
