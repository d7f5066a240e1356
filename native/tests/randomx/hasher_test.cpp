#include "randomx/hasher.h"

#include <thread>

#include "randomx/blake2b.h"
#include "vectors.h"

namespace p2ph::randomx {

namespace {

/* Machines whose hash is Blake2b, and which notice a step out of order. */
class FakeMachines final : public Machines {
   public:
    explicit FakeMachines(size_t machines) : inputs_(machines) {}

    size_t machines() const noexcept override { return inputs_.size(); }
    p2ph_memory memory_used() const override { return {}; }

    void begin(size_t i, std::span<const uint8_t> input) noexcept override {
        inputs_[i].assign(input.begin(), input.end());
        done_ = 0;
    }

    bool run(size_t active, const int32_t* cancel) override {
        if (cancel && __atomic_load_n(cancel, __ATOMIC_ACQUIRE) != 0) {
            return false;
        }
        EXPECT_GT(active, 0u);
        EXPECT_LE(active, inputs_.size());
        done_ = active;
        return true;
    }

    void finish(size_t i, uint8_t* hash) noexcept override {
        EXPECT_LT(i, done_) << "no run before";
        hash256(inputs_[i], hash);
    }

    void finish_and_begin(size_t i, uint8_t* hash, std::span<const uint8_t> next_input) noexcept override {
        finish(i, hash);
        inputs_[i].assign(next_input.begin(), next_input.end());
    }

   private:
    std::vector<std::vector<uint8_t>> inputs_;
    size_t done_ = 0;
};

MachineHasher make_hasher(Version version, size_t machines) { return {version, std::make_unique<FakeMachines>(machines)}; }

std::vector<uint8_t> blob_with(uint32_t nonce) {
    std::vector<uint8_t> blob(76, 7);
    std::memcpy(blob.data() + 39, &nonce, 4);
    return blob;
}

Hash expected_hash(std::span<const uint8_t> input) {
    Hash hash;
    hash256(input, hash.data());
    return hash;
}

/* What a target is compared with. */
Hash judged(Version version, std::span<const uint8_t> input) {
    auto hash = expected_hash(input);
    if (version == Version::v2) {
        commitment(input, hash.data(), hash.data());
    }
    return hash;
}

struct Search {
    Search(uint32_t first_nonce, uint64_t nonces, size_t hits_max) : first(first_nonce), count(nonces), hits(hits_max) {
        target.fill(0xff);
    }

    SearchOutcome run(Hasher& hasher, const int32_t* cancel = nullptr) {
        return hasher.search({blob, 39, first, count, target.data(), cancel, hits.data(), hits.size()});
    }

    std::vector<uint8_t> blob = blob_with(0);
    uint32_t first;
    uint64_t count;
    Hash target;
    std::vector<p2ph_hit> hits;
};

}  // namespace

TEST(RandomXHasher, HashMany_AnyCount_EachInputItsHash) {
    for (const auto version : {Version::v1, Version::v2}) {
        for (size_t machines = 1; machines <= 4; machines++) {
            for (size_t count = 1; count <= 10; count++) {
                auto hasher = make_hasher(version, machines);
                std::vector<uint8_t> inputs;
                for (uint32_t i = 0; i < count; i++) {
                    const auto blob = blob_with(i);
                    inputs.insert(inputs.end(), blob.begin(), blob.end());
                }
                std::vector<Hash> hashes(count);
                hasher.hash_many(inputs.data(), 76, count, hashes[0].data());
                for (uint32_t i = 0; i < count; i++) {
                    EXPECT_EQ(expected_hash(blob_with(i)), hashes[i]) << i << " of " << count << " on " << machines;
                }
            }
        }
    }
}

TEST(RandomXHasher, HashMany_OutputOverTheInput_IsAllowed) {
    auto hasher = make_hasher(Version::v2, 2);
    auto input = blob_with(3);
    const auto expected = expected_hash(input);
    hasher.hash_many(input.data(), input.size(), 1, input.data());
    EXPECT_EQ(hex(expected), hex(std::span(input).first(32)));
}

TEST(RandomXHasher, HashMany_EmptyInput_HasAHash) {
    auto hasher = make_hasher(Version::v2, 2);
    Hash hash;
    hasher.hash_many(nullptr, 0, 1, hash.data());
    EXPECT_EQ(expected_hash({}), hash);
}

TEST(RandomXHasher, Search_AllMeetTheTarget_NoncesInOrderToTheLast) {
    for (size_t machines = 1; machines <= 4; machines++) {
        for (uint32_t count = 1; count <= 10; count++) {
            auto hasher = make_hasher(Version::v2, machines);
            Search search(0 - count, count, 10);
            const auto outcome = search.run(hasher);
            EXPECT_EQ(count, outcome.hashed);
            ASSERT_EQ(count, outcome.hit_count);
            for (uint32_t i = 0; i < count; i++) {
                EXPECT_EQ(search.first + i, search.hits[i].nonce);
                EXPECT_EQ(hex(expected_hash(blob_with(search.first + i))), hex(search.hits[i].hash));
            }
        }
    }
}

TEST(RandomXHasher, Search_HitsFull_EndsAtTheLastOneKept) {
    for (size_t machines = 1; machines <= 4; machines++) {
        for (size_t room = 1; room <= 6; room++) {
            auto hasher = make_hasher(Version::v1, machines);
            Search search(5, 6, room);
            const auto outcome = search.run(hasher);
            EXPECT_EQ(room, outcome.hashed);
            EXPECT_EQ(room, outcome.hit_count);
        }
    }
}

TEST(RandomXHasher, Search_TargetOfOneHash_OnlyItsNonce) {
    constexpr uint32_t kCount = 50;
    const auto below = [](const Hash& a, const Hash& b) {
        return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend());
    };
    for (const auto version : {Version::v1, Version::v2}) {
        std::vector<Hash> judgements;
        for (uint32_t i = 0; i < kCount; i++) {
            judgements.push_back(judged(version, blob_with(i)));
        }
        const auto least = std::min_element(judgements.begin(), judgements.end(), below);
        const auto nonce = static_cast<uint32_t>(least - judgements.begin());
        auto hasher = make_hasher(version, 3);
        Search search(0, kCount, 4);
        search.target = *least;
        const auto outcome = search.run(hasher);
        EXPECT_EQ(kCount, outcome.hashed);
        ASSERT_EQ(1u, outcome.hit_count);
        EXPECT_EQ(nonce, search.hits[0].nonce);
        EXPECT_EQ(hex(expected_hash(blob_with(nonce))), hex(search.hits[0].hash));
    }
}

TEST(RandomXHasher, Search_CancelledBefore_CountsNothing) {
    auto hasher = make_hasher(Version::v1, 2);
    const int32_t cancelled = 1;
    Search search(0, 4, 4);
    const auto outcome = search.run(hasher, &cancelled);
    EXPECT_EQ(0u, outcome.hashed);
    EXPECT_EQ(0u, outcome.hit_count);
}

TEST(RandomXHasher, Search_CancelledByAnotherThread_CountsWhatIsDone) {
    auto hasher = make_hasher(Version::v1, 2);
    Search search(0, uint64_t{1} << 32, 1);
    search.target.fill(0);
    int32_t cancel = 0;
    std::thread other([&] { __atomic_store_n(&cancel, 1, __ATOMIC_RELEASE); });
    const auto outcome = search.run(hasher, &cancel);
    other.join();
    EXPECT_LT(outcome.hashed, search.count);
    EXPECT_EQ(0u, outcome.hashed % 2);
}

}  // namespace p2ph::randomx
