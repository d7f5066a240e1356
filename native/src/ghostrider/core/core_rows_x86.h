#pragma once

/* The rows of core_table.cpp that are made for parts of x86-64, one source file for each, compiled with its own flags. Everything else in such
 * a file is static: an inline function shared with another file could be merged by the linker and run on a CPU without that part. */

#include <cstddef>
#include <cstdint>

namespace p2ph::ghostrider {

}  // namespace p2ph::ghostrider
