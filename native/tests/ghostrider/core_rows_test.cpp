/* Every row of the table of core hashes: against the vectors of 64 and 80 bytes, and against the portable row. */
#include <cstring>
#include <memory>

#include "core_hash.h"
#include "ghostrider/core/core_table.h"

namespace gr = p2ph::ghostrider;

namespace {

constexpr const char* kNames[gr::kCoreHashes] = {
    "blake512",   "bmw512",  "groestl512", "jh512",    "keccak512", "skein512",  "luffa512",  "cubehash512",
    "shavite512", "simd512", "echo512",    "hamsi512", "fugue512",  "shabal512", "whirlpool",
};

struct Row {
    size_t index;
    gr::CoreRow row;
};

std::vector<Row> all_rows() {
    std::vector<Row> rows;
    for (size_t index = 0; index < gr::kCoreHashes; index++) {
        for (const auto& row : gr::core_rows(index)) {
            rows.push_back({index, row});
        }
    }
    return rows;
}

class CoreRowTest : public testing::TestWithParam<Row> {
   protected:
    void SetUp() override {
        p2ph_cpu cpu;
        ASSERT_EQ(P2PH_OK, p2ph_cpu_info(&cpu));
        if ((GetParam().row.needs & ~cpu.features) != 0) {
            GTEST_SKIP() << "this CPU has not what the row needs";
        }
    }

    const gr::CoreRow& row() const { return GetParam().row; }
    const gr::CoreRow& portable() const { return gr::core_rows(GetParam().index).back(); }
};

/* Room of exactly so many bytes, `offset` beyond an aligned address, so that a checker sees every byte too far. */
class Room {
   public:
    Room(size_t bytes, size_t offset) : _bytes(bytes), _offset(offset), _memory(new uint8_t[bytes + offset]) {}
    uint8_t* data() { return _memory.get() + _offset; }
    std::vector<uint8_t> copy() { return {data(), data() + _bytes}; }

   private:
    size_t _bytes;
    size_t _offset;
    std::unique_ptr<uint8_t[]> _memory;
};

}  // namespace

TEST_P(CoreRowTest, VectorsOf64And80Bytes) {
    const auto& file = hash_vectors(std::string(kNames[GetParam().index]) + "-kat.json");
    size_t seen = 0;
    for (const auto& vector : file.at("vectors")) {
        const auto message = unhex(vector.at("message").get<std::string>());
        if (message.size() == 64 || message.size() == 80) {
            uint8_t out[64];
            row().many(message.data(), message.size(), message.size(), 1, out);
            EXPECT_EQ(vector.at("digest"), hex(out));
            seen++;
        }
    }
    EXPECT_LT(3u, seen);
}

TEST_P(CoreRowTest, ThousandTimesInPlace_DigestOfTheVector) {
    const auto& file = hash_vectors(std::string(kNames[GetParam().index]) + "-kat.json");
    constexpr size_t kCount = 5;
    auto messages = some_bytes(64 * kCount, 3);
    std::memset(messages.data(), 0, 64);
    for (int i = 0; i < 1000; i++) {
        row().many(messages.data(), 64, 64, kCount, messages.data());
    }
    EXPECT_EQ(file.at("rule_vectors").at(2).at("digest"), hex(std::span(messages).first(64)));
}

TEST_P(CoreRowTest, AnyCountAndAlignment_AgreesWithPortable) {
    for (const size_t length : {64, 80}) {
        for (size_t count = 0; count <= 35; count++) {
            const auto stride = length + (count % 3) * 5;
            const auto bytes = count == 0 ? 0 : (count - 1) * stride + length;
            Room in(bytes, count % 7);
            const auto messages = some_bytes(bytes, static_cast<uint32_t>(count));
            std::copy(messages.begin(), messages.end(), in.data());
            Room expected(64 * count, 0);
            Room out(64 * count, (count + 3) % 5);
            portable().many(in.data(), length, stride, count, expected.data());
            row().many(in.data(), length, stride, count, out.data());
            EXPECT_EQ(expected.copy(), out.copy()) << count << " messages of " << length << " bytes";
            EXPECT_EQ(messages, in.copy());
        }
    }
}

TEST_P(CoreRowTest, InPlace_AgreesWithPortable) {
    for (size_t count = 0; count <= 35; count++) {
        const auto messages = some_bytes(64 * count, static_cast<uint32_t>(100 + count));
        Room expected(64 * count, 0);
        Room room(64 * count, count % 9);
        std::copy(messages.begin(), messages.end(), room.data());
        portable().many(messages.data(), 64, 64, count, expected.data());
        row().many(room.data(), 64, 64, count, room.data());
        EXPECT_EQ(expected.copy(), room.copy()) << count << " messages";
    }
}

INSTANTIATE_TEST_SUITE_P(Rows, CoreRowTest, testing::ValuesIn(all_rows()),
                         [](const auto& info) { return std::string(kNames[info.param.index]) + "_" + info.param.row.isa; });
