/* Files: read whole with a limit; written whole or not at all. */
#ifndef SPIQE_CORE_FILE_H
#define SPIQE_CORE_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "spiqe/context.h"

/* A piece of memory to write. */
typedef struct spiqe_span {
  const void *data;
  size_t size;
} spiqe_span;

/* Read a file whole. *out: owned by the caller (free), NULL on failure, one zero byte past the end.
 * Fails: SPIQE_NOT_FOUND, SPIQE_FILE, SPIQE_LIMIT (larger than limit bytes), SPIQE_NO_MEMORY; the
 * message names the path. */
spiqe_status spiqe_file_read(spiqe_context *ctx, const char *path, size_t limit, uint8_t **out,
                             size_t *size);

/* Write spans to "path.part", fsync, rename to path, fsync the folder: a reader sees the old file
 * or the new, never a part. On failure the old file is intact and the part is removed. Of several
 * writers at the same time, in this process or others, each waits for the one before it.
 * Fails: SPIQE_FILE, naming the path and the system's reason. */
spiqe_status spiqe_file_write(spiqe_context *ctx, const char *path, const spiqe_span *spans,
                              size_t n_spans);

/* The same in two steps, for what is made of the file that is there: nobody else writes to path
 * between begin and commit or cancel, one of which must follow when begin succeeded. Fail as
 * spiqe_file_write does; a commit that fails is a cancel. */
typedef struct spiqe_file_draft {
  const char *path; /* borrowed */
  int file;         /* owned: the part */
} spiqe_file_draft;

spiqe_status spiqe_file_begin(spiqe_context *ctx, const char *path, spiqe_file_draft *out);
spiqe_status spiqe_file_commit(spiqe_context *ctx, const spiqe_file_draft *draft,
                               const spiqe_span *spans, size_t n_spans);
void spiqe_file_cancel(const spiqe_file_draft *draft);

/* Make a folder and those above it; one that is there is fine. Fails: SPIQE_FILE. */
spiqe_status spiqe_file_make_folder(spiqe_context *ctx, const char *path);

/* 1 when something is there and can be read. */
int spiqe_file_exists(const char *path);

/* Join folder and name into out; returns 0 when it does not fit. */
int spiqe_file_join(char *out, size_t out_size, const char *folder, const char *name);

#endif
