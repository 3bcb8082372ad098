/* Options: one table reads, checks, prints; what is printed reads back to the same bits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/context.h"
#include "core/option.h"

typedef struct settings {
  int before;
  size_t units;
  double slope;
  int learn, mode;
  int after;
} settings;

static const char *const modes[] = {"exact", "shots", "single-shot", NULL};

static const spiqe_option table[] = {
    {"units", SPIQE_OPTION_SIZE, offsetof(settings, units), "10", 1, 1000, NULL, "neurons"},
    {"slope", SPIQE_OPTION_REAL, offsetof(settings, slope), "0.5", -1e300, 1e300, NULL, "1/rad"},
    {"learn", SPIQE_OPTION_FLAG, offsetof(settings, learn), "true", 0, 0, NULL, "learnt or fixed"},
    {"mode", SPIQE_OPTION_CHOICE, offsetof(settings, mode), "shots", 0, 0, modes, "how measured"},
};
#define N_OPTIONS (sizeof table / sizeof *table)

static spiqe_context ctx;

static settings defaults(void) {
  settings s = {.before = 1234, .after = 4321};
  spiqe_options_default(table, N_OPTIONS, &s);
  return s;
}

static void assert_same(const settings *a, const settings *b) {
  assert_int_equal(a->before, b->before);
  assert_int_equal(a->units, b->units);
  assert_memory_equal(&a->slope, &b->slope, sizeof a->slope);
  assert_int_equal(a->learn, b->learn);
  assert_int_equal(a->mode, b->mode);
  assert_int_equal(a->after, b->after);
}

static spiqe_status set(settings *s, const char *key, const char *text) {
  ctx.message[0] = 0;
  return spiqe_option_set(&ctx, table, N_OPTIONS, key, text, s);
}

static const spiqe_option source = {"circuit", SPIQE_OPTION_SOURCE, 0, "", 0, 0, NULL, "a text"};

static void print_source(const char *text, spiqe_text *out) {
  char field[SPIQE_MOST_SOURCE];
  assert_int_equal(spiqe_option_set(&ctx, &source, 1, "circuit", text, field), SPIQE_OK);
  *out = (spiqe_text){0};
  spiqe_option_print(&source, field, out);
}

static void a_source_is_a_text_or_the_file_that_holds_it(void **state) {
  (void)state;
  static const char text[] = "// it's \"a\" \\ b\n\th q;\n";
  char path[] = "source_XXXXXX", field[SPIQE_MOST_SOURCE];
  spiqe_text direct, from_file;
  int file = mkstemp(path);
  assert_int_equal(write(file, text, sizeof text - 1), sizeof text - 1);
  close(file);
  print_source(text, &direct);
  print_source(path, &from_file);
  assert_string_equal(direct.data, "circuit: \"// it's \\\"a\\\" \\\\ b\\n\\th q;\\n\"");
  assert_string_equal(direct.data, from_file.data);
  spiqe_text_destroy(&direct);
  spiqe_text_destroy(&from_file);
  remove(path);
  assert_int_equal(spiqe_option_set(&ctx, &source, 1, "circuit", path, field), SPIQE_NOT_FOUND);
  assert_non_null(strstr(ctx.message, path));
  assert_int_equal(spiqe_option_set(&ctx, &source, 1, "circuit", "a;\x01", field),
                   SPIQE_BAD_FORMAT);
  assert_int_equal(spiqe_option_set(&ctx, &source, 1, "circuit", "a;\xff", field),
                   SPIQE_BAD_FORMAT);
  char *large = calloc(SPIQE_MOST_SOURCE + 1, 1);
  memset(large, ';', SPIQE_MOST_SOURCE);
  assert_int_equal(spiqe_option_set(&ctx, &source, 1, "circuit", large, field), SPIQE_LIMIT);
  free(large);
}

static void defaults_fill_every_field_and_touch_nothing_else(void **state) {
  (void)state;
  settings s = defaults(), expected = {1234, 10, 0.5, 1, 1, 4321};
  assert_same(&s, &expected);
}

static void a_value_in_range_is_set(void **state) {
  (void)state;
  settings s = defaults(), expected = {1234, 1000, -1.5e-3, 0, 2, 4321};
  assert_int_equal(set(&s, "units", "1000"), SPIQE_OK);
  assert_int_equal(set(&s, "slope", "-1.5e-3"), SPIQE_OK);
  assert_int_equal(set(&s, "learn", "false"), SPIQE_OK);
  assert_int_equal(set(&s, "mode", "single-shot"), SPIQE_OK);
  assert_same(&s, &expected);
}

/* A refusal changes nothing, names the key, repeats the text and says what was expected. */
static void assert_refused(const char *key, const char *text, const char *expected) {
  settings s = defaults(), before = defaults();
  assert_int_equal(set(&s, key, text), SPIQE_BAD_ARGUMENT);
  assert_same(&s, &before);
  char shown[64];
  snprintf(shown, sizeof shown, "%s: '%.40s'", key, text);
  if (!strstr(ctx.message, shown)) fail_msg("'%s' lacks \"%s\"", ctx.message, shown);
  if (!strstr(ctx.message, expected)) fail_msg("'%s' lacks \"%s\"", ctx.message, expected);
}

static void a_size_that_is_no_whole_number_in_range_is_refused(void **state) {
  (void)state;
  static const char *const texts[] = {
      "0",  "1001", "-1", "+1",  "1.5",  "1e2", "",
      " 1", "1 ",   "0x", "abc", "1001", "nan", "18446744073709551616"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    assert_refused("units", texts[i], "a whole number from 1 to 1000 is expected");
}

static void a_real_that_is_not_finite_or_in_range_is_refused(void **state) {
  (void)state;
  static const char *const texts[] = {"", "abc", "nan", "inf", "-inf", "1e400", "1e301", "0.5x"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    assert_refused("slope", texts[i], "a number from -1e+300 to 1e+300 is expected");
}

static void a_flag_is_true_or_false(void **state) {
  (void)state;
  static const char *const texts[] = {"", "1", "yes", "True", "truee"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    assert_refused("learn", texts[i], "true or false is expected");
}

static void an_unknown_choice_lists_all_and_offers_the_nearest(void **state) {
  (void)state;
  assert_refused("mode", "", "one of exact, shots, single-shot is expected");
  assert_refused("mode", "shot", "(did you mean 'shots'?)");
  assert_refused("mode", "Exact", "(did you mean 'exact'?)");
}

static void an_unknown_key_offers_the_nearest(void **state) {
  (void)state;
  settings s = defaults(), before = defaults();
  assert_int_equal(set(&s, "unit", "3"), SPIQE_BAD_NAME);
  assert_string_equal(ctx.message, "unknown key 'unit' (did you mean 'units'?)");
  assert_int_equal(set(&s, "zzzzzzzz", "3"), SPIQE_BAD_NAME);
  assert_string_equal(ctx.message, "unknown key 'zzzzzzzz'");
  assert_int_equal(set(&s, "", "3"), SPIQE_BAD_NAME);
  assert_same(&s, &before);
}

static void a_very_long_value_gives_a_short_message(void **state) {
  (void)state;
  char *text = malloc(100001);
  assert_non_null(text);
  memset(text, 'x', 100000);
  text[100000] = 0;
  for (size_t i = 0; i < N_OPTIONS; i++) assert_refused(table[i].key, text, "expected");
  assert_true(strlen(ctx.message) < 200);
  free(text);
}

static void assert_reads_back(const settings *s) {
  settings again = defaults();
  for (size_t i = 0; i < N_OPTIONS; i++) {
    spiqe_text line = {0};
    spiqe_option_print(&table[i], s, &line);
    char *value = strstr(line.data, ": ");
    assert_non_null(value);
    *value = 0;
    assert_int_equal(set(&again, line.data, value + 2), SPIQE_OK);
    spiqe_text_destroy(&line);
  }
  assert_same(s, &again);
}

static void what_is_printed_reads_back_to_the_same_bits(void **state) {
  (void)state;
  static const double reals[] = {
      0.1, 1.0 / 3, -0.0, 5e-324, 1e300, 2.2250738585072014e-308, 123456789.123456789};
  for (size_t i = 0; i < sizeof reals / sizeof *reals; i++) {
    settings s = {1234, i + 1, reals[i], (int)i % 2, (int)i % 3, 4321};
    assert_reads_back(&s);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_source_is_a_text_or_the_file_that_holds_it),
      cmocka_unit_test(defaults_fill_every_field_and_touch_nothing_else),
      cmocka_unit_test(a_value_in_range_is_set),
      cmocka_unit_test(a_size_that_is_no_whole_number_in_range_is_refused),
      cmocka_unit_test(a_real_that_is_not_finite_or_in_range_is_refused),
      cmocka_unit_test(a_flag_is_true_or_false),
      cmocka_unit_test(an_unknown_choice_lists_all_and_offers_the_nearest),
      cmocka_unit_test(an_unknown_key_offers_the_nearest),
      cmocka_unit_test(a_very_long_value_gives_a_short_message),
      cmocka_unit_test(what_is_printed_reads_back_to_the_same_bits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
