/* AES rounds after FIPS 197 by table: an entry is what one byte of a column contributes to it after SubBytes and MixColumns. The tables are
 * made by the compiler from the definition of the S-box. Input words are little-endian columns of the state. */
#include <array>
#include <bit>
#include <cstring>

#include "aes.h"
#include "aes_keys.h"

namespace p2ph::randomx {

namespace {

using Block = std::array<uint32_t, 4>;
using Table = std::array<uint32_t, 256>;

constexpr uint8_t multiply(uint8_t a, uint8_t b) {
    uint8_t product = 0;
    for (; b != 0; b >>= 1) {
        product ^= (b & 1) != 0 ? a : 0;
        a = static_cast<uint8_t>((a << 1) ^ ((a >> 7) * 0x1b));
    }
    return product;
}

constexpr std::array<uint8_t, 256> kSbox = [] {
    std::array<uint8_t, 256> sbox{};
    /* 3 generates the field and f6 is its inverse: p and q run through all inverse pairs. */
    uint8_t p = 1;
    uint8_t q = 1;
    do {
        p = multiply(p, 0x03);
        q = multiply(q, 0xf6);
        sbox[p] = static_cast<uint8_t>(q ^ std::rotl(q, 1) ^ std::rotl(q, 2) ^ std::rotl(q, 3) ^ std::rotl(q, 4) ^ 0x63);
    } while (p != 1);
    sbox[0] = 0x63;
    return sbox;
}();

constexpr uint32_t column(uint8_t s, uint8_t m0, uint8_t m1, uint8_t m2, uint8_t m3) {
    return multiply(s, m0) | uint32_t{multiply(s, m1)} << 8 | uint32_t{multiply(s, m2)} << 16 | uint32_t{multiply(s, m3)} << 24;
}

constexpr Table kEncrypt = [] {
    Table table{};
    for (size_t i = 0; i < 256; i++) {
        table[i] = column(kSbox[i], 2, 1, 1, 3);
    }
    return table;
}();

constexpr Table kDecrypt = [] {
    Table table{};
    for (size_t i = 0; i < 256; i++) {
        table[kSbox[i]] = column(static_cast<uint8_t>(i), 14, 9, 13, 11);
    }
    return table;
}();

Block load(const uint8_t* from) noexcept {
    Block block;
    std::memcpy(block.data(), from, sizeof block);
    return block;
}

void store(uint8_t* to, const Block& block) noexcept { std::memcpy(to, block.data(), sizeof block); }

/* Row r of the state comes from the column r to the right in an encryption round, r to the left in a decryption round. */
template <int direction>
Block round(const Table& table, const Block& s, const Block& key) noexcept {
    Block out;
    for (unsigned c = 0; c < 4; c++) {
        out[c] = key[c] ^ table[s[c] & 0xff] ^ std::rotl(table[(s[(c + direction) % 4] >> 8) & 0xff], 8) ^
                 std::rotl(table[(s[(c + 2) % 4] >> 16) & 0xff], 16) ^ std::rotl(table[s[(c - direction) % 4] >> 24], 24);
    }
    return out;
}

Block encrypt(const Block& state, const Block& key) noexcept { return round<1>(kEncrypt, state, key); }
Block decrypt(const Block& state, const Block& key) noexcept { return round<-1>(kDecrypt, state, key); }

struct Columns {
    Block c[4];
};

Columns load_columns(const uint8_t* from) noexcept { return {{load(from), load(from + 16), load(from + 32), load(from + 48)}}; }

void store_columns(uint8_t* to, const Columns& columns) noexcept {
    for (int i = 0; i < 4; i++) {
        store(to + 16 * i, columns.c[i]);
    }
}

class Generator1R {
   public:
    explicit Generator1R(const uint8_t* state) noexcept : state_(load_columns(state)), keys_(load_columns(kKeys1R[0])) {}

    void step(uint8_t* out) noexcept {
        auto& s = state_.c;
        s[0] = decrypt(s[0], keys_.c[0]);
        s[1] = encrypt(s[1], keys_.c[1]);
        s[2] = decrypt(s[2], keys_.c[2]);
        s[3] = encrypt(s[3], keys_.c[3]);
        store_columns(out, state_);
    }

    void save(uint8_t* state) const noexcept { store_columns(state, state_); }

   private:
    Columns state_;
    Columns keys_;
};

class Hash1R {
   public:
    Hash1R() noexcept : state_(load_columns(kHashState[0])) {}

    void step(const uint8_t* in) noexcept { round_with(load_columns(in)); }

    void finish(uint8_t* hash) noexcept {
        for (const auto& key : kHashExtraKeys) {
            const auto block = load(key);
            round_with({{block, block, block, block}});
        }
        store_columns(hash, state_);
    }

   private:
    void round_with(const Columns& keys) noexcept {
        auto& s = state_.c;
        s[0] = encrypt(s[0], keys.c[0]);
        s[1] = decrypt(s[1], keys.c[1]);
        s[2] = encrypt(s[2], keys.c[2]);
        s[3] = decrypt(s[3], keys.c[3]);
    }

    Columns state_;
};

void fill_1r(uint8_t* state, uint8_t* out, size_t bytes) noexcept {
    Generator1R generator(state);
    for (size_t at = 0; at < bytes; at += 64) {
        generator.step(out + at);
    }
    generator.save(state);
}

void fill_4r(uint8_t* state, uint8_t* out, size_t bytes) noexcept {
    auto columns = load_columns(state);
    auto& s = columns.c;
    for (size_t at = 0; at < bytes; at += 64) {
        for (int round = 0; round < 4; round++) {
            const auto low = load(kKeys4R[round]);
            const auto high = load(kKeys4R[round + 4]);
            s[0] = decrypt(s[0], low);
            s[1] = encrypt(s[1], low);
            s[2] = decrypt(s[2], high);
            s[3] = encrypt(s[3], high);
        }
        store_columns(out + at, columns);
    }
    store_columns(state, columns);
}

void hash_1r(const uint8_t* in, size_t bytes, uint8_t* hash) noexcept {
    Hash1R walk;
    for (size_t at = 0; at < bytes; at += 64) {
        walk.step(in + at);
    }
    walk.finish(hash);
}

void hash_and_fill_1r(uint8_t* scratchpad, size_t bytes, uint8_t* hash, uint8_t* state) noexcept {
    Hash1R walk;
    Generator1R generator(state);
    for (size_t at = 0; at < bytes; at += 64) {
        walk.step(scratchpad + at);
        generator.step(scratchpad + at);
    }
    walk.finish(hash);
    generator.save(state);
}

void mix(uint8_t* f, const uint8_t* e) noexcept {
    auto columns = load_columns(f);
    auto& s = columns.c;
    for (int k = 0; k < 4; k++) {
        const auto key = load(e + 16 * k);
        s[0] = encrypt(s[0], key);
        s[1] = decrypt(s[1], key);
        s[2] = encrypt(s[2], key);
        s[3] = decrypt(s[3], key);
    }
    store_columns(f, columns);
}

}  // namespace

constexpr AesRow kAesPortable = {"portable", 0, &fill_1r, &fill_4r, &hash_1r, &hash_and_fill_1r, &mix};

}  // namespace p2ph::randomx
