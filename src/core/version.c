/* Version of the library and of what it stands on. */
#include "spiqe/version.h"

#include <cjson/cJSON.h>
#include <curl/curlver.h>
#include <png.h>
#include <zip.h>
#include <zlib.h>

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
#define CJSON_VERSION                                                                              \
  TEXT(CJSON_VERSION_MAJOR) "." TEXT(CJSON_VERSION_MINOR) "." TEXT(CJSON_VERSION_PATCH)

const char *spiqe_version(void) {
  return SPIQE_VERSION;
}

const char *spiqe_build_libraries(void) {
  return "zlib " ZLIB_VERSION ", libpng " PNG_LIBPNG_VER_STRING ", libzip " LIBZIP_VERSION
         ", libcurl " LIBCURL_VERSION ", cJSON " CJSON_VERSION ", compiler " __VERSION__;
}
