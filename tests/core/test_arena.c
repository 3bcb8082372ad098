/* Arena: aligned pieces that do not meet, zero at the start, overflow remembered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/context.h"

static void pieces_are_aligned_zero_and_apart(void **state) {
  (void)state;
  static const size_t counts[] = {1, 0, 63, 64, 65, 1000, 7};
  enum { N = sizeof counts / sizeof *counts };
  spiqe_context ctx = {0};
  spiqe_arena arena = {0};
  size_t offsets[N];
  for (size_t i = 0; i < N; i++)
    offsets[i] = spiqe_arena_reserve(&arena, counts[i], sizeof(double));
  assert_int_equal(spiqe_arena_create(&ctx, &arena), SPIQE_OK);
  for (size_t i = 0; i < N; i++) {
    uint8_t *piece = arena.base + offsets[i];
    size_t size = counts[i] * sizeof(double);
    assert_int_equal((uintptr_t)piece % 64, 0);
    assert_true(offsets[i] + size <= arena.size);
    for (size_t j = 0; j < size; j++) assert_int_equal(piece[j], 0); /* no one before wrote here */
    memset(piece, 255, size);
  }
  spiqe_arena_destroy(&arena);
  assert_null(arena.base);
}

static void an_overflow_is_remembered_until_create(void **state) {
  (void)state;
  static const size_t asked[][2] = {{SIZE_MAX, 2},
                                    {SIZE_MAX, 1},
                                    {SIZE_MAX / 2, 2},
                                    {SIZE_MAX - 100, 1}};
  for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
    spiqe_context ctx = {0};
    spiqe_arena arena = {0};
    spiqe_arena_reserve(&arena, 100, 1);
    spiqe_arena_reserve(&arena, asked[i][0], asked[i][1]);
    spiqe_arena_reserve(&arena, 1, 1);
    assert_int_equal(spiqe_arena_create(&ctx, &arena), SPIQE_NO_MEMORY);
    assert_true(strlen(ctx.message) > 0);
    assert_null(arena.base);
  }
}

static void too_much_memory_is_a_failure_that_names_the_size(void **state) {
  (void)state;
  spiqe_context ctx = {0};
  spiqe_arena arena = {0};
  spiqe_arena_reserve(&arena, (size_t)1 << 60, 1);
  assert_int_equal(spiqe_arena_create(&ctx, &arena), SPIQE_NO_MEMORY);
  assert_non_null(strstr(ctx.message, "1152921504606.8 MB"));
  spiqe_arena_destroy(&arena);
}

static void an_empty_arena_is_fine_and_so_is_destroying_it_twice(void **state) {
  (void)state;
  spiqe_context ctx = {0};
  spiqe_arena arena = {0};
  assert_int_equal(spiqe_arena_create(&ctx, &arena), SPIQE_OK);
  spiqe_arena_destroy(&arena);
  spiqe_arena_destroy(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pieces_are_aligned_zero_and_apart),
      cmocka_unit_test(an_overflow_is_remembered_until_create),
      cmocka_unit_test(too_much_memory_is_a_failure_that_names_the_size),
      cmocka_unit_test(an_empty_arena_is_fine_and_so_is_destroying_it_twice),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
