#include <gtest/gtest.h>
#include <p2ph.h>

#include <array>
#include <bit>
#include <cfenv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string>

#include "x86_code.h"

using namespace p2ph::randomx::x86;
using p2ph::randomx::ExecutableMemory;

namespace {

/* Arguments of the System V ABI: rdi, rsi, rdx, rcx. */
constexpr uint64_t kA = 0xfedcba9876543210u;
constexpr uint64_t kB = 0x0123456789abcdefu;
constexpr Gpr kAll[] = {rax, rcx, rdx, rbx, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15};
constexpr Gpr kCalleeSaved[] = {rbx, rbp, r12, r13, r14, r15};

bool has(uint64_t features) {
    p2ph_cpu cpu;
    p2ph_cpu_info(&cpu);
    return (cpu.features & features) == features;
}

template <typename Body>
X86Code function(Body body) {
    return X86Code([&](Emitter& e) {
        for (const auto reg : kCalleeSaved) {
            e.push(reg);
        }
        body(e);
        for (size_t i = std::size(kCalleeSaved); i > 0; i--) {
            e.pop(kCalleeSaved[i - 1]);
        }
        e.ret();
    });
}

}  // namespace

TEST(X86Emitter, EveryPairOfRegisters_MoveAddAndMultiply) {
    for (const auto a : kAll) {
        for (const auto b : kAll) {
            if (a == b || (a == rsi && b == rdi)) {
                continue;
            }
            const auto code = function([&](Emitter& e) {
                e.push(rsi);
                e.push(rdi);
                e.pop(a);
                e.pop(b); /* a = first, b = second */
                e.add(a, b);
                e.imul(a, b);
                e.lea(a, at(a, b, 0x1234, 3));
                e.lea(a, at(a, b, 5, 1));
                e.lea(a, at(a, b));
                e.xor_(a, -7);
                e.xor_(a, 0x12345678);
                e.ror(a, 11);
                e.mov(rax, a);
            });
            auto expected = (kA + kB) * kB + 0x1234 + 8 * kB + 5 + 2 * kB + kB;
            expected = std::rotr((expected ^ static_cast<uint64_t>(-7)) ^ 0x12345678u, 11);
            EXPECT_EQ(expected, code(kA, kB)) << "registers " << int(number(a)) << " and " << int(number(b));
        }
    }
}

TEST(X86Emitter, EveryBaseRegister_EveryDisplacement) {
    std::array<uint64_t, 260> words;
    for (size_t i = 0; i < words.size(); i++) {
        words[i] = 1000 + i;
    }
    for (const auto base : kAll) {
        for (const int disp : {0, 8, 120, 128, -128, -136, 1016}) {
            const auto code = function([&](Emitter& e) {
                e.mov(base, rdi);
                e.mov(rax, at(base, disp));
                if (base != rax && base != rcx) {
                    e.mov_imm(rcx, 2);
                    e.add(rax, at(base, rcx, disp, 2));
                }
            });
            const auto at = 128 + disp / 8;
            const auto expected = base != rax && base != rcx ? words[at] + words[at + 1] : words[at];
            EXPECT_EQ(expected, code(words.data() + 128)) << "base " << int(number(base)) << " disp " << disp;
        }
    }
    const auto stack = function([](Emitter& e) {
        e.push(rsi);
        e.mov(rax, at(rsp));
        e.sub(rsp, 0x200);
        e.add(rax, at(rsp, 0x200));
        e.add(rsp, 0x200);
        e.pop(rcx);
    });
    EXPECT_EQ(2 * kB, stack(kA, kB));
}

TEST(X86Emitter, Arithmetic_IsThatOfTheCpu) {
    std::array<uint64_t, 2> words{kA, kB};
    const auto run = [&](auto body) { return function(body)(kA, kB, words.data()); };
    const auto high = [](uint64_t a, uint64_t b) { return static_cast<uint64_t>(static_cast<unsigned __int128>(a) * b >> 64); };
    const auto high_signed = [](uint64_t a, uint64_t b) {
        return static_cast<uint64_t>(static_cast<__int128>(static_cast<int64_t>(a)) * static_cast<int64_t>(b) >> 64);
    };
    /* clang-format off */
    EXPECT_EQ(kA - kB, run([](Emitter& e) { e.mov(rax, rdi); e.sub(rax, rsi); }));
    EXPECT_EQ(kA ^ kB, run([](Emitter& e) { e.mov(rax, rdi); e.xor_(rax, at(rdx, 8)); }));
    EXPECT_EQ(uint32_t(kA) ^ uint32_t(kB), run([](Emitter& e) { e.mov32(rax, rdi); e.xor32(rax, rsi); }));
    EXPECT_EQ(uint32_t(kA) & uint32_t(kB), run([](Emitter& e) { e.mov(rax, rdi); e.and32(rax, rsi); }));
    EXPECT_EQ(kA & ~uint64_t{63}, run([](Emitter& e) { e.mov(rax, rdi); e.and_(rax, -64); }));
    EXPECT_EQ(uint32_t(kA) | 0x9fc0u, run([](Emitter& e) { e.mov(rax, rdi); e.or32(rax, 0x9fc0); }));
    EXPECT_EQ(0 - kA, run([](Emitter& e) { e.mov(rax, rdi); e.neg(rax); }));
    EXPECT_EQ(kA * 0x12345u, run([](Emitter& e) { e.imul(rax, rdi, 0x12345); }));
    EXPECT_EQ(kA * kB, run([](Emitter& e) { e.mov(r13, rdi); e.imul(r13, at(rdx, 8)); e.mov(rax, r13); }));
    EXPECT_EQ(high(kA, kB), run([](Emitter& e) { e.mov(rax, rdi); e.mul(rsi); e.mov(rax, rdx); }));
    EXPECT_EQ(high_signed(kA, kB), run([](Emitter& e) { e.mov(rax, rdi); e.imul_wide(at(rdx, 8)); e.mov(rax, rdx); }));
    EXPECT_EQ(std::rotl(kA, 19), run([](Emitter& e) { e.mov(rax, rdi); e.rol(rax, 19); }));
    EXPECT_EQ(kA << 19, run([](Emitter& e) { e.mov(rax, rdi); e.shl(rax, 19); }));
    EXPECT_EQ(kA >> 19, run([](Emitter& e) { e.mov(rax, rdi); e.shr(rax, 19); }));
    EXPECT_EQ(std::rotl(kA, 5), run([](Emitter& e) { e.mov(r9, rdi); e.mov_imm(rcx, 64 + 5); e.rol_cl(r9); e.mov(rax, r9); }));
    EXPECT_EQ(std::rotr(kA, 5), run([](Emitter& e) { e.mov(r9, rdi); e.mov_imm(rcx, 64 + 5); e.ror_cl(r9); e.mov(rax, r9); }));
    EXPECT_EQ(kA - kB, run([](Emitter& e) { e.xchg(rsi, rdi); e.mov(rax, rsi); e.sub(rax, rdi); }));
    EXPECT_EQ(kB, run([](Emitter& e) { e.mov_imm(r12, kB); e.mov(rax, r12); }));
    EXPECT_EQ(kA + kB, run([](Emitter& e) { e.mov(rax, e.constant(kA)); e.add(rax, e.constant(kB)); e.constant(kA); }));
    EXPECT_EQ(3 * kA, run([](Emitter& e) { e.imul(rax, e.constant(kA), 3); })); /* an immediate behind the address of a constant */
    /* clang-format on */
}

TEST(X86Emitter, WritesToMemory) {
    std::array<uint64_t, 4> words{1, 2, 3, 4};
    const auto code = function([](Emitter& e) {
        e.mov(at(rdi), rsi);
        e.mov32(at(rdi, 8), rsi);
        e.add(at(rdi, 16), 0x1000);
        e.dec(at(rdi, 24));
        e.cmp32(at(rdi, 24), 3);
        const auto equal = e.make_label();
        e.mov_imm(rax, 1);
        e.jcc(Condition::zero, equal);
        e.mov_imm(rax, 2);
        e.bind(equal);
    });
    EXPECT_EQ(1u, code(words.data(), kA));
    EXPECT_EQ((std::array<uint64_t, 4>{kA, uint32_t(kA), 0x1003, 3}), words);
}

TEST(X86Emitter, Constants32_LeaveTheOtherHalf) {
    std::array<uint64_t, 3> words{kA, kA, kA};
    function([](Emitter& e) {
        e.mov32_imm(at(rdi, 8), 0x89abcdef);
        e.mov_imm(r11, 2);
        e.mov32_imm(at(rdi, r11, 4, 3), 7);
    })(words.data());
    EXPECT_EQ((std::array<uint64_t, 3>{kA, kA >> 32 << 32 | 0x89abcdef, (kA & 0xffffffff) | uint64_t{7} << 32}), words);
}

TEST(X86Emitter, BorrowAndZero_AfterAComparison) {
    const auto below = function([](Emitter& e) {
        e.cmp(rdi, rsi);
        e.sbb(rax, rax);
    });
    EXPECT_EQ(~uint64_t{0}, below(kB - 1, kB));
    EXPECT_EQ(0u, below(kB, kB));
    EXPECT_EQ(0u, below(~uint64_t{0}, uint64_t{1}));
    const auto both = function([](Emitter& e) {
        e.mov_imm(rax, 1);
        e.test(rdi, r9);
        const auto over = e.jcc_over(Condition::not_zero);
        e.mov_imm(rax, 2);
        e.land(over);
    });
    for (const uint64_t bit : {uint64_t{0}, uint64_t{1}, uint64_t{1} << 63}) {
        EXPECT_EQ(bit != 0 ? 1u : 2u, both(bit, 0, 0, 0, 0, ~uint64_t{0}));
    }
}

TEST(X86Emitter, Jumps_BothWays_ShortAndLong) {
    for (const int filler : {1, 200}) {
        const auto code = function([&](Emitter& e) {
            const auto top = e.make_label();
            const auto out = e.make_label();
            e.mov_imm(rax, 0);
            e.bind(top);
            for (int i = 0; i < filler; i++) {
                e.add(rax, 1);
            }
            e.test32(rdi, 0xffffffff);
            e.jcc(Condition::zero, out);
            e.dec(rdi);
            e.jcc(Condition::not_zero, top);
            e.align(64);
            e.jmp(out);
            e.add(rax, 1000);
            e.bind(out);
        });
        EXPECT_EQ(5u * filler, code(uint64_t{5}));
    }
}

TEST(X86Emitter, MistakesAreErrors) {
    std::array<uint8_t, 64> room;
    EXPECT_THROW(
        {
            Emitter e(room);
            for (int i = 0; i < 100; i++) {
                e.ret();
            }
        },
        std::length_error);
    EXPECT_THROW(
        {
            Emitter e(room);
            e.jmp(e.make_label());
            e.finish();
        },
        std::logic_error);
    EXPECT_THROW(Emitter(room).mov(rax, at(rax, rsp)), std::logic_error);
}

TEST(X86Emitter, Sse_FloatsAndAes) {
    alignas(16) double values[4] = {3.5, -2.25, 1.5, 8.0};
    const auto code = function([](Emitter& e) {
        e.movaps(xmm(9), at(rdi));
        e.movaps(xmm(2), at(rdi, 16));
        e.addpd(xmm(9), xmm(2));
        e.subpd(xmm(2), at(rdi));
        e.mulpd(xmm(9), xmm(2));
        e.shufpd(xmm(9), xmm(9), 1);
        e.movaps(at(rdi), xmm(9));
        e.mov_imm(rax, 0xfffffffe00000009);
        e.mov(at(rdi, 16), rax);
        e.cvtdq2pd(xmm(1), at(rdi, 16));
        e.movaps(xmm(15), xmm(1));
        e.andps(xmm(15), e.constant128(~uint64_t{0}, ~uint64_t{0} >> 1));
        e.sqrtpd(xmm(15), xmm(15));
        e.divpd(xmm(1), xmm(15));
        e.movaps(at(rdi, 16), xmm(1));
    });
    code(&values[0]);
    EXPECT_EQ(5.75 * 10.25, values[0]);
    EXPECT_EQ(5.0 * -2.0, values[1]);
    EXPECT_EQ(3.0, values[2]);
    EXPECT_EQ(-2.0 / 1.4142135623730951, values[3]);

    if (has(P2PH_CPU_AES)) { /* the state zero: SubBytes gives 0x63 everywhere, and its inverse 0x52; the mixing of equal bytes keeps them */
        alignas(16) uint8_t state[32] = {};
        const auto rounds = function([](Emitter& e) {
            e.movaps(xmm(10), at(rdi));
            e.movaps(xmm(11), at(rdi));
            e.aesenc(xmm(10), at(rdi, 16));
            e.aesdec(xmm(11), at(rdi, 16));
            e.movaps(at(rdi), xmm(10));
            e.movaps(at(rdi, 16), xmm(11));
        });
        rounds(&state[0]);
        EXPECT_EQ(0x63, state[0]);
        EXPECT_EQ(0x63, state[15]);
        EXPECT_EQ(0x52, state[16]);
        EXPECT_EQ(0x52, state[31]);
    }
}

/* 1/3 and -1/3 differ by the rounding mode, and what is computed from them does. */
TEST(X86Emitter, Avx512_RoundedAsTheInstructionSays) {
    if (!has(P2PH_CPU_AVX512F | P2PH_CPU_AVX512VL)) {
        GTEST_SKIP() << "no AVX-512 here";
    }
    for (const uint8_t mode : {0, 1, 2, 3}) {
        alignas(64) double values[4 + 5 * 8] = {1.0, -1.0, 3.0, 3.0};
        const auto code = function([&](Emitter& e) {
            const auto results = std::array{xmm(1), xmm(10), xmm(3), xmm(12), xmm(5)};
            e.vmovaps(xmm(8), at(rdi));
            e.vmovaps(xmm(15), at(rdi, 16));
            const auto in_mode = [&](auto emit) {
                emit();
                Emitter::set_rounding(e.end(), mode);
            };
            in_mode([&] { e.vdivpd_rounded(zmm(1), zmm(8), zmm(15)); });
            in_mode([&] { e.vaddpd_rounded(zmm(10), zmm(1), zmm(15)); });
            in_mode([&] { e.vsubpd_rounded(zmm(3), zmm(1), zmm(15)); });
            in_mode([&] { e.vmulpd_rounded(zmm(12), zmm(10), zmm(1)); });
            in_mode([&] { e.vsqrtpd_rounded(zmm(5), zmm(15)); });
            e.vxorps(xmm(15), xmm(15), xmm(15));
            for (size_t i = 0; i < results.size(); i++) {
                const Vec whole{results[i].index, 2};
                e.vmovdqu(at(rdi, static_cast<int32_t>(32 + 64 * i)), whole);
            }
            e.vzeroupper();
        });
        code(&values[0]);

        const auto kept = std::fegetround();
        constexpr int kModes[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};
        std::fesetround(kModes[mode]);
        for (size_t lane = 0; lane < 2; lane++) {
            volatile double x = lane == 0 ? 1.0 : -1.0;
            volatile double y = 3.0;
            volatile double quotient = x / y;
            volatile double sum = quotient + y;
            volatile double difference = quotient - y;
            volatile double product = sum * quotient;
            volatile double root = std::sqrt(y);
            EXPECT_EQ(quotient, values[4 + lane]) << "mode " << int(mode);
            EXPECT_EQ(sum, values[12 + lane]) << "mode " << int(mode);
            EXPECT_EQ(difference, values[20 + lane]) << "mode " << int(mode);
            EXPECT_EQ(product, values[28 + lane]) << "mode " << int(mode);
            EXPECT_EQ(root, values[36 + lane]) << "mode " << int(mode);
        }
        std::fesetround(kept);
        EXPECT_EQ(0.0, values[38]); /* the root of what is above the 128 bits */
    }
}

TEST(X86Emitter, Avx_FloatsAndAes) {
    if (!has(P2PH_CPU_AVX | P2PH_CPU_AES | P2PH_CPU_AVX512VL)) {
        GTEST_SKIP() << "no AVX-512 here";
    }
    alignas(16) uint64_t words[8] = {kA, kB, 0xfffffffe00000009, 5, 0, 0, 0, 0};
    const auto code = function([](Emitter& e) {
        e.vmovaps(xmm(9), at(rdi));
        e.vshufpd(xmm(9), xmm(9), xmm(9), 1);
        e.vmovaps(at(rdi, 32), xmm(9));
        e.vxorps(xmm(9), xmm(9), at(rdi));
        e.vmovaps(at(rdi, 48), xmm(9));
        e.vcvtdq2pd(xmm(12), at(rdi, 16));
        e.vmovaps(xmm(1), at(rdi));
        e.vmovaps(xmm(2), at(rdi, 32));
        e.vpternlogq(xmm(12), xmm(1), xmm(2), 0xea);
        e.vmovaps(at(rdi, 16), xmm(12));
    });
    code(words);
    EXPECT_EQ((std::array{kB, kA, kA ^ kB, kA ^ kB}), (std::array{words[4], words[5], words[6], words[7]}));
    EXPECT_EQ((std::bit_cast<uint64_t>(9.0) & kA) | kB, words[2]);
    EXPECT_EQ((std::bit_cast<uint64_t>(-2.0) & kB) | kA, words[3]);

    alignas(16) uint8_t state[32] = {};
    const auto rounds = function([](Emitter& e) {
        e.vmovaps(xmm(10), at(rdi));
        e.vaesdec(xmm(11), xmm(10), at(rdi, 16));
        e.vaesenc(xmm(10), xmm(10), at(rdi, 16));
        e.vmovaps(at(rdi), xmm(10));
        e.vmovaps(at(rdi, 16), xmm(11));
    });
    rounds(&state[0]);
    EXPECT_EQ(0x63, state[0]);
    EXPECT_EQ(0x52, state[31]);
}

TEST(X86Emitter, JumpsThroughMemory) {
    uint64_t words[1] = {};
    const auto code = function([](Emitter& e) { /* rsi: where the function begins */
                                                e.mov(rax, rsi);
                                                e.add_far(rax, 28);
                                                e.mov(at(rdi), rax);
                                                e.jmp(at(rdi));
                                                e.seek(28);
                                                e.mov_imm(rax, 7);
    });
    EXPECT_EQ(7u, code(&words[0], code.begin()));
}

TEST(X86Emitter, RoundingMode_IsSetAndRead) {
    uint32_t words[2] = {0x1f80 | 2u << 13, 0};
    uint32_t before = 0;
    const auto code = function([](Emitter& e) {
        e.stmxcsr(at(rsi));
        e.ldmxcsr(at(rdi));
        e.stmxcsr(at(rdi, 4));
        e.ldmxcsr(at(rsi));
    });
    code(&words[0], &before);
    EXPECT_EQ(words[0], words[1] & ~0x3fu);
}

namespace {

/* Runs body with vectors a and b (zmm or ymm) from rdi and rdi + 64, stores its result register 3 over a, and returns that. */
template <typename Body>
std::array<uint64_t, 8> vector(int log, Body body, int a = 1, int b = 2, int result = 3) {
    alignas(64) std::array<uint64_t, 24> words;
    for (size_t i = 0; i < 8; i++) {
        words[i] = kA * (i + 1) + (i << 61);
        words[8 + i] = kB * (2 * i + 3);
        words[16 + i] = 0;
    }
    const auto reg = [log](int index) { return Vec{static_cast<uint8_t>(index), static_cast<uint8_t>(log)}; };
    const auto code = function([&](Emitter& e) {
        e.vmovdqa(reg(a), at(rdi));
        e.vmovdqu(reg(b), at(rdi, 64));
        body(e, reg(a), reg(b), reg(result));
        e.vmovdqa(at(rdi, 128), reg(result));
        e.vzeroupper();
    });
    code(words.data());
    std::array<uint64_t, 8> out;
    std::copy_n(words.begin() + 16, 8, out.begin());
    return out;
}

template <typename Lane>
std::array<uint64_t, 8> lanes(int count, Lane lane) {
    std::array<uint64_t, 8> out{};
    for (size_t i = 0; i < static_cast<size_t>(count); i++) {
        out[i] = lane(kA * (i + 1) + (i << 61), kB * (2 * i + 3));
    }
    return out;
}

void expect_common_vector_operations(int log) {
    const int count = log == 2 ? 8 : 4;
    const std::array<std::array<int, 3>, 4> sets = {{{1, 2, 3}, {9, 10, 11}, {2, 14, 7}, {17, 30, 24}}};
    for (const auto& [a, b, r] : sets) {
        if (log == 1 && r > 15) {
            continue;
        }
        const auto run = [&, a = a, b = b, r = r](auto body) { return vector(log, body, a, b, r); };
        EXPECT_EQ(lanes(count, [](uint64_t x, uint64_t y) { return x + y; }),
                  run([](Emitter& e, Vec x, Vec y, Vec z) { e.vpaddq(z, x, y); }));
        EXPECT_EQ(lanes(count, [](uint64_t x, uint64_t y) { return x - y; }),
                  run([](Emitter& e, Vec x, Vec, Vec z) { e.vpsubq(z, x, at(rdi, 64)); }));
        EXPECT_EQ(lanes(count, [](uint64_t x, uint64_t y) { return x ^ y; }),
                  run([](Emitter& e, Vec x, Vec y, Vec z) { e.vpxorq(z, x, y); }));
        EXPECT_EQ(lanes(count, [](uint64_t x, uint64_t y) { return x & y; }),
                  run([](Emitter& e, Vec x, Vec y, Vec z) { e.vpandq(z, x, y); }));
        EXPECT_EQ(lanes(count, [](uint64_t x, uint64_t y) { return x | y; }),
                  run([](Emitter& e, Vec x, Vec y, Vec z) { e.vporq(z, x, y); }));
        EXPECT_EQ(lanes(count, [](uint64_t x, uint64_t y) { return uint64_t{uint32_t(x)} * uint32_t(y); }),
                  run([](Emitter& e, Vec x, Vec y, Vec z) { e.vpmuludq(z, x, y); }));
        EXPECT_EQ(lanes(count, [](uint64_t x, uint64_t) { return x << 13; }),
                  run([](Emitter& e, Vec x, Vec, Vec z) { e.vpsllq(z, x, 13); }));
        EXPECT_EQ(lanes(count, [](uint64_t x, uint64_t) { return x >> 33; }),
                  run([](Emitter& e, Vec x, Vec, Vec z) { e.vpsrlq(z, x, 33); }));
        EXPECT_EQ(lanes(count, [](uint64_t x, uint64_t) { return std::rotl(x, 32); }),
                  run([](Emitter& e, Vec x, Vec, Vec z) { e.vpshufd(z, x, 0xb1); }));
        EXPECT_EQ(lanes(count, [](uint64_t, uint64_t) { return kB; }),
                  run([](Emitter& e, Vec, Vec, Vec z) { e.vbroadcastq(z, e.constant(kB)); }));
        const auto low = run([](Emitter& e, Vec x, Vec y, Vec z) { e.vpunpcklqdq(z, x, y); });
        const auto high = run([](Emitter& e, Vec x, Vec y, Vec z) { e.vpunpckhqdq(z, x, y); });
        EXPECT_EQ(3 * kA + (2ull << 61), low[2]);
        EXPECT_EQ(kB * 7, low[3]);
        EXPECT_EQ(4 * kA + (3ull << 61), high[2]);
        EXPECT_EQ(kB * 9, high[3]);
    }
}

}  // namespace

TEST(X86Emitter, Avx2) {
    if (!has(P2PH_CPU_AVX2)) {
        GTEST_SKIP() << "no AVX2 here";
    }
    expect_common_vector_operations(1);
    EXPECT_EQ(lanes(4, [](uint64_t x, uint64_t y) { return int64_t(x) > int64_t(y) ? ~uint64_t{0} : 0; }),
              vector(
                  1, [](Emitter& e, Vec x, Vec y, Vec z) { e.vpcmpgtq(z, x, y); }, 9, 12, 13));
    const auto halves = vector(1, [](Emitter& e, Vec x, Vec, Vec z) { e.vinserti128(z, x, at(rdi, 64), 1); });
    EXPECT_EQ((std::array<uint64_t, 4>{kA, 2 * kA + (1ull << 61), 3 * kB, 5 * kB}),
              (std::array<uint64_t, 4>{halves[0], halves[1], halves[2], halves[3]}));
    const auto upper = vector(1, [](Emitter& e, Vec x, Vec, Vec z) {
        e.vextracti128(at(rdi, 64), x, 1);
        e.vmovdqu(z, at(rdi, 64));
    });
    EXPECT_EQ(3 * kA + (2ull << 61), upper[0]);
}

TEST(X86Emitter, Avx512) {
    if (!has(P2PH_CPU_AVX512F | P2PH_CPU_AVX512BW | P2PH_CPU_AVX512VL | P2PH_CPU_AVX512IFMA)) {
        GTEST_SKIP() << "no AVX-512 here";
    }
    expect_common_vector_operations(2);
    constexpr uint64_t kLow52 = (1ull << 52) - 1;
    const auto product = [](uint64_t x, uint64_t y) { return static_cast<unsigned __int128>(x & kLow52) * (y & kLow52); };
    EXPECT_EQ(lanes(8, [](uint64_t x, uint64_t y) { return x * y; }),
              vector(
                  2, [](Emitter& e, Vec x, Vec y, Vec z) { e.vpmullq(z, x, y); }, 20, 5, 31));
    EXPECT_EQ(lanes(8, [](uint64_t x, uint64_t) { return x * kB; }),
              vector(2, [](Emitter& e, Vec x, Vec, Vec z) { e.vpmullq(z, x, e.broadcast(kB)); }));
    EXPECT_EQ(lanes(8, [](uint64_t x, uint64_t) { return std::rotr(x, 47); }),
              vector(
                  2, [](Emitter& e, Vec x, Vec, Vec z) { e.vprorq(z, x, 47); }, 30, 2, 18));
    EXPECT_EQ(lanes(8, [&](uint64_t x, uint64_t y) { return y + static_cast<uint64_t>(product(x, y) >> 52); }),
              vector(2, [](Emitter& e, Vec x, Vec y, Vec z) {
                  e.vmovdqa(z, y);
                  e.vpmadd52huq(z, x, y);
              }));
    EXPECT_EQ(lanes(8, [&](uint64_t x, uint64_t y) { return y + (static_cast<uint64_t>(product(x, y)) & kLow52); }),
              vector(2, [](Emitter& e, Vec x, Vec y, Vec z) {
                  e.vmovdqa(z, y);
                  e.vpmadd52luq(z, x, y);
              }));
    EXPECT_EQ(lanes(8, [](uint64_t x, uint64_t y) { return int64_t(x) < 0 ? x - y : x; }), vector(2, [](Emitter& e, Vec x, Vec y, Vec z) {
                  e.vpmovq2m(Mask{5}, x);
                  e.vmovdqa(z, x);
                  e.vpsubq(z, x, y, Mask{5});
              }));
    const auto quarter = vector(2, [](Emitter& e, Vec x, Vec, Vec z) {
        e.mov_imm(r9, 0x30);
        e.kmovd(Mask{2}, r9);
        e.vmovdqa(z, x);
        e.vbroadcasti64x2(z, at(rdi, 64 + 16), Mask{2});
    });
    EXPECT_EQ(4 * kA + (3ull << 61), quarter[3]);
    EXPECT_EQ(7 * kB, quarter[4]);
    EXPECT_EQ(9 * kB, quarter[5]);
    EXPECT_EQ(7 * kA + (6ull << 61), quarter[6]);
    const auto extracted = vector(2, [](Emitter& e, Vec x, Vec, Vec z) {
        e.vextracti64x2(at(rdi, 16), x, 3);
        e.vmovdqa(z, at(rdi));
    });
    EXPECT_EQ(7 * kA + (6ull << 61), extracted[2]);
}

TEST(ExecutableMemory, IsNeverWritableAndExecutableAtOneAddress) {
    ExecutableMemory memory(10000);
    memory.begin_write();
    const auto rights_of = [](const void* address) {
        std::ifstream maps("/proc/self/maps");
        for (std::string line; std::getline(maps, line);) {
            uint64_t first = 0;
            uint64_t end = 0;
            char rights[5] = {};
            if (std::sscanf(line.c_str(), "%lx-%lx %4s", &first, &end, rights) == 3 && first <= reinterpret_cast<uintptr_t>(address) &&
                reinterpret_cast<uintptr_t>(address) < end) {
                return std::string(rights, 3);
            }
        }
        return std::string();
    };
    EXPECT_EQ(memory.dual_mapped() ? "r-x" : "rw-", rights_of(memory.code()));
    EXPECT_EQ("rw-", rights_of(memory.begin_write().data()));
    memory.commit();
    EXPECT_EQ("r-x", rights_of(memory.code()));
}

TEST(ExecutableMemory, WrittenOver_RunsTheNewCode) {
    ExecutableMemory memory(4096);
    for (uint32_t i = 0; i < 2000; i++) {
        Emitter e(memory.begin_write());
        e.mov_imm(rax, i);
        e.ret();
        e.finish();
        memory.commit();
        ASSERT_EQ(i, memory.entry<uint64_t()>(0)());
    }
}
