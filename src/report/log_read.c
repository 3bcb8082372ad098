/* Reading of the JSON-lines log. A log may hold the same step twice (a run that was killed and
 * resumed from the checkpoint before): the later line counts. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "core/fail.h"
#include "core/file.h"
#include "report/log.h"

#define MOST_BYTES ((size_t)1 << 28)
#define MOST_INDEX 9007199254740992.0 /* 2^53: whole numbers of JSON are exact below */

/* A step or the end of an epoch, with its place in the file. */
typedef struct record {
  uint64_t epoch, step;
  size_t line;
  spiqe_curve_point point; /* of a step only train_loss is used: the batch's loss */
} record;

typedef struct records {
  record *rows; /* owned, [n] of [capacity] */
  size_t n, capacity;
} records;

static int add_record(records *list, const record *row) {
  if (list->n == list->capacity) {
    size_t capacity = list->capacity ? list->capacity + list->capacity / 2 : 16;
    record *rows = realloc(list->rows, capacity * sizeof *rows);
    if (!rows) return 0;
    list->rows = rows;
    list->capacity = capacity;
  }
  list->rows[list->n++] = *row;
  return 1;
}

static double number(const cJSON *object, const char *name) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
  return cJSON_IsNumber(item) ? item->valuedouble : NAN;
}

static int read_index(const cJSON *object, const char *name, uint64_t *index) {
  double value = number(object, name);
  if (!(value >= 0 && value < MOST_INDEX) || value != floor(value)) return 0;
  *index = (uint64_t)value;
  return 1;
}

static record read_record(const cJSON *object, size_t line, int is_step) {
  record row = {.line = line};
  row.point = (spiqe_curve_point){
      .train_loss = number(object, is_step ? "batch_loss" : "loss"),
      .train_accuracy = number(object, "accuracy"),
      .validation_loss = number(object, "validation_loss"),
      .validation_accuracy = number(object, "validation_accuracy"),
      .rate = number(object, "rate"),
      .seconds = number(object, "seconds"),
  };
  return row;
}

typedef struct reader {
  spiqe_context *ctx;
  const char *name;
  size_t line; /* from 1 */
  records steps, epochs;
} reader;

static spiqe_status take_event(reader *r, const cJSON *object) {
  const cJSON *kind = cJSON_GetObjectItemCaseSensitive(object, "event");
  SPIQE_REQUIRE(r->ctx, cJSON_IsString(kind), SPIQE_BAD_FORMAT,
                "%s:%zu: expected an object with \"event\"", r->name, r->line);
  int is_step = strcmp(kind->valuestring, spiqe_log_event_name(SPIQE_EVENT_STEP)) == 0;
  int is_epoch = strcmp(kind->valuestring, spiqe_log_event_name(SPIQE_EVENT_EPOCH)) == 0;
  if (!is_step && !is_epoch) return SPIQE_OK;
  record row = read_record(object, r->line, is_step);
  SPIQE_REQUIRE(r->ctx, read_index(object, "epoch", &row.epoch), SPIQE_BAD_FORMAT,
                "%s:%zu: \"epoch\" must be a whole number from 0", r->name, r->line);
  SPIQE_REQUIRE(r->ctx, is_epoch || read_index(object, "step", &row.step), SPIQE_BAD_FORMAT,
                "%s:%zu: \"step\" must be a whole number from 0", r->name, r->line);
  row.point.epoch = (double)row.epoch + 1;
  SPIQE_REQUIRE(r->ctx, add_record(is_step ? &r->steps : &r->epochs, &row), SPIQE_NO_MEMORY,
                "%s:%zu: no memory for more lines", r->name, r->line);
  return SPIQE_OK;
}

/* A line that starts as an object but is not one was cut short by a kill. */
static spiqe_status take_line(reader *r, const char *bytes, size_t n) {
  char line[SPIQE_LOG_LONGEST_LINE + 1]; /* cJSON may look at the byte past the end */
  if (n > 0 && bytes[n - 1] == '\r') n--;
  if (n == 0) return SPIQE_OK;
  SPIQE_REQUIRE(r->ctx, bytes[0] == '{', SPIQE_BAD_FORMAT, "%s:%zu: expected a JSON object",
                r->name, r->line);
  SPIQE_REQUIRE(r->ctx, n <= SPIQE_LOG_LONGEST_LINE, SPIQE_BAD_FORMAT,
                "%s:%zu: a line of %zu bytes, but an event has at most %d", r->name, r->line, n,
                SPIQE_LOG_LONGEST_LINE);
  memcpy(line, bytes, n);
  line[n] = 0;
  const char *end = NULL;
  cJSON *object = cJSON_ParseWithLengthOpts(line, n + 1, &end, 1);
  if (!object) return SPIQE_OK;
  spiqe_status status = take_event(r, object);
  cJSON_Delete(object);
  return status;
}

static int by_place(const void *a, const void *b) {
  const record *x = a, *y = b;
  if (x->epoch != y->epoch) return x->epoch < y->epoch ? -1 : 1;
  if (x->step != y->step) return x->step < y->step ? -1 : 1;
  return x->line < y->line ? -1 : x->line > y->line;
}

/* Sort by epoch and step; of those that are equal keep the last of the file. */
static void keep_last(records *list) {
  size_t n = 0;
  if (list->n == 0) return;
  qsort(list->rows, list->n, sizeof *list->rows, by_place);
  for (size_t i = 0; i < list->n; i++) {
    const record *row = &list->rows[i];
    int is_repeated =
        n > 0 && list->rows[n - 1].epoch == row->epoch && list->rows[n - 1].step == row->step;
    list->rows[is_repeated ? n - 1 : n] = *row;
    n += !is_repeated;
  }
  list->n = n;
}

/* A number that a float cannot hold is no loss that training can have written. */
static float as_float(double value) {
  return fabs(value) <= FLT_MAX ? (float)value : NAN;
}

static spiqe_status hand_out(reader *r, spiqe_curve_point **points, size_t *n_points,
                             float **batch_loss, size_t *n_batches) {
  keep_last(&r->steps);
  keep_last(&r->epochs);
  *points = malloc((r->epochs.n + 1) * sizeof **points);
  *batch_loss = malloc((r->steps.n + 1) * sizeof **batch_loss);
  if (!*points || !*batch_loss) {
    free(*points);
    free(*batch_loss);
    *points = NULL;
    *batch_loss = NULL;
    return spiqe_fail(r->ctx, SPIQE_NO_MEMORY, "%s: no memory for its curves", r->name);
  }
  for (size_t i = 0; i < r->epochs.n; i++) (*points)[i] = r->epochs.rows[i].point;
  for (size_t i = 0; i < r->steps.n; i++)
    (*batch_loss)[i] = as_float(r->steps.rows[i].point.train_loss);
  *n_points = r->epochs.n;
  *n_batches = r->steps.n;
  return SPIQE_OK;
}

spiqe_status spiqe_log_parse(spiqe_context *ctx, const char *name, const char *bytes, size_t size,
                             spiqe_curve_point **points, size_t *n_points, float **batch_loss,
                             size_t *n_batches) {
  reader r = {.ctx = ctx, .name = name, .line = 1};
  spiqe_status status = SPIQE_OK;
  *points = NULL;
  *batch_loss = NULL;
  *n_points = *n_batches = 0;
  for (size_t at = 0; at < size && status == SPIQE_OK; r.line++) {
    const char *end = memchr(bytes + at, '\n', size - at);
    size_t n = end ? (size_t)(end - bytes) - at : size - at;
    status = take_line(&r, bytes + at, n);
    at += n + 1;
  }
  if (status == SPIQE_OK) status = hand_out(&r, points, n_points, batch_loss, n_batches);
  free(r.steps.rows);
  free(r.epochs.rows);
  return status;
}

spiqe_status spiqe_log_read(spiqe_context *ctx, const char *path, spiqe_curve_point **points,
                            size_t *n_points, float **batch_loss, size_t *n_batches) {
  uint8_t *bytes;
  size_t size;
  *points = NULL;
  *batch_loss = NULL;
  *n_points = *n_batches = 0;
  SPIQE_TRY(spiqe_file_read(ctx, path, MOST_BYTES, &bytes, &size));
  spiqe_status status = spiqe_log_parse(ctx, path, (const char *)bytes, size, points, n_points,
                                        batch_loss, n_batches);
  free(bytes);
  return status;
}
