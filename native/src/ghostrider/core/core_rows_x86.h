#pragma once

/* The rows of core_table.cpp that are made for parts of x86-64, one source file for each, compiled with its own flags. Everything else in such
 * a file has internal linkage: an inline function shared with another file could be merged by the linker and run on a CPU without that part. */

#include <cstddef>
#include <cstdint>

namespace p2ph::ghostrider {

void blake512_many_avx2(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void blake512_many_avx512(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void bmw512_many_avx2(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void bmw512_many_avx512(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void cubehash512_many_avx2(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void cubehash512_many_avx512(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void echo512_many_avx2_aes(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void echo512_many_avx2_vaes(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void echo512_many_avx512_vaes(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void fugue512_many_avx2_aes(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void fugue512_many_avx512_gfni(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void groestl512_many_avx2_aes(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void groestl512_many_avx2_gfni(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void groestl512_many_avx512_gfni(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void hamsi512_many_avx2(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void hamsi512_many_avx512_gfni(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void jh512_many_avx2(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void jh512_many_avx512(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void keccak512_many_avx2(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void keccak512_many_avx512(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void luffa512_many_avx2(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void luffa512_many_avx512(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void shabal512_many_avx2(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void shabal512_many_avx512(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void shavite512_many_avx2_aes(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void shavite512_many_avx2_vaes(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void shavite512_many_avx512_vaes(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void simd512_many_avx2(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void simd512_many_avx512(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void skein512_many_avx2(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void skein512_many_avx512(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void whirlpool_many_avx2(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;
void whirlpool_many_avx512_gfni(const uint8_t* in, size_t len, size_t stride, size_t count, uint8_t* out) noexcept;

}  // namespace p2ph::ghostrider
