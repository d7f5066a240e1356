#include "machine/huge_memory.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace p2ph {

namespace {

constexpr uint64_t kGiB = 1ull << 30;
constexpr uint64_t kMiB = 1ull << 20;
constexpr uint64_t kDataset = 34078719ull * 64; /* just below 2080 MiB */

/* A system with some giant pages and perhaps reserved huge ones: what it gives for them is ordinary memory, and it notes what was asked
 * for. */
class FakeSystem {
   public:
    struct Asked {
        PageSize size;
        uint64_t bytes;
        bool given;
    };

    FakeSystem(uint64_t giant_pages, bool huge_pages) : giant_pages_(giant_pages), huge_pages_(huge_pages) {}

    MapPages map() {
        return [this](uint8_t* at, uint64_t bytes, PageSize size) {
            const bool has = size == PageSize::base || (size == PageSize::huge ? huge_pages_ : giant_pages_ > 0);
            auto* const memory = has ? map_pages(at, bytes, PageSize::base) : nullptr;
            asked.push_back({size, bytes, memory != nullptr});
            giant_pages_ -= size == PageSize::giant && memory ? 1 : 0;
            return memory;
        };
    }

    uint64_t given(PageSize size) const {
        uint64_t bytes = 0;
        for (const auto& one : asked) {
            bytes += one.size == size && one.given ? one.bytes : 0;
        }
        return bytes;
    }

    std::vector<Asked> asked;

   private:
    uint64_t giant_pages_;
    bool huge_pages_;
};

/* All of it is there, in one piece. */
void expect_usable(const HugeMemory& memory) {
    ASSERT_NE(nullptr, memory.data());
    EXPECT_EQ(0u, reinterpret_cast<uintptr_t>(memory.data()) % (2 * kMiB));
    for (uint64_t i = 0; i < memory.bytes(); i += 32 * kMiB) {
        EXPECT_EQ(0, memory.data()[i]);
        memory.data()[i] = 1;
    }
    EXPECT_EQ(0, memory.data()[memory.bytes() - 1]);
    memory.data()[memory.bytes() - 1] = 1;
}

}  // namespace

TEST(HugeMemory, DatasetWithGiantPages_TheRestIsInHugeOnes) {
    FakeSystem system(5, true);
    const HugeMemory memory(kDataset, PageSize::giant, system.map());
    expect_usable(memory);
    EXPECT_EQ(0u, reinterpret_cast<uintptr_t>(memory.data()) % kGiB);
    EXPECT_EQ(2 * kGiB, system.given(PageSize::giant));
    EXPECT_EQ(32 * kMiB, system.given(PageSize::huge));
    EXPECT_EQ(0u, system.given(PageSize::base));
    const auto use = memory.memory(kDataset);
    EXPECT_EQ(kDataset, use.bytes);
    EXPECT_EQ(1040u, use.huge_pages);
    EXPECT_EQ(1040u, use.huge_pages_wanted);
    EXPECT_EQ(2u, use.giant_pages);
}

TEST(HugeMemory, TooFewGiantPages_TheRestIsInHugeOnes) {
    FakeSystem system(1, true);
    const HugeMemory memory(kDataset, PageSize::giant, system.map());
    expect_usable(memory);
    EXPECT_EQ(kGiB, system.given(PageSize::giant));
    EXPECT_EQ(kGiB + 32 * kMiB, system.given(PageSize::huge));
    EXPECT_EQ(1u, memory.giant_pages());
    EXPECT_EQ(1040u, memory.huge_pages());
}

/* Transparent pages are counted as the kernel gives them, beside the giant ones. */
TEST(HugeMemory, GiantPagesButNoHugeOnes_TheRestIsOrdinary) {
    FakeSystem system(2, false);
    const HugeMemory memory(kDataset, PageSize::giant, system.map());
    expect_usable(memory);
    EXPECT_EQ(32 * kMiB, system.given(PageSize::base));
    const auto use = memory.memory();
    EXPECT_EQ(2u, use.giant_pages);
    EXPECT_GE(use.huge_pages, 1024u);
    EXPECT_LE(use.huge_pages, 1040u);
}

TEST(HugeMemory, NoGiantPages_AsWithoutThem) {
    FakeSystem system(0, true);
    const HugeMemory memory(kDataset, PageSize::giant, system.map());
    expect_usable(memory);
    EXPECT_EQ(1040 * 2 * kMiB, system.given(PageSize::huge));
    EXPECT_EQ(0u, memory.giant_pages());
    EXPECT_EQ(1040u, memory.huge_pages());
}

/* Whole pages, and nothing is left over. */
TEST(HugeMemory, ExactlyGiantPages_NeedNoOthers) {
    FakeSystem system(3, false);
    const HugeMemory memory(3 * kGiB, PageSize::giant, system.map());
    EXPECT_EQ(3 * kGiB, system.given(PageSize::giant));
    EXPECT_EQ(3u, system.asked.size());
    EXPECT_EQ(1536u, memory.huge_pages());
}

TEST(HugeMemory, LessThanAGiantPage_AsksForNone) {
    FakeSystem system(1, true);
    const HugeMemory memory(kGiB - 2 * kMiB, PageSize::giant, system.map());
    EXPECT_EQ(0u, memory.giant_pages());
    EXPECT_EQ(PageSize::huge, system.asked.front().size);
}

TEST(HugeMemory, BasePages_AsksForNoOthers) {
    FakeSystem system(1, true);
    const HugeMemory memory(kDataset, PageSize::base, system.map());
    ASSERT_EQ(1u, system.asked.size());
    EXPECT_EQ(PageSize::base, system.asked[0].size);
    EXPECT_EQ(0u, reinterpret_cast<uintptr_t>(memory.data()) % (2 * kMiB));
}

/* Somebody else maps what comes behind the giant pages: they go back, and all lies elsewhere. */
TEST(HugeMemory, PlaceTakenMeanwhile_LiesElsewhere) {
    FakeSystem system(100, false);
    const auto inner = system.map();
    int refused = 0;
    const HugeMemory memory(kDataset, PageSize::giant, [&](uint8_t* at, uint64_t bytes, PageSize size) -> uint8_t* {
        if (at && size == PageSize::base) {
            refused++;
            return nullptr;
        }
        return inner(at, bytes, size);
    });
    expect_usable(memory);
    EXPECT_EQ(3, refused);
    EXPECT_EQ(0u, memory.giant_pages());
}

TEST(HugeMemory, NoMemory_Throws) {
    const auto none = [](uint8_t*, uint64_t, PageSize) -> uint8_t* { return nullptr; };
    EXPECT_THROW(HugeMemory(kDataset, PageSize::giant, none), std::bad_alloc);
}

TEST(HugeMemory, MapPages_TakenPlace_IsRefused) {
    auto* const memory = map_pages(nullptr, kMiB, PageSize::base);
    ASSERT_NE(nullptr, memory);
    memory[0] = 1;
    EXPECT_EQ(nullptr, map_pages(memory, kMiB, PageSize::base));
    EXPECT_EQ(1, memory[0]);
}

/* Of this system, whatever it has. */
TEST(HugeMemory, OfTheSystem_IsUsableAndMoves) {
    HugeMemory memory(kDataset, PageSize::giant);
    expect_usable(memory);
    EXPECT_LE(memory.giant_pages(), 2u);
    auto* const data = memory.data();
    HugeMemory moved(std::move(memory));
    EXPECT_EQ(nullptr, memory.data());
    EXPECT_EQ(data, moved.data());
    moved = HugeMemory();
    EXPECT_EQ(data, moved.data() ? nullptr : data);
}

TEST(HugeMemory, Touch_KeepsWhatIsThere) {
    HugeMemory memory(4 * kMiB, true);
    memory.data()[4096] = 7;
    memory.touch();
    EXPECT_EQ(7, memory.data()[4096]);
}

}  // namespace p2ph
