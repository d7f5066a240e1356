#include "dataset_item.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "parameters.h"
#include "wide_multiply.h"

namespace p2ph::randomx {

namespace {

/* Items that go through the programs together: register i of all of them lies in r[i]. Enough to hide the cache lines' latency and the cost
 * of choosing an instruction, few enough for the first-level cache. */
constexpr size_t kLanes = 16;

struct alignas(64) Lanes {
    uint64_t r[8][kLanes];
};

template <typename Operation>
void each(uint64_t* dst, const uint64_t* src, Operation operation) noexcept {
    for (size_t lane = 0; lane < kLanes; lane++) {
        dst[lane] = operation(dst[lane], src[lane]);
    }
}

void execute(const SuperscalarProgram& program, Lanes& lanes) noexcept {
    for (const auto& i : program.code) {
        auto* dst = lanes.r[i.dst];
        const auto* src = lanes.r[i.src];
        const auto constant = i.constant;
        switch (i.op) {
            case SuperscalarOp::isub_r:
                each(dst, src, [](uint64_t a, uint64_t b) { return a - b; });
                break;
            case SuperscalarOp::ixor_r:
                each(dst, src, [](uint64_t a, uint64_t b) { return a ^ b; });
                break;
            case SuperscalarOp::iadd_rs:
                each(dst, src, [shift = i.shift](uint64_t a, uint64_t b) { return a + (b << shift); });
                break;
            case SuperscalarOp::imul_r:
                each(dst, src, [](uint64_t a, uint64_t b) { return a * b; });
                break;
            case SuperscalarOp::iror_c:
                each(dst, src, [count = static_cast<int>(i.imm32)](uint64_t a, uint64_t) { return std::rotr(a, count); });
                break;
            case SuperscalarOp::iadd_c7:
            case SuperscalarOp::iadd_c8:
            case SuperscalarOp::iadd_c9:
                each(dst, src, [constant](uint64_t a, uint64_t) { return a + constant; });
                break;
            case SuperscalarOp::ixor_c7:
            case SuperscalarOp::ixor_c8:
            case SuperscalarOp::ixor_c9:
                each(dst, src, [constant](uint64_t a, uint64_t) { return a ^ constant; });
                break;
            case SuperscalarOp::imulh_r:
                each(dst, src, multiply_high);
                break;
            case SuperscalarOp::ismulh_r:
                each(dst, src, multiply_high_signed);
                break;
            case SuperscalarOp::imul_rcp:
                each(dst, src, [constant](uint64_t a, uint64_t) { return a * constant; });
                break;
        }
    }
}

void read_line(const uint8_t* cache, uint64_t line_index, uint64_t* words) noexcept {
    std::memcpy(words, cache + line_index % kCacheItems * kItemBytes, kItemBytes);
}

void prefetch_line(const uint8_t* cache, uint64_t line_index) noexcept {
    __builtin_prefetch(cache + line_index % kCacheItems * kItemBytes);
}

/* Unused lanes compute the first item again. */
void compute_lanes(const uint8_t* cache, const SuperscalarPrograms& programs, const uint64_t* indices, size_t count, Item* items) noexcept {
    Lanes lanes;
    uint64_t line_index[kLanes];
    for (size_t lane = 0; lane < kLanes; lane++) {
        line_index[lane] = indices[lane < count ? lane : 0];
        prefetch_line(cache, line_index[lane]);
        const auto first = (line_index[lane] + 1) * kItemMultiplier;
        for (int i = 0; i < 8; i++) {
            lanes.r[i][lane] = first ^ kItemConstants[i];
        }
    }

    for (const auto& program : programs) {
        execute(program, lanes);
        for (size_t lane = 0; lane < kLanes; lane++) {
            uint64_t words[8];
            read_line(cache, line_index[lane], words);
            for (int i = 0; i < 8; i++) {
                lanes.r[i][lane] ^= words[i];
            }
            line_index[lane] = lanes.r[program.address_register][lane];
            prefetch_line(cache, line_index[lane]);
        }
    }

    for (size_t lane = 0; lane < count; lane++) {
        for (int i = 0; i < 8; i++) {
            items[lane][i] = lanes.r[i][lane];
        }
    }
}

}  // namespace

void compute_item(const uint8_t* cache, const SuperscalarPrograms& programs, uint64_t index, Item& item) noexcept {
    const auto first = (index + 1) * kItemMultiplier;
    for (int i = 0; i < 8; i++) {
        item[i] = first ^ kItemConstants[i];
    }

    auto line_index = index;
    for (const auto& program : programs) {
        prefetch_line(cache, line_index);
        execute(program, item);
        uint64_t words[8];
        read_line(cache, line_index, words);
        for (int i = 0; i < 8; i++) {
            item[i] ^= words[i];
        }
        line_index = item[program.address_register];
    }
}

void compute_items(const uint8_t* cache, const SuperscalarPrograms& programs, const uint64_t* indices, size_t count, Item* items) noexcept {
    /* A few are faster one by one than with most lanes idle. */
    constexpr size_t kWorthLanes = 3;
    while (count >= kWorthLanes) {
        const auto part = std::min(count, kLanes);
        compute_lanes(cache, programs, indices, part, items);
        indices += part;
        items += part;
        count -= part;
    }
    for (size_t i = 0; i < count; i++) {
        compute_item(cache, programs, indices[i], items[i]);
    }
}

void compute_span(const uint8_t* cache, const SuperscalarPrograms& programs, uint64_t first, uint64_t count, Item* items) noexcept {
    for (const auto end = first + count; first < end;) {
        uint64_t indices[kLanes];
        const auto part = std::min<uint64_t>(kLanes, end - first);
        for (uint64_t i = 0; i < part; i++) {
            indices[i] = first + i;
        }
        compute_items(cache, programs, indices, part, items);
        items += part;
        first += part;
    }
}

}  // namespace p2ph::randomx
