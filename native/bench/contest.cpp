#include "contest.h"

#include <algorithm>
#include <thread>

namespace p2ph::bench {

double rate(Contender& contender, size_t threads, double seconds) {
    int32_t stop = 0;
    std::vector<double> rates(threads);
    std::vector<std::thread> running;
    for (size_t i = 0; i < threads; i++) {
        running.emplace_back([&, i] { rates[i] = contender.work(i, &stop); });
    }
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
    double sum = 0;
    for (size_t i = 0; i < threads; i++) {
        running[i].join();
        sum += rates[i];
    }
    return sum;
}

std::vector<std::vector<double>> contest(std::span<Contender* const> contenders, size_t threads, size_t rounds, double seconds) {
    std::vector<std::vector<double>> rates(contenders.size());
    for (size_t round = 0; round < rounds; round++) {
        for (size_t i = 0; i < contenders.size(); i++) {
            rates[i].push_back(rate(*contenders[i], threads, seconds));
        }
    }
    return rates;
}

Spread spread(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const auto middle = values.size() / 2;
    const auto median = values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    return {median, values.front(), values.back()};
}

Spread ratio(const std::vector<double>& ours, const std::vector<double>& theirs) {
    std::vector<double> each(ours.size());
    std::transform(ours.begin(), ours.end(), theirs.begin(), each.begin(), [](double a, double b) { return a / b; });
    const auto rounds = spread(each);
    return {spread(ours).median / spread(theirs).median, rounds.least, rounds.most};
}

}  // namespace p2ph::bench
