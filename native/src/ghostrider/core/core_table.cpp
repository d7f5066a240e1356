#include "ghostrider/core/core_table.h"

#include "ghostrider/core/blake.h"
#include "ghostrider/core/bmw512.h"
#include "ghostrider/core/core_rows_x86.h"
#include "ghostrider/core/cubehash512.h"
#include "ghostrider/core/echo512.h"
#include "ghostrider/core/fugue512.h"
#include "ghostrider/core/groestl.h"
#include "ghostrider/core/hamsi512.h"
#include "ghostrider/core/jh.h"
#include "ghostrider/core/keccak512.h"
#include "ghostrider/core/luffa512.h"
#include "ghostrider/core/shabal512.h"
#include "ghostrider/core/shavite512.h"
#include "ghostrider/core/simd512.h"
#include "ghostrider/core/skein.h"
#include "ghostrider/core/whirlpool.h"

/* A row that x86-64 alone has; nothing elsewhere. */
#if defined(__x86_64__)
#define P2PH_X86_ROW(isa, needs, many) {isa, needs, &many},
#else
#define P2PH_X86_ROW(isa, needs, many)
#endif

namespace p2ph::ghostrider {

namespace {

/* One message after another with a streaming class. Message i is read before digest i is written, so out may be the messages. */
template <typename Hash>
void many_portable(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept {
    static_assert(Hash::kDigestBytes == kCoreDigestBytes);
    for (size_t i = 0; i < count; i++) {
        Hash hash;
        hash.update(in + i * stride, len);
        hash.finish(out + i * kCoreDigestBytes);
    }
}

template <typename Hash>
constexpr CoreRow portable() {
    return {"portable", 0, &many_portable<Hash>};
}

constexpr uint64_t kAvx512 = P2PH_CPU_AVX512F | P2PH_CPU_AVX512BW | P2PH_CPU_AVX512VL;

/* One array for each hash, in the order of the indices; kRows names those that exist. */

constexpr CoreRow kBlake512[] = {portable<Blake512>()};
constexpr CoreRow kBmw512[] = {portable<Bmw512>()};
constexpr CoreRow kGroestl512[] = {portable<Groestl512>()};
constexpr CoreRow kJh512[] = {portable<Jh512>()};
constexpr CoreRow kKeccak512[] = {portable<Keccak512>()};
constexpr CoreRow kSkein512[] = {portable<Skein512>()};
constexpr CoreRow kLuffa512[] = {portable<Luffa512>()};
constexpr CoreRow kCubeHash512[] = {portable<CubeHash512>()};
constexpr CoreRow kShavite512[] = {portable<Shavite512>()};
constexpr CoreRow kSimd512[] = {
    P2PH_X86_ROW("avx512", kAvx512, simd512_many_avx512)
    P2PH_X86_ROW("avx2", P2PH_CPU_AVX2, simd512_many_avx2)
    portable<Simd512>(),
};
constexpr CoreRow kEcho512[] = {portable<Echo512>()};
constexpr CoreRow kHamsi512[] = {
    P2PH_X86_ROW("avx512", kAvx512 | P2PH_CPU_GFNI, hamsi512_many_avx512)
    P2PH_X86_ROW("avx2", P2PH_CPU_AVX2, hamsi512_many_avx2)
    portable<Hamsi512>(),
};
constexpr CoreRow kFugue512[] = {
    P2PH_X86_ROW("avx512", kAvx512 | P2PH_CPU_GFNI, fugue512_many_avx512)
    P2PH_X86_ROW("avx2", P2PH_CPU_AVX2 | P2PH_CPU_AES, fugue512_many_avx2)
    portable<Fugue512>(),
};
constexpr CoreRow kShabal512[] = {portable<Shabal512>()};
constexpr CoreRow kWhirlpool[] = {portable<Whirlpool>()};

constexpr std::span<const CoreRow> kRows[kCoreHashes] = {
    kBlake512,
    kBmw512,
    kGroestl512,
    kJh512,
    kKeccak512,
    kSkein512,
    kLuffa512,
    kCubeHash512,
    kShavite512,
    kSimd512,
    kEcho512,
    kHamsi512,
    kFugue512,
    kShabal512,
    kWhirlpool,
};

}  // namespace

std::span<const CoreRow> core_rows(size_t index) noexcept { return kRows[index]; }

}  // namespace p2ph::ghostrider
