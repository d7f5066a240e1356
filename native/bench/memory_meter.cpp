#include "memory_meter.h"

#include <cinttypes>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>

namespace p2ph::bench {

namespace {

/* Lines "Name:   123 kB"; 0 where there is none of that name. */
int64_t kib_in(const char* path, const std::string& name) {
    const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path, "re"), &std::fclose);
    if (!file) {
        throw std::runtime_error(std::string(path) + " cannot be read");
    }
    char line[256];
    int64_t kib = 0;
    while (std::fgets(line, sizeof line, file.get())) {
        if (std::sscanf(line, (name + ": %" SCNd64 " kB").c_str(), &kib) == 1) {
            return kib;
        }
    }
    return 0;
}

}  // namespace

MemoryUsed memory_used() {
    const auto reserved = kib_in("/proc/self/status", "HugetlbPages");
    const auto transparent = kib_in("/proc/self/smaps_rollup", "AnonHugePages");
    return {(kib_in("/proc/self/status", "VmRSS") + reserved) << 10, (reserved + transparent) >> 11};
}

}  // namespace p2ph::bench
