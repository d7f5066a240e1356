#pragma once

#include <memory>

#include "backend.h"

namespace p2ph::randomx {

/* Our own engine, for rx/0 and rx/2. Throws std::bad_alloc, or Unsupported when P2PH_FORCE_KERNEL cannot be done. */
std::unique_ptr<SeedData> make_v1(const SeedRequest& request);
std::unique_ptr<SeedData> make_v2(const SeedRequest& request);

}  // namespace p2ph::randomx
