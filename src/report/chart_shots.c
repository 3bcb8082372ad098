/* Accuracy over shots, a line for each noise. */
#include <stdio.h>

#include "report/chart.h"

static const spiqe_gather_axis axis = {"Line chart: accuracy by shots, a line for each noise",
                                       "shots", "shots", "noise", 1};

void spiqe_shots_gather(spiqe_gathered *g, const spiqe_shots_row *rows, size_t n, size_t seed,
                        size_t n_seeds) {
  for (size_t i = 0; i < n; i++) {
    spiqe_gather_key key = {.memory = rows[i].memory,
                            .n_samples = rows[i].n_samples,
                            .n_seeds = n_seeds};
    snprintf(key.name, sizeof key.name, "%s", rows[i].noise);
    spiqe_gather(g, &key, (double)rows[i].n_shots, seed, rows[i].accuracy);
  }
}

void spiqe_shots_add_chart(spiqe_text *text, const spiqe_gathered *g) {
  spiqe_chart_gathered(text, g, &axis);
  spiqe_gathered_add_settings(text, g);
}

void spiqe_shots_add_table(spiqe_text *text, const spiqe_gathered *g) {
  spiqe_table_gathered(text, g, &axis);
}
