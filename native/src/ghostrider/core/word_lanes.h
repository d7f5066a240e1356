#pragma once

/* Several messages side by side, word i of each in lane after lane of one vector. Everything here and in word_lanes_*.h is in an unnamed namespace:
 * each file that is compiled for an instruction set has its own copy, which the linker cannot merge with that of another. For the same reason
 * such files call nothing of the standard library that is inline. */

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace p2ph::ghostrider {
namespace {

constexpr size_t kLaneMessageWords = 20;

/* The messages of a group, 64 or 80 bytes each, little-endian words. */
template <size_t kLanes>
struct alignas(64) LaneMessages {
    uint32_t word[kLaneMessageWords][kLanes];
};

template <size_t kLanes>
struct alignas(64) LaneDigests {
    uint32_t word[16][kLanes];
};

/* count 1..kLanes; the lanes that are left over take the last message once more. */
template <size_t kLanes>
inline void gather(LaneMessages<kLanes>& messages, const uint8_t* in, size_t len, size_t stride, size_t count) noexcept {
    for (size_t lane = 0; lane < kLanes; lane++) {
        const auto* message = in + (lane < count ? lane : count - 1) * stride;
        for (size_t i = 0; i < len / 4; i++) {
            std::memcpy(&messages.word[i][lane], message + 4 * i, 4);
        }
    }
}

template <size_t kLanes>
inline void scatter(const LaneDigests<kLanes>& digests, size_t count, uint8_t* out) noexcept {
    for (size_t lane = 0; lane < count; lane++) {
        for (size_t i = 0; i < 16; i++) {
            std::memcpy(out + 64 * lane + 4 * i, &digests.word[i][lane], 4);
        }
    }
}

/* The count messages group by group, Hash::kLanes at once: hash(messages, len, digests). A group reads all of its messages before it writes, so
 * that out may be the messages. Returns how many it has done: all, or those of full groups where the rest is for a narrower vector. */
template <typename Hash>
inline void hash_group(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept {
    LaneMessages<Hash::kLanes> messages;
    LaneDigests<Hash::kLanes> digests;
    gather(messages, in, len, stride, count);
    Hash::hash(messages, len, digests);
    scatter(digests, count, out);
}

/* The messages in groups as wide as Wide; a last group that Narrow has room for is left to it. */
template <typename Wide, typename Narrow>
inline void hash_lanes(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept {
    while (count != 0) {
        size_t done;
        if (count <= Narrow::kLanes) {
            done = count;
            hash_group<Narrow>(in, len, stride, done, out);
        } else {
            done = count < Wide::kLanes ? count : Wide::kLanes;
            hash_group<Wide>(in, len, stride, done, out);
        }
        in += done * stride;
        out += 64 * done;
        count -= done;
    }
}

}  // namespace
}  // namespace p2ph::ghostrider
