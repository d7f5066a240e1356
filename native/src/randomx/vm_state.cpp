#include "vm_state.h"

#include <emmintrin.h>

#include <cstring>

namespace p2ph::randomx {

namespace {

constexpr uint64_t kScale = 0x80f0000000000000;
constexpr uint64_t kSpMask = uint64_t{kL3LineMask} << 32 | kL3LineMask;

void copy_line(uint8_t* to, const void* from) noexcept {
    for (int i = 0; i < 4; i++) {
        _mm_store_si128(reinterpret_cast<__m128i*>(to) + i, _mm_load_si128(static_cast<const __m128i*>(from) + i));
    }
}

}  // namespace

void prepare(VmGroup& group) noexcept {
    group.e_clear[0] = group.e_clear[1] = kEClear;
    group.scale[0] = group.scale[1] = kScale;
    group.sp_mask = kSpMask;
}

void load(VmState& vm, const ProgramConfig& config, const uint8_t* dataset) noexcept {
    std::memset(vm.registers.r, 0, sizeof vm.registers.r);
    std::memcpy(vm.registers.a, config.a, sizeof config.a);
    std::memcpy(vm.e_mask, config.e_mask, sizeof config.e_mask);
    vm.dataset = dataset ? dataset + config.dataset_offset : nullptr;
    vm.item_base = static_cast<uint32_t>(config.dataset_offset / kItemBytes);
    vm.ma = config.ma;
    vm.mx = config.mx;
    vm.sp[0] = config.mx & kL3LineMask;
    vm.sp[1] = config.ma & kL3LineMask;
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

}  // namespace p2ph::randomx
