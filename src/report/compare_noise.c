/* How much noise the models of a comparison bear: what spiqe noise left in the folders of its
 * rows. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "report/compare.h"
#include "report/sweep_chart.h"

#define MOST_ROWS 256 /* of a model on a set */

/* Of one model on one set: means over the seeds, in order of their first row. */
typedef struct gathered {
  char name[96];
  size_t n;
  spiqe_sweep_row rows[MOST_ROWS];
} gathered;

static int is_alike(const spiqe_sweep_row *a, const spiqe_sweep_row *b) {
  const int is_same = a->value == b->value || (isnan(a->value) && isnan(b->value));
  return is_same && a->n_shots == b->n_shots && a->memory == b->memory &&
         !strcmp(a->source, b->source) && !strcmp(a->device, b->device);
}

static void gather(gathered *g, const spiqe_sweep_row *row) {
  size_t at = 0;
  while (at < g->n && !is_alike(&g->rows[at], row)) at++;
  if (at == MOST_ROWS) return;
  if (at == g->n) {
    g->rows[g->n++] = *row;
    return;
  }
  spiqe_sweep_row *there = &g->rows[at];
  const double n = (double)there->n_samples, more = (double)row->n_samples;
  there->accuracy = (n * there->accuracy + more * row->accuracy) / (n + more);
  there->n_samples += row->n_samples;
}

/* A file that is damaged is as one that is not there: the numbers of the comparison are not in
 * it. */
static void gather_folder(spiqe_context *ctx, const char *folder, gathered *g) {
  char path[640];
  spiqe_sweep_row *rows;
  size_t n;
  if (!spiqe_file_join(path, sizeof path, folder, "noise.jsonl")) return;
  if (spiqe_sweeps_read(ctx, path, &rows, &n) != SPIQE_OK) return;
  for (size_t i = 0; i < n; i++) gather(g, &rows[i]);
  free(rows);
}

static void name_line(const spiqe_comparison *c, size_t data, size_t model, gathered *g) {
  const int is_alone = c->n_data == 1;
  snprintf(g->name, sizeof g->name, "%.60s%s%.30s", c->models[model], is_alone ? "" : ", ",
           is_alone ? "" : c->data[data]);
}

int spiqe_comparison_add_noise(spiqe_context *ctx, spiqe_text *text, const spiqe_comparison *c) {
  const size_t n_lines = c->n_data * c->n_models;
  gathered *all = calloc(n_lines + 1, sizeof *all);
  spiqe_sweep_line *lines = calloc(n_lines + 1, sizeof *lines);
  size_t n = 0;
  if (!all || !lines) text->failed = 1;
  for (size_t k = 0; !text->failed && k < n_lines; k++) {
    gathered *g = &all[n];
    *g = (gathered){.n = 0};
    name_line(c, k / c->n_models, k % c->n_models, g);
    for (size_t i = 0; i < c->n_rows; i++)
      if (spiqe_comparison_has(c, i, k / c->n_models, k % c->n_models))
        gather_folder(ctx, c->rows[i].folder, g);
    lines[n] = (spiqe_sweep_line){g->name, g->rows, g->n};
    n += g->n > 0;
  }
  const int is_there = !text->failed && spiqe_sweep_is_there(lines, n);
  if (is_there) spiqe_sweep_section(text, lines, n);
  free(all);
  free(lines);
  return is_there;
}
