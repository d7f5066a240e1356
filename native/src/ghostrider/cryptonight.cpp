#include "ghostrider/cryptonight.h"

#include <algorithm>
#include <cstring>

#include "ghostrider/core/blake.h"
#include "ghostrider/core/groestl.h"
#include "ghostrider/core/jh.h"
#include "ghostrider/core/skein.h"
#include "keccak/keccak_f1600.h"
#include "machine/huge_pages.h"

namespace p2ph::ghostrider {

namespace {

constexpr size_t kTweakInputOffset = 35;
constexpr size_t kTweakStateOffset = 192;
constexpr size_t kKeccakRate = 136;

void permute(uint8_t* state) noexcept {
    uint64_t words[kCryptoNightStateBytes / 8];
    std::memcpy(words, state, sizeof words);
    keccak_f1600(words);
    std::memcpy(state, words, sizeof words);
}

uint64_t word_at(const uint8_t* bytes) noexcept {
    uint64_t word;
    std::memcpy(&word, bytes, sizeof word);
    return word;
}

template <typename Hash>
void digest(const uint8_t* state, uint8_t* out) noexcept {
    static_assert(Hash::kDigestBytes == kCryptoNightDigestBytes);
    Hash hash;
    hash.update(state, kCryptoNightStateBytes);
    hash.finish(out);
}

}  // namespace

void begin_lane(CryptoNightLane& lane, const uint8_t* input) noexcept {
    /* 64 bytes are one block of Keccak. */
    std::memset(lane.state, 0, sizeof lane.state);
    std::memcpy(lane.state, input, kCryptoNightInputBytes);
    lane.state[kCryptoNightInputBytes] = 0x01;
    lane.state[kKeccakRate - 1] = 0x80;
    permute(lane.state);
    lane.tweak = word_at(input + kTweakInputOffset) ^ word_at(lane.state + kTweakStateOffset);
}

void end_lane(CryptoNightLane& lane, uint8_t* out) noexcept {
    permute(lane.state);
    switch (lane.state[0] & 3) {
        case 0:
            digest<Blake256>(lane.state, out);
            break;
        case 1:
            digest<Groestl256>(lane.state, out);
            break;
        case 2:
            digest<Jh256>(lane.state, out);
            break;
        default:
            digest<Skein256>(lane.state, out);
            break;
    }
}

uint64_t pad_bytes(const Depths& depths) noexcept {
    uint64_t most = 1;
    for (size_t variant = 0; variant < P2PH_GR_VARIANTS; variant++) {
        most = std::max<uint64_t>(most, depths[variant] * pad_bytes(kCryptoNightVariants[variant]));
    }
    return huge_pages_for(most) * kHugePageBytes;
}

CryptoNight::CryptoNight(const CryptoNightRow& row, const Depths& depths, bool huge_pages)
    : row_(row), pads_(pad_bytes(depths), huge_pages), lanes_(P2PH_GR_LANES_MAX) {
    /* Touched by the thread that will hash in them, and counted right from the start. */
    std::memset(pads_.data(), 0, pads_.bytes());
    for (size_t variant = 0; variant < P2PH_GR_VARIANTS; variant++) {
        plans_[variant] = LanePlan(row, pad_bytes(kCryptoNightVariants[variant]), depths[variant]);
    }
}

size_t CryptoNight::lanes_that_fit(size_t variant) const noexcept {
    return std::min<uint64_t>(pads_.bytes() / pad_bytes(kCryptoNightVariants[variant]), P2PH_GR_LANES_MAX);
}

bool CryptoNight::hash(size_t variant, uint8_t* data, size_t count, const int32_t* cancel) noexcept {
    return hash(variant, plans_[variant], data, count, cancel);
}

bool CryptoNight::hash(size_t variant, const LanePlan& plan, uint8_t* data, size_t count, const int32_t* cancel) noexcept {
    while (count > 0) {
        const auto lanes = plan.part(std::min(count, kBatchMax));
        if (!hash_part(variant, data, lanes, cancel)) {
            return false;
        }
        data += lanes * kCryptoNightInputBytes;
        count -= lanes;
    }
    return true;
}

bool CryptoNight::hash_part(size_t variant, uint8_t* data, size_t lanes, const int32_t* cancel) noexcept {
    const auto& shape = kCryptoNightVariants[variant];
    const auto bytes = pad_bytes(shape);
    for (size_t i = 0; i < lanes; i++) {
        begin_lane(lanes_[i], data + i * kCryptoNightInputBytes);
    }
    if (!row_.fill(pads_.data(), lanes_.data(), lanes, bytes, cancel) ||
        !row_.loops(bytes, lanes)(pads_.data(), lanes_.data(), shape.iterations, cancel) ||
        !row_.absorb(pads_.data(), lanes_.data(), lanes, bytes, shape.filled_bytes, cancel)) {
        return false;
    }
    for (size_t i = 0; i < lanes; i++) {
        auto* const out = data + i * kCryptoNightInputBytes;
        end_lane(lanes_[i], out);
        std::memset(out + kCryptoNightDigestBytes, 0, kCryptoNightInputBytes - kCryptoNightDigestBytes);
    }
    return true;
}

}  // namespace p2ph::ghostrider
