#include "machine/numa_memory.h"

#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <memory>

namespace p2ph {

namespace {

using File = std::unique_ptr<FILE, int (*)(FILE*)>;

File open(const std::string& path) { return {std::fopen(path.c_str(), "re"), &std::fclose}; }

uint64_t free_huge_pages(const std::string& node, const char* size_kib) {
    const auto file = open(node + "/hugepages/hugepages-" + size_kib + "kB/free_hugepages");
    uint64_t pages = 0;
    return file && std::fscanf(file.get(), "%" SCNu64, &pages) == 1 ? pages : 0;
}

}  // namespace

std::optional<uint64_t> numa_free_bytes(uint32_t os_index, const std::string& root) {
    const auto node = root + "/node" + std::to_string(os_index);
    const auto file = open(node + "/meminfo");
    if (!file) {
        return std::nullopt;
    }
    uint64_t kib = 0;
    char line[256];
    while (std::fgets(line, sizeof line, file.get())) {
        char name[64];
        uint64_t value = 0;
        if (std::sscanf(line, "Node %*u %63s %" SCNu64 " kB", name, &value) == 2 &&
            (std::strcmp(name, "MemFree:") == 0 || std::strcmp(name, "Inactive(file):") == 0)) {
            kib += value;
        }
    }
    return (kib << 10) + (free_huge_pages(node, "2048") << 21) + (free_huge_pages(node, "1048576") << 30);
}

}  // namespace p2ph
