#include "vm_state.h"

#include <emmintrin.h>

#include <cstring>

namespace p2ph::randomx {

namespace {

constexpr uint64_t kScale = 0x80f0000000000000;
constexpr uint64_t kSpMask = uint64_t{kL3LineMask} << 32 | kL3LineMask;

void copy_line(void* to, const void* from) noexcept {
    for (int i = 0; i < 4; i++) {
        _mm_store_si128(static_cast<__m128i*>(to) + i, _mm_load_si128(static_cast<const __m128i*>(from) + i));
    }
}

/* As compiled code does it for the addresses that it finds. Null: asked for. */
const uint8_t* look_up(VmGroup& group, size_t machine, uint32_t address) noexcept {
    const auto place = group.vm[machine].dataset + (address & kDatasetMask);
    if (place < group.resident_end) {
        return reinterpret_cast<const uint8_t*>(place);
    }
    group.requests[group.requested++] = {static_cast<uint32_t>((place - group.dataset) / kItemBytes), static_cast<uint32_t>(machine)};
    return nullptr;
}

/* Specification 4.6.2, steps 7 to 11, and step 1 of the next iteration. */
void settle(VmState& vm, const uint8_t* item, const std::array<uint8_t, 4>& read_register) noexcept {
    auto* const r = reinterpret_cast<__m128i*>(vm.registers.r);
    auto* const line = reinterpret_cast<__m128i*>(vm.scratchpad + vm.sp[1]);
    for (int i = 0; i < 4; i++) {
        const auto mixed = _mm_xor_si128(_mm_load_si128(r + i), _mm_load_si128(reinterpret_cast<const __m128i*>(item) + i));
        _mm_store_si128(r + i, mixed);
        _mm_store_si128(line + i, mixed);
    }
    copy_line(vm.scratchpad + vm.sp[0], vm.registers.f);
    const auto next = (vm.registers.r[read_register[0]] ^ vm.registers.r[read_register[1]]) & kSpMask;
    std::memcpy(vm.sp, &next, sizeof next); /* in one piece, as the code reads it: the CPU forwards no load from two stores */
    __builtin_prefetch(vm.scratchpad + vm.sp[0]);
    __builtin_prefetch(vm.scratchpad + vm.sp[1]);
}

}  // namespace

void prepare(VmGroup& group, const uint8_t* dataset, uint64_t resident) noexcept {
    group.e_clear[0] = group.e_clear[1] = kEClear;
    group.scale[0] = group.scale[1] = kScale;
    group.sp_mask = kSpMask;
    group.mxcsr = kMxcsr;
    group.requested = 0;
    group.dataset = reinterpret_cast<uint64_t>(dataset);
    group.resident_end = group.dataset + resident * kItemBytes;
}

void load(VmGroup& group, size_t i, const ProgramConfig& config) noexcept {
    auto& vm = group.vm[i];
    std::memset(vm.registers.r, 0, sizeof vm.registers.r);
    std::memcpy(vm.registers.a, config.a, sizeof config.a);
    std::memcpy(vm.e_mask, config.e_mask, sizeof config.e_mask);
    vm.dataset = group.dataset + config.dataset_offset;
    vm.ma = config.ma;
    vm.mx = config.mx;
    vm.sp[0] = config.mx & kL3LineMask;
    vm.sp[1] = config.ma & kL3LineMask;
}

void look_ahead(VmGroup& group, size_t i, Version version) noexcept {
    auto& vm = group.vm[i];
    vm.iterations = kIterations;
    vm.item = vm.computed[0]; /* it waits for none */
    vm.ahead[0] = look_up(group, i, vm.ma);
    if (version == Version::v2) {
        vm.ahead[1] = look_up(group, i, vm.mx);
    }
}

bool deliver(VmState& vm, const uint8_t* item, const std::array<uint8_t, 4>& read_register) noexcept {
    if (!vm.item) {
        settle(vm, item, read_register);
        vm.item = item;
        vm.iterations--;
        return true;
    }
    auto* const place = vm.computed[vm.computed_count++ % 2];
    copy_line(place, item);
    vm.ahead[vm.ahead[0] ? 1 : 0] = place;
    return false;
}

}  // namespace p2ph::randomx
