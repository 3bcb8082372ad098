# Libraries outside our field.
list(APPEND CMAKE_MODULE_PATH ${PROJECT_SOURCE_DIR}/cmake)
find_package(PkgConfig REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PNG REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS C)
find_package(Threads REQUIRED)
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1)
pkg_check_modules(CJSON REQUIRED IMPORTED_TARGET libcjson)
pkg_check_modules(ZIP REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto)

set(SPIQE_LIBRARIES ZLIB::ZLIB PNG::PNG OpenMP::OpenMP_C Threads::Threads PkgConfig::YAML
                    PkgConfig::CJSON PkgConfig::ZIP PkgConfig::CURL PkgConfig::CRYPTO m)
if(SPIQE_ONEDNN)
  find_package(OneDNN REQUIRED)
  list(APPEND SPIQE_LIBRARIES OneDNN::OneDNN)
endif()
