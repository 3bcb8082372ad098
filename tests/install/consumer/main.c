/* What a user's first program needs: the headers, the library, nothing else. */
#include <stdio.h>

#include "spiqe/context.h"
#include "spiqe/version.h"

int main(void) {
  spiqe_context *ctx;
  char message[256];
  if (spiqe_context_create(NULL, &ctx, message, sizeof message) != SPIQE_OK) {
    fprintf(stderr, "%s\n", message);
    return 1;
  }
  printf("spiqe %s on %s\n", spiqe_version(), spiqe_context_device(ctx));
  spiqe_context_destroy(ctx);
  return 0;
}
