#include "item_rows.h"

#include "machine/kernel_rows.h"

namespace p2ph::randomx {

namespace {

constexpr uint64_t kAvx512 = P2PH_CPU_AVX512F | P2PH_CPU_AVX512BW | P2PH_CPU_AVX512VL; /* a processor that has them has DQ, too */
constexpr ItemShape kOne = {ItemIsa::scalar, 0, 1, 1};

constexpr ItemRow kRows[] = {
    {"avx512 ifma",
     kAvx512 | P2PH_CPU_AVX512IFMA,
     {ItemIsa::avx512, 1, 4, 1},
     {{kOne, {ItemIsa::avx512, 1, 1, 0}, {ItemIsa::avx512, 1, 1, 1}, {ItemIsa::avx512, 1, 2, 0}, {ItemIsa::avx512, 1, 2, 1}}},
     {9, 6}},
    {"avx512",
     kAvx512,
     {ItemIsa::avx512, 1, 4, 1, false},
     {{kOne,
       {ItemIsa::avx512, 1, 1, 0, false},
       {ItemIsa::avx512, 1, 1, 1, false},
       {ItemIsa::avx512, 1, 2, 0, false},
       {ItemIsa::avx512, 1, 2, 1, false}}},
     {9, 6}},
    {"avx2",
     P2PH_CPU_AVX2,
     {ItemIsa::avx2, 1, 8, 1},
     {{kOne, {ItemIsa::avx2, 1, 1, 1}, {ItemIsa::avx2, 1, 1, 2}, {ItemIsa::avx2, 1, 2, 1}, {ItemIsa::avx2, 1, 2, 2}}},
     {6, 4}},
    {"x86-64",
     0,
     {ItemIsa::scalar, 0, 8, 1},
     {{kOne, {ItemIsa::scalar, 0, 2, 1}, {ItemIsa::scalar, 0, 4, 1}, {ItemIsa::scalar, 0, 6, 1}, {ItemIsa::scalar, 0, 8, 1}}},
     {4, 3}},
};

}  // namespace

std::span<const ItemRow> item_rows() noexcept { return kRows; }

const ItemRow& best_item_row() { return best_row(item_rows()); }

}  // namespace p2ph::randomx
