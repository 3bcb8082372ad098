/* SHA-256 of a file (FIPS 180-4), by OpenSSL. */
#ifndef SPIQE_DATA_HASH_H
#define SPIQE_DATA_HASH_H

#include "spiqe/context.h"

#define SPIQE_SHA256_TEXT 65 /* 64 hexadecimal digits and the end */

/* Hash the open file from its first byte to its last; moves its place. path is for messages.
 * Fails: SPIQE_FILE, SPIQE_NO_MEMORY. */
spiqe_status spiqe_hash_file(spiqe_context *ctx, int file, const char *path,
                             char out[SPIQE_SHA256_TEXT]);

#endif
