/* CSV: tables of numbers with a line of names above them (RFC 4180, without quotes). */
#ifndef SPIQE_DATA_CSV_H
#define SPIQE_DATA_CSV_H

#include <stddef.h>

#include "spiqe/context.h"

#define SPIQE_MOST_CSV_COLUMNS 16 /* that are asked for */

/* Called for each row in its order. values: [n_columns]; line: its number, from 1, for messages. */
typedef spiqe_status spiqe_csv_taker(void *self, const double *values, size_t line);

/* Hand on the columns with these names, in this order, wherever they stand in the file (plain or
 * gzip); others may hold anything. Fails: what take returns; SPIQE_FILE, SPIQE_BAD_FORMAT (a column
 * is missing, a row is short, what should be a number is none or not finite, a line is longer than
 * 1,000 bytes; the message names file, line and column). */
spiqe_status spiqe_csv_read(spiqe_context *ctx, const char *path, const char *const *columns,
                            size_t n_columns, spiqe_csv_taker *take, void *self);

#endif
