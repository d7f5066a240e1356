#pragma once

#include <cstdint>

/* Constants of Fugue-512. Everything here is static: files that are compiled for an instruction set may include it. */

namespace p2ph::ghostrider {

/* The last sixteen words of the first state; those before are 0. */
static constexpr uint32_t kFugueInitial[16] = {
    0x8807a57e, 0xe616af75, 0xc5d3e4db, 0xac9ab027, 0xd915f117, 0xb6eecc54, 0x06e8020b, 0x4a92efd1,
    0xaac6e2c9, 0xddb21398, 0xcae65838, 0x437f203f, 0x25ea78e7, 0x951fddd6, 0xda6ed11d, 0xe13e3567,
};

}  // namespace p2ph::ghostrider
