/* Files of rows beside a run: a JSON object on each line. */
#ifndef SPIQE_REPORT_LINES_H
#define SPIQE_REPORT_LINES_H

#include <cjson/cJSON.h>

#include "core/file.h"
#include "core/text.h"
#include "spiqe/classifier.h"

/* A kind of row. */
typedef struct spiqe_lines {
  size_t row_size;
  const char *expected;                        /* static: what an object must have, for messages */
  int (*read)(const cJSON *object, void *row); /* 0: not such a row; object may be NULL */
} spiqe_lines;

/* Add the object as a line and delete it. */
void spiqe_lines_add(spiqe_text *text, cJSON *object);

/* Write the lines, of n rows, to the draft, which ends, and destroy them. Fails: SPIQE_FILE,
 * SPIQE_NO_MEMORY. */
spiqe_status spiqe_lines_commit(spiqe_context *ctx, const spiqe_file_draft *draft, spiqe_text *text,
                                size_t n);

/* Rows of a file; none when there is no file. *rows: owned by the caller (free), NULL on failure.
 * Fails: SPIQE_BAD_FORMAT with the line, SPIQE_FILE, SPIQE_NO_MEMORY. */
spiqe_status spiqe_lines_read(spiqe_context *ctx, const char *path, const spiqe_lines *kind,
                              void **rows, size_t *n);

/* A number of an object; NaN where there is none. */
double spiqe_lines_number(const cJSON *object, const char *name);

/* Copy a text of an object. Returns 0 where there is none or it does not fit. */
int spiqe_lines_text(const cJSON *object, const char *name, char *out, size_t size);

/* What "membrane" says; ESTIMATE where it is missing, as in rows of old. Returns 0 where it says
 * something else. */
int spiqe_lines_membrane(const cJSON *object, spiqe_qlif_memory *out);

#endif
