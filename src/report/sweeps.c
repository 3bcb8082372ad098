/* Rows of sweeps, kept beside a run. */
#include "spiqe/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "report/lines.h"

static void add_row(spiqe_text *text, const spiqe_sweep_row *row) {
  cJSON *object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "sweep", row->source);
  if (isnan(row->value))
    cJSON_AddNullToObject(object, "value");
  else
    cJSON_AddNumberToObject(object, "value", row->value);
  cJSON_AddStringToObject(object, "device", row->device);
  cJSON_AddNumberToObject(object, "shots", (double)row->n_shots);
  cJSON_AddStringToObject(object, "membrane", spiqe_qlif_memory_name(row->memory));
  cJSON_AddNumberToObject(object, "test_samples", (double)row->n_samples);
  cJSON_AddNumberToObject(object, "test_accuracy", row->accuracy);
  spiqe_lines_add(text, object);
}

/* Whether two rows are of the same measurement, whatever came out. */
static int is_same(const spiqe_sweep_row *a, const spiqe_sweep_row *b) {
  const int is_same_value = a->value == b->value || (isnan(a->value) && isnan(b->value));
  return is_same_value && a->n_shots == b->n_shots && a->memory == b->memory &&
         a->n_samples == b->n_samples && !strcmp(a->source, b->source) &&
         !strcmp(a->device, b->device);
}

static int is_among(const spiqe_sweep_row *row, const spiqe_sweep_row *rows, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (is_same(row, &rows[i])) return 1;
  return 0;
}

spiqe_status spiqe_sweeps_write(spiqe_context *ctx, const char *path, const spiqe_sweep_row *rows,
                                size_t n) {
  spiqe_text text = {0};
  spiqe_sweep_row *old;
  spiqe_file_draft draft;
  size_t n_old;
  SPIQE_TRY(spiqe_file_begin(ctx, path, &draft));
  spiqe_status status = spiqe_sweeps_read(ctx, path, &old, &n_old);
  if (status != SPIQE_OK) {
    spiqe_file_cancel(&draft);
    return status;
  }
  for (size_t i = 0; i < n_old; i++)
    if (!is_among(&old[i], rows, n)) add_row(&text, &old[i]);
  for (size_t i = 0; i < n; i++) add_row(&text, &rows[i]);
  free(old);
  return spiqe_lines_commit(ctx, &draft, &text, n_old + n);
}

static int is_source(const char *name) {
  for (size_t i = 0; spiqe_noise_source_name(i); i++)
    if (!strcmp(spiqe_noise_source_name(i), name)) return 1;
  return 0;
}

static int read_row(const cJSON *object, void *out) {
  const double shots = spiqe_lines_number(object, "shots");
  const double samples = spiqe_lines_number(object, "test_samples");
  const double accuracy = spiqe_lines_number(object, "test_accuracy");
  const double value = spiqe_lines_number(object, "value");
  spiqe_sweep_row *row = out;
  if (!(shots >= 0 && shots <= 1e6 && samples >= 1 && samples <= 1e12)) return 0;
  *row = (spiqe_sweep_row){.value = value,
                           .n_shots = (size_t)shots,
                           .n_samples = (size_t)samples,
                           .accuracy = accuracy};
  return accuracy >= 0 && accuracy <= 1 && (isnan(value) || value >= 0) &&
         spiqe_lines_text(object, "sweep", row->source, sizeof row->source) &&
         spiqe_lines_text(object, "device", row->device, sizeof row->device) &&
         is_source(row->source) && spiqe_lines_membrane(object, &row->memory);
}

spiqe_status spiqe_sweeps_read(spiqe_context *ctx, const char *path, spiqe_sweep_row **rows,
                               size_t *n) {
  static const spiqe_lines kind = {sizeof(spiqe_sweep_row),
                                   "sweep, value, device, shots, test_samples, test_accuracy",
                                   read_row};
  void *made;
  spiqe_status status = spiqe_lines_read(ctx, path, &kind, &made, n);
  *rows = made;
  return status;
}
