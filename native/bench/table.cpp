#include "table.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>

namespace p2ph::bench {

namespace {

template <typename... Values>
std::string format(const char* pattern, Values... values) {
    char line[128];
    std::snprintf(line, sizeof line, pattern, values...);
    return line;
}

}  // namespace

Table::Table(const std::string& columns) {
    const auto bars = std::count(columns.begin(), columns.end(), '|');
    std::printf("\n%s\n|", columns.c_str());
    for (auto i = 1; i < bars; i++) {
        std::printf("---|");
    }
    std::printf("\n");
    std::fflush(stdout);
}

void Table::row(std::initializer_list<std::string> cells) {
    std::printf("|");
    for (const auto& cell : cells) {
        std::printf(" %s |", cell.c_str());
    }
    std::printf("\n");
    std::fflush(stdout);
}

std::string text(double value) { return format(value < 10 ? "%.2f" : value < 1000 ? "%.1f" : "%.0f", value); }

std::string text(const Spread& ratio) { return format("%.2f (%.2f to %.2f)", ratio.median, ratio.least, ratio.most); }

std::string text(const MemoryUsed& used) { return format("%" PRId64 " MB, %" PRId64, used.bytes >> 20, used.huge_pages); }

}  // namespace p2ph::bench
