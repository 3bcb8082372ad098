/* CSV: tables of numbers with a line of names above them (RFC 4180, without quotes). */
#ifndef SPIQE_DATA_CSV_H
#define SPIQE_DATA_CSV_H

#include <stddef.h>
#include <stdint.h>

#include "spiqe/context.h"

#define SPIQE_MOST_CSV_COLUMNS 64

/* A text that is read line by line. */
typedef struct spiqe_csv {
  spiqe_context *ctx;     /* borrowed */
  const char *name;       /* borrowed: what messages call the file */
  const uint8_t *content; /* borrowed, [size] */
  size_t size, at;
  size_t line; /* number of the current one, from 1 */
  struct {
    const char *text; /* borrowed, [size], without blanks around */
    size_t size;
  } fields[SPIQE_MOST_CSV_COLUMNS]; /* of the current line */
  size_t n_fields;                  /* 0: past the last line */
} spiqe_csv;

/* Go to the next line that is not blank. Fails: SPIQE_BAD_FORMAT (longer than 1,000 bytes, with a
 * byte 0, too many fields). */
spiqe_status spiqe_csv_next(spiqe_csv *csv);

/* Is field i this name, in either case of letters? */
int spiqe_csv_is(const spiqe_csv *csv, size_t i, const char *name);

/* Field i as a number; `what` names it in the message. Fails: SPIQE_BAD_FORMAT (no number, or not
 * finite). */
spiqe_status spiqe_csv_real(const spiqe_csv *csv, size_t i, const char *what, double *out);

/* Field i as a whole number from 0 to most. Fails: SPIQE_BAD_FORMAT. */
spiqe_status spiqe_csv_count(const spiqe_csv *csv, size_t i, const char *what, uint64_t most,
                             uint64_t *out);

/* Called for each row in its order. values: [n_columns]; line: its number, from 1, for messages. */
typedef spiqe_status spiqe_csv_taker(void *self, const double *values, size_t line);

/* Hand on the columns with these names, in this order, wherever they stand in the file (plain or
 * gzip); others may hold anything. Fails: what take returns; SPIQE_FILE, SPIQE_BAD_FORMAT (a column
 * is missing, a row is short, what should be a number is none or not finite, a line is longer than
 * 1,000 bytes; the message names file, line and column). */
spiqe_status spiqe_csv_read(spiqe_context *ctx, const char *path, const char *const *columns,
                            size_t n_columns, spiqe_csv_taker *take, void *self);

#endif
