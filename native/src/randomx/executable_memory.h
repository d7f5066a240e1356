#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace p2ph::randomx {

/* Memory for generated code that is never writable and executable through the same address: one mapping to write through, a second one to
 * run from. Where the system refuses that, one mapping whose rights are switched. Throws std::bad_alloc when there is no memory, and
 * std::system_error when the system allows no executable memory at all. */
class ExecutableMemory {
   public:
    explicit ExecutableMemory(size_t bytes);
    ~ExecutableMemory();
    ExecutableMemory(const ExecutableMemory&) = delete;
    ExecutableMemory& operator=(const ExecutableMemory&) = delete;

    /* Room for code, writable until commit. */
    std::span<uint8_t> begin_write();
    /* From here on the code may run, on the calling thread at once and on others once they have synchronised with it. */
    void commit();

    const uint8_t* code() const noexcept { return code_; }
    size_t bytes() const noexcept { return bytes_; }
    bool dual_mapped() const noexcept { return writable_ != code_; }

    template <typename Function>
    Function* entry(size_t offset) const noexcept {
        return reinterpret_cast<Function*>(reinterpret_cast<uintptr_t>(code_) + offset);
    }

   private:
    bool map_twice();

    size_t bytes_;
    uint8_t* writable_ = nullptr;
    uint8_t* code_ = nullptr;
};

}  // namespace p2ph::randomx
