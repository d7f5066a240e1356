/* The main loop of CryptoNight over several lanes. A file for one instruction set includes this after it has said what Vector, load, store,
 * prefetch, low_half, vector_of, exclusive_or, add_halves, aes_round and tweaked are there; it has all of it for itself. */
#pragma once

namespace p2ph::ghostrider {

namespace {

constexpr uint32_t kIterationsBetweenLooks = 4096; /* at the cancel flag: with 20 lanes some milliseconds at worst */

P2PH_INLINE bool cancelled(const int32_t* cancel) noexcept { return cancel && __atomic_load_n(cancel, __ATOMIC_ACQUIRE) != 0; }

/* From here on a line is asked for when its address is known and read when it is needed: so many loads would fill the CPU's window. */
constexpr size_t kPrefetchLanes = 10;

/* The main loop over lanes whose pads lie one behind the other, so that lane i is a constant distance from the first. Each iteration is two
 * stages over all lanes: while one lane waits for its memory, the others go on. */
template <size_t kBytes, size_t kLanes>
bool loop(uint8_t* pads, CryptoNightLane* lanes, uint32_t iterations, const int32_t* cancel) noexcept {
    constexpr uint64_t kMask = kBytes - 16;
    constexpr bool kPrefetch = kLanes >= kPrefetchLanes;
    Vector a[kLanes];
    Vector b[kLanes];
    Vector next[kLanes]; /* what the next stage works on, loaded as soon as its address is known */
    Vector tweak[kLanes];
    uint64_t a_low[kLanes]; /* the low halves once more, in general registers: there they make the addresses */
    uint64_t c_low[kLanes];
    uint64_t offset[kLanes];
#pragma GCC unroll 20
    for (size_t i = 0; i < kLanes; i++) {
        const auto* const s = lanes[i].state;
        a[i] = exclusive_or(load(s), load(s + 32));
        b[i] = exclusive_or(load(s + 16), load(s + 48));
        a_low[i] = low_half(a[i]);
        offset[i] = a_low[i] & kMask;
        tweak[i] = vector_of(0, lanes[i].tweak);
        if (!kPrefetch) {
            next[i] = load(pads + i * kBytes + offset[i]);
        }
    }
    __asm__ volatile("" ::"r"(tweak) : "memory"); /* stays in memory: it is needed once, registers are not free */

    while (iterations > 0) {
        if (cancelled(cancel)) {
            return false;
        }
        const auto end = iterations > kIterationsBetweenLooks ? iterations - kIterationsBetweenLooks : 0;
        for (; iterations > end; iterations--) {
#pragma GCC unroll 20
            for (size_t i = 0; i < kLanes; i++) {
                auto* const p = pads + i * kBytes + offset[i];
                const auto c = aes_round(kPrefetch ? load(p) : next[i], a[i]);
                store(p, tweaked(b[i], c));
                b[i] = c;
                c_low[i] = low_half(c);
                offset[i] = c_low[i] & kMask;
                const auto* const q = pads + i * kBytes + offset[i];
                if (kPrefetch) {
                    prefetch(q);
                } else {
                    next[i] = load(q);
                }
            }
#pragma GCC unroll 20
            for (size_t i = 0; i < kLanes; i++) {
                auto* const q = pads + i * kBytes + offset[i];
                const auto d = kPrefetch ? load(q) : next[i];
                const auto d_low = *reinterpret_cast<volatile uint64_t*>(q); /* cheaper than out of d */
                __extension__ using Wide = unsigned __int128;
                const auto product = static_cast<Wide>(c_low[i]) * d_low;
                const auto high = static_cast<uint64_t>(product >> 64);
                const auto sum = add_halves(a[i], vector_of(high, static_cast<uint64_t>(product)));
                store(q, exclusive_or(sum, tweak[i]));
                a[i] = exclusive_or(sum, d);
                a_low[i] = (a_low[i] + high) ^ d_low;
                offset[i] = a_low[i] & kMask;
                const auto* const p = pads + i * kBytes + offset[i];
                if (kPrefetch) {
                    prefetch(p);
                } else {
                    next[i] = load(p);
                }
            }
        }
    }
    return true;
}

/* Not every number of lanes has its own loop: the code would be large, and a sum of two does nearly as well. With a sanitizer, where each takes
 * seconds to compile, there are fewer of them still. */
template <size_t kBytes>
CryptoNightLoop loop_of(size_t lanes) noexcept {
    switch (lanes) {
        case 1:
            return &loop<kBytes, 1>;
        case 2:
            return &loop<kBytes, 2>;
        case 3:
            return &loop<kBytes, 3>;
        case 4:
            return &loop<kBytes, 4>;
        case 8:
            return &loop<kBytes, 8>;
        case 10:
            return &loop<kBytes, 10>;
#if !defined(__SANITIZE_ADDRESS__)
        case 5:
            return &loop<kBytes, 5>;
        case 6:
            return &loop<kBytes, 6>;
        case 7:
            return &loop<kBytes, 7>;
        case 12:
            return &loop<kBytes, 12>;
        case 14:
            return &loop<kBytes, 14>;
        case 16:
            return &loop<kBytes, 16>;
        case 20:
            return &loop<kBytes, 20>;
#endif
        default:
            return nullptr;
    }
}

#if defined(__SANITIZE_ADDRESS__)
constexpr size_t kLanesMax = 10;
#else
constexpr size_t kLanesMax = 20;
#endif

CryptoNightLoop loops_of(size_t bytes, size_t lanes) noexcept {
    switch (bytes) {
        case 128 << 10:
            return loop_of<128 << 10>(lanes);
        case 256 << 10:
            return loop_of<256 << 10>(lanes);
        case 512 << 10:
            return loop_of<512 << 10>(lanes);
        case 1024 << 10:
            return loop_of<1024 << 10>(lanes);
        case 2048 << 10:
            return loop_of<2048 << 10>(lanes);
        default:
            return nullptr;
    }
}

}  // namespace

}  // namespace p2ph::ghostrider
