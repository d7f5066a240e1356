#pragma once

#include <algorithm>
#include <cstddef>
#include <thread>
#include <vector>

namespace p2ph::randomx {

/* Runs body(0, N), body(1, N), ... in a thread each, as many as there are processors. */
template <typename Body>
void in_threads(Body body) {
    std::vector<std::thread> threads;
    const auto count = std::max<size_t>(1, std::thread::hardware_concurrency());
    for (size_t i = 0; i < count; i++) {
        threads.emplace_back([&body, i, count] { body(i, count); });
    }
    for (auto& thread : threads) {
        thread.join();
    }
}

}  // namespace p2ph::randomx
