/* The page: headline numbers, then one section for each kind of data, then what repeats the run. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/fail.h"
#include "core/file.h"
#include "report/chart.h"
#include "report/frame.h"
#include "report/markup.h"
#include "report/sweep_chart.h"
#include "spiqe/report.h"

static int is_there(const char *content) {
  return content && content[0];
}

static const char *title_of(const spiqe_page *page) {
  return is_there(page->title) ? page->title : "Training report";
}

static int has_confusion(const spiqe_page *page) {
  return page->n_classes > 0 && page->confusion;
}

/* Traces with or without a quantum memory. */
static size_t count_traces(const spiqe_page *page, int with_memory) {
  size_t n = 0;
  for (size_t i = 0; i < page->n_traces; i++) n += !!page->traces[i].memory == with_memory;
  return n;
}

static int has_activity(const spiqe_page *page) {
  return (page->n_layers > 0 && page->firing_rates && page->layer_names) ||
         count_traces(page, 0) > 0;
}

static int has_curves(const spiqe_page *page) {
  return page->n_points > 0 || page->n_batches > 0;
}

static int has_run(const spiqe_page *page) {
  return page->n_configuration > 0 || page->n_machine > 0 || is_there(page->recipe) ||
         is_there(page->command);
}

/* A card holds one chart; one that turns out to have nothing to draw takes its card with it. */
typedef int draw_chart(spiqe_text *text, const spiqe_page *page);

static void add_card(spiqe_text *text, const char *title, draw_chart *draw,
                     const spiqe_page *page) {
  spiqe_text chart = {0};
  if (draw(&chart, page))
    spiqe_text_add(text, "<div class=\"card\"><h3>%s</h3>\n%s</div>\n", title, chart.data);
  if (chart.failed) text->failed = 1;
  spiqe_text_destroy(&chart);
}

static void add_head(spiqe_text *text, const spiqe_page *page) {
  char under[512];
  const char *model = page->model ? page->model : "", *data = page->data ? page->data : "";
  snprintf(under, sizeof under, "%.240s%s%.240s", model, model[0] && data[0] ? " on " : "", data);
  spiqe_frame_begin(text, title_of(page), under);
}

static spiqe_sweeps sweeps_of(const spiqe_page *page) {
  spiqe_sweeps sweeps = {0};
  spiqe_sweeps_gather(&sweeps, "this network", page->sweeps, page->n_sweeps, 0, 1);
  return sweeps;
}

static int has_noise(const spiqe_page *page) {
  spiqe_sweeps sweeps = sweeps_of(page);
  const int is_drawn = spiqe_sweeps_is_drawn(&sweeps);
  spiqe_sweeps_destroy(&sweeps);
  return is_drawn;
}

static void add_links(spiqe_text *text, const spiqe_page *page) {
  const spiqe_frame_link links[] = {
      {"learning", "Learning", has_curves(page)},
      {"confusion", "Confusion", has_confusion(page)},
      {"activity", "Activity", has_activity(page)},
      {"memory", "Memory", count_traces(page, 1) > 0},
      {"spikes", "Spikes", page->n_rasters > 0},
      {"circuits", "Circuits", page->n_shots > 0},
      {"noise", "Noise", has_noise(page)},
      {"energy", "Energy", page->work != NULL},
      {"weights", "Weights", page->n_weights > 0},
      {"confused", "Confused images", page->n_confused > 0},
      {"run", "The run", has_run(page)},
  };
  spiqe_frame_links(text, links, sizeof links / sizeof *links);
}

static void begin_tile(spiqe_text *text, const char *name, int is_first) {
  spiqe_text_add(text, "<div%s><dt>%s</dt><dd>", is_first ? " class=\"first\"" : "", name);
}

static void end_tile(spiqe_text *text) {
  spiqe_text_add(text, "</dd></div>\n");
}

static void add_score_tile(spiqe_text *text, const spiqe_page *page, const char *name,
                           double score) {
  if (!page->n_classes || !isfinite(score)) return;
  begin_tile(text, name, 0);
  spiqe_markup_fixed(text, score, 4);
  end_tile(text);
}

static void add_score_tiles(spiqe_text *text, const spiqe_page *page) {
  uint64_t n_samples = 0;
  if (page->n_classes > 0 && isfinite(page->test_accuracy)) {
    begin_tile(text, "test accuracy", 1);
    spiqe_markup_percent(text, page->test_accuracy, 2);
    end_tile(text);
  }
  add_score_tile(text, page, "macro precision", page->macro_precision);
  add_score_tile(text, page, "macro recall", page->macro_recall);
  add_score_tile(text, page, "macro F1", page->macro_f1);
  add_score_tile(text, page, "ROC AUC", page->roc_auc);
  if (!has_confusion(page)) return;
  for (size_t i = 0; i < page->n_classes * page->n_classes; i++) n_samples += page->confusion[i];
  begin_tile(text, "test samples", 0);
  spiqe_markup_count(text, n_samples);
  end_tile(text);
}

static void add_training_tiles(spiqe_text *text, const spiqe_page *page) {
  if (!page->n_points) return;
  const spiqe_curve_point *last = &page->points[page->n_points - 1];
  begin_tile(text, "epochs", 0);
  spiqe_markup_count(text, page->n_points);
  end_tile(text);
  if (isfinite(last->train_loss)) {
    begin_tile(text, "last training loss", 0);
    spiqe_markup_number(text, last->train_loss, 3);
    end_tile(text);
  }
  if (isfinite(last->seconds) && last->seconds > 0) {
    begin_tile(text, last->seconds < 3600 ? "training time (m:s)" : "training time (h:m:s)", 0);
    spiqe_markup_duration(text, last->seconds, 0);
    end_tile(text);
  }
}

static void add_tiles(spiqe_text *text, const spiqe_page *page) {
  spiqe_text tiles = {0};
  add_score_tiles(&tiles, page);
  add_training_tiles(&tiles, page);
  if (tiles.size) spiqe_text_add(text, "<dl class=\"tiles\">\n%s</dl>\n", tiles.data);
  if (tiles.failed) text->failed = 1;
  spiqe_text_destroy(&tiles);
}

static void add_learning(spiqe_text *text, const spiqe_page *page) {
  if (!has_curves(page)) return;
  spiqe_frame_section(text, "learning", "Learning",
                      "Loss and accuracy during training. Point at a marker for its value.");
  spiqe_text_add(text, "<div class=\"grid\">\n");
  add_card(text, "Loss", spiqe_chart_loss, page);
  add_card(text, "Accuracy", spiqe_chart_accuracy, page);
  add_card(text, "Learning rate", spiqe_chart_rate, page);
  spiqe_text_add(text, "</div>\n</section>\n");
}

static void add_confusion(spiqe_text *text, const spiqe_page *page) {
  if (!has_confusion(page)) return;
  spiqe_frame_section(
      text, "confusion", "Confusion",
      "What the test samples of each class were taken for. The shade is the square root "
      "of a cell\u2019s share of its row, so that rare errors show.");
  spiqe_text_add(text, "<div class=\"two-columns\">\n<div class=\"card matrix\">\n");
  spiqe_chart_confusion(text, page);
  spiqe_text_add(text,
                 "</div>\n<div class=\"card\"><div class=\"scroll\" tabindex=\"0\" "
                 "role=\"region\" aria-label=\"Numbers by class\">\n");
  spiqe_table_classes(text, page);
  spiqe_text_add(text, "</div></div>\n</div>\n</section>\n");
}

static void add_traces(spiqe_text *text, const spiqe_page *page, int with_memory) {
  for (size_t i = 0; i < page->n_traces; i++) {
    const spiqe_trace *trace = &page->traces[i];
    if (!!trace->memory != with_memory) continue;
    spiqe_text_add(text, "<div class=\"card\"><h3>");
    spiqe_markup_text(text, is_there(trace->title) ? trace->title : "Neuron");
    spiqe_text_add(text, "</h3>\n");
    if (with_memory)
      spiqe_chart_memory(text, trace);
    else
      spiqe_chart_trace(text, trace);
    spiqe_text_add(text, "</div>\n");
  }
}

static void add_activity(spiqe_text *text, const spiqe_page *page) {
  if (!has_activity(page)) return;
  spiqe_frame_section(
      text, "activity", "Activity",
      "How often the layers fire on the test samples, and the state of single neurons "
      "over the steps.");
  spiqe_text_add(text, "<div class=\"grid\">\n");
  if (page->firing_rates && page->layer_names)
    add_card(text, "Firing rate by layer", spiqe_chart_firing, page);
  add_traces(text, page, 0);
  spiqe_text_add(text, "</div>\n</section>\n");
}

static void add_memory(spiqe_text *text, const spiqe_page *page) {
  if (!count_traces(page, 1)) return;
  spiqe_frame_section(
      text, "memory", "Memory",
      "Neurons that remember in qubits. P: probability of a spike at the step; a triangle "
      "above it: the measurement gave a spike. x, y, z: Bloch vector of the memory before "
      "the step, given the outcomes so far (the expectations of X, Y and Z). The disc is "
      "the y-z plane of the Bloch ball: from the ring, which is the state before the "
      "first step, solid lines lead through steps without a spike, dashed ones through "
      "steps with one. Of several memory qubits the first has round marks in the "
      "charts, the second square ones, the third diamonds.");
  spiqe_text_add(text, "<div class=\"grid memory\">\n");
  add_traces(text, page, 1);
  spiqe_text_add(text, "</div>\n</section>\n");
}

static void add_rasters(spiqe_text *text, const spiqe_page *page) {
  if (!page->n_rasters) return;
  spiqe_frame_section(
      text, "spikes", "Spikes",
      "Each mark is one spike. In a layer with one neuron for each class, the row of the "
      "true class is shaded.");
  int is_even = page->n_rasters % 2 == 0 && page->n_rasters % 3 != 0; /* no row with a gap */
  spiqe_text_add(text, "<div class=\"%s\">\n", is_even ? "two-columns" : "grid");
  for (size_t i = 0; i < page->n_rasters; i++) {
    const spiqe_raster *raster = &page->rasters[i];
    spiqe_text_add(text, "<div class=\"card\"><h3>");
    spiqe_markup_text(text, raster->layer);
    spiqe_text_add(text, "<small>test sample %zu, class %zu</small></h3>\n", raster->sample,
                   raster->label);
    spiqe_chart_raster(text, raster, page->n_classes);
    spiqe_text_add(text, "</div>\n");
  }
  spiqe_text_add(text, "</div>\n</section>\n");
}

static void add_circuits(spiqe_text *text, const spiqe_page *page) {
  if (!page->n_shots) return;
  spiqe_frame_section(
      text, "circuits", "Circuits",
      "The test with every neuron run as its circuit on the circuit engine, with the noise of a "
      "device. Of SQS neurons a shot is one run of the whole network, and the prediction is that "
      "of the mean over the shots; of QLIF neurons it is a copy that is measured at each step. "
      "Bars "
      "are one standard error to each side, of the test samples.");
  spiqe_gathered shots = {0};
  spiqe_shots_gather(&shots, page->shots, page->n_shots, 0, 1);
  text->failed |= shots.failed;
  spiqe_text_add(text,
                 "<div class=\"two-columns\">\n<div class=\"card\"><h3>Accuracy by shots</h3>\n");
  spiqe_shots_add_chart(text, &shots);
  spiqe_text_add(text, "</div>\n<div class=\"card\"><h3>In numbers</h3>\n");
  spiqe_shots_add_table(text, &shots);
  spiqe_text_add(text, "</div>\n</div>\n</section>\n");
  spiqe_gathered_destroy(&shots);
}

static void add_noise(spiqe_text *text, const spiqe_page *page) {
  spiqe_sweeps sweeps = sweeps_of(page);
  if (spiqe_sweeps_is_drawn(&sweeps)) {
    spiqe_frame_section(text, "noise", "Noise",
                        "The test with every neuron run as its circuit, while one source of noise "
                        "grows and all others are off. Bars are one standard error to each side, "
                        "of the test samples.");
    spiqe_sweeps_add_cards(text, &sweeps, NULL);
    spiqe_text_add(text, "</section>\n");
  }
  spiqe_sweeps_destroy(&sweeps);
}

static void add_energy(spiqe_text *text, const spiqe_page *page) {
  if (!page->work) return;
  char note[512];
  snprintf(
      note, sizeof note,
      "Operations counted while %zu test samples went through the network, and what they cost; "
      "all are means of a sample. Arithmetic: nothing moves; on chip: all bytes from a memory "
      "on the chip that holds the weights; off chip: from DRAM. Where a technology "
      "cannot do some of the work or has no price for it, it is more than the figure.",
      page->work->n_samples);
  spiqe_frame_section(text, "energy", "Energy", note);
  spiqe_text_add(text, "<div class=\"two-columns\">\n");
  add_card(text, "By technology", spiqe_chart_energy, page);
  add_card(text, "By stage", spiqe_chart_stage_energy, page);
  spiqe_text_add(text, "</div>\n");
  add_card(text, "Operations", spiqe_table_energy, page);
  spiqe_text_add(text, "</section>\n");
}

static spiqe_status add_pictures(spiqe_context *ctx, spiqe_text *text, const char *id,
                                 const char *title, const char *note, const spiqe_picture *pictures,
                                 size_t n) {
  if (!n) return SPIQE_OK;
  spiqe_frame_section(text, id, title, note);
  spiqe_text_add(text, "<div class=\"card\">\n");
  SPIQE_TRY(spiqe_pictures_add(ctx, text, pictures, n));
  spiqe_text_add(text, "</div>\n</section>\n");
  return SPIQE_OK;
}

static void add_facts(spiqe_text *text, const char *title, const spiqe_fact *facts, size_t n) {
  if (!n) return;
  spiqe_text_add(text, "<div class=\"card\"><table class=\"facts\"><caption>%s</caption><tbody>\n",
                 title);
  for (size_t i = 0; i < n; i++) {
    spiqe_text_add(text, "<tr><th scope=\"row\">");
    spiqe_markup_text(text, facts[i].name);
    spiqe_text_add(text, "</th><td>");
    spiqe_markup_text(text, facts[i].value);
    spiqe_text_add(text, "</td></tr>\n");
  }
  spiqe_text_add(text, "</tbody></table></div>\n");
}

static void add_code(spiqe_text *text, const char *title, const char *class, const char *code) {
  if (!is_there(code)) return;
  spiqe_text_add(text, "<div class=\"card\"><h3>%s</h3><pre%s tabindex=\"0\"><code>", title, class);
  spiqe_markup_text(text, code);
  spiqe_text_add(text, "</code></pre></div>\n");
}

static void add_run(spiqe_text *text, const spiqe_page *page) {
  if (!has_run(page)) return;
  spiqe_frame_section(text, "run", "The run", "All that is needed to repeat it.");
  add_code(text, "Command", " class=\"wrap\"", page->command);
  spiqe_text_add(text, "<div class=\"two-columns run\">\n");
  add_facts(text, "Configuration", page->configuration, page->n_configuration);
  add_facts(text, "Machine, versions and seed", page->machine, page->n_machine);
  spiqe_text_add(text, "</div>\n");
  add_code(text, "Recipe", "", page->recipe);
  spiqe_text_add(text, "</section>\n");
}

static spiqe_status compose(spiqe_context *ctx, spiqe_text *text, const spiqe_page *page) {
  add_head(text, page);
  add_links(text, page);
  add_tiles(text, page);
  add_learning(text, page);
  add_confusion(text, page);
  add_activity(text, page);
  add_memory(text, page);
  add_rasters(text, page);
  add_circuits(text, page);
  add_noise(text, page);
  add_energy(text, page);
  SPIQE_TRY(add_pictures(ctx, text, "weights", "Weights",
                         "Incoming weights of some neurons. Middle grey is zero; white and black "
                         "are the largest magnitude, given below each.",
                         page->weights, page->n_weights));
  SPIQE_TRY(add_pictures(ctx, text, "confused", "Most confused images",
                         "Test samples on which the network was most sure of a wrong class.",
                         page->confused, page->n_confused));
  add_run(text, page);
  spiqe_frame_end(text);
  SPIQE_REQUIRE(ctx, !text->failed, SPIQE_NO_MEMORY, "no memory for the report page");
  return SPIQE_OK;
}

spiqe_status spiqe_page_write(spiqe_context *ctx, const spiqe_page *page, const char *path) {
  spiqe_text text = {0};
  spiqe_status status = compose(ctx, &text, page);
  if (status == SPIQE_OK) {
    spiqe_span span = {text.data, text.size};
    status = spiqe_file_write(ctx, path, &span, 1);
  }
  spiqe_text_destroy(&text);
  return status;
}
