/* Comparisons: means and deviations are those of the rows; text and page hold them; labels of marks
 * cover nothing. */
#include "report/report_support.h"

#include <math.h>
#include <sys/stat.h>

#include "report/labels.h"
#include "spiqe/compare.h"
#include "spiqe/random.h"

static spiqe_measurement row(const char *model, const char *data, uint64_t seed, double accuracy,
                             double seconds) {
  spiqe_measurement m = {.seed = seed};
  snprintf(m.model, sizeof m.model, "%s", model);
  snprintf(m.data, sizeof m.data, "%s", data);
  for (size_t i = 0; i < SPIQE_N_METRICS; i++) m.values[i] = 1;
  m.values[SPIQE_METRIC_ACCURACY] = accuracy;
  m.values[SPIQE_METRIC_PARAMETERS] = 12345;
  m.values[SPIQE_METRIC_TRAIN_SECONDS] = seconds;
  return m;
}

#define N_ROWS 6
typedef struct example {
  spiqe_measurement rows[N_ROWS];
  spiqe_comparison comparison;
} example;

static example make_example(void) {
  static const char *const data[] = {"digits <&>", "usps"}, *const models[] = {"snn", "qsnn"};
  example e = {{row("snn", data[0], 1, 0.9, 10), row("qsnn", data[0], 1, 0.5, 300),
                row("snn", data[1], 1, 0.7, 8), row("snn", data[0], 2, 0.94, NAN),
                row("snn", data[0], 3, 0.95, 14), row("qsnn", data[1], 1, 0.2, 9)},
               {.n_data = 2,
                .n_models = 2,
                .n_rows = N_ROWS,
                .data = data,
                .models = models,
                .command = "spiqe compare snn,qsnn"}};
  return e;
}

static void a_statistic_is_that_of_the_models_rows_on_the_set(void **state) {
  (void)state;
  example e = make_example();
  const spiqe_comparison *c = &e.comparison;
  e.comparison.rows = e.rows;
  spiqe_statistic s = spiqe_comparison_statistic(c, 0, 0, SPIQE_METRIC_ACCURACY);
  /* by hand: mean 0.93, squares 0.0009 + 0.0001 + 0.0004 over 2; rounding of doubles */
  assert_int_equal(s.n, 3);
  assert_true(fabs(s.mean - 0.93) < 1e-12);
  assert_true(fabs(s.deviation - sqrt(0.0014 / 2)) < 1e-12);
  s = spiqe_comparison_statistic(c, 0, 0, SPIQE_METRIC_TRAIN_SECONDS);
  assert_int_equal(s.n, 2);
  assert_true(s.mean == 12);
  s = spiqe_comparison_statistic(c, 1, 0, SPIQE_METRIC_ACCURACY);
  assert_true(s.n == 1 && s.mean == 0.7 && isnan(s.deviation));
  e.comparison.n_rows = 2;
  s = spiqe_comparison_statistic(c, 1, 1, SPIQE_METRIC_ACCURACY);
  assert_true(s.n == 0 && isnan(s.mean) && isnan(s.deviation));
}

static void times_on_unlike_machines_have_no_mean(void **state) {
  (void)state;
  example e = make_example();
  const spiqe_comparison *c = &e.comparison;
  e.comparison.rows = e.rows;
  e.rows[4].n_threads = 2; /* the other two of this model say nothing */
  spiqe_statistic s = spiqe_comparison_statistic(c, 0, 0, SPIQE_METRIC_TRAIN_SECONDS);
  assert_true(s.is_mixed && s.n == 2 && isnan(s.mean) && isnan(s.deviation));
  s = spiqe_comparison_statistic(c, 0, 0, SPIQE_METRIC_ACCURACY);
  assert_true(!s.is_mixed && s.n == 3 && s.deviation > 0);
  assert_false(spiqe_comparison_statistic(c, 1, 0, SPIQE_METRIC_TRAIN_SECONDS).is_mixed);
  e.rows[0].n_threads = 2; /* the row without a time does not count */
  s = spiqe_comparison_statistic(c, 0, 0, SPIQE_METRIC_TRAIN_SECONDS);
  assert_true(!s.is_mixed && s.mean == 12);
  snprintf(e.rows[0].device, sizeof e.rows[0].device, "avx2");
  assert_true(spiqe_comparison_statistic(c, 0, 0, SPIQE_METRIC_TRAIN_SECONDS).is_mixed);
}

static char *printed(fixture *f, const spiqe_comparison *c, size_t width) {
  char *text;
  assert_int_equal(spiqe_comparison_print(f->ctx, c, width, &text), SPIQE_OK);
  return text;
}

static void each_set_has_a_table_with_a_line_for_each_model(void **state) {
  example e = make_example();
  e.comparison.rows = e.rows;
  char *text = printed(*state, &e.comparison, 1000);
  const char *second = strstr(text, "\nusps\n");
  assert_true(strncmp(text, "digits <&>\n", 11) == 0 && second);
  assert_non_null(strstr(text, "model  accuracy (%)"));
  assert_non_null(strstr(text, "\nsnn    93.00 \u00b1 2.65"));
  assert_non_null(strstr(text, "12,345"));
  assert_non_null(strstr(second, "\nsnn           70.00  "));
  assert_null(strstr(second, "\u00b1"));
  free(text);
  e.comparison.n_rows = 0;
  text = printed(*state, &e.comparison, 1000);
  assert_non_null(strstr(text, "n/a"));
  free(text);
}

static void means_of_few_seeds_and_mixed_times_are_marked(void **state) {
  static const char few[] = "(n): a mean of n seeds only", mixed[] = "mixed: times on unlike";
  example e = make_example();
  e.comparison.rows = e.rows;
  e.comparison.n_seeds = 1;
  char *text = printed(*state, &e.comparison, 1000);
  assert_null(strstr(text, " (1)"));
  assert_null(strstr(text, few));
  free(text);
  e.comparison.n_seeds = 3;
  e.comparison.n_data = 1;
  text = printed(*state, &e.comparison, 1000);
  assert_non_null(strstr(text, "\nsnn    93.00 \u00b1 2.65 "));
  assert_non_null(strstr(text, "12.0 \u00b1 2.8 (2)"));
  assert_non_null(strstr(text, "\nqsnn      50.00 (1)"));
  assert_non_null(strstr(text, few));
  assert_null(strstr(text, mixed));
  free(text);
  e.rows[4].n_threads = 2;
  text = printed(*state, &e.comparison, 1000);
  assert_non_null(strstr(text, "  mixed  "));
  assert_non_null(strstr(text, mixed));
  free(text);
}

/* All of it is there at any width, and no line wider, where one column fits. */
static void a_table_goes_on_below_where_it_is_too_wide(void **state) {
  example e = make_example();
  e.comparison.rows = e.rows;
  for (size_t width = 0; width < 200; width += 7) {
    char *text = printed(*state, &e.comparison, width);
    for (size_t k = 0; k < SPIQE_N_METRICS; k++)
      assert_non_null(strstr(text, spiqe_metric_of((spiqe_metric)k)->title));
    for (const char *at = text; *at; at += strcspn(at, "\n") + 1) {
      size_t columns = 0;
      for (const char *c = at; *c != '\n'; c++) columns += ((unsigned char)*c & 0xc0) != 0x80;
      if (columns > width && width >= 40) fail_msg("%zu columns at width %zu", columns, width);
    }
    free(text);
  }
}

static char *page_of(fixture *f, const spiqe_comparison *c) {
  if (spiqe_comparison_write(f->ctx, c, f->path) != SPIQE_OK)
    fail_msg("%s", spiqe_context_message(f->ctx));
  char *html = read_back(f);
  assert_null(strstr(html, "nan"));
  assert_null(strstr(html, "inf"));
  assert_null(strstr(html, "=\"n/a"));
  return html;
}

static void the_page_has_charts_means_and_all_trainings(void **state) {
  static const char *const parts[] = {
      "<h1>2 models on digits &lt;&amp;&gt;, usps</h1>",
      "93.00 \u00b1 2.65",
      "class=\"error\"",
      "seed 3: 95.00",
      "id=\"overview\"",
      "id=\"set-1\"",
      "id=\"set-2\"",
      "id=\"trainings\"",
      "spiqe compare snn,qsnn",
      "n/a",
      "Accuracy over training (s)",
      "Accuracy over test (s)",
      "training (s), logarithmic",
      "<title>snn: accuracy (%) 93.00 \u00b1 2.65, training (s) 12.0"};
  static const char *const marks[] = {
      "<td>avx2</td><td>3</td>", "<td>n/a</td><td>n/a</td>",    "<td>mixed</td>",
      "<td>50.00 (1)</td>",      "(n): a mean of n seeds only", "mixed: times on unlike"};
  example e = make_example();
  e.comparison.rows = e.rows;
  for (size_t n = 0; n <= N_ROWS; n++) {
    e.comparison.n_rows = n;
    char *html = page_of(*state, &e.comparison);
    assert_true(n > 0 || !strstr(html, "<svg"));
    assert_null(strstr(html, "id=\"circuits\""));
    for (size_t i = 0; n == N_ROWS && i < sizeof parts / sizeof *parts; i++)
      if (!strstr(html, parts[i])) fail_msg("the page lacks '%s'", parts[i]);
    free(html);
  }
  e.comparison.title = "Suite <1>";
  e.comparison.n_data = 1;
  e.comparison.n_seeds = 3;
  snprintf(e.rows[4].device, sizeof e.rows[4].device, "avx2");
  e.rows[4].n_threads = 3;
  char *html = page_of(*state, &e.comparison);
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
    if (!strstr(html, marks[i])) fail_msg("the page lacks '%s'", marks[i]);
  assert_non_null(strstr(html, "<h1>Suite &lt;1&gt;</h1>"));
  assert_null(strstr(html, "id=\"overview\""));
  free(html);
}

/* Two of three seeds of one model: 50 % and 70 % of the same samples are 60.00 % +- 14.14 %. */
static void runs_as_circuits_are_gathered_over_the_seeds(void **state) {
  fixture *f = *state;
  example e = make_example();
  char path[2][160];
  const spiqe_qlif_memory estimate = SPIQE_QLIF_MEMORY_ESTIMATE;
  const spiqe_shots_row rows[2][2] = {{{"none", 1, estimate, 300, 0.5},
                                       {"noisy <1>", 4, estimate, 300, 0.25}},
                                      {{"none", 1, estimate, 300, 0.7},
                                       {"none", 2, estimate, 300, 0.8}}};
  e.comparison.rows = e.rows;
  for (size_t i = 0; i < 2; i++) {
    spiqe_measurement *m = &e.rows[i ? 3 : 0];
    snprintf(m->folder, sizeof m->folder, "%s/%zu", f->folder, i);
    assert_int_equal(mkdir(m->folder, 0755), 0);
    snprintf(path[i], sizeof path[i], "%s/circuits.jsonl", m->folder);
    assert_int_equal(spiqe_shots_write(f->ctx, path[i], rows[i], 2), SPIQE_OK);
  }
  char *html = page_of(f, &e.comparison);
  static const char *const parts[] = {"href=\"#circuits\"",
                                      "snn on digits &lt;&amp;&gt;",
                                      "<td>1</td><td>60.00\u00a0%</td>",
                                      "14.14\u00a0%</td><td>2\u00a0of\u00a03</td>",
                                      "<td>80.00\u00a0%</td>",
                                      "2.31\u00a0%</td><td>1\u00a0of\u00a03</td>",
                                      "noisy &lt;1&gt;",
                                      "300 test samples",
                                      "hollow"};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (!strstr(html, parts[i])) fail_msg("the page lacks '%s'", parts[i]);
  free(html);
  for (size_t i = 0; i < 2; i++) {
    unlink(path[i]);
    rmdir(e.rows[i ? 3 : 0].folder);
  }
}

/* The same of sweeps: two seeds of one model are one line of the chart, but not with another
 * membrane. */
static void sweeps_are_gathered_over_the_seeds(void **state) {
  fixture *f = *state;
  example e = make_example();
  char path[2][160];
  const spiqe_sweep_row rows[2][2] = {
      {{"gate", 0.01, "d", 0, SPIQE_QLIF_MEMORY_ESTIMATE, 300, 0.5},
       {"gate", 0.125, "d", 0, SPIQE_QLIF_MEMORY_HISTORY, 300, 0.25}},
      {{"gate", 0.01, "d", 0, SPIQE_QLIF_MEMORY_ESTIMATE, 300, 0.7},
       {"gate", 0.125, "d", 0, SPIQE_QLIF_MEMORY_ESTIMATE, 300, 0.8}}};
  e.comparison.rows = e.rows;
  for (size_t i = 0; i < 2; i++) {
    spiqe_measurement *m = &e.rows[i ? 3 : 0];
    snprintf(m->folder, sizeof m->folder, "%s/%zu", f->folder, i);
    assert_int_equal(mkdir(m->folder, 0755), 0);
    snprintf(path[i], sizeof path[i], "%s/noise.jsonl", m->folder);
    assert_int_equal(spiqe_sweeps_write(f->ctx, path[i], rows[i], 2), SPIQE_OK);
  }
  char *html = page_of(f, &e.comparison);
  static const char *const parts[] = {"href=\"#noise\"",
                                      "<small>digits &lt;&amp;&gt;</small>",
                                      "snn, estimate, not all seeds, gate 0.010: 60.00 %",
                                      "snn, estimate, not all seeds, gate 0.13: 80.00 %",
                                      "snn, history, not all seeds, gate 0.13: 25.00 %",
                                      "<td>60.00\u00a0%</td>",
                                      "14.14\u00a0%</td><td>2\u00a0of\u00a03</td>",
                                      "300 test samples"};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (!strstr(html, parts[i])) fail_msg("the page lacks '%s'", parts[i]);
  assert_null(strstr(html, "id=\"circuits\""));
  free(html);
  for (size_t i = 0; i < 2; i++) {
    unlink(path[i]);
    rmdir(e.rows[i ? 3 : 0].folder);
  }
}

static void labels_cover_no_mark_and_no_other_label(void **state) {
  (void)state;
  const spiqe_box frame = {50, 20, 430, 290};
  spiqe_label labels[24];
  for (uint32_t round = 0; round < 60; round++) {
    const size_t n = 1 + round % 24;
    const double spread = round % 3 == 0 ? 0.05 : 1; /* also all in one corner */
    uint32_t key[2];
    spiqe_random_key(5, SPIQE_PURPOSE_USER, round, key);
    for (size_t i = 0; i < n; i++)
      labels[i] = (spiqe_label){.x = 50 + 380 * spread * spiqe_random_uniform(key, i, 0),
                                .y = 20 + 270 * spread * spiqe_random_uniform(key, i, 1),
                                .lines = {0, 0, 0, 0},
                                .width = 20 + 60 * spiqe_random_uniform(key, i, 2),
                                .height = 14};
    spiqe_labels_place(labels, n, &frame);
    for (size_t i = 0; i < n; i++) {
      const spiqe_box *box = &labels[i].box;
      assert_true(box->left >= 50 && box->right <= 430 && box->top >= 20 && box->bottom <= 290);
      for (size_t k = 0; k < n; k++) {
        const spiqe_box mark = {labels[k].x - 3, labels[k].y - 3, labels[k].x + 3, labels[k].y + 3};
        assert_true(spiqe_box_overlap(box, &mark) == 0);
        assert_true(i == k || spiqe_box_overlap(box, &labels[k].box) == 0);
      }
    }
  }
  labels[0] = (spiqe_label){.x = 200, .y = 100, .width = 30, .height = 14};
  spiqe_labels_place(labels, 1, &frame);
  assert_true(!labels[0].is_far); /* one alone is beside its mark */
}

/* A page for the test in a browser: so many models, their accuracies and times far apart, or all
 * nearly the same. */
static int write_demo(const char *path, size_t n_models, int is_dense) {
  static const char *const data[] = {"fashion-mnist", "usps:1,7"};
  const char *names[32];
  char name[32][64];
  spiqe_measurement *rows = calloc(32 * 2 * 3, sizeof *rows);
  spiqe_context *ctx;
  uint32_t key[2];
  size_t n = 0;
  if (!rows || spiqe_context_create(NULL, &ctx, NULL, 0) != SPIQE_OK) return 1;
  spiqe_random_key(1, SPIQE_PURPOSE_USER, n_models, key);
  for (size_t i = 0; i < n_models; i++) {
    snprintf(name[i], sizeof name[i], "%s-%zu", i == 1 ? "a model with a very long name" : "model",
             i);
    names[i] = name[i];
    for (size_t k = 0; k < 6; k++) {
      const double draw =
          is_dense ? 0.02 * spiqe_random_uniform(key, i, k) : spiqe_random_uniform(key, i, k / 3);
      rows[n] = row(name[i], data[k / 3], 1 + k % 3, 0.9 + 0.09 * draw, exp(9 * draw));
      rows[n].values[SPIQE_METRIC_TEST_SECONDS] = 0.01 + (double)(k % 3) * 0.001 + 0.02 * draw;
      rows[n++].values[SPIQE_METRIC_PARAMETERS] = exp(15 * draw);
    }
  }
  const spiqe_comparison c = {.title = "Demonstration",
                              .n_data = 2,
                              .n_models = n_models,
                              .n_rows = n,
                              .data = data,
                              .models = names,
                              .rows = rows,
                              .command = "spiqe compare --suite demonstration"};
  spiqe_status status = spiqe_comparison_write(ctx, &c, path);
  if (status != SPIQE_OK) fprintf(stderr, "%s\n", spiqe_context_message(ctx));
  spiqe_context_destroy(ctx);
  free(rows);
  return status != SPIQE_OK;
}

#define ROW(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* report_compare PATH N [dense]: the demonstration page of N models. */
int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      ROW(a_statistic_is_that_of_the_models_rows_on_the_set),
      ROW(times_on_unlike_machines_have_no_mean),
      ROW(means_of_few_seeds_and_mixed_times_are_marked),
      ROW(each_set_has_a_table_with_a_line_for_each_model),
      ROW(a_table_goes_on_below_where_it_is_too_wide),
      ROW(the_page_has_charts_means_and_all_trainings),
      ROW(runs_as_circuits_are_gathered_over_the_seeds),
      ROW(sweeps_are_gathered_over_the_seeds),
      ROW(labels_cover_no_mark_and_no_other_label),
  };
  if (argc > 2) return write_demo(argv[1], strtoul(argv[2], NULL, 10) % 33, argc > 3);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
