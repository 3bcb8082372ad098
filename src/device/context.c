/* Making of a context: threads, kernel table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/context.h"
#include "core/fail.h"
#include "core/text.h"
#include "core/threads.h"
#include "device/device.h"

#define MOST_THREADS 1024

static spiqe_status choose_device(spiqe_context *ctx, const char *name) {
  const char *names[16] = {"auto"};
  char hint[96];
  size_t n = 1;
  while (n < 16 && (names[n] = spiqe_device_name(n - 1, NULL))) n++;
  ctx->device = spiqe_device_find(name);
  SPIQE_REQUIRE(ctx, ctx->device, SPIQE_BAD_NAME, "no device is called '%.40s'%s", name,
                spiqe_text_suggest(name, names, n, hint, sizeof hint));
  SPIQE_REQUIRE(ctx, ctx->device->usable(), SPIQE_UNSUPPORTED,
                "this processor cannot run the kernels of '%s'", name);
  return SPIQE_OK;
}

spiqe_status spiqe_context_create(const spiqe_context_options *options, spiqe_context **out,
                                  char *message, size_t message_size) {
  spiqe_context_options chosen = options ? *options : (spiqe_context_options){0};
  if (message && message_size) message[0] = 0;
  *out = NULL;
  spiqe_context *ctx = calloc(1, sizeof *ctx);
  if (!ctx) return SPIQE_NO_MEMORY;
  spiqe_status status = choose_device(ctx, chosen.device);
  if (status == SPIQE_OK && chosen.n_threads > MOST_THREADS)
    status = spiqe_fail(ctx, SPIQE_BAD_ARGUMENT, "%zu threads, but at most %d are run",
                        chosen.n_threads, MOST_THREADS);
  ctx->n_threads = chosen.n_threads ? chosen.n_threads : spiqe_threads_available();
  if (status == SPIQE_OK && ctx->n_threads > 1)
    status = spiqe_pool_create(ctx, ctx->n_threads, &ctx->pool);
  if (status == SPIQE_OK) {
    *out = ctx;
    return SPIQE_OK;
  }
  if (message && message_size) snprintf(message, message_size, "%s", ctx->message);
  free(ctx);
  return status;
}

void spiqe_context_destroy(spiqe_context *ctx) {
  if (!ctx) return;
  spiqe_pool_destroy(ctx->pool);
  free(ctx);
}

const char *spiqe_context_message(const spiqe_context *ctx) {
  return ctx->message;
}

size_t spiqe_context_n_threads(const spiqe_context *ctx) {
  return ctx->n_threads;
}

const char *spiqe_context_device(const spiqe_context *ctx) {
  return ctx->device->name;
}
