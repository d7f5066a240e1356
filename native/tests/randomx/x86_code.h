#pragma once

#include <cstdint>
#include <memory>

#include "randomx/executable_memory.h"
#include "randomx/x86_emitter.h"

/* One function made with the emitter. */
class X86Code {
   public:
    template <typename Write>
    explicit X86Code(Write write) : memory_(64 * 1024) {
        p2ph::randomx::x86::Emitter emitter(memory_.begin_write());
        write(emitter);
        emitter.finish();
        memory_.commit();
    }

    uint64_t begin() const { return reinterpret_cast<uint64_t>(memory_.code()); }

    template <typename... Arguments>
    uint64_t operator()(Arguments... arguments) const {
        return memory_.entry<uint64_t(Arguments...)>(0)(arguments...);
    }

   private:
    p2ph::randomx::ExecutableMemory memory_;
};
