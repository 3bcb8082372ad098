/* How noise tells: what spiqe test --backend circuit left in the folders of a comparison's rows. */
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "report/chart.h"
#include "report/compare.h"
#include "report/frame.h"
#include "report/markup.h"

#define MOST_ROWS 256

/* Of one model on one set: means over the seeds, in order of their first row. */
typedef struct gathered {
  size_t n;
  spiqe_shots_row rows[MOST_ROWS];
} gathered;

/* Where a row belongs: with that of the same noise and shots, else behind those of its noise. */
static size_t place_of(const gathered *g, const spiqe_shots_row *row, int *is_new) {
  size_t end = g->n;
  *is_new = 1;
  for (size_t i = 0; i < g->n; i++) {
    if (strcmp(g->rows[i].noise, row->noise) != 0) continue;
    end = i + 1;
    *is_new = g->rows[i].n_shots != row->n_shots;
    if (!*is_new) return i;
  }
  return end;
}

static void gather(gathered *g, const spiqe_shots_row *row) {
  int is_new;
  const size_t at = place_of(g, row, &is_new);
  if (is_new) {
    if (g->n == MOST_ROWS) return;
    memmove(&g->rows[at + 1], &g->rows[at], (g->n++ - at) * sizeof *g->rows);
    g->rows[at] = *row;
    return;
  }
  spiqe_shots_row *there = &g->rows[at];
  const double n = (double)there->n_samples, more = (double)row->n_samples;
  there->accuracy = (n * there->accuracy + more * row->accuracy) / (n + more);
  there->n_samples += row->n_samples;
}

/* A file that is damaged is as one that is not there: the numbers of the comparison are not in
 * it. */
static void gather_folder(spiqe_context *ctx, const char *folder, gathered *g) {
  char path[640];
  spiqe_shots_row *rows;
  size_t n;
  if (!spiqe_file_join(path, sizeof path, folder, "circuits.jsonl")) return;
  if (spiqe_shots_read(ctx, path, &rows, &n) != SPIQE_OK) return;
  for (size_t i = 0; i < n; i++) gather(g, &rows[i]);
  free(rows);
}

static void add_card(spiqe_text *text, const spiqe_comparison *c, size_t data, size_t model,
                     const gathered *g) {
  const spiqe_page page = {.n_shots = g->n, .shots = g->rows};
  spiqe_text_add(text, "<div class=\"card\"><h3>");
  spiqe_markup_text(text, c->models[model]);
  spiqe_text_add(text, " on ");
  spiqe_markup_text(text, c->data[data]);
  spiqe_text_add(text, "</h3>\n");
  spiqe_chart_shots(text, &page);
  spiqe_table_shots(text, &page);
  spiqe_text_add(text, "</div>\n");
}

int spiqe_comparison_add_circuits(spiqe_context *ctx, spiqe_text *text, const spiqe_comparison *c) {
  gathered *g = malloc(sizeof *g);
  spiqe_text cards = {0};
  if (!g) text->failed = 1;
  for (size_t d = 0; g && d < c->n_data; d++)
    for (size_t m = 0; m < c->n_models; m++) {
      g->n = 0;
      for (size_t i = 0; i < c->n_rows; i++)
        if (spiqe_comparison_has(c, i, d, m)) gather_folder(ctx, c->rows[i].folder, g);
      if (g->n) add_card(&cards, c, d, m, g);
    }
  free(g);
  text->failed |= cards.failed;
  const int is_there = cards.size > 0;
  if (is_there) {
    spiqe_frame_section(text, "circuits", "As circuits",
                        "Accuracy of the same networks with each neuron run as a circuit, by the "
                        "mean of so many shots, with the noise of a device. Means over the seeds; "
                        "the standard error is that of the samples.");
    spiqe_text_add(text, "<div class=\"two-columns\">\n%s</div>\n</section>\n", cards.data);
  }
  spiqe_text_destroy(&cards);
  return is_there;
}
