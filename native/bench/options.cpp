#include "options.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace p2ph::bench {

namespace {

constexpr char kHelp[] =
    "usage: randomx [OPTION...]\n"
    "Our RandomX engine and librandomx in turn, in one process; with the defaults about a quarter of an hour.\n"
    "  --seconds S    of each side in each round (default 2)\n"
    "  --rounds N     (default 5)\n"
    "  --threads N    (default: all processors)\n"
    "  --pages KIND   huge, normal or both (default both)\n"
    "  --only A,B     of cache, dataset, fast, light, partial, rows (default all)\n";

template <typename Number>
Number number(const std::string& option, std::string_view text, Number least, Number most) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < least || value > most) {
        throw std::invalid_argument(option + ": '" + std::string(text) + "' is not a number from " + std::to_string(least) + " to " +
                                    std::to_string(most));
    }
    return value;
}

std::vector<std::string> figures(std::string_view text) {
    std::vector<std::string> names;
    for (size_t at = 0; at <= text.size();) {
        const auto comma = std::min(text.find(',', at), text.size());
        names.emplace_back(text.substr(at, comma - at));
        if (std::find(std::begin(kFigures), std::end(kFigures), names.back()) == std::end(kFigures)) {
            throw std::invalid_argument("--only: there is no figure '" + names.back() + "'");
        }
        at = comma + 1;
    }
    return names;
}

}  // namespace

bool Options::wants(std::string_view figure) const { return only.empty() || std::find(only.begin(), only.end(), figure) != only.end(); }

std::optional<Options> parse_options(int argc, const char* const* argv) {
    Options options;
    options.threads = std::max(1u, std::thread::hardware_concurrency());
    for (int i = 1; i < argc; i++) {
        const std::string option = argv[i];
        if (option == "--help" || option == "-h") {
            std::fputs(kHelp, stdout);
            return std::nullopt;
        }
        if (i + 1 == argc) {
            throw std::invalid_argument(option + ": no such option, or its value is missing");
        }
        const std::string_view value = argv[++i];
        if (option == "--seconds") {
            options.seconds = number(option, value, 0.1, 60.0);
        } else if (option == "--rounds") {
            options.rounds = number<size_t>(option, value, 1, 100);
        } else if (option == "--threads") {
            options.threads = number<size_t>(option, value, 1, 1024);
        } else if (option == "--only") {
            options.only = figures(value);
        } else if (option == "--pages" && (value == "huge" || value == "normal" || value == "both")) {
            options.huge_pages = value != "normal";
            options.normal_pages = value != "huge";
        } else if (option == "--pages") {
            throw std::invalid_argument("--pages: '" + std::string(value) + "' is not huge, normal or both");
        } else {
            throw std::invalid_argument(option + ": no such option");
        }
    }
    return options;
}

}  // namespace p2ph::bench
