#pragma once

#include <exception>
#include <new>

#include "p2ph.h"

namespace p2ph {

/* The machine, or the environment, lacks what was asked for. */
class Unsupported : public std::exception {};

/* The one place where exceptions end: the body of every exported function runs in here. */
template <typename Body>
p2ph_status guarded(Body&& body) noexcept {
    try {
        return body();
    } catch (const std::bad_alloc&) {
        return P2PH_E_MEMORY;
    } catch (const Unsupported&) {
        return P2PH_E_UNSUPPORTED;
    } catch (...) {
        return P2PH_E_INTERNAL;
    }
}

}  // namespace p2ph
