# Installed files: library, headers, program, models; what find_package and pkg-config read.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/spiqe)
install(TARGETS spiqe EXPORT spiqeTargets)
install(EXPORT spiqeTargets NAMESPACE spiqe:: DESTINATION ${package_dir})
install(DIRECTORY include/spiqe DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN *.h)
install(DIRECTORY models/ DESTINATION ${CMAKE_INSTALL_DATADIR}/spiqe/models
        FILES_MATCHING PATTERN *.yaml)
if(TARGET spiqe_program)
  install(TARGETS spiqe_program)
endif()

configure_package_config_file(cmake/spiqeConfig.cmake.in spiqeConfig.cmake
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(spiqeConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/spiqeConfig.cmake ${PROJECT_BINARY_DIR}/spiqeConfigVersion.cmake
              cmake/FindOneDNN.cmake
        DESTINATION ${package_dir})

# A shared library brings its own dependencies; with a static one the caller links them too.
if(BUILD_SHARED_LIBS)
  set(pc_requires "")
  set(pc_libraries "")
else()
  set(pc_requires "zlib, libpng, yaml-0.1, libcjson, libzip, libcurl, libcrypto")
  if(SPIQE_HDF5)
    string(APPEND pc_requires ", ${HDF5_MODULE_NAME}")
  endif()
  if(SPIQE_LZ4)
    string(APPEND pc_requires ", liblz4")
  endif()
  if(SPIQE_ZSTD)
    string(APPEND pc_requires ", libzstd")
  endif()
  list(TRANSFORM OpenMP_C_LIB_NAMES PREPEND -l OUTPUT_VARIABLE openmp_libraries)
  list(JOIN openmp_libraries " " pc_libraries)
  if(SPIQE_ONEDNN)
    string(PREPEND pc_libraries "-ldnnl ")
  endif()
  string(APPEND pc_libraries " -lm")
endif()
configure_file(cmake/spiqe.pc.in spiqe.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/spiqe.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
