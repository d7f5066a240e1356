#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "hashing.h"
#include "machine/huge_memory.h"
#include "machine/kernel_rows.h"
#include "randomx/aes.h"
#include "randomx/argon2d.h"
#include "randomx/dataset_item.h"
#include "randomx/interpreter_machines.h"
#include "randomx/superscalar.h"
#include "table.h"
#include "versus.h"

#if defined(__x86_64__)
#include "randomx/jit_seed.h"
#endif

namespace p2ph::bench {

namespace {

using randomx::kDatasetItems;
using randomx::kItemBytes;
using randomx::Version;

/* Makes items over and over, each thread in memory of its own. */
class ItemMaking final : public Contender {
   public:
    using Make = std::function<void(uint64_t first, uint64_t count, uint8_t* items)>;

    ItemMaking(size_t threads, Make make) : make_(std::move(make)), memory_(threads * kBytes, true), next_(threads) {
        for (size_t i = 0; i < threads; i++) {
            next_[i] = kDatasetItems * i / threads;
        }
    }

    double work(size_t thread, const int32_t* stop) override {
        return in_pieces(stop, [&](const int32_t*) -> uint64_t {
            auto& next = next_[thread];
            next = next + kItems > kDatasetItems ? 0 : next;
            make_(next, kItems, memory_.data() + thread * kBytes);
            next += kItems;
            return kItems;
        });
    }

   private:
    static constexpr uint64_t kItems = 4096;
    static constexpr uint64_t kBytes = kItems * kItemBytes;

    Make make_;
    HugeMemory memory_;
    std::vector<uint64_t> next_;
};

/* The library writes where the items belong. */
class TheirItemMaking final : public Contender {
   public:
    TheirItemMaking(const oracle::Librandomx& library, size_t threads) : library_(library), next_(threads) {
        for (size_t i = 0; i < threads; i++) {
            next_[i] = kDatasetItems * i / threads;
        }
    }

    /* In pieces that lie where pieces before lay, or all 2 GiB would be touched. */
    double work(size_t thread, const int32_t* stop) override {
        return in_pieces(stop, [&](const int32_t*) -> uint64_t {
            constexpr uint64_t kItems = 4096;
            library_.init_items(next_[thread], kItems);
            return kItems;
        });
    }

   private:
    const oracle::Librandomx& library_;
    std::vector<uint64_t> next_;
};

/* One step of a hash on its scratchpad; units are scratchpads. */
class PadWork final : public Contender {
   public:
    using Step = std::function<void(uint8_t* pad, uint8_t* state, uint8_t* hash)>;

    PadWork(size_t threads, Step step) : step_(std::move(step)), memory_(threads * randomx::kScratchpadBytes, true) {}

    double work(size_t thread, const int32_t* stop) override {
        uint8_t state[randomx::kSeedBytes] = {1};
        uint8_t hash[randomx::kSeedBytes] = {};
        return in_pieces(stop, [&](const int32_t*) -> uint64_t {
            step_(memory_.data() + thread * randomx::kScratchpadBytes, state, hash);
            return 1;
        });
    }

   private:
    Step step_;
    HugeMemory memory_;
};

class Rows {
   public:
    explicit Rows(const Options& options)
        : options_(options),
          features_(cpu_features()),
          programs_(randomx::make_superscalar_programs(bench_key())),
          cache_(randomx::kCacheBytes, true),
          library_(bench_key(), true, true) {}

    void argon2() {
        Table table("| Argon2d, one thread | s | times as fast as librandomx |");
        std::vector<double> theirs;
        const auto fill = [&](const randomx::Argon2Row& row) {
            std::vector<double> times;
            for (size_t round = 0; round < options_.rounds; round++) {
                auto began = std::chrono::steady_clock::now();
                randomx::fill_cache(bench_key(), cache_.data(), row);
                times.push_back(seconds_since(began));
                began = std::chrono::steady_clock::now();
                library_.change_key(other_key(round));
                theirs.push_back(seconds_since(began));
            }
            return times;
        };
        for (const auto& row : randomx::argon2_rows()) {
            if (can_run(row.needs)) {
                theirs.clear();
                const auto ours = fill(row);
                table.row({row.isa, text(spread(ours).median), text(ratio(theirs, ours))});
            }
        }
    }

    void aes() {
        Table table("| AES on scratchpads, one thread | fill, us | hash, us | hash and fill, us |");
        for (const auto& row : randomx::aes_rows()) {
            if (can_run(row.needs)) {
                constexpr auto kBytes = randomx::kScratchpadBytes;
                table.row(
                    {row.isa, microseconds([&](uint8_t* pad, uint8_t* state, uint8_t*) { row.fill_1r(state, pad, kBytes); }),
                     microseconds([&](uint8_t* pad, uint8_t*, uint8_t* hash) { row.hash_1r(pad, kBytes, hash); }),
                     microseconds([&](uint8_t* pad, uint8_t* state, uint8_t* hash) { row.hash_and_fill_1r(pad, kBytes, hash, state); })});
            }
        }
    }

    /* Each beside the library, so that it counts whatever else the machine does. */
    void items() {
        Table table("| dataset items | all of them, s | times as fast as librandomx |");
        TheirItemMaking theirs(library_, options_.threads);
        const auto measure = [&](const std::string& name, ItemMaking::Make make) {
            ItemMaking ours(options_.threads, std::move(make));
            const auto measured = contest_of(ours, theirs);
            table.row({name, text(kDatasetItems / spread(measured[0]).median), text(ratio(measured[0], measured[1]))});
        };
#if defined(__x86_64__)
        for (const auto& row : randomx::item_rows()) {
            if (can_run(row.needs)) {
                const randomx::JitSeed seed(programs_, row);
                measure(row.isa,
                        [&](uint64_t first, uint64_t count, uint8_t* items) { seed.compute_dataset(cache_.data(), first, count, items); });
            }
        }
#endif
        measure("portable, interpreted", [&](uint64_t first, uint64_t count, uint8_t* items) {
            randomx::compute_span(cache_.data(), programs_, first, count, reinterpret_cast<randomx::Item*>(items));
        });
    }

    void light() {
        Table table("| light mode | v1, H/s | times as fast as librandomx | v2, H/s | times as fast as its v1 |");
        oracle::Librandomx library(bench_key(), false, true);
        TheirHashing theirs(library, options_.threads);
        const auto measure = [&](const std::string& name, const std::function<std::unique_ptr<randomx::Machines>(Version)>& make) {
            std::vector<std::string> cells;
            for (const auto version : {Version::v1, Version::v2}) {
                std::vector<std::unique_ptr<randomx::Machines>> machines;
                for (size_t i = 0; i < options_.threads; i++) {
                    machines.push_back(make(version));
                }
                MachineHashing ours(std::move(machines));
                const auto measured = contest_of(ours, theirs);
                cells.push_back(text(spread(measured[0]).median));
                cells.push_back(text(ratio(measured[0], measured[1])));
            }
            table.row({name, cells[0], cells[1], cells[2], cells[3]});
        };
#if defined(__x86_64__)
        for (const auto& row : randomx::item_rows()) {
            if (can_run(row.needs) && (features_ & P2PH_CPU_AES) != 0) {
                const randomx::JitSeed seed(programs_, row);
                measure(row.isa, [&](Version version) { return seed.make_light(version, cache_.data(), true); });
            }
        }
#endif
        measure("portable, interpreted", [&](Version version) {
            constexpr size_t kMachines = 8;
            return std::make_unique<randomx::InterpreterMachines>(version, nullptr, 0, cache_.data(), programs_, kMachines, true);
        });
    }

   private:
    bool can_run(uint64_t needs) const { return (needs & ~features_) == 0; }

    std::vector<std::vector<double>> contest_of(Contender& ours, Contender& theirs) const {
        Contender* const both[] = {&ours, &theirs};
        return contest(both, options_.threads, options_.rounds, options_.seconds);
    }

    std::string microseconds(PadWork::Step step) const {
        PadWork work(1, std::move(step));
        Contender* const alone[] = {&work};
        return text(1e6 / spread(contest(alone, 1, options_.rounds, std::min(options_.seconds, 0.3))[0]).median);
    }

    const Options& options_;
    uint64_t features_;
    randomx::SuperscalarPrograms programs_;
    HugeMemory cache_;
    oracle::Librandomx library_;
};

}  // namespace

void rows(const Options& options) {
    Rows rows(options);
    rows.argon2();
    rows.aes();
    rows.items();
    rows.light();
}

}  // namespace p2ph::bench
