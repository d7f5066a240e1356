#include "ghostrider/core/fugue512.h"

#include <array>
#include <bit>
#include <cstring>

#include "ghostrider/core/aes_sbox.h"
#include "ghostrider/core/fugue512_constants.h"
#include "ghostrider/core/words.h"

namespace p2ph::ghostrider {

namespace {

/* Row i of the matrix is (1, 4, 7, 1) turned right by i: what a byte in row 0, the most significant one, adds to its column after
 * SubBytes. A byte in row k adds the same turned right by k bytes. */
constexpr auto kColumns = [] {
    std::array<uint32_t, 256> columns{};
    for (size_t x = 0; x < 256; x++) {
        const uint32_t s = kAesSbox[x];
        columns[x] = s << 24 | s << 16 | uint32_t{aes_multiply(kAesSbox[x], 7)} << 8 | aes_multiply(kAesSbox[x], 4);
    }
    return columns;
}();

uint32_t twice(uint32_t word) noexcept { return ((word & 0x7f7f7f7f) << 1) ^ (((word >> 7) & 0x01010101) * 0x1b); }

constexpr uint32_t row_mask(int row) noexcept { return 0xff000000u >> (8 * row); }

/* The substitution and Super-Mix of the four words s[0..3], the columns of a matrix of bytes. */
void smix(uint32_t s[4]) noexcept {
    uint32_t mixed[4];
    uint32_t others = 0; /* byte i: the XOR of row i after SubBytes, without the one on the diagonal */
    for (int j = 0; j < 4; j++) {
        uint32_t column = 0;
        uint32_t substituted = 0;
        for (int row = 0; row < 4; row++) {
            const auto term = std::rotr(kColumns[(s[j] >> (24 - 8 * row)) & 255], 8 * row);
            column ^= term;
            substituted |= term & row_mask(row); /* the diagonal of the matrix is 1 */
        }
        mixed[j] = column;
        others ^= substituted & ~row_mask(j);
    }

    /* Byte i of column j gets M[j][i] times byte i of `others`. */
    const auto four = twice(twice(others));
    const auto seven = four ^ twice(others) ^ others;
    for (int j = 0; j < 4; j++) {
        mixed[j] ^= (others & (row_mask(j) | row_mask((j + 3) % 4))) ^ (four & row_mask((j + 1) % 4)) ^ (seven & row_mask((j + 2) % 4));
    }

    /* Row i turns left by i columns. */
    for (int j = 0; j < 4; j++) {
        s[j] = 0;
        for (int row = 0; row < 4; row++) {
            s[j] |= mixed[(j + row) % 4] & row_mask(row);
        }
    }
}

/* The state on a tape that it moves along: to turn it by n words to the right is to copy its last n words to before its first. */
class Tape {
   public:
    static constexpr size_t kWords = 36;

    explicit Tape(const uint32_t state[kWords]) noexcept : s_(words_ + kRoom) { std::memcpy(s_, state, 4 * kWords); }

    uint32_t& operator[](size_t i) noexcept { return s_[i]; }

    void turn_right(size_t n) noexcept {
        if (s_ < words_ + n) {
            std::memmove(words_ + kRoom, s_, 4 * kWords);
            s_ = words_ + kRoom;
        }
        s_ -= n;
        std::memcpy(s_, s_ + kWords, 4 * n);
    }

    /* ROR3, CMIX, SMIX. */
    void round() noexcept {
        turn_right(3);
        for (size_t i = 0; i < 3; i++) {
            s_[i] ^= s_[4 + i];
            s_[18 + i] ^= s_[4 + i];
        }
        smix(s_);
    }

    void copy_to(uint32_t state[kWords]) const noexcept { std::memcpy(state, s_, 4 * kWords); }

   private:
    static constexpr size_t kRoom = 12 * 12;

    uint32_t words_[kRoom + kWords];
    uint32_t* s_;
};

}  // namespace

Fugue512::Fugue512() noexcept {
    std::memset(state_, 0, sizeof state_);
    std::memcpy(state_ + 20, kFugueInitial, sizeof kFugueInitial);
}

void Fugue512::absorb(uint32_t word) noexcept {
    Tape s(state_);
    s[22] ^= s[0];
    s[0] = word;
    s[8] ^= s[0];
    s[1] ^= s[24];
    s[4] ^= s[27];
    s[7] ^= s[30];
    for (int i = 0; i < 4; i++) {
        s.round();
    }
    s.copy_to(state_);
}

void Fugue512::update(const uint8_t* data, size_t bytes) noexcept {
    bits_ += 8 * uint64_t{bytes};
    buffer_.add(data, bytes, [this](const uint8_t* word) { absorb(load_be<uint32_t>(word)); });
}

void Fugue512::finish(uint8_t* digest) noexcept {
    if (buffer_.fill() != 0) {
        const auto* block = buffer_.pad(0, 4, [](const uint8_t*) {});
        absorb(load_be<uint32_t>(block));
    }
    absorb(static_cast<uint32_t>(bits_ >> 32));
    absorb(static_cast<uint32_t>(bits_));

    Tape s(state_);
    for (int i = 0; i < 32; i++) {
        s.round();
    }
    for (int i = 0; i < 13; i++) {
        /* Words that take up s[0], then how far the state turns. */
        constexpr size_t kSteps[4][5] = {{4, 9, 18, 27, 9}, {4, 10, 18, 27, 9}, {4, 10, 19, 27, 9}, {4, 10, 19, 28, 8}};
        for (const auto& step : kSteps) {
            for (int k = 0; k < 4; k++) {
                s[step[k]] ^= s[0];
            }
            s.turn_right(step[4]);
            smix(&s[0]);
        }
    }
    for (const size_t i : {4, 9, 18, 27}) {
        s[i] ^= s[0];
    }
    constexpr size_t kDigest[16] = {1, 2, 3, 4, 9, 10, 11, 12, 18, 19, 20, 21, 27, 28, 29, 30};
    for (size_t i = 0; i < 16; i++) {
        store_be<uint32_t>(digest + 4 * i, s[kDigest[i]]);
    }
}

}  // namespace p2ph::ghostrider
