/* Stands in for the kernel's msr device: preloaded into a program, it gives each register of a plain file /dev/cpu/N/msr eight bytes of its own. In the
 * device the offset of a read or write is the number of the register, so neighbours are one apart; in a plain file they would lie across each other.
 *
 * From the environment, as the kernel and a processor may do, registers in hex:
 * TEST_MSR_REFUSE  a register that may not be written (EPERM)
 * TEST_MSR_FORGET  a register that takes a value and does not keep it
 * TEST_MSR_KILL    a number N: kill -9 before the N-th write */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

typedef ssize_t (*Read)(int, void*, size_t, off64_t);
typedef ssize_t (*Write)(int, const void*, size_t, off64_t);

static int is_msr(int file) {
    char link[64];
    char path[256];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    const ssize_t length = readlink(link, path, sizeof path);
    return length > 13 && memcmp(path, "/dev/cpu/", 9) == 0 && memcmp(path + length - 4, "/msr", 4) == 0;
}

static off64_t place_of(off64_t reg) { return (reg & 0xffff) * 8; }

static int names(const char* variable, off64_t reg) {
    const char* const text = getenv(variable);
    return text && strtoull(text, NULL, 16) == (unsigned long long)reg;
}

ssize_t pread64(int file, void* bytes, size_t count, off64_t at) {
    const Read next = (Read)dlsym(RTLD_NEXT, "pread64");
    return next(file, bytes, count, is_msr(file) ? place_of(at) : at);
}

ssize_t pwrite64(int file, const void* bytes, size_t count, off64_t at) {
    static int writes = 0;
    const Write next = (Write)dlsym(RTLD_NEXT, "pwrite64");
    if (!is_msr(file)) {
        return next(file, bytes, count, at);
    }
    const char* const kill_at = getenv("TEST_MSR_KILL");
    if (kill_at && ++writes == atoi(kill_at)) {
        raise(SIGKILL);
    }
    if (names("TEST_MSR_REFUSE", at)) {
        errno = EPERM;
        return -1;
    }
    return names("TEST_MSR_FORGET", at) ? (ssize_t)count : next(file, bytes, count, place_of(at));
}

/* The same by their other names. */
ssize_t pread(int file, void* bytes, size_t count, off_t at) { return pread64(file, bytes, count, at); }
ssize_t pwrite(int file, const void* bytes, size_t count, off_t at) { return pwrite64(file, bytes, count, at); }
