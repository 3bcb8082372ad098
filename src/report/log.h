/* The log as lines in memory, apart from files. */
#ifndef SPIQE_REPORT_LOG_H
#define SPIQE_REPORT_LOG_H

#include "spiqe/report.h"

/* Names of the events in the log, by spiqe_event_kind: "begin", "step", ... */
const char *spiqe_log_event_name(spiqe_event_kind kind);

/* A line may be no longer: ours have under 600 bytes and a path. */
#define SPIQE_LOG_LONGEST_LINE 8192

/* As spiqe_log_read, from bytes [size], any bytes at all; name goes into messages. Memory: a
 * small multiple of size. */
spiqe_status spiqe_log_parse(spiqe_context *ctx, const char *name, const char *bytes, size_t size,
                             spiqe_curve_point **points, size_t *n_points, float **batch_loss,
                             size_t *n_batches);

#endif
