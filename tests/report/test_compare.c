/* Comparisons: means and deviations are those of the rows, and text and page hold them. */
#include "report/report_support.h"

#include <math.h>

#include "spiqe/compare.h"

static spiqe_model *open_model(fixture *f, const char *name) {
  spiqe_model *model;
  assert_int_equal(spiqe_model_open(f->ctx, name, &model), SPIQE_OK);
  return model;
}

static spiqe_measurement row(const char *model, uint64_t seed, double accuracy, double seconds) {
  spiqe_measurement m = {.seed = seed};
  snprintf(m.model, sizeof m.model, "%s", model);
  snprintf(m.data, sizeof m.data, "digits");
  for (size_t i = 0; i < SPIQE_N_METRICS; i++) m.values[i] = 1;
  m.values[SPIQE_METRIC_ACCURACY] = accuracy;
  m.values[SPIQE_METRIC_PARAMETERS] = 12345;
  m.values[SPIQE_METRIC_TRAIN_SECONDS] = seconds;
  return m;
}

typedef struct example {
  spiqe_model *models[2];
  const spiqe_model *shown[2];
  spiqe_measurement rows[4];
  spiqe_comparison comparison;
} example;

static void open_example(fixture *f, example *e) {
  *e = (example){.models = {open_model(f, "snn"), open_model(f, "qsnn")}};
  for (size_t i = 0; i < 2; i++) e->shown[i] = e->models[i];
  e->rows[0] = row("snn", 1, 0.9, 10);
  e->rows[1] = row("qsnn", 1, 0.5, 3);
  e->rows[2] = row("snn", 2, 0.94, NAN);
  e->rows[3] = row("snn", 3, 0.95, 14);
  e->comparison = (spiqe_comparison){.data = "digits <&>", .n_models = 2, .n_rows = 4,
                                     .models = e->shown, .rows = e->rows,
                                     .command = "spiqe compare snn,qsnn"};
}

static void close_example(example *e) {
  for (size_t i = 0; i < 2; i++) spiqe_model_destroy(e->models[i]);
}

static void a_statistic_is_that_of_the_models_rows(void **state) {
  example e;
  open_example(*state, &e);
  spiqe_statistic s = spiqe_comparison_statistic(&e.comparison, "snn", SPIQE_METRIC_ACCURACY);
  /* by hand: mean 0.93, squares 0.0009 + 0.0001 + 0.0004 over 2; rounding of doubles */
  assert_int_equal(s.n, 3);
  assert_true(fabs(s.mean - 0.93) < 1e-12);
  assert_true(fabs(s.deviation - sqrt(0.0014 / 2)) < 1e-12);
  s = spiqe_comparison_statistic(&e.comparison, "snn", SPIQE_METRIC_TRAIN_SECONDS);
  assert_int_equal(s.n, 2);
  assert_true(s.mean == 12);
  s = spiqe_comparison_statistic(&e.comparison, "qsnn", SPIQE_METRIC_ACCURACY);
  assert_true(s.n == 1 && s.mean == 0.5 && isnan(s.deviation));
  s = spiqe_comparison_statistic(&e.comparison, "nobody", SPIQE_METRIC_ACCURACY);
  assert_true(s.n == 0 && isnan(s.mean) && isnan(s.deviation));
  close_example(&e);
}

static void the_table_has_a_line_for_each_model(void **state) {
  fixture *f = *state;
  example e;
  char *text;
  open_example(f, &e);
  e.comparison.n_rows = 3; /* qsnn: one; snn: two */
  assert_int_equal(spiqe_comparison_print(f->ctx, &e.comparison, &text), SPIQE_OK);
  assert_non_null(strstr(text, "model  accuracy (%)"));
  assert_non_null(strstr(text, "snn    92.00 \u00b1 2.83"));
  assert_non_null(strstr(text, "12,345"));
  char *second = strstr(text, "\nqsnn ");
  assert_non_null(second);
  assert_non_null(strstr(second, "       50.00  "));
  assert_null(strstr(second, "\u00b1"));
  free(text);
  e.comparison.n_rows = 0;
  assert_int_equal(spiqe_comparison_print(f->ctx, &e.comparison, &text), SPIQE_OK);
  assert_non_null(strstr(text, "n/a"));
  free(text);
  close_example(&e);
}

static void the_page_has_bars_means_and_all_trainings(void **state) {
  fixture *f = *state;
  static const char *const parts[] = {
      "<h1>2 models on digits &lt;&amp;&gt;</h1>", "93.00 \u00b1 2.65", "class=\"error\"",
      "seed 3: 95.00", "id=\"means\"", "id=\"trainings\"", "spiqe compare snn,qsnn", "n/a"};
  example e;
  open_example(f, &e);
  for (size_t n = 0; n <= 4; n++) {
    e.comparison.n_rows = n;
    if (spiqe_comparison_write(f->ctx, &e.comparison, f->path) != SPIQE_OK)
      fail_msg("%s", spiqe_context_message(f->ctx));
    char *html = read_back(f);
    assert_null(strstr(html, "nan"));
    assert_null(strstr(html, "=\"n/a"));
    assert_true(n > 0 || !strstr(html, "<svg"));
    for (size_t i = 0; n == 4 && i < sizeof parts / sizeof *parts; i++)
      if (!strstr(html, parts[i])) fail_msg("the page lacks '%s'", parts[i]);
    free(html);
  }
  close_example(&e);
}

#define ROW(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      ROW(a_statistic_is_that_of_the_models_rows),
      ROW(the_table_has_a_line_for_each_model),
      ROW(the_page_has_bars_means_and_all_trainings),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
