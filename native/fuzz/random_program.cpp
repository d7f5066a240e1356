#include "random_program.h"

#include <algorithm>
#include <cstring>

#include "randomx/aes.h"

namespace p2ph::randomx {

namespace {

constexpr size_t kCodeAt = 9 + 128;

std::vector<uint8_t> noise(size_t bytes, uint64_t seed, uint8_t purpose) {
    uint8_t state[64] = {purpose};
    std::memcpy(state + 8, &seed, sizeof seed);
    std::vector<uint8_t> made((bytes + 63) / 64 * 64);
    kAesPortable.fill_4r(state, made.data(), made.size());
    made.resize(bytes);
    return made;
}

}  // namespace

void next_program(std::vector<uint8_t>& bytes, uint64_t seed) {
    const auto choice = noise(64, seed, 2);
    if (seed % 4 == 2) {
        for (size_t i = 0; i < 1 + choice[0] % 8u; i++) {
            bytes[(choice[4 * i + 8] | choice[4 * i + 9] << 8) % bytes.size()] = choice[4 * i + 10];
        }
        return;
    }
    bytes = noise(bytes.size(), seed, 1);
    if (seed % 4 == 3) {
        for (auto at = kCodeAt; at < bytes.size(); at += 8) {
            bytes[at] = choice[bytes[at] % 8];
        }
    }
}

}  // namespace p2ph::randomx
