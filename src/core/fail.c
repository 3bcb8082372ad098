/* Writing of failure messages. */
#include "core/fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/context.h"

spiqe_status spiqe_fail(spiqe_context *ctx, spiqe_status status, const char *format, ...) {
  if (!ctx) return status;
  char text[SPIQE_MESSAGE_SIZE]; /* an argument may be the old message */
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  memcpy(ctx->message, text, sizeof text);
  return status;
}

spiqe_status spiqe_fail_prefix(spiqe_context *ctx, spiqe_status status, const char *format, ...) {
  if (!ctx) return status;
  char prefix[SPIQE_MESSAGE_SIZE];
  va_list args;
  va_start(args, format);
  vsnprintf(prefix, sizeof prefix, format, args);
  va_end(args);
  return spiqe_fail(ctx, status, "%s: %s", prefix, ctx->message);
}
