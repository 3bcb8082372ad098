/* How much noise the models of a comparison bear: what spiqe noise left in the folders of its
 * rows. */
#include <stdlib.h>

#include "core/file.h"
#include "report/compare.h"
#include "report/frame.h"
#include "report/sweep_chart.h"

/* A file that is damaged is as one that is not there: the numbers of the comparison are not in
 * it. */
static void gather_folder(spiqe_context *ctx, const spiqe_comparison *c, size_t row, size_t n_seeds,
                          spiqe_sweeps *sweeps) {
  char path[640];
  spiqe_sweep_row *rows;
  size_t n;
  if (!spiqe_file_join(path, sizeof path, c->rows[row].folder, "noise.jsonl")) return;
  if (spiqe_sweeps_read(ctx, path, &rows, &n) != SPIQE_OK) return;
  spiqe_sweeps_gather(sweeps, c->rows[row].model, rows, n, row, n_seeds);
  free(rows);
}

/* Lines come in the order of the models. */
static void gather_set(spiqe_context *ctx, const spiqe_comparison *c, size_t data,
                       spiqe_sweeps *sweeps) {
  for (size_t m = 0; m < c->n_models; m++) {
    const size_t n_seeds = spiqe_comparison_count(c, data, m);
    for (size_t i = 0; i < c->n_rows; i++)
      if (spiqe_comparison_has(c, i, data, m)) gather_folder(ctx, c, i, n_seeds, sweeps);
  }
}

int spiqe_comparison_add_noise(spiqe_context *ctx, spiqe_text *text, const spiqe_comparison *c) {
  spiqe_text cards = {0};
  for (size_t d = 0; d < c->n_data; d++) {
    spiqe_sweeps sweeps = {0};
    gather_set(ctx, c, d, &sweeps);
    spiqe_sweeps_add_cards(&cards, &sweeps, c->n_data > 1 ? c->data[d] : NULL);
    spiqe_sweeps_destroy(&sweeps);
  }
  text->failed |= cards.failed;
  const int is_there = cards.size > 0;
  if (is_there) {
    spiqe_frame_section(text, "noise", "Noise",
                        "The test with every neuron run as its circuit, while one source of noise "
                        "grows and all others are off. " SPIQE_SEEDS_NOTE);
    spiqe_text_add(text, "%s</section>\n", cards.data);
  }
  spiqe_text_destroy(&cards);
  return is_there;
}
