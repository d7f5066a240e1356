#include "executable_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <system_error>

namespace p2ph::randomx {

namespace {

/* Code written through one address and fetched through another needs a serialising instruction between (Intel SDM volume 3, 9.1.3; AMD APM
 * volume 2, 7.6.1). CPUID would leave a virtual machine for a microsecond; IRET to the next instruction does not. */
void serialize_core() noexcept {
#if defined(__x86_64__)
    uint64_t scratch;
    __asm__ volatile(
        "subq $128, %%rsp\n\t" /* past the red zone */
        "movq %%rsp, %0\n\t"
        "pushq $0\n\t"
        "movw %%ss, (%%rsp)\n\t"
        "pushq %0\n\t"
        "pushfq\n\t"
        "pushq $0\n\t"
        "movw %%cs, (%%rsp)\n\t"
        "leaq 1f(%%rip), %0\n\t"
        "pushq %0\n\t"
        "iretq\n\t"
        "1:\n\t"
        "addq $128, %%rsp"
        : "=&r"(scratch)
        :
        : "memory", "cc");
#endif
}

uint8_t* map(size_t bytes, int rights, int flags, int file) {
    void* memory = mmap(nullptr, bytes, rights, flags, file, 0);
    return memory == MAP_FAILED ? nullptr : static_cast<uint8_t*>(memory);
}

void set_rights(uint8_t* memory, size_t bytes, int rights) {
    if (mprotect(memory, bytes, rights) != 0) {
        throw std::system_error(errno, std::generic_category(), "the system refuses memory for generated code");
    }
}

}  // namespace

ExecutableMemory::ExecutableMemory(size_t bytes) {
    const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    bytes_ = (bytes + page - 1) / page * page;
    if (map_twice()) {
        return;
    }

    writable_ = code_ = map(bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    if (!code_) {
        throw std::bad_alloc();
    }
    if (mprotect(code_, bytes_, PROT_READ | PROT_EXEC) != 0) { /* asked now, not at the first program */
        const auto error = errno;
        munmap(code_, bytes_);
        throw std::system_error(error, std::generic_category(), "the system refuses memory for generated code");
    }
}

ExecutableMemory::~ExecutableMemory() {
    munmap(code_, bytes_);
    if (dual_mapped()) {
        munmap(writable_, bytes_);
    }
}

bool ExecutableMemory::map_twice() {
    const int file = memfd_create("p2ph-code", MFD_CLOEXEC);
    if (file < 0) {
        return false;
    }
    if (ftruncate(file, static_cast<off_t>(bytes_)) == 0) {
        writable_ = map(bytes_, PROT_READ | PROT_WRITE, MAP_SHARED, file);
        code_ = writable_ ? map(bytes_, PROT_READ | PROT_EXEC, MAP_SHARED, file) : nullptr;
        if (writable_ && !code_) {
            munmap(writable_, bytes_);
            writable_ = nullptr;
        }
    }
    close(file); /* the mappings keep it */
    return code_ != nullptr;
}

std::span<uint8_t> ExecutableMemory::begin_write() {
    if (!dual_mapped()) {
        set_rights(code_, bytes_, PROT_READ | PROT_WRITE);
    }
    return {writable_, bytes_};
}

void ExecutableMemory::commit() {
    if (!dual_mapped()) {
        set_rights(code_, bytes_, PROT_READ | PROT_EXEC);
    }
    serialize_core();
}

}  // namespace p2ph::randomx
