#include "p2ph.h"

uint32_t p2ph_abi_version(void) { return P2PH_ABI_VERSION; }

const char* p2ph_status_text(p2ph_status status) {
    switch (status) {
        case P2PH_OK:
            return "ok";
        case P2PH_E_ARGUMENT:
            return "argument out of range";
        case P2PH_E_STATE:
            return "not possible in this state";
        case P2PH_E_MEMORY:
            return "no memory";
        case P2PH_E_UNSUPPORTED:
            return "not supported";
        case P2PH_E_INTERNAL:
            return "internal fault";
        default:
            return "unknown status";
    }
}
