/* Rows of sweeps come back as they were written, those measured again replace the old ones, and
 * what is no row is refused; a chart has a mark and an error bar for every point. */
#include <math.h>

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
  spiqe_sweep_row t1[] = {row_of("t1", 0.5, 1)}, again[] = {row_of("gate", 0.3, 0.25)};
  t1[0].memory = SPIQE_QLIF_MEMORY_HISTORY;
  assert_rows(f, NULL, 0); /* no file */
  write_rows(f, gate, 2);
  assert_rows(f, gate, 2);
  write_rows(f, t1, 1);
  assert_rows(f, (const spiqe_sweep_row[]){gate[0], gate[1], t1[0]}, 3);
  write_rows(f, again, 1);
  assert_rows(f, (const spiqe_sweep_row[]){t1[0], again[0]}, 2);
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

static void a_chart_has_a_mark_and_an_error_bar_for_every_point(void **state) {
  (void)state;
  const spiqe_sweep_row a[] = {row_of("gate", NAN, 0.98), row_of("gate", 0.01, 0.97),
                               row_of("gate", 0.1, 0.5), row_of("readout", 0.1, 0.9)};
  const spiqe_sweep_row b[] = {row_of("gate", 0.02, 0), row_of("gate", 0, 1)};
  const spiqe_sweep_line lines[] = {{"one <b>", a, 4}, {"two", b, 2}};
  spiqe_text text = {0};
  assert_true(spiqe_chart_sweep(&text, lines, 2, SPIQE_NOISE_GATE));
  assert_int_equal(count(text.data, "class=\"error\""), 3); /* 0 has no place on a log axis */
  assert_int_equal(count(text.data, "<title>"), 3);
  assert_non_null(strstr(text.data, "one &lt;b&gt;"));
  assert_null(strstr(text.data, "nan"));
  assert_null(strstr(text.data, "without noise"));
  spiqe_text_destroy(&text);
  assert_true(spiqe_chart_sweep(&text, lines, 1, SPIQE_NOISE_GATE));
  assert_non_null(strstr(text.data, "without noise"));
  spiqe_text_destroy(&text);
  assert_false(spiqe_chart_sweep(&text, lines, 2, SPIQE_NOISE_T1));
  assert_false(spiqe_table_sweep(&text, lines, 2, SPIQE_NOISE_T1));
  assert_false(spiqe_sweep_is_there(lines + 1, 0));
  assert_null(text.data);
  assert_true(spiqe_table_sweep(&text, lines, 2, SPIQE_NOISE_GATE));
  assert_int_equal(count(text.data, "<tr>"), 6);
  spiqe_text_destroy(&text);
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      ROW(rows_measured_again_replace_the_old_ones),
      ROW(a_row_that_names_no_memory_is_an_estimate),
      ROW(what_is_no_row_is_refused),
      cmocka_unit_test(a_chart_has_a_mark_and_an_error_bar_for_every_point),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
