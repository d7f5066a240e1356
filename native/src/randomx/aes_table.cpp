#include "aes.h"
#include "machine/kernel_rows.h"

namespace p2ph::randomx {

std::span<const AesRow> aes_rows() noexcept {
    static const AesRow kRows[] = {
#if defined(__x86_64__)
        kAesNi,
#endif
        kAesPortable,
    };
    return kRows;
}

const AesRow& best_aes_row() { return best_row(aes_rows()); }

}  // namespace p2ph::randomx
