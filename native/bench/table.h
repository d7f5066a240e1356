#pragma once

#include <string>

#include "contest.h"
#include "memory_meter.h"

namespace p2ph::bench {

/* Prints rows of a table in Markdown, each as soon as it is known. */
class Table {
   public:
    /* columns: "| a | b |" */
    explicit Table(const std::string& columns);
    void row(std::initializer_list<std::string> cells);
};

/* "12.3", with as many places as a figure of its size needs. */
std::string text(double value);
/* "1.23 (1.20 to 1.25)" */
std::string text(const Spread& ratio);
/* "2340 MB, 1042" */
std::string text(const MemoryUsed& used);
/* A rate: median of the rounds. */
inline std::string rate_text(const std::vector<double>& rates, const char* unit) { return text(spread(rates).median) + " " + unit; }

}  // namespace p2ph::bench
