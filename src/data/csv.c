#include "data/csv.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/fail.h"
#include "core/file.h"
#include "core/text.h"
#include "data/stream.h"

#define MOST_LINE 1000
#define MOST_NUMBER 63 /* characters of a number */

/* Cut blanks off [*from, *end). */
static void trim(const char **from, const char **end) {
  while (*from < *end && isspace((unsigned char)**from)) ++*from;
  while (*end > *from && isspace((unsigned char)(*end)[-1])) --*end;
}

static spiqe_status cut_line(spiqe_csv *csv, const char *from, const char *end) {
  for (;;) {
    const char *comma = memchr(from, ',', (size_t)(end - from));
    const char *first = from, *last = comma ? comma : end;
    SPIQE_REQUIRE(csv->ctx, csv->n_fields < SPIQE_MOST_CSV_COLUMNS, SPIQE_BAD_FORMAT,
                  "%s:%zu: more than %d fields", csv->name, csv->line, SPIQE_MOST_CSV_COLUMNS);
    trim(&first, &last);
    csv->fields[csv->n_fields].text = first;
    csv->fields[csv->n_fields++].size = (size_t)(last - first);
    if (!comma) return SPIQE_OK;
    from = comma + 1;
  }
}

/* What spreadsheets put before UTF-8. */
static void skip_mark(spiqe_csv *csv) {
  static const uint8_t mark[] = {0xef, 0xbb, 0xbf};
  if (csv->at == 0 && csv->size >= sizeof mark && !memcmp(csv->content, mark, sizeof mark))
    csv->at = sizeof mark;
}

spiqe_status spiqe_csv_next(spiqe_csv *csv) {
  csv->n_fields = 0;
  skip_mark(csv);
  while (csv->at < csv->size) {
    const char *from = (const char *)csv->content + csv->at;
    const char *newline = memchr(from, '\n', csv->size - csv->at);
    const char *end = newline ? newline : (const char *)csv->content + csv->size;
    size_t n = (size_t)(end - from);
    csv->at += n + (newline != NULL);
    csv->line++;
    SPIQE_REQUIRE(csv->ctx, n <= MOST_LINE && !memchr(from, 0, n), SPIQE_BAD_FORMAT,
                  "%s:%zu: no line of text of at most %d bytes", csv->name, csv->line, MOST_LINE);
    trim(&from, &end);
    if (from < end) return cut_line(csv, from, end);
  }
  return SPIQE_OK;
}

int spiqe_csv_is(const spiqe_csv *csv, size_t i, const char *name) {
  size_t n = strlen(name);
  return csv->fields[i].size == n && strncasecmp(csv->fields[i].text, name, n) == 0;
}

static spiqe_status no_number(const spiqe_csv *csv, size_t i, const char *what, const char *kind) {
  int n = csv->fields[i].size < MOST_NUMBER ? (int)csv->fields[i].size : MOST_NUMBER;
  return spiqe_fail(csv->ctx, SPIQE_BAD_FORMAT, "%s:%zu: column '%s' has '%.*s', expected %s",
                    csv->name, csv->line, what, n, csv->fields[i].text, kind);
}

spiqe_status spiqe_csv_real(const spiqe_csv *csv, size_t i, const char *what, double *out) {
  char text[MOST_NUMBER + 1], *end;
  size_t n = csv->fields[i].size;
  if (n == 0 || n > MOST_NUMBER) return no_number(csv, i, what, "a number");
  memcpy(text, csv->fields[i].text, n);
  text[n] = 0;
  *out = spiqe_text_read_real(text, &end);
  return *end == 0 && isfinite(*out) ? SPIQE_OK : no_number(csv, i, what, "a number");
}

spiqe_status spiqe_csv_count(const spiqe_csv *csv, size_t i, const char *what, uint64_t most,
                             uint64_t *out) {
  const char *text = csv->fields[i].text;
  size_t n = csv->fields[i].size, k = 0;
  char kind[64];
  for (*out = 0; k < n && isdigit((unsigned char)text[k]) && *out <= most; k++)
    *out = 10 * *out + (uint64_t)(text[k] - '0');
  if (n > 0 && k == n && *out <= most) return SPIQE_OK;
  snprintf(kind, sizeof kind, "a whole number from 0 to %llu", (unsigned long long)most);
  return no_number(csv, i, what, kind);
}

/* Where each of the columns stands. */
static spiqe_status find_columns(const spiqe_csv *csv, const char *const *names, size_t n,
                                 size_t *places) {
  for (size_t i = 0; i < n; i++) {
    places[i] = 0;
    while (places[i] < csv->n_fields && !spiqe_csv_is(csv, places[i], names[i])) places[i]++;
    SPIQE_REQUIRE(csv->ctx, places[i] < csv->n_fields, SPIQE_BAD_FORMAT,
                  "%s:%zu: there is no column '%s'; the first line names the columns", csv->name,
                  csv->line, names[i]);
  }
  return SPIQE_OK;
}

static spiqe_status read_rows(spiqe_csv *csv, const char *const *names, size_t n,
                              spiqe_csv_taker *take, void *self) {
  size_t places[SPIQE_MOST_CSV_COLUMNS];
  double values[SPIQE_MOST_CSV_COLUMNS];
  SPIQE_TRY(spiqe_csv_next(csv));
  SPIQE_REQUIRE(csv->ctx, csv->n_fields > 0, SPIQE_BAD_FORMAT,
                "%s: it is empty, but a line with the names of the columns is expected", csv->name);
  SPIQE_TRY(find_columns(csv, names, n, places));
  for (;;) {
    SPIQE_TRY(spiqe_csv_next(csv));
    if (csv->n_fields == 0) return SPIQE_OK;
    for (size_t i = 0; i < n; i++) {
      SPIQE_REQUIRE(csv->ctx, places[i] < csv->n_fields, SPIQE_BAD_FORMAT,
                    "%s:%zu: column '%s' is missing", csv->name, csv->line, names[i]);
      SPIQE_TRY(spiqe_csv_real(csv, places[i], names[i], &values[i]));
    }
    SPIQE_TRY(take(self, values, csv->line));
  }
}

spiqe_status spiqe_csv_read(spiqe_context *ctx, const char *path, const char *const *columns,
                            size_t n_columns, spiqe_csv_taker *take, void *self) {
  spiqe_csv csv = {.ctx = ctx, .name = path};
  uint8_t *bytes, *unpacked;
  size_t size;
  SPIQE_TRY(spiqe_file_read(ctx, path, SPIQE_MOST_FILE, &bytes, &size));
  spiqe_status status =
      spiqe_content_unpack(ctx, path, bytes, size, &unpacked, &csv.content, &csv.size);
  if (status == SPIQE_OK) status = read_rows(&csv, columns, n_columns, take, self);
  free(unpacked);
  free(bytes);
  return status;
}
