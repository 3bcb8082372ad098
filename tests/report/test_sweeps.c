/* Rows of sweeps come back as they were written, one measured again replaces the old one, and
 * what is no row is refused; a chart has a mark and an error bar for every point. */
#include <math.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report/report_support.h"
#include "report/sweep_chart.h"

static spiqe_sweep_row row_of(const char *source, double value, double accuracy) {
  spiqe_sweep_row row = {.value = value, .device = "d", .n_samples = 400, .accuracy = accuracy};
  snprintf(row.source, sizeof row.source, "%s", source);
  return row;
}

static void write_rows(const fixture *f, const spiqe_sweep_row *rows, size_t n) {
  if (spiqe_sweeps_write(f->ctx, f->path, rows, n) != SPIQE_OK)
    fail_msg("%s", spiqe_context_message(f->ctx));
}

static void assert_rows(const fixture *f, const spiqe_sweep_row *expected, size_t n) {
  spiqe_sweep_row *rows;
  size_t n_rows;
  assert_int_equal(spiqe_sweeps_read(f->ctx, f->path, &rows, &n_rows), SPIQE_OK);
  assert_int_equal(n_rows, n);
  for (size_t i = 0; i < n; i++) {
    assert_string_equal(rows[i].source, expected[i].source);
    assert_string_equal(rows[i].device, expected[i].device);
    assert_true(rows[i].value == expected[i].value ||
                (isnan(rows[i].value) && isnan(expected[i].value)));
    assert_true(rows[i].accuracy == expected[i].accuracy);
    assert_int_equal(rows[i].n_samples, expected[i].n_samples);
    assert_int_equal(rows[i].n_shots, expected[i].n_shots);
    assert_int_equal(rows[i].memory, expected[i].memory);
  }
  free(rows);
}

static void rows_measured_again_replace_the_old_ones(void **state) {
  const fixture *f = *state;
  const spiqe_sweep_row gate[] = {row_of("gate", NAN, 0.98), row_of("gate", 0.01, 0.1 / 3)};
  const spiqe_sweep_row again[] = {row_of("gate", NAN, 0.5), row_of("gate", 0.3, 0.25)};
  spiqe_sweep_row t1[] = {row_of("t1", 0.5, 1), row_of("t1", 0.5, 0.5), row_of("t1", 0.5, 0)};
  t1[0].memory = SPIQE_QLIF_MEMORY_HISTORY; /* another membrane, other shots: another row */
  t1[1].n_shots = 8;
  assert_rows(f, NULL, 0); /* no file */
  write_rows(f, gate, 2);
  assert_rows(f, gate, 2);
  write_rows(f, t1, 3);
  assert_rows(f, (const spiqe_sweep_row[]){gate[0], gate[1], t1[0], t1[1], t1[2]}, 5);
  write_rows(f, again, 2);
  assert_rows(f, (const spiqe_sweep_row[]){gate[1], t1[0], t1[1], t1[2], again[0], again[1]}, 6);
}

enum { N_WRITERS = 3, N_WRITES = 20 };

/* Rows of one source, one at a time; ends the process, with 0 when all was well. */
static void write_source(const fixture *f, size_t source) {
  int good = 1;
  for (int i = 0; i < N_WRITES; i++) {
    const spiqe_sweep_row row =
        row_of(spiqe_noise_source_name((spiqe_noise_source)source), i + 1, 0.5);
    good = good && spiqe_sweeps_write(f->ctx, f->path, &row, 1) == SPIQE_OK;
  }
  _exit(!good);
}

static void writers_at_the_same_time_lose_no_row(void **state) {
  const fixture *f = *state;
  pid_t writers[N_WRITERS];
  spiqe_sweep_row *rows;
  size_t n;
  for (size_t i = 0; i < N_WRITERS; i++) {
    writers[i] = fork();
    assert_true(writers[i] >= 0);
    if (!writers[i]) write_source(f, i);
  }
  for (int i = 0, ended; i < N_WRITERS; i++) {
    assert_int_equal(waitpid(writers[i], &ended, 0), writers[i]);
    assert_int_equal(ended, 0);
  }
  assert_int_equal(spiqe_sweeps_read(f->ctx, f->path, &rows, &n), SPIQE_OK);
  assert_int_equal(n, N_WRITERS * N_WRITES);
  free(rows);
}

static void a_row_that_names_no_memory_is_an_estimate(void **state) {
  const fixture *f = *state;
  FILE *file = fopen(f->path, "w");
  spiqe_sweep_row expected = row_of("gate", 0.1, 0.5);
  assert_non_null(file);
  fprintf(file,
          "{\"sweep\":\"gate\",\"value\":0.1,\"device\":\"d\",\"shots\":0,"
          "\"test_samples\":400,\"test_accuracy\":0.5}\n");
  fclose(file);
  assert_rows(f, &expected, 1);
}

#define GOOD "{\"sweep\":\"gate\",\"value\":0.1,\"device\":\"d\",\"shots\":0,"
#define REST "\"test_samples\":9,\"test_accuracy\":0.5}\n"

static void what_is_no_row_is_refused(void **state) {
  const fixture *f = *state;
  static const char *const lines[] = {
      "no json\n",
      "[]\n",
      "{}\n",
      GOOD "\"test_samples\":0,\"test_accuracy\":0.5}\n",
      GOOD "\"test_samples\":9,\"test_accuracy\":1.5}\n",
      GOOD "\"test_samples\":9}\n",
      "{\"sweep\":\"magic\",\"value\":1,\"device\":\"d\",\"shots\":0," REST,
      "{\"sweep\":\"gate\",\"value\":-1,\"device\":\"d\",\"shots\":0," REST,
      "{\"sweep\":\"gate\",\"value\":1,\"device\":\"d\",\"shots\":1e9," REST,
      "{\"sweep\":\"gate\",\"value\":1,\"device\":7,\"shots\":0," REST,
      GOOD "\"membrane\":\"magic\"," REST,
      GOOD "\"membrane\":1," REST,
      GOOD};
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    spiqe_sweep_row *rows;
    size_t n;
    FILE *file = fopen(f->path, "w");
    assert_non_null(file);
    fprintf(file, "%s%s", GOOD REST, lines[i]);
    fclose(file);
    if (spiqe_sweeps_read(f->ctx, f->path, &rows, &n) != SPIQE_BAD_FORMAT)
      fail_msg("'%s' was read", lines[i]);
    assert_null(rows);
    assert_non_null(strstr(spiqe_context_message(f->ctx), "file:2: "));
  }
}

static size_t count(const char *text, const char *word) {
  size_t n = 0;
  for (const char *at = strstr(text, word); at; at = strstr(at + 1, word)) n++;
  return n;
}

static spiqe_text chart_of(const spiqe_sweeps *sweeps) {
  spiqe_text text = {0};
  spiqe_sweeps_add_cards(&text, sweeps, "a set");
  assert_false(text.failed);
  assert_non_null(text.data);
  assert_null(strstr(text.data, "nan"));
  return text;
}

static void a_chart_has_a_mark_and_an_error_bar_for_every_point(void **state) {
  (void)state;
  const spiqe_sweep_row a[] = {row_of("gate", NAN, 0.98), row_of("gate", 0.01, 0.97),
                               row_of("gate", 0.1, 0.5)};
  const spiqe_sweep_row b[] = {row_of("gate", 0.02, 0), row_of("gate", 0, 1)};
  spiqe_sweeps sweeps = {0};
  spiqe_sweeps_gather(&sweeps, "two", b + 1, 1, 0, 1);
  assert_false(spiqe_sweeps_is_drawn(&sweeps)); /* 0 has no place on a log axis */
  spiqe_sweeps_gather(&sweeps, "two", b, 1, 0, 1);
  assert_true(spiqe_sweeps_is_drawn(&sweeps));
  spiqe_sweeps_gather(&sweeps, "one <b>", a, 3, 0, 1);
  spiqe_text text = chart_of(&sweeps);
  assert_int_equal(count(text.data, "<svg"), 1);
  assert_int_equal(count(text.data, "class=\"error\""), 3);
  assert_int_equal(count(text.data, "<title>"), 3);
  assert_int_equal(count(text.data, "<tr>"), 6);
  assert_non_null(strstr(text.data, "one &lt;b&gt;"));
  assert_non_null(strstr(text.data, "400 test samples, times of d</p>"));
  assert_non_null(strstr(text.data, "<small>a set</small>"));
  assert_null(strstr(text.data, "without noise"));
  assert_null(strstr(text.data, "hollow"));
  spiqe_text_destroy(&text);
  spiqe_sweeps_destroy(&sweeps);
  spiqe_sweeps_gather(&sweeps, "one", a, 3, 0, 1);
  text = chart_of(&sweeps);
  assert_non_null(strstr(text.data, "without noise"));
  spiqe_text_destroy(&text);
  spiqe_sweeps_destroy(&sweeps);
}

/* In whatever order they were measured: the one without noise, then by value. */
static void points_are_in_order_of_their_values(void **state) {
  (void)state;
  const double values[] = {0.1, NAN, 0.01, 0.05, 0};
  const double sorted[] = {NAN, 0, 0.01, 0.05, 0.1};
  spiqe_gathered g = {0};
  const spiqe_gather_key key = {.n_samples = 10, .n_seeds = 2};
  for (size_t seed = 0; seed < 2; seed++)
    for (size_t i = seed; i < 5; i++) spiqe_gather(&g, &key, values[i], seed, 0.5);
  assert_int_equal(g.n, 1);
  assert_int_equal(g.lines[0].n, 5);
  for (size_t i = 0; i < 5; i++) {
    const spiqe_gathered_point *point = &g.lines[0].points[i];
    assert_true(point->x == sorted[i] || (isnan(point->x) && isnan(sorted[i])));
    assert_int_equal(point->n_seeds, sorted[i] == 0.1 ? 1 : 2); /* the second seed lacks it */
  }
  spiqe_gathered_destroy(&g);
}

/* By hand: 20 % and 80 % are 50 % with a deviation of 30 % sqrt(2); rounding of doubles. One seed
 * has the error of its samples, and is one whatever is said of it twice. */
static void seeds_give_a_mean_and_its_deviation(void **state) {
  (void)state;
  spiqe_gathered g = {0};
  const spiqe_gather_key key = {.n_samples = 500, .n_seeds = 2};
  spiqe_gather(&g, &key, 1, 0, 0.2);
  spiqe_gather(&g, &key, 1, 0, 0.9);
  assert_true(g.lines[0].points[0].accuracy == 0.2);
  assert_true(spiqe_gathered_error(&g.lines[0], &g.lines[0].points[0]) ==
              spiqe_accuracy_error(0.2, 500));
  spiqe_gather(&g, &key, 1, 1, 0.8);
  assert_int_equal(g.lines[0].points[0].n_seeds, 2);
  assert_true(fabs(g.lines[0].points[0].accuracy - 0.5) < 1e-12);
  assert_true(fabs(spiqe_gathered_error(&g.lines[0], &g.lines[0].points[0]) - 0.3 * sqrt(2)) <
              1e-12);
  spiqe_gathered_destroy(&g);
}

/* Rows of other settings are another line, whose name says what is different. */
static void lines_are_told_apart_by_their_settings(void **state) {
  (void)state;
  static const char *const names[] = {"a, shots as trained, estimate, d, 400 samples",
                                      "a, 8 shots, estimate, d, 400 samples",
                                      "a, shots as trained, history, d, 400 samples",
                                      "a, shots as trained, estimate, other, 400 samples",
                                      "a, shots as trained, estimate, d, 100 samples"};
  spiqe_sweep_row rows[5];
  spiqe_sweeps sweeps = {0};
  for (size_t i = 0; i < 5; i++) rows[i] = row_of("gate", 0.1, 0.5);
  rows[1].n_shots = 8;
  rows[2].memory = SPIQE_QLIF_MEMORY_HISTORY;
  snprintf(rows[3].device, sizeof rows[3].device, "other");
  rows[4].n_samples = 100;
  spiqe_sweeps_gather(&sweeps, "a", rows, 5, 0, 1);
  const spiqe_gathered *g = &sweeps.of[SPIQE_NOISE_GATE];
  assert_int_equal(g->n, 5);
  for (size_t i = 0; i < 5; i++) {
    spiqe_text name = {0};
    spiqe_gathered_add_name(&name, g, i);
    assert_string_equal(name.data, names[i]);
    spiqe_text_destroy(&name);
  }
  spiqe_text text = chart_of(&sweeps);
  assert_non_null(strstr(text.data, "viewBox=\"0 0 440 372\"")); /* five rows of a legend */
  spiqe_text_destroy(&text);
  spiqe_sweeps_destroy(&sweeps);
}

/* What has no place in the chart is named below it, and all are in the table. */
static void lines_that_are_left_out_are_named(void **state) {
  (void)state;
  const spiqe_sweep_row rows[] = {row_of("t1", NAN, 0.9), row_of("t1", 1, 0.8),
                                  row_of("t1", 0.1, 0.3)};
  spiqe_sweeps sweeps = {0};
  for (size_t i = 0; i < 8; i++) {
    const char name[] = {(char)('a' + i), '<', 0};
    spiqe_sweeps_gather(&sweeps, name, rows, 3, 0, 1);
  }
  spiqe_text text = chart_of(&sweeps);
  assert_int_equal(count(text.data, "<title>"), 12);
  assert_int_equal(count(text.data, "<tr>"), 25);
  assert_non_null(strstr(text.data, "in the table: g&lt;, h&lt;.</p>"));
  spiqe_text_destroy(&text);
  spiqe_sweeps_destroy(&sweeps);
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      ROW(rows_measured_again_replace_the_old_ones),
      ROW(a_row_that_names_no_memory_is_an_estimate),
      ROW(writers_at_the_same_time_lose_no_row),
      ROW(what_is_no_row_is_refused),
      cmocka_unit_test(a_chart_has_a_mark_and_an_error_bar_for_every_point),
      cmocka_unit_test(points_are_in_order_of_their_values),
      cmocka_unit_test(seeds_give_a_mean_and_its_deviation),
      cmocka_unit_test(lines_are_told_apart_by_their_settings),
      cmocka_unit_test(lines_that_are_left_out_are_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
