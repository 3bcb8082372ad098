/* How noise tells: what spiqe test --backend circuit left in the folders of a comparison's rows. */
#include <stdlib.h>

#include "core/file.h"
#include "report/chart.h"
#include "report/compare.h"
#include "report/frame.h"
#include "report/markup.h"

/* A file that is damaged is as one that is not there: the numbers of the comparison are not in
 * it. */
static void gather_folder(spiqe_context *ctx, const spiqe_comparison *c, size_t row, size_t n_seeds,
                          spiqe_gathered *g) {
  char path[640];
  spiqe_shots_row *rows;
  size_t n;
  if (!spiqe_file_join(path, sizeof path, c->rows[row].folder, "circuits.jsonl")) return;
  if (spiqe_shots_read(ctx, path, &rows, &n) != SPIQE_OK) return;
  spiqe_shots_gather(g, rows, n, row, n_seeds);
  free(rows);
}

static void add_card(spiqe_text *text, const spiqe_comparison *c, size_t data, size_t model,
                     const spiqe_gathered *g) {
  spiqe_text_add(text, "<div class=\"card\"><h3>");
  spiqe_markup_text(text, c->models[model]);
  spiqe_text_add(text, " on ");
  spiqe_markup_text(text, c->data[data]);
  spiqe_text_add(text, "</h3>\n");
  spiqe_shots_add_chart(text, g);
  spiqe_shots_add_table(text, g);
  spiqe_text_add(text, "</div>\n");
}

static void add_model(spiqe_context *ctx, spiqe_text *text, const spiqe_comparison *c, size_t data,
                      size_t model) {
  const size_t n_seeds = spiqe_comparison_count(c, data, model);
  spiqe_gathered g = {0};
  for (size_t i = 0; i < c->n_rows; i++)
    if (spiqe_comparison_has(c, i, data, model)) gather_folder(ctx, c, i, n_seeds, &g);
  text->failed |= g.failed;
  if (g.n) add_card(text, c, data, model, &g);
  spiqe_gathered_destroy(&g);
}

int spiqe_comparison_add_circuits(spiqe_context *ctx, spiqe_text *text, const spiqe_comparison *c) {
  spiqe_text cards = {0};
  for (size_t d = 0; d < c->n_data; d++)
    for (size_t m = 0; m < c->n_models; m++) add_model(ctx, &cards, c, d, m);
  text->failed |= cards.failed;
  const int is_there = cards.size > 0;
  if (is_there) {
    spiqe_frame_section(text, "circuits", "As circuits",
                        "Accuracy of the same networks with each neuron run as a circuit, by the "
                        "mean of so many shots, with the noise of a device. " SPIQE_SEEDS_NOTE);
    spiqe_text_add(text, "<div class=\"two-columns\">\n%s</div>\n</section>\n", cards.data);
  }
  spiqe_text_destroy(&cards);
  return is_there;
}
