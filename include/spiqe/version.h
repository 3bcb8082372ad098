/* Version of the library. */
#ifndef SPIQE_VERSION_H
#define SPIQE_VERSION_H

#define SPIQE_VERSION_MAJOR 0
#define SPIQE_VERSION_MINOR 1
#define SPIQE_VERSION_PATCH 0
#define SPIQE_VERSION "0.1.0"

#ifdef __cplusplus
extern "C" {
#endif

/* Version of the library that is linked, "major.minor.patch"; static. */
const char *spiqe_version(void);

/* Libraries this build stands on, with their versions, "oneDNN 2.6.3, zlib 1.2.13, ..."; static. */
const char *spiqe_build_libraries(void);

#ifdef __cplusplus
}
#endif
#endif
