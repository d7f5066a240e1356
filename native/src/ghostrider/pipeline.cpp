#include "ghostrider/pipeline.h"

#include <algorithm>

namespace p2ph::ghostrider {

Pipeline::Pipeline(const Kernels& kernels, const Depths& depths, bool huge_pages)
    : kernels_(kernels), cryptonight_(*kernels.cryptonight, depths, huge_pages), stage_(kBatchMax * kStageBytes) {}

size_t Pipeline::batch_of(const Selection& selection) const noexcept {
    /* A batch that is cancelled is lost, so a larger one must be worth it. */
    constexpr double kGoodEnough = 1.01;
    const auto cost = [&](size_t count) {
        double sum = 0;
        for (const auto variant : selection.cryptonight) {
            sum += static_cast<double>(kCryptoNightVariants[variant].iterations) * cryptonight_.plan(variant).cost(count);
        }
        return sum / static_cast<double>(count);
    };

    double best = cost(1);
    for (size_t count = 2; count <= kBatchMax; count++) {
        best = std::min(best, cost(count));
    }
    size_t count = 1;
    while (cost(count) > best * kGoodEnough) {
        count++;
    }
    return count;
}

bool Pipeline::run(const Selection& selection, const uint8_t* headers, size_t count, const int32_t* cancel) noexcept {
    auto* const stage = stage_.data();
    for (size_t i = 0; i < kCoreStages; i++) {
        const auto core = kernels_.core[selection.core[i]];
        if (i == 0) {
            core(headers, kHeaderBytes, kHeaderBytes, count, stage);
        } else {
            core(stage, kStageBytes, kStageBytes, count, stage);
        }
        if (i % kCoreStagesBetween == kCoreStagesBetween - 1 &&
            !cryptonight_.hash(selection.cryptonight[i / kCoreStagesBetween], stage, count, cancel)) {
            return false;
        }
    }
    return true;
}

}  // namespace p2ph::ghostrider
