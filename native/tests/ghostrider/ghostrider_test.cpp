/* GhostRider through the header. */
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "fixture.h"

namespace {

constexpr size_t kHeader = P2PH_GR_HEADER_BYTES;

/* From tests/vectors/ghostrider.json: the published one, and the main genesis block of Raptoreum. */
constexpr const char* kPublishedHeader =
    "000000208c246d0b90c3b389c4086e8b672ee040d64db5b9648527133e217fbfa48da64c0f3c0a0b0e8350800568b40fbb323ac3ccdf2965de51b9aaeb939b4f"
    "11ff81c49b74a16156ff251c00000000";
constexpr const char* kPublishedHash = "84402e62b6bedafcd65f6ba13b59ff19ad7f273900c59fa49bfbb5f67e10030f";
constexpr const char* kGenesisHeader =
    "0400000000000000000000000000000000000000000000000000000000000000000000005394264ca7175792acc6512bc1ddbc5b6a087cab0a54ee72ddac6824"
    "c28ba48740533960ff1f00206a040000";
constexpr const char* kGenesisHash = "48aaa5cf0346b054f1313a72e0e911b18151e3e12b65d562856d146d36181d00";

p2ph_dataset* gr_dataset() {
    static const DatasetPtr dataset = [] {
        p2ph_dataset* made = nullptr;
        EXPECT_EQ(P2PH_OK, p2ph_dataset_create(P2PH_GHOSTRIDER, nullptr, 0, 0, 0, &made));
        EXPECT_EQ(P2PH_OK, p2ph_dataset_finish(made));
        return DatasetPtr(made);
    }();
    return dataset.get();
}

ContextPtr gr_context(p2ph_gr_depths depths, uint32_t flags = P2PH_HUGE_PAGES) {
    p2ph_context* context = nullptr;
    EXPECT_EQ(P2PH_OK, p2ph_gr_context_create(gr_dataset(), flags, &depths, &context));
    return ContextPtr(context);
}

/* A header whose CryptoNights are the cheap ones: turtle-lite, turtle and dark-lite. */
std::vector<uint8_t> cheap_header() {
    auto header = unhex(kPublishedHeader);
    std::fill_n(header.begin() + 4, 32, uint8_t{0x45});
    header[5] = 0x11;
    return header;
}

struct Found {
    p2ph_status status;
    std::vector<p2ph_hit> hits;
    uint64_t hashed = 0;
};

Found search(p2ph_context* context, const std::vector<uint8_t>& header, uint32_t first, uint64_t count, uint8_t limit = 0xff,
             size_t capacity = 100, const int32_t* cancel = nullptr) {
    Hash target;
    target.fill(0xff);
    target[31] = limit;
    Found found;
    found.hits.resize(capacity);
    size_t hits = 0;
    found.status = p2ph_search(context, header.data(), header.size(), P2PH_GR_NONCE_OFFSET, first, count, target.data(), cancel,
                               found.hits.data(), capacity, &hits, &found.hashed);
    found.hits.resize(hits);
    return found;
}

std::vector<uint8_t> with_nonce(std::vector<uint8_t> header, uint32_t nonce) {
    for (size_t i = 0; i < 4; i++) {
        header[P2PH_GR_NONCE_OFFSET + i] = static_cast<uint8_t>(nonce >> (8 * i));
    }
    return header;
}

/* Sets P2PH_FORCE_KERNEL for a while. */
class ForcedKernel {
   public:
    explicit ForcedKernel(const char* isa) { setenv("P2PH_FORCE_KERNEL", isa, 1); }
    ~ForcedKernel() { unsetenv("P2PH_FORCE_KERNEL"); }
};

}  // namespace

TEST(GhostRider, Hash_KnownAnswers) {
    const auto context = make_context(gr_dataset());
    EXPECT_EQ(kPublishedHash, hex(hash_of(context.get(), unhex(kPublishedHeader))));
    EXPECT_EQ(kGenesisHash, hex(hash_of(context.get(), unhex(kGenesisHeader))));
}

TEST(GhostRider, HashMany_HeadersOfSeveralBlocksMixed_EachAsIfAlone) {
    const auto context = gr_context({{2, 3, 1, 1, 4, 5}});
    std::vector<uint8_t> headers;
    std::vector<std::string> expected;
    const auto add = [&](const std::vector<uint8_t>& header) {
        headers.insert(headers.end(), header.begin(), header.end());
        expected.push_back(hex(hash_of(context.get(), header)));
    };
    add(unhex(kPublishedHeader));
    for (uint32_t nonce = 0; nonce < 6; nonce++) {
        add(with_nonce(cheap_header(), nonce));
    }
    add(unhex(kGenesisHeader));
    add(cheap_header());
    EXPECT_EQ(kPublishedHash, expected[0]);

    std::vector<uint8_t> out(expected.size() * 32);
    ASSERT_EQ(P2PH_OK, p2ph_hash_many(context.get(), headers.data(), kHeader, expected.size(), out.data()));
    for (size_t i = 0; i < expected.size(); i++) {
        EXPECT_EQ(expected[i], hex(std::span(out).subspan(32 * i, 32))) << i;
    }
}

TEST(GhostRider, Hash_LengthsOtherThanAHeader_AreRefused) {
    const auto context = make_context(gr_dataset());
    const std::vector<uint8_t> input(200);
    uint8_t out[64];
    for (const size_t length : {0, 1, 76, 79, 81, 160}) {
        EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_hash(context.get(), input.data(), length, out)) << length;
        EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_hash_many(context.get(), input.data(), length, 0, out)) << length;
    }
    EXPECT_EQ(P2PH_OK, p2ph_hash_many(context.get(), input.data(), kHeader, 0, out));
}

TEST(GhostRider, Hash_OutOverlapsTheInput_IsTheSame) {
    const auto context = make_context(gr_dataset());
    auto header = cheap_header();
    const auto expected = hash_of(context.get(), header);
    ASSERT_EQ(P2PH_OK, p2ph_hash(context.get(), header.data(), header.size(), header.data() + 5));
    EXPECT_EQ(hex(expected), hex(std::span(header).subspan(5, 32)));
}

TEST(GhostRider, Search_EasiestTarget_EveryNonceInOrderWithItsHash) {
    const auto one = make_context(gr_dataset());
    const auto several = gr_context({{4, 7, 2, 2, 5, 3}});
    const auto header = cheap_header();
    const auto found = search(several.get(), header, 0xfffffff0, 16);
    ASSERT_EQ(P2PH_OK, found.status);
    EXPECT_EQ(16u, found.hashed);
    ASSERT_EQ(16u, found.hits.size());
    for (uint32_t i = 0; i < 16; i++) {
        EXPECT_EQ(0xfffffff0 + i, found.hits[i].nonce);
        EXPECT_EQ(hex(hash_of(one.get(), with_nonce(header, 0xfffffff0 + i))), hex(found.hits[i].hash));
    }
}

TEST(GhostRider, Search_HardTarget_ExactlyTheHashesAtMostTheTarget) {
    const auto context = gr_context({{4, 7, 2, 2, 5, 3}});
    const auto all = search(context.get(), cheap_header(), 1000, 50);
    ASSERT_EQ(50u, all.hits.size());
    std::vector<uint32_t> expected;
    for (const auto& hit : all.hits) {
        if (hit.hash[31] <= 0x3f) {
            expected.push_back(hit.nonce);
        }
    }
    std::vector<uint32_t> nonces;
    for (const auto& hit : search(context.get(), cheap_header(), 1000, 50, 0x3f).hits) {
        nonces.push_back(hit.nonce);
    }
    EXPECT_FALSE(expected.empty());
    EXPECT_EQ(expected, nonces);
}

TEST(GhostRider, Search_HitsFull_StopsThereAndGoesOnWithoutLossOrRepetition) {
    const auto context = gr_context({{4, 7, 2, 2, 5, 3}});
    std::vector<uint32_t> nonces;
    uint32_t first = 100;
    uint64_t count = 10;
    int calls = 0;
    for (; count > 0 && calls < 20; calls++) {
        const auto found = search(context.get(), cheap_header(), first, count, 0xff, 3);
        ASSERT_EQ(P2PH_OK, found.status);
        ASSERT_EQ(found.hashed, found.hits.size());
        for (const auto& hit : found.hits) {
            nonces.push_back(hit.nonce);
        }
        first += static_cast<uint32_t>(found.hashed);
        count -= found.hashed;
    }
    EXPECT_EQ(4, calls);
    EXPECT_EQ((std::vector<uint32_t>{100, 101, 102, 103, 104, 105, 106, 107, 108, 109}), nonces);
}

TEST(GhostRider, Search_CancelledMeanwhile_KeepsWholeBatchesOnly) {
    const auto context = gr_context({{4, 4, 1, 1, 4, 4}});
    std::atomic<int32_t> cancel = 0;
    Found found;
    std::thread thread([&] {
        found = search(context.get(), unhex(kPublishedHeader), 0, 1ull << 32, 0xff, 100000, reinterpret_cast<const int32_t*>(&cancel));
    });
    const auto own = make_context(gr_dataset());
    hash_of(own.get(), unhex(kPublishedHeader)); /* the search is under way, or not yet begun; both must end */
    cancel = 1;
    thread.join();
    EXPECT_EQ(P2PH_OK, found.status);
    EXPECT_EQ(found.hashed, found.hits.size());
    EXPECT_LT(found.hashed, 100000u);
}

TEST(GhostRider, Search_OtherBlobsOrPlaces_AreRefused) {
    const auto context = make_context(gr_dataset());
    const std::vector<uint8_t> blob(96);
    const Hash target{};
    p2ph_hit hit;
    size_t hits;
    uint64_t hashed;
    const auto with = [&](size_t length, size_t offset) {
        return p2ph_search(context.get(), blob.data(), length, offset, 0, 1, target.data(), nullptr, &hit, 1, &hits, &hashed);
    };
    EXPECT_EQ(P2PH_OK, with(80, 76));
    EXPECT_EQ(P2PH_E_ARGUMENT, with(80, 75));
    EXPECT_EQ(P2PH_E_ARGUMENT, with(80, 0));
    EXPECT_EQ(P2PH_E_ARGUMENT, with(79, 75));
    EXPECT_EQ(P2PH_E_ARGUMENT, with(96, 76));
}

TEST(GhostRider, Dataset_IsEmptyAndReadyAtOnce) {
    uint64_t items = 1;
    p2ph_memory memory{1, 1, 1, 1};
    EXPECT_EQ(P2PH_OK, p2ph_dataset_item_count(gr_dataset(), &items));
    EXPECT_EQ(P2PH_OK, p2ph_dataset_memory(gr_dataset(), &memory));
    EXPECT_EQ(0u, items);
    EXPECT_EQ(0u, memory.bytes);
    EXPECT_EQ(0u, memory.huge_pages_wanted);
}

TEST(GhostRider, Context_BadDepthsOrDataset_AreRefused) {
    const auto create = [](p2ph_dataset* dataset, const p2ph_gr_depths* depths, uint32_t flags = 0) {
        auto* context = reinterpret_cast<p2ph_context*>(1);
        const auto status = p2ph_gr_context_create(dataset, flags, depths, &context);
        EXPECT_EQ(nullptr, context);
        return status;
    };
    const p2ph_gr_depths one{{1, 1, 1, 1, 1, 1}};
    const p2ph_gr_depths none{};
    const p2ph_gr_depths many{{1, 1, 21, 1, 1, 1}};
    EXPECT_EQ(P2PH_E_ARGUMENT, create(nullptr, &one));
    EXPECT_EQ(P2PH_E_ARGUMENT, create(gr_dataset(), nullptr));
    EXPECT_EQ(P2PH_E_ARGUMENT, create(gr_dataset(), &none));
    EXPECT_EQ(P2PH_E_ARGUMENT, create(gr_dataset(), &many));
    EXPECT_EQ(P2PH_E_ARGUMENT, create(gr_dataset(), &one, 4));
#if !defined(P2PH_EMULATED) /* which takes long over a cache */
    EXPECT_EQ(P2PH_E_ARGUMENT, create(shared_dataset(), &one));
#endif
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_gr_context_create(gr_dataset(), 0, &one, nullptr));

    p2ph_dataset* unfinished = nullptr;
    ASSERT_EQ(P2PH_OK, p2ph_dataset_create(P2PH_GHOSTRIDER, nullptr, 0, 0, 0, &unfinished));
    EXPECT_EQ(P2PH_E_STATE, create(unfinished, &one));
    p2ph_dataset_destroy(unfinished);
}

TEST(GhostRider, PadBytes_AreWhatAContextTakes) {
    const p2ph_gr_depths depths[] = {{{1, 1, 1, 1, 1, 1}}, {{20, 7, 3, 9, 20, 20}}, {{1, 1, 20, 1, 1, 1}}};
    const uint64_t expected[] = {2ull << 20, 10ull << 20, 40ull << 20};
    for (size_t i = 0; i < std::size(depths); i++) {
        uint64_t bytes = 0;
        p2ph_memory memory{};
        ASSERT_EQ(P2PH_OK, p2ph_gr_pad_bytes(&depths[i], &bytes));
        EXPECT_EQ(expected[i], bytes);
        for (const uint32_t flags : {0u, P2PH_HUGE_PAGES}) {
            const auto context = gr_context(depths[i], flags);
            ASSERT_EQ(P2PH_OK, p2ph_context_memory(context.get(), &memory));
            EXPECT_EQ(bytes, memory.bytes);
            EXPECT_EQ(bytes >> 21, memory.huge_pages_wanted);
            EXPECT_LE(memory.huge_pages, memory.huge_pages_wanted);
        }
    }
    uint64_t bytes;
    const p2ph_gr_depths none{};
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_gr_pad_bytes(&none, &bytes));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_gr_pad_bytes(nullptr, &bytes));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_gr_pad_bytes(&depths[0], nullptr));
}

TEST(GhostRider, Guess_AnyBudget_StaysWithinIt) {
    p2ph_gr_depths depths;
    for (uint64_t budget = 2ull << 20; budget <= 64ull << 20; budget += 512 << 10) {
        ASSERT_EQ(P2PH_OK, p2ph_gr_guess(budget, &depths));
        uint64_t bytes = 0;
        ASSERT_EQ(P2PH_OK, p2ph_gr_pad_bytes(&depths, &bytes)) << budget;
        EXPECT_LE(bytes, budget);
        EXPECT_EQ(0, depths.lanes[6] | depths.lanes[7]);
    }
    EXPECT_EQ(P2PH_OK, p2ph_gr_guess(UINT64_MAX, &depths));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_gr_guess((2ull << 20) - 1, &depths));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_gr_guess(2ull << 20, nullptr));
}

TEST(GhostRider, Measure_EachVariant_TakesTime_ButNotBeyondThePads) {
    const auto context = gr_context({{1, 1, 1, 1, 1, 1}});
    uint64_t nanoseconds = 0;
    for (uint32_t variant = 0; variant < P2PH_GR_VARIANTS; variant++) {
        ASSERT_EQ(P2PH_OK, p2ph_gr_measure(context.get(), variant, 1, &nanoseconds));
        EXPECT_GT(nanoseconds, 0u);
    }
    EXPECT_EQ(P2PH_OK, p2ph_gr_measure(context.get(), 4, 8, &nanoseconds)); /* 8 of 256 KiB */
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_gr_measure(context.get(), 4, 9, &nanoseconds));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_gr_measure(context.get(), 2, 2, &nanoseconds));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_gr_measure(context.get(), 6, 1, &nanoseconds));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_gr_measure(context.get(), 0, 0, &nanoseconds));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_gr_measure(context.get(), 0, 21, &nanoseconds));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_gr_measure(nullptr, 0, 1, &nanoseconds));
#if !defined(P2PH_EMULATED) /* which takes long over a cache */
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_gr_measure(make_context(shared_dataset()).get(), 0, 1, &nanoseconds));
#endif
}

TEST(GhostRider, Selection_IsThatOfTheVectors) {
    const auto header = unhex(kPublishedHeader);
    uint8_t core[15];
    uint8_t cn[3];
    ASSERT_EQ(P2PH_OK, p2ph_gr_selection(header.data() + 4, core, cn));
    EXPECT_EQ((std::vector<int>{12, 8, 4, 2, 13, 6, 11, 0, 9, 3, 14, 7, 5, 1, 10}), std::vector<int>(core, core + 15));
    EXPECT_EQ((std::vector<int>{0, 2, 4}), std::vector<int>(cn, cn + 3));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_gr_selection(nullptr, core, cn));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_gr_selection(header.data(), nullptr, cn));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_gr_selection(header.data(), core, nullptr));
}

TEST(GhostRider, ForcedKernel_Portable_SameHash) {
    const ForcedKernel portable("portable");
    const char* name = nullptr;
    ASSERT_EQ(P2PH_OK, p2ph_gr_kernel(&name));
    EXPECT_STREQ("portable", name);
    const auto forced = make_context(gr_dataset());
    const auto expected = hex(hash_of(forced.get(), cheap_header()));
    unsetenv("P2PH_FORCE_KERNEL");
    EXPECT_EQ(expected, hex(hash_of(make_context(gr_dataset()).get(), cheap_header())));
}

TEST(GhostRider, ForcedKernel_ThatIsNotThere_IsRefused) {
    const ForcedKernel unknown("abacus");
    const char* name = nullptr;
    p2ph_context* context = nullptr;
    p2ph_gr_depths depths{{1, 1, 1, 1, 1, 1}};
    EXPECT_EQ(P2PH_E_UNSUPPORTED, p2ph_gr_kernel(&name));
    EXPECT_EQ(P2PH_E_UNSUPPORTED, p2ph_context_create(gr_dataset(), 0, &context));
    EXPECT_EQ(P2PH_E_UNSUPPORTED, p2ph_gr_context_create(gr_dataset(), 0, &depths, &context));
    EXPECT_EQ(P2PH_E_UNSUPPORTED, p2ph_gr_guess(4ull << 20, &depths));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_gr_kernel(nullptr));
}
