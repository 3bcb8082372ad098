# Warnings are errors; sanitizers by SPIQE_SANITIZE; kernels get the flags of their instruction set.
add_library(spiqe_flags INTERFACE)
target_compile_options(spiqe_flags INTERFACE
  -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith
  -Wwrite-strings -Wvla -fno-math-errno -ffp-contract=off)
target_compile_definitions(spiqe_flags INTERFACE _GNU_SOURCE)
if(SPIQE_SANITIZE)
  target_compile_options(spiqe_flags INTERFACE -fsanitize=${SPIQE_SANITIZE}
    -fno-sanitize-recover=all -fno-omit-frame-pointer -g)
  target_link_options(spiqe_flags INTERFACE -fsanitize=${SPIQE_SANITIZE})
endif()

# A file named *_avx2.c or *_avx512.c holds kernels of that instruction set; all other code runs on
# any x86-64.
function(spiqe_set_isa_flags)
  foreach(source ${ARGN})
    if(source MATCHES "_avx2\\.c$")
      set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "-O3;-mavx2;-mfma")
    elseif(source MATCHES "_avx512\\.c$")
      set_source_files_properties(${source} PROPERTIES
        COMPILE_OPTIONS "-O3;-mavx512f;-mavx512bw;-mavx512dq;-mavx512vl;-mfma")
    endif()
  endforeach()
endfunction()
