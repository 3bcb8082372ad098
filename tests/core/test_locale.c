/* Numbers in files have a point, also when the program around the library writes 0,5. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/option.h"
#include "core/text.h"

static const spiqe_option option = {
    .key = "t1", .type = SPIQE_OPTION_REAL, .value = "0.5", .low = 0.0, .high = 100.0};

/* Skips where no locale with a comma is installed. */
static int enter_comma_locale(void **state) {
  (void)state;
  const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8",  "de_DE",       "fr_FR.UTF-8",
                               "nl_NL.UTF-8", "da_DK.UTF-8", "es_ES.UTF-8", "it_IT.UTF-8"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (setlocale(LC_ALL, names[i]) && !strcmp(localeconv()->decimal_point, ",")) return 0;
  fprintf(stderr, "skipped: no locale with a comma is installed\n");
  return 0;
}

static int leave_locale(void **state) {
  (void)state;
  setlocale(LC_ALL, "C");
  return 0;
}

static void skip_without_comma(void) {
  if (strcmp(localeconv()->decimal_point, ",") != 0) skip();
}

static void options_are_read_and_printed_with_a_point(void **state) {
  (void)state;
  skip_without_comma();
  double t1 = 0.0;
  spiqe_text text = {0};
  assert_int_equal(spiqe_option_set(NULL, &option, 1, "t1", "12.25", &t1), SPIQE_OK);
  assert_true(t1 == 12.25); /* exact in binary */
  assert_int_equal(spiqe_option_set(NULL, &option, 1, "t1", "12,25", &t1), SPIQE_BAD_ARGUMENT);
  spiqe_option_print(&option, &t1, &text);
  assert_string_equal(text.data, "t1: 12.25");
  spiqe_text_destroy(&text);
}

static void the_locale_of_the_program_stays(void **state) {
  (void)state;
  skip_without_comma();
  char own[16];
  spiqe_text text = {0};
  spiqe_text_add(&text, "%.2f", 0.25);
  spiqe_text_add_real(&text, 0.1);
  snprintf(own, sizeof own, "%.2f", 0.25);
  assert_string_equal(text.data, "0.250.1");
  assert_string_equal(own, "0,25");
  spiqe_text_destroy(&text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(options_are_read_and_printed_with_a_point),
      cmocka_unit_test(the_locale_of_the_program_stays),
  };
  return cmocka_run_group_tests(tests, enter_comma_locale, leave_locale);
}
