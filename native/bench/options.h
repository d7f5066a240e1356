#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace p2ph::bench {

/* Of the command line. */
struct Options {
    double seconds = 2; /* of each side in each round */
    size_t rounds = 5;
    size_t threads; /* default: all processors */
    bool huge_pages = true;
    bool normal_pages = true;
    std::vector<std::string> only; /* figures; empty: all */

    bool wants(std::string_view figure) const;
};

/* The names that --only takes. */
constexpr std::string_view kFigures[] = {"cache", "dataset", "fast", "light", "partial", "rows"};

/* None: --help was asked for, and printed. Throws std::invalid_argument that names what is wrong. */
std::optional<Options> parse_options(int argc, const char* const* argv);

}  // namespace p2ph::bench
