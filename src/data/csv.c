#include "data/csv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/file.h"
#include "core/text.h"
#include "data/stream.h"

#define MOST_LINE 1000
#define CHUNK 65536

typedef struct table {
  spiqe_context *ctx; /* borrowed, as path, names, take and self */
  const char *path;
  const char *const *names; /* [n] */
  size_t n;
  spiqe_csv_taker *take;
  void *self;
  size_t line;                           /* number of the current one, from 1 */
  size_t places[SPIQE_MOST_CSV_COLUMNS]; /* [n] fields before each column */
  char text[MOST_LINE + 1];
  size_t size;
} table;

/* The field after `before` others; NULL when the line is shorter. It ends at ',' or at the end. */
static const char *field(const char *text, size_t before) {
  for (; text && before > 0; before--) {
    text = strchr(text, ',');
    if (text) text++;
  }
  return text;
}

static int is_named(const char *text, const char *name) {
  const size_t n = strlen(name);
  return !strncmp(text, name, n) && (text[n] == ',' || text[n] == 0);
}

static spiqe_status find_columns(table *t) {
  for (size_t i = 0; i < t->n; i++) {
    const char *at = t->text;
    size_t place = 0;
    while (at && !is_named(at, t->names[i])) at = field(t->text, ++place);
    SPIQE_REQUIRE(t->ctx, at, SPIQE_BAD_FORMAT,
                  "%s:%zu: there is no column '%s'; the first line names the columns", t->path,
                  t->line, t->names[i]);
    t->places[i] = place;
  }
  return SPIQE_OK;
}

static spiqe_status take_row(table *t) {
  double values[SPIQE_MOST_CSV_COLUMNS];
  for (size_t i = 0; i < t->n; i++) {
    const char *text = field(t->text, t->places[i]);
    char *end = NULL;
    values[i] = text ? spiqe_text_read_real(text, &end) : 0;
    SPIQE_REQUIRE(t->ctx, text && end != text && (*end == ',' || *end == 0) && isfinite(values[i]),
                  SPIQE_BAD_FORMAT, "%s:%zu: column '%s': a number is expected", t->path, t->line,
                  t->names[i]);
  }
  return t->take(t->self, values, t->line);
}

/* A line is complete; an empty one is skipped. */
static spiqe_status end_line(table *t) {
  if (t->size > 0 && t->text[t->size - 1] == '\r') t->size--;
  t->text[t->size] = 0;
  t->line++;
  if (t->size == 0) return SPIQE_OK;
  t->size = 0;
  return t->line == 1 ? find_columns(t) : take_row(t);
}

static spiqe_status add_text(table *t, const uint8_t *text, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (text[i] == '\n') {
      SPIQE_TRY(end_line(t));
      continue;
    }
    SPIQE_REQUIRE(t->ctx, t->size < MOST_LINE && text[i] != 0, SPIQE_BAD_FORMAT,
                  "%s:%zu: no line of text of at most %d bytes", t->path, t->line + 1, MOST_LINE);
    t->text[t->size++] = (char)text[i];
  }
  return SPIQE_OK;
}

static spiqe_status read_lines(table *t, spiqe_stream *stream, uint8_t *chunk) {
  size_t got = CHUNK;
  while (got == CHUNK) {
    SPIQE_TRY(stream->read(stream, chunk, CHUNK, &got));
    stream->at += got;
    SPIQE_TRY(add_text(t, chunk, got));
  }
  if (t->size > 0) SPIQE_TRY(end_line(t));
  SPIQE_REQUIRE(t->ctx, t->line > 0, SPIQE_BAD_FORMAT,
                "%s: it is empty, but a line with the names of the columns is expected", t->path);
  return SPIQE_OK;
}

static spiqe_status read_bytes(table *t, const uint8_t *bytes, size_t size) {
  spiqe_stream stream;
  uint8_t *chunk = malloc(CHUNK);
  SPIQE_REQUIRE(t->ctx, chunk, SPIQE_NO_MEMORY, "%s: no memory", t->path);
  spiqe_status status = spiqe_stream_open(t->ctx, t->path, bytes, size, &stream);
  if (status == SPIQE_OK) {
    status = read_lines(t, &stream, chunk);
    spiqe_stream_close(&stream);
  }
  free(chunk);
  return status;
}

spiqe_status spiqe_csv_read(spiqe_context *ctx, const char *path, const char *const *columns,
                            size_t n_columns, spiqe_csv_taker *take, void *self) {
  table t = {
      .ctx = ctx, .path = path, .names = columns, .n = n_columns, .take = take, .self = self};
  uint8_t *bytes;
  size_t size;
  SPIQE_TRY(spiqe_file_read(ctx, path, SPIQE_MOST_FILE, &bytes, &size));
  spiqe_status status = read_bytes(&t, bytes, size);
  free(bytes);
  return status;
}
