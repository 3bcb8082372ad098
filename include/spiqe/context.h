/* Context: the threads, the kernel table and the message of the last failure.
 * Every other object borrows a context and must be destroyed before it. A context and what
 * borrows it is used from one thread at a time; different contexts are independent. Its threads
 * do not survive fork(). */
#ifndef SPIQE_CONTEXT_H
#define SPIQE_CONTEXT_H

#include <stddef.h>

#include "spiqe/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct spiqe_context spiqe_context;

typedef struct spiqe_context_options {
  size_t n_threads;   /* 0: one for each processor that this process may use */
  const char *device; /* kernel table: "auto" or NULL, or a name from spiqe_device_name */
} spiqe_context_options;

/* Create a context. options may be NULL (all defaults). On failure *out is NULL and message, when
 * not NULL, receives the reason (truncated to message_size, always terminated).
 * Fails: SPIQE_BAD_NAME (device), SPIQE_UNSUPPORTED (this processor lacks it), SPIQE_BAD_ARGUMENT
 * (more than 1024 threads), SPIQE_NO_MEMORY. */
spiqe_status spiqe_context_create(const spiqe_context_options *options, spiqe_context **out,
                                  char *message, size_t message_size);
void spiqe_context_destroy(spiqe_context *ctx);

/* Message of the last failed call on this context; "" before the first. Valid until the next
 * failure. */
const char *spiqe_context_message(const spiqe_context *ctx);

/* Number of threads, and name of the kernel table in use. */
size_t spiqe_context_n_threads(const spiqe_context *ctx);
const char *spiqe_context_device(const spiqe_context *ctx);

/* Kernel tables of this build, slowest first; NULL past the last. usable: 1 when this processor
 * can run it. */
const char *spiqe_device_name(size_t index, int *usable);

#ifdef __cplusplus
}
#endif
#endif
