/* Failures: the status comes back, the message with its values is on the context. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/context.h"
#include "core/fail.h"

static void a_failure_returns_its_status_and_writes_its_message(void **state) {
  (void)state;
  spiqe_context ctx = {0};
  assert_string_equal(spiqe_context_message(&ctx), "");
  assert_int_equal(spiqe_fail(&ctx, SPIQE_BAD_INDEX, "row %d of %d", 5, 3), SPIQE_BAD_INDEX);
  assert_string_equal(spiqe_context_message(&ctx), "row 5 of 3");
}

static void without_a_context_only_the_status_comes_back(void **state) {
  (void)state;
  assert_int_equal(spiqe_fail(NULL, SPIQE_LIMIT, "%s", "x"), SPIQE_LIMIT);
  assert_int_equal(spiqe_fail_prefix(NULL, SPIQE_FILE, "%s", "x"), SPIQE_FILE);
}

static void a_prefix_names_the_place_and_keeps_the_message(void **state) {
  (void)state;
  spiqe_context ctx = {0};
  spiqe_fail(&ctx, SPIQE_BAD_FORMAT, "a comma is expected");
  spiqe_fail_prefix(&ctx, SPIQE_BAD_FORMAT, "%s:%d", "model.yaml", 3);
  assert_string_equal(ctx.message, "model.yaml:3: a comma is expected");
}

static void the_old_message_may_be_part_of_the_new(void **state) {
  (void)state;
  spiqe_context ctx = {0};
  spiqe_fail(&ctx, SPIQE_FILE, "first");
  spiqe_fail(&ctx, SPIQE_FILE, "%s, then %s", ctx.message, ctx.message);
  assert_string_equal(ctx.message, "first, then first");
}

static void a_long_message_is_cut_and_terminated(void **state) {
  (void)state;
  spiqe_context ctx = {0};
  char longest[3 * SPIQE_MESSAGE_SIZE];
  memset(longest, 'x', sizeof longest - 1);
  longest[sizeof longest - 1] = 0;
  spiqe_fail(&ctx, SPIQE_FILE, "%s", longest);
  assert_int_equal(strlen(ctx.message), SPIQE_MESSAGE_SIZE - 1);
  spiqe_fail_prefix(&ctx, SPIQE_FILE, "%s", longest);
  assert_int_equal(strlen(ctx.message), SPIQE_MESSAGE_SIZE - 1);
}

static spiqe_status need(spiqe_context *ctx, int value, int *calls) {
  SPIQE_REQUIRE(ctx, value < 10, SPIQE_BAD_ARGUMENT, "%d, but below 10 is expected", value);
  ++*calls;
  return SPIQE_OK;
}

static spiqe_status need_both(spiqe_context *ctx, int a, int b, int *calls) {
  SPIQE_TRY(need(ctx, a, calls));
  SPIQE_TRY(need(ctx, b, calls));
  return SPIQE_OK;
}

static spiqe_status need_then_clean(spiqe_context *ctx, int value, int *calls, int *cleaned) {
  spiqe_status status;
  SPIQE_TRY_GOTO(need(ctx, value, calls), done);
done:
  *cleaned = 1;
  return status;
}

static void the_first_failure_ends_the_function(void **state) {
  (void)state;
  spiqe_context ctx = {0};
  int calls = 0, cleaned = 0;
  assert_int_equal(need_both(&ctx, 1, 2, &calls), SPIQE_OK);
  assert_int_equal(calls, 2);
  assert_int_equal(need_both(&ctx, 12, 13, &calls), SPIQE_BAD_ARGUMENT);
  assert_int_equal(calls, 2);
  assert_string_equal(ctx.message, "12, but below 10 is expected");
  assert_int_equal(need_then_clean(&ctx, 14, &calls, &cleaned), SPIQE_BAD_ARGUMENT);
  assert_int_equal(cleaned, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_failure_returns_its_status_and_writes_its_message),
      cmocka_unit_test(without_a_context_only_the_status_comes_back),
      cmocka_unit_test(a_prefix_names_the_place_and_keeps_the_message),
      cmocka_unit_test(the_old_message_may_be_part_of_the_new),
      cmocka_unit_test(a_long_message_is_cut_and_terminated),
      cmocka_unit_test(the_first_failure_ends_the_function),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
