#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace p2ph::bench {

inline double seconds_since(std::chrono::steady_clock::time_point began) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

inline bool is_stopped(const int32_t* stop) { return __atomic_load_n(stop, __ATOMIC_RELAXED) != 0; }

/* One side of a comparison: what works on all threads at once. */
class Contender {
   public:
    virtual ~Contender() = default;
    /* Works on thread `thread` until *stop is set, but does at least one piece; units of work a second. */
    virtual double work(size_t thread, const int32_t* stop) = 0;
};

/* The body of work: piece(cancel) does a piece and says how many units that was, 0 when it was cut short by *cancel. Pieces cut short do
 * not count, neither their units nor their time, so that all threads are busy to the end of a round. */
template <typename Piece>
double in_pieces(const int32_t* stop, Piece piece) {
    const auto began = std::chrono::steady_clock::now();
    const int32_t go_on = 0;
    double units = 0;
    double seconds = 0;
    do {
        if (const auto done = piece(units == 0 ? &go_on : stop)) {
            units += static_cast<double>(done);
            seconds = seconds_since(began);
        }
    } while (!is_stopped(stop));
    return units / seconds;
}

/* Units a second of all threads together. */
double rate(Contender& contender, size_t threads, double seconds);

/* All contenders in turn, again and again: the rates of each by round. */
std::vector<std::vector<double>> contest(std::span<Contender* const> contenders, size_t threads, size_t rounds, double seconds);

struct Spread {
    double median;
    double least;
    double most;
};

/* values: 1 or more. */
Spread spread(std::vector<double> values);

/* Ratio of the medians; least and most of the ratios round by round. Both of the same length. */
Spread ratio(const std::vector<double>& ours, const std::vector<double>& theirs);

}  // namespace p2ph::bench
