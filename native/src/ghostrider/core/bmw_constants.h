#pragma once

#include <cstdint>

namespace p2ph::ghostrider {

/* The first chaining value: the bytes 0x80, 0x81, ... in big-endian words. */
constexpr uint64_t kBmwIv = 0x8081828384858687;
constexpr uint64_t kBmwIvStep = 0x0808080808080808;
/* That of the last compression; each word is one more than the one before. */
constexpr uint64_t kBmwFinalKey = 0xaaaaaaaaaaaaaaa0;

/* W[i] is the signed sum of five words of M ^ H. */
struct BmwTerm {
    int8_t word;
    int8_t sign;
};
/* clang-format off */
constexpr BmwTerm kBmwTerms[16][5] = {
    {{5, 1}, {7, -1}, {10, 1}, {13, 1}, {14, 1}},     {{6, 1}, {8, -1}, {11, 1}, {14, 1}, {15, -1}},
    {{0, 1}, {7, 1}, {9, 1}, {12, -1}, {15, 1}},      {{0, 1}, {1, -1}, {8, 1}, {10, -1}, {13, 1}},
    {{1, 1}, {2, 1}, {9, 1}, {11, -1}, {14, -1}},     {{3, 1}, {2, -1}, {10, 1}, {12, -1}, {15, 1}},
    {{4, 1}, {0, -1}, {3, -1}, {11, -1}, {13, 1}},    {{1, 1}, {4, -1}, {5, -1}, {12, -1}, {14, -1}},
    {{2, 1}, {5, -1}, {6, -1}, {13, 1}, {15, -1}},    {{0, 1}, {3, -1}, {6, 1}, {7, -1}, {14, 1}},
    {{8, 1}, {1, -1}, {4, -1}, {7, -1}, {15, 1}},     {{8, 1}, {0, -1}, {2, -1}, {5, -1}, {9, 1}},
    {{1, 1}, {3, 1}, {6, -1}, {9, -1}, {10, 1}},      {{2, 1}, {4, 1}, {7, 1}, {10, 1}, {11, 1}},
    {{3, 1}, {5, -1}, {8, 1}, {11, -1}, {12, -1}},    {{12, 1}, {4, -1}, {6, -1}, {9, -1}, {13, 1}},
};
/* clang-format on */

/* s0 to s3: (x >> a) ^ (x << b) ^ (x <<< c) ^ (x <<< d). */
constexpr int kBmwS[4][4] = {{1, 3, 4, 37}, {1, 2, 13, 43}, {2, 1, 19, 53}, {2, 2, 28, 59}};
/* r1 to r7. */
constexpr int kBmwR[7] = {5, 11, 27, 32, 37, 43, 53};
constexpr uint64_t kBmwExpand = 0x0555555555555555;

/* The shifts of the fold: positive to the left. */
constexpr int kBmwFoldHigh[8][2] = {{5, -5}, {-7, 8}, {-5, 5}, {-1, 5}, {-3, 0}, {6, -6}, {-4, 6}, {-11, 2}};
/* The shift, and which word of Q. */
constexpr int kBmwFoldLow[8][2] = {{8, 23}, {-6, 16}, {6, 17}, {4, 18}, {-3, 19}, {-4, 20}, {-7, 21}, {-2, 22}};

}  // namespace p2ph::ghostrider
