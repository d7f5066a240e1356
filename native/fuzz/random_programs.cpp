/* In place of libFuzzer, with the same options: programs from a seed until the time is over. What fails is left in a file, which is an
 * argument then. */
#include <chrono>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "program_pair.h"
#include "random_program.h"

namespace {

using p2ph::randomx::ProgramPair;
using Bytes = std::vector<uint8_t>;

int usage() {
    std::fputs("usage: p2ph_fuzz_programs [-max_total_time=SECONDS] [-seed=N] [FILE...]\n", stderr);
    return 2;
}

/* Exit code. */
int run_file(ProgramPair& pair, const std::string& name) {
    std::ifstream file(name, std::ios::binary);
    if (!file) {
        std::fprintf(stderr, "%s cannot be read\n", name.c_str());
        return 2;
    }
    const Bytes bytes{std::istreambuf_iterator<char>(file), {}};
    const auto* const what = pair.differ(bytes);
    std::printf("%s: %s%s\n", name.c_str(), what ? "interpreter and machine code end with different " : "both end alike", what ? what : "");
    return what ? 1 : 0;
}

int run_seeds(ProgramPair& pair, uint64_t first, double seconds) {
    using Clock = std::chrono::steady_clock;
    const auto began = Clock::now();
    const auto passed = [=] { return std::chrono::duration<double>(Clock::now() - began).count(); };
    Bytes bytes(p2ph::randomx::kFuzzBytes);
    auto seed = first;
    do {
        p2ph::randomx::next_program(bytes, seed);
        if (const auto* const what = pair.differ(bytes)) {
            const char* const name = "failing-program";
            std::ofstream(name, std::ios::binary)
                .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
            std::printf("seed %ju: interpreter and machine code end with different %s; the bytes are in %s\n", uintmax_t{seed}, what, name);
            return 1;
        }
        seed++;
    } while (passed() < seconds);
    std::printf("%ju programs from seed %ju on in %.0f s: both end alike\n", uintmax_t{seed - first}, uintmax_t{first}, passed());
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    auto seconds = 60.0;
    uint64_t seed = 0;
    std::vector<std::string> files;
    for (int i = 1; i < argc; i++) {
        const std::string argument = argv[i];
        const auto value = argument.substr(argument.find('=') + 1);
        try {
            if (argument.starts_with("-max_total_time=")) {
                seconds = std::stod(value);
            } else if (argument.starts_with("-seed=")) {
                seed = std::stoull(value);
            } else if (argument.starts_with("-rss_limit_mb=")) {
                /* libFuzzer counts the pattern that stands for a dataset as often as it is mapped. */
            } else if (argument.starts_with("-")) {
                return usage();
            } else {
                files.push_back(argument);
            }
        } catch (const std::exception&) {
            return usage();
        }
    }

    ProgramPair pair;
    for (const auto& file : files) {
        if (const auto code = run_file(pair, file)) {
            return code;
        }
    }
    return files.empty() ? run_seeds(pair, seed, seconds) : 0;
}
