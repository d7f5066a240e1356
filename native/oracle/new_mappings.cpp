#include "new_mappings.h"

#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace p2ph::oracle {

std::vector<Mapping> anonymous_mappings() {
    const std::unique_ptr<FILE, int (*)(FILE*)> maps(std::fopen("/proc/self/maps", "re"), &std::fclose);
    if (!maps) {
        throw std::runtime_error("/proc/self/maps cannot be read");
    }
    std::vector<Mapping> found;
    char line[512];
    while (std::fgets(line, sizeof line, maps.get())) {
        uintptr_t first = 0;
        uintptr_t end = 0;
        char rights[5] = "";
        uint64_t inode = 0;
        if (std::sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s %*s %*s %" SCNu64, &first, &end, rights, &inode) != 4 || inode != 0 ||
            std::strcmp(rights, "rw-p") != 0) {
            continue;
        }
        if (!found.empty() && found.back().end == first) {
            found.back().end = end;
        } else {
            found.push_back({first, end});
        }
    }
    return found;
}

std::vector<Mapping> new_mappings(const std::vector<Mapping>& before, const std::vector<Mapping>& now) {
    std::vector<Mapping> added;
    auto old = before.begin();
    for (auto [first, end] : now) {
        while (old != before.end() && old->end <= first) {
            ++old;
        }
        for (auto within = old; within != before.end() && within->first < end; ++within) {
            if (within->first > first) {
                added.push_back({first, within->first});
            }
            first = within->end;
        }
        if (first < end) {
            added.push_back({first, end});
        }
    }
    return added;
}

}  // namespace p2ph::oracle
