/* Text: strings that grow, and the nearest of several names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/text.h"

static const char *const names[] = {"threshold", "units", "planes", NULL, "beta", "leak"};
#define N_NAMES (sizeof names / sizeof *names)

static void text_grows_by_formats_and_bytes(void **state) {
  (void)state;
  spiqe_text text = {0};
  spiqe_text_add(&text, "%s %d", "step", 12);
  spiqe_text_add_bytes(&text, "\0x", 2);
  assert_int_equal(text.size, 9);
  assert_memory_equal(text.data, "step 12\0x", 10); /* and the zero at the end */
  assert_false(text.failed);
  spiqe_text_destroy(&text);
  assert_null(text.data);
}

static void ten_thousand_pieces_equal_one_piece(void **state) {
  (void)state;
  spiqe_text text = {0};
  for (int i = 0; i < 10000; i++) spiqe_text_add(&text, "%04d", i);
  assert_int_equal(text.size, 40000);
  for (int i = 0; i < 10000; i++) {
    char digits[8] = {0};
    memcpy(digits, text.data + 4 * i, 4);
    assert_int_equal(atoi(digits), i);
  }
  spiqe_text_destroy(&text);
}

static void adding_nothing_still_gives_a_string(void **state) {
  (void)state;
  spiqe_text text = {0};
  spiqe_text_add(&text, "%s", "");
  assert_string_equal(text.data, "");
  spiqe_text_destroy(&text);
}

static void a_name_is_nearest_to_itself(void **state) {
  (void)state;
  for (size_t i = 0; i < N_NAMES; i++)
    if (names[i]) assert_ptr_equal(spiqe_text_nearest(names[i], names, N_NAMES), names[i]);
}

/* Insert, delete, replace, swap: whichever edit a finger makes, the name is found again. */
static void every_single_edit_leads_back_to_the_name(void **state) {
  (void)state;
  for (size_t i = 0; i < N_NAMES; i++) {
    size_t length = names[i] ? strlen(names[i]) : 0;
    for (size_t at = 0; at < length; at++) {
      char edited[64];
      strcpy(edited, names[i]);
      edited[at] = '_';
      assert_ptr_equal(spiqe_text_nearest(edited, names, N_NAMES), names[i]);
      strcpy(edited + at, names[i] + at + 1);
      assert_ptr_equal(spiqe_text_nearest(edited, names, N_NAMES), names[i]);
      strcpy(edited, names[i]);
      strcpy(edited + at + 1, names[i] + at);
      assert_ptr_equal(spiqe_text_nearest(edited, names, N_NAMES), names[i]);
      strcpy(edited, names[i]);
      if (at > 0) edited[at] = names[i][at - 1], edited[at - 1] = names[i][at];
      assert_ptr_equal(spiqe_text_nearest(edited, names, N_NAMES), names[i]);
    }
  }
}

static void a_name_with_nothing_in_common_has_no_nearest(void **state) {
  (void)state;
  static const char *const far[] = {"", "zzzzzz", "q", "xylophone_concert"};
  static const char *const single[] = {"n"};
  for (size_t i = 0; i < sizeof far / sizeof *far; i++)
    assert_null(spiqe_text_nearest(far[i], names, N_NAMES));
  assert_null(spiqe_text_nearest("q", single, 1));
  assert_null(spiqe_text_nearest("units", names, 0));
}

static void a_very_long_name_is_no_trouble(void **state) {
  (void)state;
  char *longest = malloc(100001);
  assert_non_null(longest);
  memset(longest, 'u', 100000);
  longest[100000] = 0;
  const char *const with_long[] = {longest, "units"};
  assert_null(spiqe_text_nearest(longest, names, N_NAMES));
  assert_string_equal(spiqe_text_nearest("unit", with_long, 2), "units");
  free(longest);
}

static void a_suggestion_fits_its_buffer(void **state) {
  (void)state;
  char out[64], tiny[8];
  assert_string_equal(spiqe_text_suggest("treshold", names, N_NAMES, out, sizeof out),
                      " (did you mean 'threshold'?)");
  assert_string_equal(spiqe_text_suggest("zzzzzz", names, N_NAMES, out, sizeof out), "");
  assert_true(strlen(spiqe_text_suggest("treshold", names, N_NAMES, tiny, sizeof tiny)) < 8);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(text_grows_by_formats_and_bytes),
      cmocka_unit_test(ten_thousand_pieces_equal_one_piece),
      cmocka_unit_test(adding_nothing_still_gives_a_string),
      cmocka_unit_test(a_name_is_nearest_to_itself),
      cmocka_unit_test(every_single_edit_leads_back_to_the_name),
      cmocka_unit_test(a_name_with_nothing_in_common_has_no_nearest),
      cmocka_unit_test(a_very_long_name_is_no_trouble),
      cmocka_unit_test(a_suggestion_fits_its_buffer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
