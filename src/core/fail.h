/* How a library function reports a failure: the status is returned, the message with the values
 * goes to the context. */
#ifndef SPIQE_CORE_FAIL_H
#define SPIQE_CORE_FAIL_H

#include "spiqe/context.h"

/* Write the message and return status. printf-like; never allocates; ctx may be NULL. */
spiqe_status spiqe_fail(spiqe_context *ctx, spiqe_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Put "text" and ": " before the message that is already there (to add a file name or a place). */
spiqe_status spiqe_fail_prefix(spiqe_context *ctx, spiqe_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#define SPIQE_REQUIRE(ctx, condition, status, ...)                                                 \
  do {                                                                                             \
    if (!(condition)) return spiqe_fail(ctx, status, __VA_ARGS__);                                 \
  } while (0)

/* Return a failure of the callee, which wrote the message. */
#define SPIQE_TRY(call)                                                                            \
  do {                                                                                             \
    spiqe_status try_status_ = (call);                                                             \
    if (try_status_ != SPIQE_OK) return try_status_;                                               \
  } while (0)

/* The same for functions with one exit label: sets `status` and jumps. */
#define SPIQE_TRY_GOTO(call, label)                                                                \
  do {                                                                                             \
    status = (call);                                                                               \
    if (status != SPIQE_OK) goto label;                                                            \
  } while (0)

#endif
