/* The confusion matrix for the terminal. */
#include "report/report_support.h"

/* Columns of a line in a terminal: characters less the escapes. */
static size_t columns_of(const char *line, size_t n) {
  size_t columns = 0;
  for (size_t i = 0; i < n; i++) {
    if (line[i] == '\033')
      while (line[i] != 'm') i++;
    else
      columns += (line[i] & 0xc0) != 0x80;
  }
  return columns;
}

static char *print_matrix(fixture *f, const uint64_t *confusion, size_t n, int colour) {
  char *text;
  assert_int_equal(spiqe_confusion_print(f->ctx, confusion, n, colour, &text), SPIQE_OK);
  return text;
}

static void a_small_matrix_reads_as_expected(void **state) {
  static const uint64_t confusion[] = {980, 20, 0, 7};
  char *text = print_matrix(*state, confusion, 2, 0);
  assert_string_equal(text, "  rows: true class, columns: predicted\n"
                            "          0   1    recall\n"
                            "      \u250c\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\n"
                            "    0 \u2502 980  20    98.0 %\n"
                            "    1 \u2502   \u00b7   7   100.0 %\n");
  free(text);
}

static void rows_are_aligned_with_and_without_colour(void **state) {
  uint64_t confusion[100];
  for (size_t i = 0; i < 100; i++) confusion[i] = i % 11 == 0 ? 1000 - i : i % 7 == 0 ? i : 0;
  for (int colour = 0; colour < 2; colour++) {
    char *text = print_matrix(*state, confusion, 10, colour), *line = text;
    size_t n_rows = 0, width = 0;
    for (char *end; (end = strchr(line, '\n')); line = end + 1) {
      if (!strstr(line, "\u2502") || strstr(line, "\u2502") > end) continue;
      size_t columns = columns_of(line, (size_t)(end - line));
      if (n_rows++ == 0) width = columns;
      assert_int_equal(columns, width);
    }
    assert_int_equal(n_rows, 10);
    assert_true(width <= 80);
    assert_int_equal(strstr(text, "\033[") != NULL, colour);
    free(text);
  }
}

static void many_classes_become_a_list(void **state) {
  static uint64_t confusion[47 * 47];
  for (size_t i = 0; i < 47; i++) confusion[i * 48] = 100 + i;
  confusion[46 * 47 + 3] = 12;
  char *text = print_matrix(*state, confusion, 47, 1), *line = text;
  for (char *end; (end = strchr(line, '\n')); line = end + 1)
    assert_true(columns_of(line, (size_t)(end - line)) <= 120);
  assert_non_null(strstr(text, "most taken for"));
  assert_non_null(strstr(text, "  3 (12)\n"));
  free(text);
}

static void a_class_without_samples_has_a_dash(void **state) {
  static const uint64_t confusion[] = {3, 0, 0, 0};
  char *text = print_matrix(*state, confusion, 2, 0);
  assert_non_null(strstr(text, "     - %"));
  free(text);
}

static void no_classes_are_refused(void **state) {
  fixture *f = *state;
  char *text = NULL;
  assert_int_equal(spiqe_confusion_print(f->ctx, NULL, 0, 0, &text), SPIQE_BAD_ARGUMENT);
  assert_null(text);
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      ROW(a_small_matrix_reads_as_expected),
      ROW(rows_are_aligned_with_and_without_colour),
      ROW(many_classes_become_a_list),
      ROW(a_class_without_samples_has_a_dash),
      ROW(no_classes_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
