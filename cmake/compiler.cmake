# Warnings (errors in the presets that test: users build with compilers that we have not seen yet);
# sanitizers by SPIQE_SANITIZE; kernels get the flags of their instruction set.
add_library(spiqe_flags INTERFACE)
target_compile_options(spiqe_flags INTERFACE
  -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith
  -Wwrite-strings -Wvla -fno-math-errno -ffp-contract=off
  # gcc does not see that a failed call leaves through SPIQE_TRY, and takes *out for unset; it warns
  # of snprintf cutting a text, which is why we call it.
  $<$<C_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
  $<$<C_COMPILER_ID:GNU>:-Wno-format-truncation>)
target_compile_definitions(spiqe_flags INTERFACE _GNU_SOURCE)
if(SPIQE_SANITIZE)
  target_compile_options(spiqe_flags INTERFACE -fsanitize=${SPIQE_SANITIZE}
    -fno-sanitize-recover=all -fno-omit-frame-pointer -g)
  target_link_options(spiqe_flags INTERFACE -fsanitize=${SPIQE_SANITIZE})
endif()
if(SPIQE_FUZZ)
  # The library must count its own branches, or the fuzzer is blind.
  target_compile_options(spiqe_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# A file named *_avx2.c or *_avx512.c holds kernels of that instruction set; all other code runs on
# any x86-64. With sanitizers they are optimised less: their checks in inlined loops take a compiler a
# minute a file.
function(spiqe_set_isa_flags)
  set(level -O3)
  if(SPIQE_SANITIZE)
    set(level -O1)
  endif()
  foreach(source ${ARGN})
    if(source MATCHES "_avx2\\.c$")
      set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "${level};-mavx2;-mfma;-mbmi2;-mpopcnt")
    elseif(source MATCHES "_avx512\\.c$")
      set_source_files_properties(${source} PROPERTIES
        COMPILE_OPTIONS "${level};-mavx512f;-mavx512bw;-mavx512dq;-mavx512vl;-mfma;-mpopcnt")
    endif()
  endforeach()
endfunction()

# How a test is started, and its environment, under the sanitizers of this build.
set(SPIQE_LAUNCHER "")
set(SPIQE_TESTS_DISABLED OFF)
set(SPIQE_TEST_ENVIRONMENT OMP_PROC_BIND=false OMP_WAIT_POLICY=passive
    ASAN_OPTIONS=allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1)
if(SPIQE_SANITIZE)
  # Shadow memory has a fixed place, which a kernel with wide address randomisation may take.
  execute_process(COMMAND setarch -R true RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
  if(failed EQUAL 0)
    set(SPIQE_LAUNCHER setarch -R)
  endif()
endif()
if(SPIQE_SANITIZE MATCHES "thread")
  # Archer tells the thread sanitizer where OpenMP synchronises; without it joins look like races.
  execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=libarcher.so
                  OUTPUT_VARIABLE archer_beside OUTPUT_STRIP_TRAILING_WHITESPACE)
  execute_process(COMMAND ${CMAKE_C_COMPILER} -print-resource-dir
                  OUTPUT_VARIABLE clang_folder OUTPUT_STRIP_TRAILING_WHITESPACE)
  get_filename_component(archer_beside "${archer_beside}" DIRECTORY)
  find_library(SPIQE_ARCHER archer HINTS "${archer_beside}" "${clang_folder}/../.." REQUIRED
               DOC "Archer, part of LLVM's OpenMP")
  list(APPEND SPIQE_TEST_ENVIRONMENT OMP_TOOL_LIBRARIES=${SPIQE_ARCHER}
       TSAN_OPTIONS=ignore_noninstrumented_modules=1:halt_on_error=1:allocator_may_return_null=1)
  # Ubuntu 22.04's Archer never reaches the sanitizer (it is bound to its own empty functions), so
  # that every join is reported. There the tests are disabled; everywhere else they must run.
  set(probe ${PROJECT_BINARY_DIR}/archer_probe)
  execute_process(COMMAND ${CMAKE_C_COMPILER} -g -fopenmp -fsanitize=thread
                          ${PROJECT_SOURCE_DIR}/cmake/archer_probe.c -o ${probe}
                  COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND ${CMAKE_COMMAND} -E env ${SPIQE_TEST_ENVIRONMENT}
                          ${SPIQE_LAUNCHER} ${probe}
                  RESULT_VARIABLE failed OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(said MATCHES "data race")
    message(WARNING "Archer does not work on this system: no tests with the thread sanitizer")
    set(SPIQE_TESTS_DISABLED ON)
  elseif(NOT failed EQUAL 0)
    message(FATAL_ERROR "The thread sanitizer does not work on this system: ${said}")
  endif()
endif()
