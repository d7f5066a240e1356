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

#if defined(__x86_64__)
constexpr uint64_t kAvx2 = P2PH_CPU_AVX2;
constexpr uint64_t kAvx512 = P2PH_CPU_AVX512F | P2PH_CPU_AVX512BW | P2PH_CPU_AVX512VL;
#endif

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

/* One array for each hash, in the order of the indices; kRows names those that exist. */

constexpr CoreRow kBlake512[] = {
    P2PH_X86_ROW("avx512", kAvx512, blake512_many_avx512)  //
    P2PH_X86_ROW("avx2", kAvx2, blake512_many_avx2)        //
    portable<Blake512>(),
};
constexpr CoreRow kBmw512[] = {
    P2PH_X86_ROW("avx512", kAvx512, bmw512_many_avx512)  //
    P2PH_X86_ROW("avx2", kAvx2, bmw512_many_avx2)        //
    portable<Bmw512>(),
};
constexpr CoreRow kGroestl512[] = {
    P2PH_X86_ROW("avx512_gfni", kAvx512 | P2PH_CPU_GFNI, groestl512_many_avx512_gfni)  //
    P2PH_X86_ROW("avx2_gfni", kAvx2 | P2PH_CPU_GFNI, groestl512_many_avx2_gfni)        //
    P2PH_X86_ROW("avx2_aes", kAvx2 | P2PH_CPU_AES, groestl512_many_avx2_aes)           //
    portable<Groestl512>(),
};
constexpr CoreRow kJh512[] = {
    P2PH_X86_ROW("avx512", kAvx512, jh512_many_avx512)  //
    P2PH_X86_ROW("avx2", kAvx2, jh512_many_avx2)        //
    portable<Jh512>(),
};
constexpr CoreRow kKeccak512[] = {
    P2PH_X86_ROW("avx512", kAvx512, keccak512_many_avx512)  //
    P2PH_X86_ROW("avx2", kAvx2, keccak512_many_avx2)        //
    portable<Keccak512>(),
};
constexpr CoreRow kSkein512[] = {
    P2PH_X86_ROW("avx512", kAvx512, skein512_many_avx512)  //
    P2PH_X86_ROW("avx2", kAvx2, skein512_many_avx2)        //
    portable<Skein512>(),
};
constexpr CoreRow kLuffa512[] = {
    P2PH_X86_ROW("avx512", kAvx512, luffa512_many_avx512)  //
    P2PH_X86_ROW("avx2", kAvx2, luffa512_many_avx2)        //
    portable<Luffa512>(),
};
constexpr CoreRow kCubeHash512[] = {
    P2PH_X86_ROW("avx512", kAvx512, cubehash512_many_avx512)  //
    P2PH_X86_ROW("avx2", kAvx2, cubehash512_many_avx2)        //
    portable<CubeHash512>(),
};
constexpr CoreRow kShavite512[] = {
    P2PH_X86_ROW("avx512_vaes", kAvx512 | P2PH_CPU_GFNI | P2PH_CPU_VAES, shavite512_many_avx512_vaes)  //
    P2PH_X86_ROW("avx2_vaes", kAvx2 | P2PH_CPU_VAES, shavite512_many_avx2_vaes)                        //
    P2PH_X86_ROW("avx2_aes", kAvx2 | P2PH_CPU_AES, shavite512_many_avx2_aes)                           //
    portable<Shavite512>(),
};
constexpr CoreRow kSimd512[] = {
    P2PH_X86_ROW("avx512", kAvx512, simd512_many_avx512)  //
    P2PH_X86_ROW("avx2", kAvx2, simd512_many_avx2)        //
    portable<Simd512>(),
};
constexpr CoreRow kEcho512[] = {
    P2PH_X86_ROW("avx512_vaes", kAvx512 | P2PH_CPU_GFNI | P2PH_CPU_VAES, echo512_many_avx512_vaes)  //
    P2PH_X86_ROW("avx2_vaes", kAvx2 | P2PH_CPU_VAES, echo512_many_avx2_vaes)                        //
    P2PH_X86_ROW("avx2_aes", kAvx2 | P2PH_CPU_AES, echo512_many_avx2_aes)                           //
    portable<Echo512>(),
};
constexpr CoreRow kHamsi512[] = {
    P2PH_X86_ROW("avx512_gfni", kAvx512 | P2PH_CPU_GFNI, hamsi512_many_avx512_gfni)  //
    P2PH_X86_ROW("avx2", kAvx2, hamsi512_many_avx2)                                  //
    portable<Hamsi512>(),
};
constexpr CoreRow kFugue512[] = {
    P2PH_X86_ROW("avx512_gfni", kAvx512 | P2PH_CPU_GFNI, fugue512_many_avx512_gfni)  //
    P2PH_X86_ROW("avx2_aes", kAvx2 | P2PH_CPU_AES, fugue512_many_avx2_aes)           //
    portable<Fugue512>(),
};
constexpr CoreRow kShabal512[] = {
    P2PH_X86_ROW("avx512", kAvx512, shabal512_many_avx512)  //
    P2PH_X86_ROW("avx2", kAvx2, shabal512_many_avx2)        //
    portable<Shabal512>(),
};
constexpr CoreRow kWhirlpool[] = {
    P2PH_X86_ROW("avx512_gfni", kAvx512 | P2PH_CPU_GFNI, whirlpool_many_avx512_gfni)  //
    P2PH_X86_ROW("avx2", kAvx2, whirlpool_many_avx2)                                  //
    portable<Whirlpool>(),
};

constexpr std::span<const CoreRow> kRows[kCoreHashes] = {
    /* clang-format off */
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
    /* clang-format on */
};

}  // namespace

std::span<const CoreRow> core_rows(size_t index) noexcept { return kRows[index]; }

}  // namespace p2ph::ghostrider
