#include "item_rows.h"

#include "kernel_rows.h"

namespace p2ph::randomx {

namespace {

constexpr uint64_t kAvx512 = P2PH_CPU_AVX512F | P2PH_CPU_AVX512BW | P2PH_CPU_AVX512VL; /* a processor that has them has DQ, too */
constexpr ItemShape kOne = {ItemIsa::scalar, 0, 1, 1};

constexpr ItemRow kRows[] = {
    {"avx512 ifma",
     kAvx512 | P2PH_CPU_AVX512IFMA,
     {ItemIsa::avx512, 1, 4, 1},
     {{kOne, {ItemIsa::avx512, 1, 1, 0}, {ItemIsa::avx512, 1, 1, 1}}},
     {9, 4}},
    {"avx512",
     kAvx512,
     {ItemIsa::avx512, 1, 4, 1, false},
     {{kOne, {ItemIsa::avx512, 1, 1, 0, false}, {ItemIsa::avx512, 1, 1, 1, false}}},
     {9, 4}},
    {"avx2", P2PH_CPU_AVX2, {ItemIsa::avx2, 1, 8, 1}, {{kOne, {ItemIsa::avx2, 1, 1, 0}, {ItemIsa::avx2, 1, 1, 2}}}, {6, 3}},
    {"x86-64", 0, {ItemIsa::scalar, 0, 8, 1}, {{kOne, {ItemIsa::scalar, 0, 2, 1}, {ItemIsa::scalar, 0, 4, 1}}}, {4, 2}},
};

}  // namespace

std::span<const ItemRow> item_rows() noexcept { return kRows; }

const ItemRow& best_item_row() { return best_row(item_rows()); }

}  // namespace p2ph::randomx
