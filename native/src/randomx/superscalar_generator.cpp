/* Writes SuperscalarHash programs: specification 6.2 and 6.3. The generator simulates a processor with three ports whose decoder takes
 * 16 bytes a cycle, and picks each instruction and its registers so that the ports stay busy. Every draw from the random stream and
 * every quirk of the simulation is part of the algorithm: another node must come to the same programs. */
#include <algorithm>
#include <bit>

#include "blake2_generator.h"
#include "superscalar.h"
#include "wide_multiply.h"

namespace p2ph::randomx {

namespace {

constexpr int kLatency = 170;   /* RANDOMX_SUPERSCALAR_LATENCY */
constexpr int kCycles = 174;    /* the port table is a little longer than the latency aimed at */
constexpr int kLookAhead = 4;   /* cycles to wait for a register that fits */
constexpr int kThrownMax = 256; /* instructions in a row that found no registers */
constexpr int kFailed = -1;
constexpr int kNoRegister = -1;
constexpr int kDisplacementRegister = 5; /* r5 needs a displacement in x86's LEA, so iadd_rs leaves it alone */

enum Port : uint8_t { P0 = 1, P1 = 2, P5 = 4 };

struct MacroOp {
    int latency;
    uint8_t ports;  /* one of them is taken; 0: needs none */
    uint8_t second; /* taken in the same cycle; 0: none */
    bool dependent; /* on the macro-op before */
};

constexpr MacroOp kAlu{1, P0 | P1 | P5, 0, false};
constexpr MacroOp kLea{1, P0 | P1, 0, false};
constexpr MacroOp kRotate{1, P0 | P5, 0, false};
constexpr MacroOp kMultiply{3, P1, 0, false};
constexpr MacroOp kMultiplyDependent{3, P1, 0, true};
constexpr MacroOp kMultiplyWide{4, P1, P5, false};
constexpr MacroOp kMove{0, 0, 0, false};

/* Instructions that undo or merge with each other share a group: not twice in a row on one register with the same parameter. */
enum class Group : uint8_t { none, add_sub, ixor_r, imul_r, iror_c, iadd_c, ixor_c, imulh_r, ismulh_r, imul_rcp };

struct Description {
    int size; /* macro-ops */
    MacroOp ops[3];
    int source_op; /* index of the macro-op before which the register is chosen; -1: none is */
    int destination_op;
    int result_op;
    Group group;
};

constexpr Description describe(SuperscalarOp op) {
    switch (op) {
        case SuperscalarOp::isub_r:
            return {1, {kAlu}, 0, 0, 0, Group::add_sub};
        case SuperscalarOp::ixor_r:
            return {1, {kAlu}, 0, 0, 0, Group::ixor_r};
        case SuperscalarOp::iadd_rs:
            return {1, {kLea}, 0, 0, 0, Group::add_sub};
        case SuperscalarOp::imul_r:
            return {1, {kMultiply}, 0, 0, 0, Group::imul_r};
        case SuperscalarOp::iror_c:
            return {1, {kRotate}, -1, 0, 0, Group::iror_c};
        case SuperscalarOp::iadd_c7:
        case SuperscalarOp::iadd_c8:
        case SuperscalarOp::iadd_c9:
            return {1, {kAlu}, -1, 0, 0, Group::iadd_c};
        case SuperscalarOp::ixor_c7:
        case SuperscalarOp::ixor_c8:
        case SuperscalarOp::ixor_c9:
            return {1, {kAlu}, -1, 0, 0, Group::ixor_c};
        case SuperscalarOp::imulh_r:
            return {3, {kMove, kMultiplyWide, kMove}, 1, 0, 1, Group::imulh_r};
        case SuperscalarOp::ismulh_r:
            return {3, {kMove, kMultiplyWide, kMove}, 1, 0, 1, Group::ismulh_r};
        case SuperscalarOp::imul_rcp:
            break;
    }
    return {2, {kAlu, kMultiplyDependent}, -1, 1, 1, Group::imul_rcp};
}

constexpr bool is_wide_multiply(SuperscalarOp op) { return op == SuperscalarOp::imulh_r || op == SuperscalarOp::ismulh_r; }

constexpr bool is_multiply(SuperscalarOp op) {
    return op == SuperscalarOp::imul_r || is_wide_multiply(op) || op == SuperscalarOp::imul_rcp;
}

/* Sizes in bytes of the slots the decoder offers in one cycle. */
struct DecodeGroup {
    int slots;
    int bytes[4];
};

constexpr int kGroupOfMultiplications = 4;
constexpr int kGroupAfterWideMultiply = 5;
constexpr DecodeGroup kDecodeGroups[] = {
    {3, {4, 8, 4}}, {4, {7, 3, 3, 3}}, {4, {3, 7, 3, 3}}, {3, {4, 9, 3}}, {4, {4, 4, 4, 4}}, {3, {3, 3, 10}},
};

class Ports {
   public:
    /* The first cycle from `from` on in which the op finds its ports free, or kFailed. */
    int find(const MacroOp& op, int from) const noexcept {
        if (op.ports == 0) {
            return from;
        }
        for (int cycle = from; cycle < kCycles; cycle++) {
            if (pick(op.ports, cycle) != 0 && (op.second == 0 || pick(op.second, cycle) != 0)) {
                return cycle;
            }
        }
        return kFailed;
    }

    void reserve(const MacroOp& op, int cycle) noexcept {
        if (op.ports != 0) {
            busy_[cycle] |= pick(op.ports, cycle);
            busy_[cycle] |= op.second;
        }
    }

   private:
    /* P1 comes last: it is the only port that multiplies. */
    uint8_t pick(uint8_t allowed, int cycle) const noexcept {
        for (const uint8_t port : {P5, P0, P1}) {
            if ((allowed & port) != 0 && (busy_[cycle] & port) == 0) {
                return port;
            }
        }
        return 0;
    }

    uint8_t busy_[kCycles] = {};
};

class Generator {
   public:
    explicit Generator(Blake2Generator& random) : random_(random) {}

    SuperscalarProgram run() {
        for (int decode_cycle = 0; decode_cycle < kLatency && !saturated_ && !is_full(); decode_cycle++) {
            const int group = choose_group(decode_cycle);
            fill(group);
            cycle_++;
        }
        program_.address_register = address_register();
        return std::move(program_);
    }

   private:
    struct Register {
        int ready = 0;
        Group last_group = Group::none;
        int64_t last_parameter = -1;
    };

    bool is_full() const { return program_.code.size() >= kSuperscalarLengthMax; }
    bool has_current() const { return macro_op_ < description_.size; }

    /* `current_` counts even when it is complete already. */
    int choose_group(int decode_cycle) {
        if (any_ && is_wide_multiply(current_.op)) {
            return kGroupAfterWideMultiply;
        }
        if (multiplications_ < decode_cycle + 1) {
            return kGroupOfMultiplications;
        }
        if (any_ && current_.op == SuperscalarOp::imul_rcp) {
            return (random_.byte() & 1) != 0 ? 0 : 3;
        }
        return random_.byte() & 3;
    }

    void fill(int group) {
        const auto& decode = kDecodeGroups[group];
        int slot = 0;
        while (slot < decode.slots) {
            const int top = cycle_;
            if (!has_current()) {
                if (saturated_ || is_full()) {
                    return;
                }
                begin_instruction(decode.bytes[slot], group, slot + 1 == decode.slots);
            }

            const auto& op = description_.ops[macro_op_];
            int at = ports_.find(op, op.dependent ? std::max(cycle_, previous_done_) : cycle_);
            if (at == kFailed) {
                saturated_ = true;
                return;
            }
            if ((macro_op_ == description_.source_op && !wait_for(at, [&] { return choose_source(at); })) ||
                (macro_op_ == description_.destination_op && !wait_for(at, [&] { return choose_destination(at); }))) {
                const bool give_up = thrown_ >= kThrownMax;
                drop_current();
                if (give_up) {
                    any_ = false;
                    return;
                }
                thrown_++; /* the cycles waited stay lost */
                continue;
            }
            thrown_ = 0;

            at = ports_.find(op, at);
            if (at == kFailed) {
                saturated_ = true;
                return;
            }
            ports_.reserve(op, at);
            previous_done_ = at + op.latency;
            if (macro_op_ == description_.result_op) {
                registers_[current_.dst] = {previous_done_, description_.group, parameter_};
            }
            slot++;
            macro_op_++;
            saturated_ = saturated_ || at >= kLatency;
            cycle_ = top;
            if (!has_current()) {
                append();
            }
        }
    }

    template <typename Choose>
    bool wait_for(int& at, Choose choose) {
        for (int attempt = 0; attempt < kLookAhead; attempt++) {
            if (choose()) {
                return true;
            }
            at++;
            cycle_++;
        }
        return false;
    }

    void begin_instruction(int slot_bytes, int group, bool last_slot) {
        static constexpr SuperscalarOp kLastThree[] = {SuperscalarOp::isub_r, SuperscalarOp::ixor_r, SuperscalarOp::imulh_r,
                                                       SuperscalarOp::ismulh_r};
        const auto either = [this](SuperscalarOp zero, SuperscalarOp one) { return (random_.byte() & 1) != 0 ? one : zero; };
        auto op = SuperscalarOp::imul_rcp; /* the only one of 10 bytes */
        switch (slot_bytes) {
            case 3:
                op = last_slot ? kLastThree[random_.byte() & 3] : either(SuperscalarOp::isub_r, SuperscalarOp::ixor_r);
                break;
            case 4:
                op = group == kGroupOfMultiplications && !last_slot ? SuperscalarOp::imul_r
                                                                    : either(SuperscalarOp::iror_c, SuperscalarOp::iadd_rs);
                break;
            case 7:
                op = either(SuperscalarOp::ixor_c7, SuperscalarOp::iadd_c7);
                break;
            case 8:
                op = either(SuperscalarOp::ixor_c8, SuperscalarOp::iadd_c8);
                break;
            case 9:
                op = either(SuperscalarOp::ixor_c9, SuperscalarOp::iadd_c9);
                break;
            default:
                break;
        }

        any_ = true;
        current_ = {};
        current_.op = op;
        description_ = describe(op);
        macro_op_ = 0;
        source_ = kNoRegister;
        parameter_ = -1;
        switch (description_.group) {
            case Group::add_sub:
                if (op == SuperscalarOp::iadd_rs) {
                    current_.mod = random_.byte();
                    current_.shift = (current_.mod >> 2) & 3;
                }
                break;
            case Group::iror_c:
                do {
                    current_.imm32 = random_.byte() & 63;
                } while (current_.imm32 == 0);
                break;
            case Group::iadd_c:
            case Group::ixor_c:
                current_.imm32 = random_.u32();
                break;
            case Group::imul_rcp:
                do {
                    current_.imm32 = random_.u32();
                } while ((current_.imm32 & (current_.imm32 - 1)) == 0);
                break;
            case Group::imulh_r:
            case Group::ismulh_r:
                parameter_ = random_.u32();
                break;
            default:
                break;
        }
    }

    bool choose_source(int at) {
        int ready[8];
        int count = 0;
        for (int i = 0; i < 8; i++) {
            if (registers_[i].ready <= at) {
                ready[count++] = i;
            }
        }
        /* With two registers left, r5 must be the source: it cannot be the destination. */
        if (current_.op == SuperscalarOp::iadd_rs && count == 2 &&
            (ready[0] == kDisplacementRegister || ready[1] == kDisplacementRegister)) {
            source_ = kDisplacementRegister;
        } else {
            source_ = choose(ready, count);
        }
        if (source_ == kNoRegister) {
            return false;
        }
        if (description_.group == Group::add_sub || description_.group == Group::ixor_r || description_.group == Group::imul_r) {
            parameter_ = source_;
        }
        return true;
    }

    bool choose_destination(int at) {
        int fitting[8];
        int count = 0;
        for (int i = 0; i < 8; i++) {
            const auto& r = registers_[i];
            const bool fits = r.ready <= at && (is_wide_multiply(current_.op) || i != source_) &&
                              (thrown_ > 0 || description_.group != Group::imul_r || r.last_group != Group::imul_r) &&
                              (r.last_group != description_.group || r.last_parameter != parameter_) &&
                              (current_.op != SuperscalarOp::iadd_rs || i != kDisplacementRegister);
            if (fits) {
                fitting[count++] = i;
            }
        }
        const int chosen = choose(fitting, count);
        if (chosen == kNoRegister) {
            return false;
        }
        current_.dst = static_cast<uint8_t>(chosen);
        return true;
    }

    int choose(const int* registers, int count) {
        if (count == 0) {
            return kNoRegister;
        }
        return registers[count == 1 ? 0 : random_.u32() % static_cast<uint32_t>(count)];
    }

    void drop_current() { macro_op_ = description_.size; }

    void append() {
        current_.src = source_ == kNoRegister ? current_.dst : static_cast<uint8_t>(source_);
        current_.constant = current_.op == SuperscalarOp::imul_rcp ? reciprocal(current_.imm32) : sign_extend(current_.imm32);
        multiplications_ += is_multiply(current_.op) ? 1 : 0;
        program_.code.push_back(current_);
    }

    /* As on a machine of unlimited width, where only dependencies cost time. */
    uint8_t address_register() const {
        int depth[8] = {};
        for (const auto& i : program_.code) {
            depth[i.dst] = std::max(depth[i.dst] + 1, i.src != i.dst ? depth[i.src] + 1 : 0);
        }
        return static_cast<uint8_t>(std::max_element(depth, depth + 8) - depth);
    }

    Blake2Generator& random_;
    SuperscalarProgram program_{};
    Ports ports_;
    Register registers_[8];
    int cycle_ = 0;
    int previous_done_ = 0; /* when the result of the macro-op before is there */
    int multiplications_ = 0;
    int thrown_ = 0;
    bool saturated_ = false;

    bool any_ = false; /* an instruction was begun: current_ says something */
    SuperscalarInstruction current_{};
    Description description_{};
    int macro_op_ = 0; /* the next one of current_ */
    int source_ = kNoRegister;
    int64_t parameter_ = -1;
};

}  // namespace

SuperscalarPrograms make_superscalar_programs(std::span<const uint8_t> key) {
    Blake2Generator random(key); /* one stream for all: the order matters */
    SuperscalarPrograms programs;
    for (auto& program : programs) {
        program = Generator(random).run();
    }
    return programs;
}

}  // namespace p2ph::randomx
