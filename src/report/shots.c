/* Rows of what a network run as circuits reached, kept beside its run. */
#include "core/fail.h"
#include "report/lines.h"
#include "spiqe/report.h"

static void add_row(spiqe_text *text, const spiqe_shots_row *row) {
  cJSON *object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "noise", row->noise);
  cJSON_AddNumberToObject(object, "shots", (double)row->n_shots);
  cJSON_AddStringToObject(object, "membrane", spiqe_qlif_memory_name(row->memory));
  cJSON_AddNumberToObject(object, "test_samples", (double)row->n_samples);
  cJSON_AddNumberToObject(object, "test_accuracy", row->accuracy);
  spiqe_lines_add(text, object);
}

spiqe_status spiqe_shots_write(spiqe_context *ctx, const char *path, const spiqe_shots_row *rows,
                               size_t n) {
  spiqe_text text = {0};
  spiqe_file_draft draft;
  SPIQE_TRY(spiqe_file_begin(ctx, path, &draft));
  for (size_t i = 0; i < n; i++) add_row(&text, &rows[i]);
  return spiqe_lines_commit(ctx, &draft, &text, n);
}

static int read_row(const cJSON *object, void *out) {
  const double shots = spiqe_lines_number(object, "shots");
  const double samples = spiqe_lines_number(object, "test_samples");
  const double accuracy = spiqe_lines_number(object, "test_accuracy");
  spiqe_shots_row *row = out;
  if (!(shots >= 1 && shots <= 1e6 && samples >= 1 && samples <= 1e12)) return 0;
  *row = (spiqe_shots_row){.n_shots = (size_t)shots,
                           .n_samples = (size_t)samples,
                           .accuracy = accuracy};
  return accuracy >= 0 && accuracy <= 1 && spiqe_lines_membrane(object, &row->memory) &&
         spiqe_lines_text(object, "noise", row->noise, sizeof row->noise);
}

spiqe_status spiqe_shots_read(spiqe_context *ctx, const char *path, spiqe_shots_row **rows,
                              size_t *n) {
  static const spiqe_lines kind = {sizeof(spiqe_shots_row),
                                   "noise, shots, test_samples, test_accuracy", read_row};
  void *made;
  spiqe_status status = spiqe_lines_read(ctx, path, &kind, &made, n);
  *rows = made;
  return status;
}
