#pragma once

#include <cstdint>

namespace p2ph::ghostrider {

/* The chaining values after the configuration block. */
constexpr uint64_t kSkeinIv512[8] = {
    0x4903adff749c51ce, 0x0d95de399746df03, 0x8fd1934127c79bce, 0x9a255629ff352cb1,
    0x5db62599df6ca7b0, 0xeabe394ca9d5c3f4, 0x991112c71a75b523, 0xae18a40b660fcc33,
};
constexpr uint64_t kSkeinIv256[8] = {
    0xccd044a12fdb3e13, 0xe83590301a79a9eb, 0x55aea0614f816e6f, 0x2a2767a4ae9b94db,
    0xec06025e74dd7683, 0xe7a436cdc4746251, 0xc36fbaf9393ad185, 0x3eedba1833edfc13,
};

constexpr int kSkeinRotations[8][4] = {
    {46, 36, 19, 37}, {33, 27, 14, 42}, {17, 49, 36, 39}, {44, 9, 54, 56},
    {39, 30, 34, 24}, {13, 50, 10, 17}, {25, 29, 39, 43}, {8, 35, 56, 22},
};
constexpr int kSkeinPermutation[8] = {2, 1, 4, 7, 6, 5, 0, 3};
constexpr uint64_t kSkeinParity = 0x1bd11bdaa9fc1a22;

constexpr uint64_t kSkeinFirst = uint64_t{1} << 62;
constexpr uint64_t kSkeinFinal = uint64_t{1} << 63;
constexpr uint64_t kSkeinMessage = uint64_t{48} << 56;
constexpr uint64_t kSkeinOutput = uint64_t{63} << 56;

}  // namespace p2ph::ghostrider
