# The RandomX engine. Compiler flags belong to one file each: a row that the processor lacks must not leak into the others.
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
  src/randomx/interpreter.cpp
  src/randomx/interpreter_machines.cpp
  src/randomx/program.cpp
  src/randomx/randomx_abi.cpp
  src/randomx/superscalar_generator.cpp
  src/randomx/superscalar_interpreter.cpp
  src/randomx/vm.cpp)
set_source_files_properties(src/randomx/interpreter.cpp PROPERTIES COMPILE_OPTIONS "-frounding-math;-ffp-contract=off;-fno-math-errno")

if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  target_sources(p2ph_objects PRIVATE
    src/randomx/aes_aesni.cpp
    src/randomx/argon2d_avx2.cpp
    src/randomx/argon2d_avx512.cpp
    src/randomx/argon2d_ssse3.cpp
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
  set_source_files_properties(src/randomx/aes_aesni.cpp PROPERTIES COMPILE_OPTIONS "-maes")
  set_source_files_properties(src/randomx/argon2d_avx2.cpp PROPERTIES COMPILE_OPTIONS "-mavx2")
  set_source_files_properties(src/randomx/argon2d_ssse3.cpp PROPERTIES COMPILE_OPTIONS "-mssse3")
  # g++ 12 sees uninitialised variables in its own header where unmasked intrinsics pass "undefined".
  set_source_files_properties(src/randomx/argon2d_avx512.cpp PROPERTIES COMPILE_OPTIONS
    "-mavx512f;-O3;-Wno-uninitialized;$<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>")
endif()
