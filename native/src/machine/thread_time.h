#pragma once

#include <time.h>

#include <cstdint>

namespace p2ph {

/* CPU time of the calling thread. */
inline uint64_t thread_nanoseconds() noexcept {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

}  // namespace p2ph
