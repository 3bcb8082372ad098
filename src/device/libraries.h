/* The libraries of every build, as a text literal; the matrix library puts its own before. */
#ifndef SPIQE_DEVICE_LIBRARIES_H
#define SPIQE_DEVICE_LIBRARIES_H

#include <cjson/cJSON.h>
#include <curl/curlver.h>
#include <openssl/opensslv.h>
#include <png.h>
#include <zip.h>
#include <zlib.h>

#define SPIQE_TEXT_OF(x) #x
#define SPIQE_TEXT(x) SPIQE_TEXT_OF(x)
#define SPIQE_CJSON_VERSION                                                                        \
  SPIQE_TEXT(CJSON_VERSION_MAJOR)                                                                  \
  "." SPIQE_TEXT(CJSON_VERSION_MINOR) "." SPIQE_TEXT(CJSON_VERSION_PATCH)

#define SPIQE_OTHER_LIBRARIES                                                                      \
  "zlib " ZLIB_VERSION ", libpng " PNG_LIBPNG_VER_STRING ", libzip " LIBZIP_VERSION                \
  ", libcurl " LIBCURL_VERSION ", " OPENSSL_VERSION_TEXT ", cJSON " SPIQE_CJSON_VERSION            \
  ", compiler " __VERSION__

#endif
