# The RandomX engine.
target_sources(p2ph_objects PRIVATE
  src/randomx/aes_portable.cpp
  src/randomx/aes_table.cpp
  src/randomx/argon2d.cpp
  src/randomx/argon2d_portable.cpp
  src/randomx/blake2_generator.cpp
  src/randomx/blake2b.cpp
  src/randomx/dataset_item.cpp
  src/randomx/engine.cpp
  src/randomx/hasher.cpp
  src/randomx/interpreter_machines.cpp
  src/randomx/program.cpp
  src/randomx/randomx_abi.cpp
  src/randomx/superscalar_generator.cpp
  src/randomx/superscalar_interpreter.cpp
  src/randomx/vm.cpp)
p2ph_add_with_flags("-frounding-math;-ffp-contract=off;-fno-math-errno" randomx/interpreter.cpp)

if(P2PH_X86_64)
  target_sources(p2ph_objects PRIVATE
    src/randomx/executable_memory.cpp
    src/randomx/float_emitter.cpp
    src/randomx/item_kernel.cpp
    src/randomx/item_kernel_generator.cpp
    src/randomx/item_kernel_instructions.cpp
    src/randomx/item_rows.cpp
    src/randomx/jit_machines.cpp
    src/randomx/jit_seed.cpp
    src/randomx/program_compiler.cpp
    src/randomx/vm_state.cpp
    src/randomx/x86_emitter.cpp)
  p2ph_add_with_flags("-maes" randomx/aes_aesni.cpp)
  p2ph_add_with_flags("-mavx2" randomx/argon2d_avx2.cpp)
  p2ph_add_with_flags("-mssse3" randomx/argon2d_ssse3.cpp)
  # g++ 12 sees uninitialised variables in its own header where unmasked intrinsics pass "undefined".
  p2ph_add_with_flags("-mavx512f;-O3;-Wno-uninitialized;$<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>" randomx/argon2d_avx512.cpp)
endif()
