#include "dataset_item.h"

#include <cstring>

#include "parameters.h"

namespace p2ph::randomx {

void compute_item(const uint8_t* cache, const SuperscalarPrograms& programs, uint64_t index, uint64_t item[8]) noexcept {
    const auto first = (index + 1) * kItemMultiplier;
    for (int i = 0; i < 8; i++) {
        item[i] = first ^ kItemConstants[i];
    }

    auto line_index = index;
    for (const auto& program : programs) {
        const auto* line = cache + line_index % kCacheItems * kItemBytes;
        __builtin_prefetch(line);
        execute(program, item);
        uint64_t words[8];
        std::memcpy(words, line, sizeof words);
        for (int i = 0; i < 8; i++) {
            item[i] ^= words[i];
        }
        line_index = item[program.address_register];
    }
}

}  // namespace p2ph::randomx
