/* CSV of events: the first line names the columns, each other line is an event. */
#include <math.h>

#include "core/fail.h"
#include "data/csv.h"
#include "data/event_format.h"

enum { TIME, X, Y, POLARITY, N_COLUMNS };
#define ABSENT SPIQE_MOST_CSV_COLUMNS
#define MOST_EXACT 9007199254740992.0 /* 2^53: up to here a double holds every whole number */

/* Names of columns, in either case of letters. microseconds: of one unit of a time. */
static const struct {
  const char *name;
  int column;
  double microseconds;
} names[] = {{"t", TIME, 1},
             {"time", TIME, 1},
             {"timestamp", TIME, 1},
             {"t_us", TIME, 1},
             {"time_us", TIME, 1},
             {"timestamp_us", TIME, 1},
             {"t_ms", TIME, 1e3},
             {"time_ms", TIME, 1e3},
             {"t_s", TIME, 1e6},
             {"time_s", TIME, 1e6},
             {"x", X, 0},
             {"taxel", X, 0},
             {"unit", X, 0},
             {"channel", X, 0},
             {"address", X, 0},
             {"y", Y, 0},
             {"p", POLARITY, 0},
             {"polarity", POLARITY, 0}};
#define N_NAMES (sizeof names / sizeof names[0])

typedef struct columns {
  size_t field[N_COLUMNS]; /* ABSENT: no such column */
  size_t n_fields;
  double microseconds;
} columns;

static spiqe_status set_column(const spiqe_csv *csv, size_t i, columns *out) {
  for (size_t k = 0; k < N_NAMES; k++) {
    int column = names[k].column;
    if (!spiqe_csv_is(csv, i, names[k].name)) continue;
    SPIQE_REQUIRE(csv->ctx, out->field[column] == ABSENT, SPIQE_BAD_FORMAT,
                  "%s:%zu: columns %zu and %zu ('%s') are the same", csv->name, csv->line,
                  out->field[column] + 1, i + 1, names[k].name);
    out->field[column] = i;
    if (column == TIME) out->microseconds = names[k].microseconds;
    return SPIQE_OK;
  }
  return spiqe_fail(csv->ctx, SPIQE_BAD_FORMAT,
                    "%s:%zu: column %zu is '%.*s', expected names of columns: t, time or timestamp "
                    "(also with _us, _ms, _s), x (also taxel, unit, channel, address), y, p or "
                    "polarity",
                    csv->name, csv->line, i + 1, (int)csv->fields[i].size, csv->fields[i].text);
}

static spiqe_status read_columns(spiqe_csv *csv, columns *out) {
  *out = (columns){.field = {ABSENT, ABSENT, ABSENT, ABSENT}};
  SPIQE_TRY(spiqe_csv_next(csv));
  SPIQE_REQUIRE(csv->ctx, csv->n_fields > 0, SPIQE_BAD_FORMAT,
                "%s: no line of text, expected one with the names of columns", csv->name);
  out->n_fields = csv->n_fields;
  for (size_t i = 0; i < csv->n_fields; i++) SPIQE_TRY(set_column(csv, i, out));
  SPIQE_REQUIRE(csv->ctx, out->field[TIME] != ABSENT, SPIQE_BAD_FORMAT,
                "%s:%zu: no column is a time", csv->name, csv->line);
  SPIQE_REQUIRE(csv->ctx, out->field[X] != ABSENT || out->field[Y] != ABSENT, SPIQE_BAD_FORMAT,
                "%s:%zu: no column is a place (x, y, taxel, unit, channel, address)", csv->name,
                csv->line);
  return SPIQE_OK;
}

/* Whole number in the column, 0 where there is none. */
static spiqe_status read_count(const spiqe_csv *csv, const columns *c, int column, const char *what,
                               uint64_t most, uint32_t *out) {
  uint64_t value = 0;
  if (c->field[column] != ABSENT)
    SPIQE_TRY(spiqe_csv_count(csv, c->field[column], what, most, &value));
  *out = (uint32_t)value;
  return SPIQE_OK;
}

/* 0 and -1 are off. */
static spiqe_status read_polarity(const spiqe_csv *csv, const columns *c, uint32_t *out) {
  *out = 0;
  if (c->field[POLARITY] != ABSENT && spiqe_csv_is(csv, c->field[POLARITY], "-1")) return SPIQE_OK;
  return read_count(csv, c, POLARITY, "polarity", 1, out);
}

static spiqe_status read_time(const spiqe_csv *csv, const columns *c, int64_t *out) {
  double time;
  SPIQE_TRY(spiqe_csv_real(csv, c->field[TIME], "time", &time));
  time *= c->microseconds;
  SPIQE_REQUIRE(csv->ctx, fabs(time) <= MOST_EXACT, SPIQE_BAD_FORMAT,
                "%s:%zu: column 'time' has %g us, expected 2^53 us at most", csv->name, csv->line,
                time);
  *out = llround(time);
  return SPIQE_OK;
}

static spiqe_status read_event(const spiqe_csv *csv, const columns *c, size_t place,
                               spiqe_event_list *list) {
  uint32_t x, y, polarity;
  int64_t time;
  SPIQE_REQUIRE(csv->ctx, csv->n_fields == c->n_fields, SPIQE_BAD_FORMAT,
                "%s:%zu: %zu fields, expected %zu", csv->name, csv->line, csv->n_fields,
                c->n_fields);
  SPIQE_TRY(read_time(csv, c, &time));
  SPIQE_TRY(read_count(csv, c, X, "x", UINT16_MAX, &x));
  SPIQE_TRY(read_count(csv, c, Y, "y", UINT16_MAX, &y));
  SPIQE_TRY(read_polarity(csv, c, &polarity));
  return spiqe_event_list_add(list, place, time, x, y, polarity);
}

static int is_csv(const char *name, const uint8_t *content, size_t size) {
  (void)content, (void)size;
  return spiqe_name_ends(name, ".csv");
}

static spiqe_status read_csv(const uint8_t *content, size_t size, spiqe_event_list *list) {
  spiqe_csv csv = {.ctx = list->ctx, .name = list->name, .content = content, .size = size};
  columns found;
  SPIQE_TRY(read_columns(&csv, &found));
  list->starts_with_clock = 1;
  if (found.field[POLARITY] != ABSENT) list->n_polarities = 2;
  for (;;) {
    size_t place = csv.at;
    SPIQE_TRY(spiqe_csv_next(&csv));
    if (csv.n_fields == 0) return SPIQE_OK;
    SPIQE_TRY(read_event(&csv, &found, place, list));
  }
}

const spiqe_event_format spiqe_event_csv = {"CSV (.csv)", is_csv, read_csv};
