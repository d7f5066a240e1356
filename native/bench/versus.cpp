#include "versus.h"

#include <sys/prctl.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "hashing.h"
#include "machine/huge_memory.h"
#include "randomx/argon2d.h"
#include "randomx/parameters.h"
#include "table.h"

namespace p2ph::bench {

namespace {

using randomx::kDatasetItems;
using randomx::kItemBytes;

constexpr double kWarmUpSeconds = 0.5;
constexpr size_t kShapeRounds = 5;
constexpr double kShapeSeconds = 0.5;
constexpr double kBudgets[] = {0.3, 0.7, 1.0, 1.5, 2.0, 2.3}; /* GiB */

/* One side of the table with what it took. */
template <typename Hashing>
struct Side {
    MemoryMeter meter;
    std::unique_ptr<Hashing> hashing;

    void warm_up(size_t threads) {
        meter.during([&] { rate(*hashing, threads, kWarmUpSeconds); });
    }
};

/* Keeps even advised memory on normal pages while it lives, where the system would give others. */
class NoHugePages {
   public:
    explicit NoHugePages(bool active) : active_(active) { set(1); }
    ~NoHugePages() { set(0); }
    NoHugePages(const NoHugePages&) = delete;
    NoHugePages& operator=(const NoHugePages&) = delete;

   private:
    void set(unsigned long disabled) const {
        if (active_) {
            prctl(PR_SET_THP_DISABLE, disabled, 0, 0, 0);
        }
    }
    bool active_;
};

double seconds_of(const std::function<void()>& body) {
    const auto began = std::chrono::steady_clock::now();
    body();
    return seconds_since(began);
}

/* init(first, count) on all threads, each with its share of [first, end). */
void init_on_all(size_t threads, uint64_t first, uint64_t end, const std::function<void(uint64_t, uint64_t)>& init) {
    std::vector<std::thread> running;
    for (size_t i = 0; i < threads; i++) {
        const auto from = first + (end - first) * i / threads;
        const auto to = first + (end - first) * (i + 1) / threads;
        running.emplace_back([&init, from, to] { init(from, to - from); });
    }
    for (auto& thread : running) {
        thread.join();
    }
}

/* All of it at once. */
void init(OurSeed& seed, size_t threads) {
    if (seed.items() != 0) {
        init_on_all(threads, 0, seed.items(), [&](uint64_t first, uint64_t count) { seed.init_items(first, count); });
    }
    seed.finish();
}

/* How many items fit into so many GiB, beside the cache and the scratchpads of all threads. */
uint64_t items_in(double gib, size_t scratchpads) {
    const auto bytes = static_cast<uint64_t>(gib * (1ull << 30));
    const auto rest = bytes - randomx::kCacheBytes - scratchpads * randomx::kScratchpadBytes;
    return std::min<uint64_t>(rest / kItemBytes, kDatasetItems - 1);
}

class Versus {
   public:
    Versus(const Options& options, bool huge_pages)
        : options_(options),
          huge_pages_(huge_pages),
          table_("| " + std::string(huge_pages ? "2 MiB pages" : "normal pages") +
                 " | ours | librandomx | ratio | our memory, huge pages | librandomx's |") {}

    void cache() {
        Side<Contender> theirs;
        std::unique_ptr<oracle::Librandomx> library;
        theirs.meter.during([&] { library = make_library(false); });
        MemoryMeter meter;
        HugeMemory ours;
        const auto fill_ours = [&] { randomx::fill_cache(bench_key(), ours.data()); };
        meter.during([&] {
            ours = HugeMemory(randomx::kCacheBytes, huge_pages_);
            fill_ours();
        });
        std::vector<double> our_times;
        std::vector<double> their_times;
        for (size_t round = 0; round < options_.rounds; round++) {
            our_times.push_back(seconds_of(fill_ours));
            their_times.push_back(seconds_of([&] { library->change_key(other_key(round)); }));
        }
        row("cache, one thread", our_times, their_times, "s", meter.total(), theirs.meter.total());
    }

    /* Both datasets part by part in turn, then hashing with them. */
    void dataset_and_fast() {
        constexpr uint64_t kParts = 16;
        Side<TheirHashing> theirs;
        std::unique_ptr<oracle::Librandomx> library;
        std::vector<double> our_times;
        std::vector<double> their_times;
        {
            Side<OurHashing> ours;
            std::unique_ptr<OurSeed> seed;
            ours.meter.during([&] { seed = make_seed(P2PH_RANDOMX, kDatasetItems); });
            theirs.meter.during([&] { library = make_library(true); });
            for (uint64_t part = 0; part < kParts; part++) {
                const auto first = kDatasetItems * part / kParts;
                const auto end = kDatasetItems * (part + 1) / kParts;
                const auto in_parts = [&](auto& engine) {
                    return seconds_of([&] {
                               init_on_all(options_.threads, first, end,
                                           [&](uint64_t from, uint64_t count) { engine.init_items(from, count); });
                           }) *
                           kParts;
                };
                ours.meter.during([&] { our_times.push_back(in_parts(*seed)); });
                theirs.meter.during([&] { their_times.push_back(in_parts(*library)); });
            }
            ours.meter.during([&] { seed->finish(); });
            theirs.meter.during([&] { library->drop_cache(); });
            if (options_.wants("dataset")) {
                row("dataset", our_times, their_times, "s", ours.meter.total(), theirs.meter.total());
            }
            if (!options_.wants("fast")) {
                return;
            }
            theirs.hashing = std::make_unique<TheirHashing>(*library, options_.threads);
            theirs.warm_up(options_.threads);
            fast("fast, v1", ours, *seed, theirs);
        }
        Side<OurHashing> ours;
        std::unique_ptr<OurSeed> seed;
        ours.meter.during([&] { init(*(seed = make_seed(P2PH_RANDOMX_V2, kDatasetItems)), options_.threads); });
        fast("fast, v2, beside v1", ours, *seed, theirs);
    }

    void light_and_partial() {
        Side<TheirHashing> theirs;
        std::unique_ptr<oracle::Librandomx> library;
        theirs.meter.during([&] {
            library = make_library(false);
            theirs.hashing = std::make_unique<TheirHashing>(*library, options_.threads);
        });
        theirs.warm_up(options_.threads);
        if (options_.wants("light")) {
            against_light("light, v1", P2PH_RANDOMX, 0, theirs);
            against_light("light, v2, beside v1", P2PH_RANDOMX_V2, 0, theirs);
        }
        if (options_.wants("partial")) {
            for (const auto gib : kBudgets) {
                const auto items = items_in(gib, options_.threads * OurSeed::guess(P2PH_RANDOMX, kDatasetItems / 2).machines);
                const auto percent = static_cast<int>(100.0 * static_cast<double>(items) / kDatasetItems + 0.5);
                against_light(text(gib).substr(0, 3) + " GiB, " + std::to_string(percent) + " % of the items, beside light", P2PH_RANDOMX,
                              items, theirs);
            }
        }
    }

   private:
    std::unique_ptr<oracle::Librandomx> make_library(bool with_dataset) const {
        return std::make_unique<oracle::Librandomx>(bench_key(), with_dataset, huge_pages_);
    }

    std::unique_ptr<OurSeed> make_seed(p2ph_algorithm algorithm, uint64_t items) const {
        return std::make_unique<OurSeed>(algorithm, bench_key(), items, huge_pages_);
    }

    void against_light(const std::string& name, p2ph_algorithm algorithm, uint64_t items, Side<TheirHashing>& theirs) {
        Side<OurHashing> ours;
        std::unique_ptr<OurSeed> seed;
        ours.meter.during([&] { init(*(seed = make_seed(algorithm, items)), options_.threads); });
        rates(name, ours, *seed, seed->guess(), theirs);
    }

    void fast(const std::string& name, Side<OurHashing>& ours, const OurSeed& seed, Side<TheirHashing>& theirs) {
        const auto shape = best_shape(seed);
        const auto* const fetch = shape.fetch == P2PH_RX_FETCH_NTA ? "nta" : "t0";
        rates(name + " (" + std::to_string(shape.machines) + ", " + fetch + ")", ours, seed, shape, theirs);
    }

    /* Of those that the miner tries, which it does in the same way: all threads at once, rounds over all of them. */
    p2ph_rx_shape best_shape(const OurSeed& seed) const {
        std::vector<p2ph_rx_shape> shapes;
        std::vector<std::unique_ptr<OurHashing>> hashing;
        std::vector<Contender*> contenders;
        for (const uint32_t machines : {1u, 2u, 4u}) {
            for (const auto fetch : {P2PH_RX_FETCH_NTA, P2PH_RX_FETCH_T0}) {
                shapes.push_back({machines, fetch});
                hashing.push_back(std::make_unique<OurHashing>(seed, shapes.back(), options_.threads, huge_pages_));
                contenders.push_back(hashing.back().get());
            }
        }
        const auto rates = contest(contenders, options_.threads, kShapeRounds, kShapeSeconds);
        size_t best = 0;
        for (size_t i = 1; i < rates.size(); i++) {
            best = spread(rates[i]).median > spread(rates[best]).median ? i : best;
        }
        return shapes[best];
    }

    void rates(const std::string& name, Side<OurHashing>& ours, const OurSeed& seed, const p2ph_rx_shape& shape,
               Side<TheirHashing>& theirs) {
        ours.meter.during([&] { ours.hashing = std::make_unique<OurHashing>(seed, shape, options_.threads, huge_pages_); });
        ours.warm_up(options_.threads);
        Contender* const both[] = {ours.hashing.get(), theirs.hashing.get()};
        const auto measured = contest(both, options_.threads, options_.rounds, options_.seconds);
        row(name, measured[0], measured[1], "H/s", ours.meter.total(), theirs.meter.total());
    }

    void row(const std::string& name, const std::vector<double>& ours, const std::vector<double>& theirs, const char* unit,
             const MemoryUsed& our_memory, const MemoryUsed& their_memory) {
        table_.row({name, rate_text(ours, unit), rate_text(theirs, unit), text(ratio(ours, theirs)), text(our_memory), text(their_memory)});
    }

    const Options& options_;
    bool huge_pages_;
    Table table_;
};

}  // namespace

std::span<const uint8_t> bench_key() {
    static constexpr uint8_t kKey[32] = {};
    return kKey;
}

std::vector<uint8_t> other_key(size_t number) { return std::vector<uint8_t>(32, static_cast<uint8_t>(1 + number % 255)); }

void versus(const Options& options, bool huge_pages) {
    const NoHugePages none(!huge_pages);
    Versus versus(options, huge_pages);
    if (options.wants("cache")) {
        versus.cache();
    }
    if (options.wants("dataset") || options.wants("fast")) {
        versus.dataset_and_fast();
    }
    if (options.wants("light") || options.wants("partial")) {
        versus.light_and_partial();
    }
}

}  // namespace p2ph::bench
