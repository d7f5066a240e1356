#include <algorithm>
#include <atomic>
#include <cstring>
#include <thread>

#include "fixture.h"

namespace {

constexpr size_t kNonceOffset = 39;

struct Found {
    p2ph_status status;
    std::vector<p2ph_hit> hits;
    uint64_t hashed = 0;
};

struct Search {
    std::vector<uint8_t> blob = std::vector<uint8_t>(76, 0x5a);
    size_t nonce_offset = kNonceOffset;
    uint32_t first = 0;
    uint64_t count = 0;
    Hash target{};
    const int32_t* cancel = nullptr;
    size_t capacity = 64;

    Search(uint32_t first_nonce, uint64_t nonces, uint8_t top_byte_limit = 0xff) : first(first_nonce), count(nonces) {
        target.fill(0xff);
        target[31] = top_byte_limit;
    }

    Found run(p2ph_context* context) const {
        Found found;
        found.hits.resize(std::max<size_t>(capacity, 1));
        size_t hit_count = 0;
        found.status = p2ph_search(context, blob.data(), blob.size(), nonce_offset, first, count, target.data(), cancel, found.hits.data(),
                                   capacity, &hit_count, &found.hashed);
        found.hits.resize(hit_count);
        return found;
    }

    Hash hash_at(p2ph_context* context, uint32_t nonce) const {
        auto input = blob;
        for (size_t i = 0; i < 4; i++) {
            input[nonce_offset + i] = static_cast<uint8_t>(nonce >> (8 * i));
        }
        return hash_of(context, input);
    }
};

}  // namespace

class SearchTest : public testing::Test {
   protected:
    ContextPtr context_ = make_context(shared_dataset());
};

TEST_F(SearchTest, EasiestTarget_EveryNonceIsAHitWithItsHash) {
    const Search search(0x01020304, 6);
    const auto found = search.run(context_.get());
    ASSERT_EQ(P2PH_OK, found.status);
    EXPECT_EQ(6u, found.hashed);
    ASSERT_EQ(6u, found.hits.size());
    for (uint32_t i = 0; i < 6; i++) {
        EXPECT_EQ(0x01020304 + i, found.hits[i].nonce);
        EXPECT_EQ(hex(search.hash_at(context_.get(), 0x01020304 + i)), hex(found.hits[i].hash));
    }
}

TEST_F(SearchTest, HardTarget_ExactlyTheHashesAtMostTheTargetAreHits) {
    const Search search(0, 60, 0x3f);
    const auto found = search.run(context_.get());
    EXPECT_EQ(60u, found.hashed);
    std::vector<uint32_t> expected;
    for (uint32_t nonce = 0; nonce < 60; nonce++) {
        if (search.hash_at(context_.get(), nonce)[31] <= 0x3f) {
            expected.push_back(nonce);
        }
    }
    std::vector<uint32_t> nonces;
    for (const auto& hit : found.hits) {
        nonces.push_back(hit.nonce);
    }
    EXPECT_FALSE(expected.empty());
    EXPECT_EQ(expected, nonces);
}

TEST_F(SearchTest, TargetEqualToTheHash_IsAHit_OneLessIsNot) {
    Search search(7, 1);
    search.target = search.hash_at(context_.get(), 7);
    EXPECT_EQ(1u, search.run(context_.get()).hits.size());
    for (auto& byte : search.target) { /* minus one, little-endian */
        if (byte-- != 0) {
            break;
        }
    }
    EXPECT_EQ(0u, search.run(context_.get()).hits.size());
}

TEST_F(SearchTest, EndOfTheNonceSpace_IsHashedAndNotPassed) {
    const Search search(0xfffffffe, 2);
    const auto found = search.run(context_.get());
    ASSERT_EQ(2u, found.hits.size());
    EXPECT_EQ(0xffffffffu, found.hits[1].nonce);
    EXPECT_EQ(hex(search.hash_at(context_.get(), 0xffffffff)), hex(found.hits[1].hash));
    EXPECT_EQ(P2PH_E_ARGUMENT, Search(0xfffffffe, 3).run(context_.get()).status);
    EXPECT_EQ(P2PH_E_ARGUMENT, Search(0, (1ull << 32) + 1).run(context_.get()).status);
    EXPECT_EQ(P2PH_E_ARGUMENT, Search(1, UINT64_MAX).run(context_.get()).status);
}

TEST_F(SearchTest, NoNonces_IsDoneAtOnce) {
    const auto found = Search(5, 0).run(context_.get());
    EXPECT_EQ(P2PH_OK, found.status);
    EXPECT_EQ(0u, found.hashed);
}

TEST_F(SearchTest, HitsFull_StopsThereAndGoesOnWithoutLossOrRepetition) {
    Search search(100, 10);
    search.capacity = 3;
    std::vector<uint32_t> nonces;
    int calls = 0;
    for (; search.count > 0 && calls < 20; calls++) {
        const auto found = search.run(context_.get());
        ASSERT_EQ(P2PH_OK, found.status);
        ASSERT_EQ(found.hashed, found.hits.size());
        for (const auto& hit : found.hits) {
            nonces.push_back(hit.nonce);
            EXPECT_EQ(hex(search.hash_at(context_.get(), hit.nonce)), hex(hit.hash));
        }
        search.first += static_cast<uint32_t>(found.hashed);
        search.count -= found.hashed;
    }
    EXPECT_EQ(4, calls);
    EXPECT_EQ((std::vector<uint32_t>{100, 101, 102, 103, 104, 105, 106, 107, 108, 109}), nonces);
}

TEST_F(SearchTest, CancelledBefore_HashesNothing) {
    const int32_t cancel = 1;
    Search search(0, 1000);
    search.cancel = &cancel;
    const auto found = search.run(context_.get());
    EXPECT_EQ(P2PH_OK, found.status);
    EXPECT_EQ(0u, found.hashed);
    EXPECT_TRUE(found.hits.empty());
}

TEST_F(SearchTest, CancelledMeanwhile_EndsWithWholeHashesOnly) {
    std::atomic<int32_t> cancel = 0;
    Search search(0, 1ull << 32);
    search.cancel = reinterpret_cast<const int32_t*>(&cancel);
    search.capacity = 100000;
    Found found;
    std::thread thread([&] { found = search.run(context_.get()); });
    const auto own = make_context(shared_dataset());
    search.hash_at(own.get(), 0); /* about as long as a hash: the search is under way, or not yet begun; both must end */
    cancel = 1;
    thread.join();
    EXPECT_EQ(P2PH_OK, found.status);
    EXPECT_EQ(found.hashed, found.hits.size());
    EXPECT_LT(found.hashed, 100000u);
}

TEST_F(SearchTest, UnalignedBlobAndOffsets_SameHashes) {
    const Search reference(9, 2);
    const auto expected = reference.run(context_.get());
    for (size_t shift = 1; shift < 8; shift++) {
        std::vector<uint8_t> room(shift + reference.blob.size());
        std::copy(reference.blob.begin(), reference.blob.end(), room.begin() + static_cast<ptrdiff_t>(shift));
        p2ph_hit hits[2];
        size_t hit_count;
        uint64_t hashed;
        ASSERT_EQ(P2PH_OK, p2ph_search(context_.get(), room.data() + shift, reference.blob.size(), kNonceOffset, 9, 2,
                                       reference.target.data(), nullptr, hits, 2, &hit_count, &hashed));
        ASSERT_EQ(2u, hit_count);
        EXPECT_EQ(0, std::memcmp(hits, expected.hits.data(), sizeof hits));
    }
}

TEST_F(SearchTest, NonceAtEitherEndOfTheBlob_IsWrittenThere) {
    for (const size_t length : {size_t{4}, size_t{5}, size_t{76}, size_t{P2PH_BLOB_BYTES_MAX}}) {
        for (const size_t offset : {size_t{0}, length - 4}) {
            Search search(0xa1b2c3d4, 1);
            search.blob.assign(length, 0x11);
            search.nonce_offset = offset;
            const auto found = search.run(context_.get());
            ASSERT_EQ(1u, found.hits.size());
            EXPECT_EQ(hex(search.hash_at(context_.get(), 0xa1b2c3d4)), hex(found.hits[0].hash));
        }
    }
}

TEST_F(SearchTest, BadArguments_AreRefused) {
    const auto with = [&](auto change) {
        Search search(0, 1);
        change(search);
        return search.run(context_.get()).status;
    };
    EXPECT_EQ(P2PH_E_ARGUMENT, with([](Search& s) { s.blob.resize(3), s.nonce_offset = 0; }));
    EXPECT_EQ(P2PH_E_ARGUMENT, with([](Search& s) { s.blob.resize(P2PH_BLOB_BYTES_MAX + 1); }));
    EXPECT_EQ(P2PH_E_ARGUMENT, with([](Search& s) { s.nonce_offset = 73; }));
    EXPECT_EQ(P2PH_E_ARGUMENT, with([](Search& s) { s.nonce_offset = SIZE_MAX; }));
    EXPECT_EQ(P2PH_E_ARGUMENT, with([](Search& s) { s.capacity = 0; }));

    const Search s(0, 1);
    p2ph_hit hit;
    size_t n;
    uint64_t h;
    auto* const c = context_.get();
    const auto* const b = s.blob.data();
    const auto* const t = s.target.data();
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_search(nullptr, b, 76, 39, 0, 1, t, nullptr, &hit, 1, &n, &h));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_search(c, nullptr, 76, 39, 0, 1, t, nullptr, &hit, 1, &n, &h));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_search(c, b, 76, 39, 0, 1, nullptr, nullptr, &hit, 1, &n, &h));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_search(c, b, 76, 39, 0, 1, t, nullptr, nullptr, 1, &n, &h));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_search(c, b, 76, 39, 0, 1, t, nullptr, &hit, 1, nullptr, &h));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_search(c, b, 76, 39, 0, 1, t, nullptr, &hit, 1, &n, nullptr));
}
