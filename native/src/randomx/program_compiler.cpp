#include "program_compiler.h"

#include <cstring>

namespace p2ph::randomx {

using namespace x86;

namespace {

/* r0-r7 are r8-r15, f0-f3 xmm0-3, e0-e3 xmm4-7, a0-a3 xmm8-11; xmm12 is scratch. */
constexpr Gpr kGroup = rbp; /* VmGroup */
constexpr Gpr kScratchpad = rsi;
constexpr Gpr kDataset = rdi;
constexpr Gpr kAddresses = rbx; /* spAddr0 and spAddr1 in the halves */
constexpr Vec kOperand = xmm(12);
constexpr Vec kEClearVec = xmm(13);
constexpr Vec kEMaskVec = xmm(14);
constexpr Vec kScaleVec = xmm(15);
constexpr Gpr kSaved[] = {rbx, rbp, r12, r13, r14, r15};

constexpr size_t kExit = 128; /* offset of the way out */

Mem state_of(size_t slot, size_t offset) { return at(kGroup, static_cast<int32_t>(sizeof(VmGroup) + slot * sizeof(VmState) + offset)); }
Mem entry_of(size_t slot) { return state_of(slot, offsetof(VmState, entry)); }

Gpr r(int index) { return static_cast<Gpr>(8 + index); }
Vec f(int index) { return xmm(index); }
Vec e(int index) { return xmm(4 + index); }
Vec a(int index) { return xmm(8 + index); }

int32_t low32(uint64_t value) { return static_cast<int32_t>(static_cast<uint32_t>(value)); }
bool is_sign_extended(uint64_t value) { return static_cast<uint64_t>(static_cast<int64_t>(low32(value))) == value; }

}  // namespace

ProgramCompiler::ProgramCompiler(Version version, ItemSource source, size_t slots, FetchHint hint, Rounding rounding)
    : version_(version), source_(source), hint_(hint), rounding_(rounding), memory_(offset_of(slots)), e_({}), floats_(rounding, e_) {}

Mem ProgramCompiler::state(size_t offset) const { return state_of(slot_, offset); }

void ProgramCompiler::begin(size_t active) {
    active_ = active;
    alone_ = active == 1 && source_ == ItemSource::dataset;
    e_ = Emitter(memory_.begin_write());
    emit_frame();
}

void ProgramCompiler::commit() { memory_.commit(); }

void ProgramCompiler::emit_frame() {
    for (const auto reg : kSaved) {
        e_.push(reg);
    }
    e_.mov(kGroup, rdi);
    floats_.move(kEClearVec, at(kGroup, offsetof(VmGroup, e_clear)));
    floats_.move(kScaleVec, at(kGroup, offsetof(VmGroup, scale)));
    if (floats_.in_code()) {
        e_.ldmxcsr(at(kGroup, offsetof(VmGroup, mxcsr)));
    }
    e_.jmp(rsi);
    e_.seek(kExit);
    if (floats_.in_code()) {
        e_.vzeroupper();
    }
    for (size_t i = std::size(kSaved); i > 0; i--) {
        e_.pop(kSaved[i - 1]);
    }
    e_.ret();
}

void ProgramCompiler::compile(VmGroup& group, size_t slot, const ProgramConfig& config, std::span<const DecodedInstruction> code) {
    slot_ = slot;
    e_.seek(offset_of(slot));
    floats_.begin_program();
    changes_rounding_ = false;
    emit_entry();
    for (size_t i = 0; i < code.size(); i++) {
        offsets_[i] = static_cast<uint32_t>(e_.size());
        emit_instruction(code[i]);
    }
    emit_addresses(config);
    if (source_ == ItemSource::dataset) {
        emit_dataset();
        emit_mixing();
        emit_store(config);
        emit_next();
        place(group.vm[slot]);
        return;
    }
    emit_look_up();
    emit_items_ahead();
    emit_mixing();
    e_.test(rdx, rdx);
    const auto waits = e_.jcc_far_over(Condition::zero);
    emit_item();
    emit_store(config);
    e_.sub32(state(offsetof(VmState, iterations)), 1);
    const auto more = e_.jcc_over(Condition::not_zero);
    emit_registers_out();
    e_.land(more);
    emit_turn();
    e_.land_far(waits);
    emit_r_out();
    emit_registers_out();
    emit_turn();
    place(group.vm[slot]);
}

/* The program has been written for fprc 0. Nothing in it depends on where it lies, so that copies do for the other modes. */
void ProgramCompiler::place(VmState& vm) {
    constexpr size_t kLineBytes = 64;
    const auto begin = offset_of(slot_);
    const auto length = e_.size() - begin;
    const auto stride = (length + kLineBytes - 1) / kLineBytes * kLineBytes;
    const auto fprc = fprc_of(vm.mxcsr);
    auto* const first = e_.end() - length;
    const auto copies = floats_.in_code() && changes_rounding_ ? kRoundingModes : 1;
    for (size_t mode = 1; mode < copies; mode++) {
        auto* const copy = first + mode * stride;
        std::memcpy(copy, first, length);
        floats_.set_fprc(copy, begin, mode);
    }
    if (copies == 1) {
        floats_.set_fprc(first, begin, fprc);
    }
    for (size_t mode = 0; mode < kRoundingModes; mode++) {
        vm.entries[mode] = memory_.code() + begin + (copies == 1 ? 0 : mode * stride);
    }
    vm.entry = vm.entries[fprc];
}

/* Specification 4.6.2, steps 1 to 3; the addresses are there already. */
void ProgramCompiler::emit_entry() {
    e_.mov(kAddresses, state(offsetof(VmState, sp)));
    e_.mov(kScratchpad, state(offsetof(VmState, scratchpad)));
    if (source_ == ItemSource::dataset) {
        e_.mov(kDataset, state(offsetof(VmState, dataset)));
    }
    if (!floats_.in_code()) {
        e_.ldmxcsr(state(offsetof(VmState, mxcsr)));
    }
    for (int i = 0; i < 8; i++) {
        e_.mov(r(i), state(offsetof(VmState, registers.r) + 8 * i));
    }
    floats_.move(kEMaskVec, state(offsetof(VmState, e_mask)));
    for (int i = 0; i < 4; i++) {
        floats_.move(a(i), state(offsetof(VmState, registers.a) + 16 * i));
    }
    if (alone_) {
        e_.align(64);
    }
    loop_ = e_.size();
    e_.mov32(rax, kAddresses);
    e_.mov(rdx, kAddresses);
    e_.shr(rdx, 32);
    for (int i = 0; i < 8; i++) {
        e_.xor_(r(i), at(kScratchpad, rax, 8 * i));
    }
    for (int i = 0; i < 4; i++) {
        floats_.convert(f(i), at(kScratchpad, rdx, 8 * i));
    }
    for (int i = 0; i < 4; i++) {
        floats_.convert(e(i), at(kScratchpad, rdx, 32 + 8 * i));
    }
    for (int i = 0; i < 4; i++) {
        floats_.and_or(e(i), kEClearVec, kEMaskVec);
    }
}

Mem ProgramCompiler::scratchpad(const DecodedInstruction& instruction, uint8_t base, Gpr reg) {
    if (base == kZeroRegister) {
        return at(kScratchpad, low32(instruction.constant & instruction.mask));
    }
    e_.lea32(reg, at(r(base), low32(instruction.constant)));
    e_.and32(reg, static_cast<int32_t>(instruction.mask));
    return at(kScratchpad, reg);
}

void ProgramCompiler::emit_instruction(const DecodedInstruction& i) {
    const auto dst = r(i.dst);
    const auto src = r(i.src);
    switch (i.op) {
        case Op::nop:
            break;
        case Op::iadd_rs:
            e_.lea(dst, at(dst, src, low32(i.constant), i.shift));
            break;
        case Op::iadd_m:
            e_.add(dst, scratchpad(i, i.src, rax));
            break;
        case Op::isub_r:
            e_.sub(dst, src);
            break;
        case Op::isub_c:
            e_.sub(dst, low32(i.constant));
            break;
        case Op::isub_m:
            e_.sub(dst, scratchpad(i, i.src, rax));
            break;
        case Op::imul_r:
            e_.imul(dst, src);
            break;
        case Op::imul_c:
            if (is_sign_extended(i.constant)) {
                e_.imul(dst, dst, low32(i.constant));
            } else {
                e_.mov_imm(rax, i.constant);
                e_.imul(dst, rax);
            }
            break;
        case Op::imul_m:
            e_.imul(dst, scratchpad(i, i.src, rax));
            break;
        case Op::imulh_r:
            e_.mov(rax, dst);
            e_.mul(src);
            e_.mov(dst, rdx);
            break;
        case Op::imulh_m: {
            const auto operand = scratchpad(i, i.src, rcx);
            e_.mov(rax, dst);
            e_.mul(operand);
            e_.mov(dst, rdx);
            break;
        }
        case Op::ismulh_r:
            e_.mov(rax, dst);
            e_.imul_wide(src);
            e_.mov(dst, rdx);
            break;
        case Op::ismulh_m: {
            const auto operand = scratchpad(i, i.src, rcx);
            e_.mov(rax, dst);
            e_.imul_wide(operand);
            e_.mov(dst, rdx);
            break;
        }
        case Op::ineg_r:
            e_.neg(dst);
            break;
        case Op::ixor_r:
            e_.xor_(dst, src);
            break;
        case Op::ixor_c:
            e_.xor_(dst, low32(i.constant));
            break;
        case Op::ixor_m:
            e_.xor_(dst, scratchpad(i, i.src, rax));
            break;
        case Op::iror_r:
            e_.mov32(rcx, src);
            e_.ror_cl(dst);
            break;
        case Op::irol_r:
            e_.mov32(rcx, src);
            e_.rol_cl(dst);
            break;
        case Op::iror_c:
            if (i.constant != 0) {
                e_.ror(dst, static_cast<uint8_t>(i.constant));
            }
            break;
        case Op::iswap_r:
            e_.xchg(dst, src);
            break;
        case Op::fswap_f:
            floats_.swap(f(i.dst));
            break;
        case Op::fswap_e:
            floats_.swap(e(i.dst));
            break;
        case Op::fadd_r:
            floats_.add(f(i.dst), a(i.src));
            break;
        case Op::fadd_m:
            floats_.convert(kOperand, scratchpad(i, i.src, rax));
            floats_.add(f(i.dst), kOperand);
            break;
        case Op::fsub_r:
            floats_.sub(f(i.dst), a(i.src));
            break;
        case Op::fsub_m:
            floats_.convert(kOperand, scratchpad(i, i.src, rax));
            floats_.sub(f(i.dst), kOperand);
            break;
        case Op::fscal_r:
            floats_.xor_(f(i.dst), kScaleVec);
            break;
        case Op::fmul_r:
            floats_.mul(e(i.dst), a(i.src));
            break;
        case Op::fdiv_m:
            floats_.convert(kOperand, scratchpad(i, i.src, rax));
            floats_.and_or(kOperand, kEClearVec, kEMaskVec);
            floats_.div(e(i.dst), kOperand);
            break;
        case Op::fsqrt_r:
            floats_.sqrt(e(i.dst));
            break;
        case Op::cbranch:
            e_.add(dst, low32(i.constant));
            e_.test32(dst, i.mask);
            e_.jcc_to(Condition::zero, offsets_[static_cast<size_t>(i.target)]);
            break;
        case Op::cfround:
            emit_cfround(i);
            break;
        case Op::istore:
            e_.mov(scratchpad(i, i.dst, rax), src);
            break;
    }
}

/* The two bits go to where MXCSR has them. In v2 the four above them must be zero. */
void ProgramCompiler::emit_cfround(const DecodedInstruction& i) {
    changes_rounding_ = true;
    e_.mov(rax, r(i.src));
    e_.rol(rax, static_cast<uint8_t>((kMxcsrRoundingShift - i.shift) & 63));
    size_t skipped = 0;
    if (version_ == Version::v2) {
        e_.test32(rax, 0x3cu << kMxcsrRoundingShift);
        skipped = e_.jcc_over(Condition::not_zero);
    }
    e_.and32(rax, 3 << kMxcsrRoundingShift);
    if (floats_.in_code()) {
        e_.mov(rcx, rax);
        e_.shr(rcx, kMxcsrRoundingShift);
    }
    e_.or32(rax, static_cast<int32_t>(kMxcsr));
    e_.mov32(state(offsetof(VmState, mxcsr)), rax);
    if (!floats_.in_code()) {
        e_.ldmxcsr(state(offsetof(VmState, mxcsr)));
    } else {
        /* What follows, in the copy for the new mode; the jump is as long as it has to be to say all distances. */
        constexpr size_t kOnwards = 7 + 2;
        e_.mov(rax, at(kGroup, rcx, state(offsetof(VmState, entries)).disp, 3));
        e_.mov(state(offsetof(VmState, entry)), rax);
        e_.add_far(rax, static_cast<int32_t>(e_.size() + kOnwards - offset_of(slot_)));
        e_.jmp(rax);
    }
    if (version_ == Version::v2) {
        e_.land(skipped);
    }
}

/* Step 5, and what becomes of ma and mx. rcx: the address that this iteration reads. rax: what will be read by the next iteration, or by the
 * one after it in v2. */
void ProgramCompiler::emit_addresses(const ProgramConfig& config) {
    const auto ma = state(offsetof(VmState, ma));
    const auto mx = state(offsetof(VmState, mx));
    e_.mov32(rcx, ma);
    if (version_ == Version::v1) {
        e_.mov32(rax, mx);
        e_.mov32(mx, rcx);
    } else {
        e_.mov32(rdx, mx);
        e_.mov32(rax, rcx);
        e_.mov32(ma, rdx);
    }
    e_.xor32(rax, r(config.read_register[2]));
    e_.xor32(rax, r(config.read_register[3]));
    e_.mov32(version_ == Version::v1 ? ma : mx, rax);
    e_.and32(rcx, static_cast<int32_t>(kDatasetMask));
}

/* Step 7; the fetches of step 6 are those of emit_fetches. */
void ProgramCompiler::emit_dataset() {
    for (int i = 0; i < 8; i++) {
        e_.xor_(r(i), at(kDataset, rcx, 8 * i));
    }
}

/* The address in rax becomes that of an item in memory, or null and a request. Without a branch: it would often be guessed wrongly, and not
 * be decided before nearly all of the iteration has been executed. The request is always written, and counts when it is one. */
void ProgramCompiler::emit_look_up() {
    const auto place = at(kGroup, rdi, offsetof(VmGroup, requests), 3);
    static_assert(sizeof(ItemRequest) == 8 && offsetof(ItemRequest, number) == 0);
    e_.and32(rax, static_cast<int32_t>(kDatasetMask));
    e_.add(rax, state(offsetof(VmState, dataset)));
    e_.mov(rcx, rax);
    e_.sub(rcx, at(kGroup, offsetof(VmGroup, dataset)));
    e_.shr(rcx, 6);
    e_.cmp(rax, at(kGroup, offsetof(VmGroup, resident_end)));
    e_.sbb(rdx, rdx); /* -1: in memory, 0: not */
    e_.and_(rax, rdx);
    e_.mov32(rdi, at(kGroup, offsetof(VmGroup, requested)));
    e_.mov32(place, rcx);
    e_.mov32_imm(at(kGroup, rdi, place.disp + static_cast<int32_t>(offsetof(ItemRequest, machine)), 3), static_cast<uint32_t>(slot_));
    e_.lea32(rdi, at(rdi, rdx, 1));
    e_.mov32(at(kGroup, offsetof(VmGroup, requested)), rdi);
}

/* rdx: the item of this iteration, or null. */
void ProgramCompiler::emit_items_ahead() {
    const auto last = offsetof(VmState, ahead) + (version_ == Version::v1 ? 0 : sizeof(void*));
    e_.mov(rdx, state(offsetof(VmState, ahead)));
    if (version_ == Version::v2) {
        e_.mov(rcx, state(last));
        e_.mov(state(offsetof(VmState, ahead)), rcx);
    }
    e_.mov(state(last), rax);
    e_.mov(state(offsetof(VmState, item)), rdx);
}

/* Step 7 where the item may lie anywhere. */
void ProgramCompiler::emit_item() {
    for (int i = 0; i < 8; i++) {
        e_.xor_(r(i), at(rdx, 8 * i));
    }
}

/* Step 10. */
void ProgramCompiler::emit_mixing() {
    for (int i = 0; i < 4; i++) {
        if (version_ == Version::v1) {
            floats_.xor_(f(i), e(i));
            continue;
        }
        floats_.aesenc(f(0), e(i));
        floats_.aesdec(f(1), e(i));
        floats_.aesenc(f(2), e(i));
        floats_.aesdec(f(3), e(i));
    }
}

/* Steps 9 and 11, and step 1 of the next iteration, whose lines are fetched while other machines run. */
void ProgramCompiler::emit_store(const ProgramConfig& config) {
    e_.mov(rdx, kAddresses);
    e_.shr(rdx, 32);
    e_.mov32(rax, kAddresses);
    for (int i = 0; i < 8; i++) {
        e_.mov(at(kScratchpad, rdx, 8 * i), r(i));
    }
    for (int i = 0; i < 4; i++) {
        floats_.move(at(kScratchpad, rax, 16 * i), f(i));
    }
    e_.mov(kAddresses, r(config.read_register[0]));
    e_.xor_(kAddresses, r(config.read_register[1]));
    e_.and_(kAddresses, at(kGroup, offsetof(VmGroup, sp_mask)));
    if (!alone_) {
        e_.mov(state(offsetof(VmState, sp)), kAddresses);
        e_.mov32(rax, kAddresses);
        e_.prefetcht0(at(kScratchpad, rax));
        e_.shr(kAddresses, 32);
        e_.prefetcht0(at(kScratchpad, kAddresses));
        emit_r_out();
    }
}

void ProgramCompiler::emit_r_out() {
    for (int i = 0; i < 8; i++) {
        e_.mov(state(offsetof(VmState, registers.r) + 8 * i), r(i));
    }
}

void ProgramCompiler::emit_registers_out() {
    for (int i = 0; i < 4; i++) {
        floats_.move(state(offsetof(VmState, registers.f) + 16 * i), f(i));
    }
    for (int i = 0; i < 4; i++) {
        floats_.move(state(offsetof(VmState, registers.e) + 16 * i), e(i));
    }
}

void ProgramCompiler::emit_fetch(size_t address, Gpr reg) {
    e_.mov32(reg, state(address));
    e_.and32(reg, static_cast<int32_t>(kDatasetMask));
    e_.add(reg, state(offsetof(VmState, dataset)));
    if (hint_ == FetchHint::nta) {
        e_.prefetchnta(at(reg));
    } else {
        e_.prefetcht0(at(reg));
    }
}

/* The lines of all machines at once: a fetch whose translation is not at hand holds up what follows it until that is found, but several are
 * looked for side by side. In v2 every second time, and then for two iterations. */
void ProgramCompiler::emit_fetches() {
    static constexpr Gpr kLines[] = {rax, rcx, rdx};
    size_t skipped = 0;
    if (version_ == Version::v2) {
        e_.test32(at(kGroup, offsetof(VmGroup, iterations)), 1);
        skipped = e_.jcc_far_over(Condition::not_zero);
    }
    const auto slot = slot_;
    for (slot_ = 0; slot_ < active_; slot_++) {
        emit_fetch(offsetof(VmState, ma), kLines[slot_ % std::size(kLines)]);
        if (version_ == Version::v2) {
            emit_fetch(offsetof(VmState, mx), kLines[(slot_ + 1) % std::size(kLines)]);
        }
    }
    slot_ = slot;
    if (version_ == Version::v2) {
        e_.land_far(skipped);
    }
}

void ProgramCompiler::emit_next() {
    const bool last = slot_ + 1 == active_;
    const auto iterations = at(kGroup, offsetof(VmGroup, iterations));
    if (alone_) {
        emit_fetches();
        e_.sub32(iterations, 1);
        e_.jcc_to(Condition::not_zero, loop_);
        emit_r_out();
        emit_registers_out();
        emit_turn();
        return;
    }
    e_.cmp32(iterations, 1);
    const auto more = e_.jcc_over(Condition::not_zero);
    emit_registers_out();
    e_.land(more);
    if (!last) {
        e_.jmp(entry_of(slot_ + 1));
        return;
    }
    emit_fetches();
    e_.sub32(iterations, 1);
    const auto end = e_.jcc_over(Condition::zero);
    e_.jmp(entry_of(0));
    e_.land(end);
    emit_turn();
}

void ProgramCompiler::emit_turn() { e_.jmp(state(offsetof(VmState, next))); }

void ProgramCompiler::run(VmGroup& group) const {
    group.vm[active_ - 1].next = memory_.code() + kExit;
    enter(group, group.vm[0].entry);
}

void ProgramCompiler::run(VmGroup& group, std::span<const uint32_t> slots) const {
    for (size_t i = 0; i + 1 < slots.size(); i++) {
        group.vm[slots[i]].next = group.vm[slots[i + 1]].entry;
    }
    group.vm[slots.back()].next = memory_.code() + kExit;
    enter(group, group.vm[slots[0]].entry);
}

}  // namespace p2ph::randomx
