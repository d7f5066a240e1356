/* The virtual machine, to be read beside specification chapters 4 and 5. Built with -frounding-math -ffp-contract=off: results depend on
 * the rounding mode at run time, and a product must be rounded before it is added to. */
#include "interpreter.h"

#include <bit>
#include <cfenv>
#include <cmath>
#include <cstring>
#include <utility>

#include "wide_multiply.h"

namespace p2ph::randomx {

namespace {

constexpr int kRoundingModes[4] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};
constexpr uint64_t kScaleBits = 0x80f0000000000000;

uint64_t load(const uint8_t* from) noexcept {
    uint64_t value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

void store(uint8_t* to, uint64_t value) noexcept { std::memcpy(to, &value, sizeof value); }

/* Section 4.3.1: exact in every rounding mode. */
Pair load_f(const uint8_t* from) noexcept {
    int32_t halves[2];
    std::memcpy(halves, from, sizeof halves);
    return Pair{static_cast<double>(halves[0]), static_cast<double>(halves[1])};
}

double to_e(double value, uint64_t mask) noexcept { return std::bit_cast<double>((std::bit_cast<uint64_t>(value) & kEClear) | mask); }

/* Section 4.3.2. */
Pair load_e(const uint8_t* from, const uint64_t mask[2]) noexcept {
    const auto f = load_f(from);
    return Pair{to_e(f[0], mask[0]), to_e(f[1], mask[1])};
}

double scale(double value) noexcept { return std::bit_cast<double>(std::bit_cast<uint64_t>(value) ^ kScaleBits); }

Pair swapped(Pair pair) noexcept { return Pair{pair[1], pair[0]}; }

void round_by(Machine& m, uint64_t rotated) noexcept {
    /* v2 changes the mode in one case of sixteen. */
    if (m.version == Version::v1 || (rotated & 0x3c) == 0) {
        m.fprc = rotated & 3;
        set_rounding_mode(m.fprc);
    }
}

}  // namespace

KeptRoundingMode::KeptRoundingMode() noexcept : saved_(std::fegetround()) {}

KeptRoundingMode::~KeptRoundingMode() { std::fesetround(saved_); }

void set_rounding_mode(uint32_t fprc) noexcept { std::fesetround(kRoundingModes[fprc]); }

void execute(std::span<const DecodedInstruction> code, Machine& m) noexcept {
    const auto* instructions = code.data();
    const auto count = static_cast<int>(code.size());
    for (int at = 0; at < count; at++) {
        const auto& i = instructions[at];
        auto& dst = m.r[i.dst];
        const auto src = m.r[i.src];
        const auto memory = [&]() noexcept {
            return m.scratchpad + ((static_cast<uint32_t>(src) + static_cast<uint32_t>(i.constant)) & i.mask);
        };
        switch (i.op) {
            case Op::nop:
                break;
            case Op::iadd_rs:
                dst += (src << i.shift) + i.constant;
                break;
            case Op::iadd_m:
                dst += load(memory());
                break;
            case Op::isub_r:
                dst -= src;
                break;
            case Op::isub_c:
                dst -= i.constant;
                break;
            case Op::isub_m:
                dst -= load(memory());
                break;
            case Op::imul_r:
                dst *= src;
                break;
            case Op::imul_c:
                dst *= i.constant;
                break;
            case Op::imul_m:
                dst *= load(memory());
                break;
            case Op::imulh_r:
                dst = multiply_high(dst, src);
                break;
            case Op::imulh_m:
                dst = multiply_high(dst, load(memory()));
                break;
            case Op::ismulh_r:
                dst = multiply_high_signed(dst, src);
                break;
            case Op::ismulh_m:
                dst = multiply_high_signed(dst, load(memory()));
                break;
            case Op::ineg_r:
                dst = -dst;
                break;
            case Op::ixor_r:
                dst ^= src;
                break;
            case Op::ixor_c:
                dst ^= i.constant;
                break;
            case Op::ixor_m:
                dst ^= load(memory());
                break;
            case Op::iror_r:
                dst = std::rotr(dst, static_cast<int>(src % 64));
                break;
            case Op::irol_r:
                dst = std::rotl(dst, static_cast<int>(src % 64));
                break;
            case Op::iror_c:
                dst = std::rotr(dst, static_cast<int>(i.constant));
                break;
            case Op::iswap_r:
                std::swap(dst, m.r[i.src]);
                break;
            case Op::fswap_f:
                m.f[i.dst] = swapped(m.f[i.dst]);
                break;
            case Op::fswap_e:
                m.e[i.dst] = swapped(m.e[i.dst]);
                break;
            case Op::fadd_r:
                m.f[i.dst] += m.a[i.src];
                break;
            case Op::fadd_m:
                m.f[i.dst] += load_f(memory());
                break;
            case Op::fsub_r:
                m.f[i.dst] -= m.a[i.src];
                break;
            case Op::fsub_m:
                m.f[i.dst] -= load_f(memory());
                break;
            case Op::fscal_r:
                m.f[i.dst] = Pair{scale(m.f[i.dst][0]), scale(m.f[i.dst][1])};
                break;
            case Op::fmul_r:
                m.e[i.dst] *= m.a[i.src];
                break;
            case Op::fdiv_m:
                m.e[i.dst] /= load_e(memory(), m.e_mask);
                break;
            case Op::fsqrt_r:
                m.e[i.dst] = Pair{std::sqrt(m.e[i.dst][0]), std::sqrt(m.e[i.dst][1])};
                break;
            case Op::cbranch:
                dst += i.constant;
                if ((dst & i.mask) == 0) {
                    at = i.target - 1;
                }
                break;
            case Op::cfround:
                round_by(m, std::rotr(src, i.shift));
                break;
            case Op::istore:
                store(m.scratchpad + ((static_cast<uint32_t>(dst) + static_cast<uint32_t>(i.constant)) & i.mask), src);
                break;
        }
    }
}

void InterpretedProgram::start(const Vm& vm) noexcept {
    config_ = decode_config(vm.program);
    length_ = static_cast<size_t>(instructions(vm.version));
    decode(std::span(vm.program.code).first(length_), code_);
    m_ = {};
    std::memcpy(m_.a, config_.a, sizeof m_.a);
    std::memcpy(m_.e_mask, config_.e_mask, sizeof m_.e_mask);
    m_.scratchpad = vm.scratchpad;
    m_.fprc = vm.fprc;
    m_.version = vm.version;
    aes_ = vm.aes;
    ma_ = config_.ma;
    mx_ = config_.mx;
    address0_ = mx_;
    address1_ = ma_;
}

uint64_t InterpretedProgram::step(uint64_t& ahead) noexcept {
    const auto [read0, read1, read2, read3] = config_.read_register;
    const auto mixed = m_.r[read0] ^ m_.r[read1];
    address0_ = (address0_ ^ static_cast<uint32_t>(mixed)) & kL3LineMask;
    address1_ = (address1_ ^ static_cast<uint32_t>(mixed >> 32)) & kL3LineMask;
    const auto* line0 = m_.scratchpad + address0_;
    const auto* line1 = m_.scratchpad + address1_;
    for (int i = 0; i < 8; i++) {
        m_.r[i] ^= load(line0 + 8 * i);
    }
    for (int i = 0; i < 4; i++) {
        m_.f[i] = load_f(line1 + 8 * i);
        m_.e[i] = load_e(line1 + 32 + 8 * i, m_.e_mask);
    }

    set_rounding_mode(m_.fprc);
    execute({code_, length_}, m_);

    const auto next = static_cast<uint32_t>(m_.r[read2] ^ m_.r[read3]);
    const auto wanted = item_at(ma_);
    auto& changed = m_.version == Version::v1 ? mx_ : ma_; /* v2: what is fetched now is used two iterations later */
    changed ^= next;
    ahead = item_at(changed);
    std::swap(ma_, mx_);
    return wanted;
}

void InterpretedProgram::mix_item(const Item& item) noexcept {
    for (int i = 0; i < 8; i++) {
        m_.r[i] ^= item[i];
        store(m_.scratchpad + address1_ + 8 * i, m_.r[i]);
    }
    if (m_.version == Version::v1) {
        uint64_t f[8];
        uint64_t e[8];
        std::memcpy(f, m_.f, sizeof f);
        std::memcpy(e, m_.e, sizeof e);
        for (int i = 0; i < 8; i++) {
            f[i] ^= e[i];
        }
        std::memcpy(m_.f, f, sizeof f);
    } else {
        aes_->mix(reinterpret_cast<uint8_t*>(m_.f), reinterpret_cast<const uint8_t*>(m_.e));
    }
    std::memcpy(m_.scratchpad + address0_, m_.f, sizeof m_.f); /* behind the store of r: both lines can be the same one */
    address0_ = 0;
    address1_ = 0;
}

void InterpretedProgram::end(Vm& vm) const noexcept {
    vm.fprc = m_.fprc;
    std::memcpy(vm.registers.r, m_.r, sizeof vm.registers.r);
    std::memcpy(vm.registers.f, m_.f, sizeof m_.f);
    std::memcpy(vm.registers.e, m_.e, sizeof m_.e);
    std::memcpy(vm.registers.a, m_.a, sizeof m_.a);
}

uint64_t InterpretedProgram::item_at(uint32_t address) const noexcept {
    return (config_.dataset_offset + (address & kDatasetMask)) / kItemBytes;
}

Interpreter::Interpreter(const ItemReader& items, size_t machines_max)
    : items_(items), programs_(machines_max), wanted_(machines_max), read_(std::make_unique<Item[]>(machines_max)) {}

void Interpreter::run(std::span<Vm* const> machines) {
    const KeptRoundingMode kept;
    for (size_t i = 0; i < machines.size(); i++) {
        programs_[i].start(*machines[i]);
    }
    for (int iteration = 0; iteration < kIterations; iteration++) {
        for (size_t i = 0; i < machines.size(); i++) {
            uint64_t ahead;
            wanted_[i] = programs_[i].step(ahead);
            items_.prefetch(ahead);
        }
        items_.read(wanted_.data(), machines.size(), read_.get());
        for (size_t i = 0; i < machines.size(); i++) {
            programs_[i].mix_item(read_[i]);
        }
    }
    for (size_t i = 0; i < machines.size(); i++) {
        programs_[i].end(*machines[i]);
    }
}

}  // namespace p2ph::randomx
