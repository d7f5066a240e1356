#pragma once

#include <cstddef>
#include <cstdint>

namespace p2ph::randomx {

/* Specification table 1.2.1, and what follows from it. */
constexpr size_t kItemBytes = 64;
constexpr uint64_t kCacheBytes = 256ull << 20;
constexpr uint32_t kCacheItems = kCacheBytes / kItemBytes;

constexpr uint64_t kDatasetBaseBytes = 2ull << 30;
constexpr uint64_t kDatasetExtraBytes = 33554368;
constexpr uint64_t kDatasetBytes = kDatasetBaseBytes + kDatasetExtraBytes;
constexpr uint64_t kDatasetItems = kDatasetBytes / kItemBytes;
/* ma and mx as addresses of items. */
constexpr uint32_t kDatasetMask = (kDatasetBaseBytes - 1) & ~(kItemBytes - 1);

constexpr size_t kScratchpadBytes = 2u << 20;
constexpr uint32_t kL1Mask = (16u << 10) - 8;
constexpr uint32_t kL2Mask = (256u << 10) - 8;
constexpr uint32_t kL3Mask = kScratchpadBytes - 8;
constexpr uint32_t kL3LineMask = kScratchpadBytes - 64;

constexpr int kIterations = 2048;
constexpr int kProgramsPerHash = 8;
constexpr size_t kSeedBytes = 64; /* Hash512 */

/* rx/0 and rx/2. The cache and the dataset are the same for both. */
enum class Version : uint8_t { v1 = 1, v2 = 2 };

constexpr int kInstructionsMax = 384;
constexpr int instructions(Version version) { return version == Version::v1 ? 256 : kInstructionsMax; }

}  // namespace p2ph::randomx
