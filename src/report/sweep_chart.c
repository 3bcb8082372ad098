/* Accuracy over the strength of noise, as charts and tables. */
#include "report/sweep_chart.h"

#include <stdio.h>
#include <string.h>

#include "report/markup.h"

static const struct {
  const char *title;
  spiqe_gather_axis axis;
} sources[SPIQE_N_NOISE_SOURCES] = {
    {"Relaxation",
     {"Line chart: accuracy over T1", "T1 over that of the device", "t1", "network", 0}},
    {"Dephasing", {"Line chart: accuracy over T2", "T2 over T1", "t2", "network", 0}},
    {"Gate errors",
     {"Line chart: accuracy over gate errors", "average error of every gate", "gate", "network",
      0}},
    {"Readout errors",
     {"Line chart: accuracy over readout errors", "probability of a bit read wrongly", "readout",
      "network", 0}},
};

void spiqe_sweeps_gather(spiqe_sweeps *sweeps, const char *name, const spiqe_sweep_row *rows,
                         size_t n, size_t seed, size_t n_seeds) {
  for (size_t i = 0; i < n; i++) {
    const spiqe_sweep_row *row = &rows[i];
    spiqe_gather_key key = {.n_shots = row->n_shots,
                            .memory = row->memory,
                            .n_samples = row->n_samples,
                            .n_seeds = n_seeds};
    snprintf(key.name, sizeof key.name, "%.90s", name);
    snprintf(key.device, sizeof key.device, "%s", row->device);
    for (size_t s = 0; s < SPIQE_N_NOISE_SOURCES; s++)
      if (!strcmp(row->source, spiqe_noise_source_name(s)))
        spiqe_gather(&sweeps->of[s], &key, row->value, seed, row->accuracy);
  }
}

void spiqe_sweeps_destroy(spiqe_sweeps *sweeps) {
  for (size_t s = 0; s < SPIQE_N_NOISE_SOURCES; s++) spiqe_gathered_destroy(&sweeps->of[s]);
}

int spiqe_sweeps_is_drawn(const spiqe_sweeps *sweeps) {
  for (size_t s = 0; s < SPIQE_N_NOISE_SOURCES; s++)
    if (spiqe_gathered_is_drawn(&sweeps->of[s])) return 1;
  return 0;
}

static void add_card(spiqe_text *text, const spiqe_gathered *g, size_t source, const char *under) {
  spiqe_text_add(text, "<div class=\"card\"><h3>%s", sources[source].title);
  if (under) {
    spiqe_text_add(text, "<small>");
    spiqe_markup_text(text, under);
    spiqe_text_add(text, "</small>");
  }
  spiqe_text_add(text, "</h3>\n");
  spiqe_chart_gathered(text, g, &sources[source].axis);
  spiqe_gathered_add_settings(text, g);
  spiqe_text_add(text, "<details><summary>In numbers</summary>\n");
  spiqe_table_gathered(text, g, &sources[source].axis);
  spiqe_text_add(text, "</details></div>\n");
}

void spiqe_sweeps_add_cards(spiqe_text *text, const spiqe_sweeps *sweeps, const char *under) {
  if (!spiqe_sweeps_is_drawn(sweeps)) return;
  spiqe_text_add(text, "<div class=\"two-columns\">\n");
  for (size_t s = 0; s < SPIQE_N_NOISE_SOURCES; s++) {
    text->failed |= sweeps->of[s].failed;
    if (spiqe_gathered_is_drawn(&sweeps->of[s])) add_card(text, &sweeps->of[s], s, under);
  }
  spiqe_text_add(text, "</div>\n");
}
