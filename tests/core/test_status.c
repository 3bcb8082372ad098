/* Status codes: names and texts follow the one list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "spiqe/status.h"

static void every_status_has_its_own_name_and_text(void **state) {
  (void)state;
  for (int i = 0; i < SPIQE_N_STATUS; i++) {
    assert_int_equal(strncmp(spiqe_status_name((spiqe_status)i), "SPIQE_", 6), 0);
    assert_true(strlen(spiqe_status_text((spiqe_status)i)) > 0);
    for (int j = 0; j < i; j++) {
      assert_string_not_equal(spiqe_status_name((spiqe_status)i),
                              spiqe_status_name((spiqe_status)j));
      assert_string_not_equal(spiqe_status_text((spiqe_status)i),
                              spiqe_status_text((spiqe_status)j));
    }
  }
}

static void done_is_zero(void **state) {
  (void)state;
  assert_int_equal(SPIQE_OK, 0);
  assert_string_equal(spiqe_status_name(SPIQE_OK), "SPIQE_OK");
}

static void a_number_that_is_no_status_is_said_to_be_none(void **state) {
  (void)state;
  assert_string_equal(spiqe_status_name(SPIQE_N_STATUS), "SPIQE_UNKNOWN");
  assert_string_equal(spiqe_status_name((spiqe_status)1000000), "SPIQE_UNKNOWN");
  assert_true(strlen(spiqe_status_text(SPIQE_N_STATUS)) > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_status_has_its_own_name_and_text),
      cmocka_unit_test(done_is_zero),
      cmocka_unit_test(a_number_that_is_no_status_is_said_to_be_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
