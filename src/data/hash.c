/* SHA-256 by OpenSSL's EVP interface. */
#include "data/hash.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "core/fail.h"

static spiqe_status hash_all(spiqe_context *ctx, EVP_MD_CTX *hash, int file, const char *path) {
  unsigned char chunk[65536];
  if (lseek(file, 0, SEEK_SET) != 0)
    return spiqe_fail(ctx, SPIQE_FILE, "%s: %s", path, strerror(errno));
  for (;;) {
    ssize_t got = read(file, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    SPIQE_REQUIRE(ctx, got >= 0, SPIQE_FILE, "%s: %s", path, strerror(errno));
    if (got == 0) return SPIQE_OK;
    SPIQE_REQUIRE(ctx, EVP_DigestUpdate(hash, chunk, (size_t)got) == 1, SPIQE_NO_MEMORY,
                  "%s: cannot hash", path);
  }
}

spiqe_status spiqe_hash_file(spiqe_context *ctx, int file, const char *path,
                             char out[SPIQE_SHA256_TEXT]) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned n = 0;
  spiqe_status status = SPIQE_OK;
  EVP_MD_CTX *hash = EVP_MD_CTX_new();
  out[0] = 0;
  if (!hash || EVP_DigestInit_ex(hash, EVP_sha256(), NULL) != 1)
    status = spiqe_fail(ctx, SPIQE_NO_MEMORY, "%s: cannot hash", path);
  if (status == SPIQE_OK) status = hash_all(ctx, hash, file, path);
  if (status == SPIQE_OK && EVP_DigestFinal_ex(hash, digest, &n) != 1)
    status = spiqe_fail(ctx, SPIQE_NO_MEMORY, "%s: cannot hash", path);
  for (unsigned i = 0; status == SPIQE_OK && i < n && i < 32; i++)
    snprintf(out + 2 * i, 3, "%02x", digest[i]);
  EVP_MD_CTX_free(hash);
  return status;
}
