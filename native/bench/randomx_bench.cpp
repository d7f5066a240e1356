/* The RandomX engine beside librandomx: make bench BENCH=randomx. */
#include <cstdio>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>

#include "options.h"
#include "p2ph.h"
#include "versus.h"

namespace {

/* Its first line; "?" where there is none. */
std::string first_line(const char* path) {
    std::ifstream file(path);
    std::string line;
    return std::getline(file, line) ? line : "?";
}

void print_machine(const p2ph::bench::Options& options) {
    p2ph_cpu cpu{};
    (void)p2ph_cpu_info(&cpu);
    std::printf("%s, %zu threads, %zu rounds of %.1f s a side; reserved huge pages %s, transparent ones %s; load %s\n", cpu.brand,
                options.threads, options.rounds, options.seconds, first_line("/proc/sys/vm/nr_hugepages").c_str(),
                first_line("/sys/kernel/mm/transparent_hugepage/enabled").c_str(), first_line("/proc/loadavg").c_str());
    std::printf("Figures are medians of the rounds, ratios those of the medians, with the least and most of all rounds.\n");
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const auto options = p2ph::bench::parse_options(argc, argv);
        if (!options) {
            return 0;
        }
        print_machine(*options);
        for (const bool huge_pages : {true, false}) {
            if (huge_pages ? options->huge_pages : options->normal_pages) {
                p2ph::bench::versus(*options, huge_pages);
            }
        }
        if (options->wants("rows")) {
            p2ph::bench::rows(*options);
        }
        return 0;
    } catch (const std::invalid_argument& error) {
        std::fprintf(stderr, "randomx: %s\n", error.what());
        return 2;
    } catch (const std::bad_alloc&) {
        std::fprintf(stderr, "randomx: there is not enough memory; both sides together take up to 5 GB\n");
        return 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "randomx: %s\n", error.what());
        return 1;
    }
}
