#pragma once

#include "ghostrider/cryptonight_kernel.h"

namespace p2ph::ghostrider {

extern const CryptoNightRow kCryptoNightPortable;

#if defined(__x86_64__)
extern const CryptoNightRow kCryptoNightAvx512;
extern const CryptoNightRow kCryptoNightAvx2;
extern const CryptoNightRow kCryptoNightAesni;
#elif defined(__aarch64__)
extern const CryptoNightRow kCryptoNightArmv8;
#endif

}  // namespace p2ph::ghostrider
