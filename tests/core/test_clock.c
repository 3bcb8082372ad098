/* Clock: time goes on, and the peak memory is that of this program alone. */
#include "core/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define LARGE ((size_t)256 << 20)

static void time_never_goes_back(void **state) {
  (void)state;
  double last = spiqe_clock_seconds();
  for (int i = 0; i < 100000; i++) {
    double now = spiqe_clock_seconds();
    assert_true(now >= last);
    last = now;
  }
}

static void touched_memory_raises_the_peak_for_good(void **state) {
  (void)state;
  size_t before = spiqe_peak_memory();
  assert_true(before > 0);
  volatile char *block = malloc(LARGE);
  assert_non_null((const void *)block);
  for (size_t i = 0; i < LARGE; i += 4096) block[i] = 1;
  assert_true(spiqe_peak_memory() >= LARGE);
  free((void *)block);
  assert_true(spiqe_peak_memory() >= LARGE);
}

/* After the test above this process is large; what it starts is not. */
static void a_program_does_not_inherit_the_peak_of_its_parent(void **state) {
  (void)state;
  int result = 1;
  pid_t child = fork();
  if (child == 0) {
    execl("/proc/self/exe", "test", "small", (char *)NULL);
    _exit(2);
  }
  assert_true(child > 0 && waitpid(child, &result, 0) == child);
  assert_true(WIFEXITED(result));
  assert_int_equal(WEXITSTATUS(result), 0);
}

int main(int n_arguments, char **arguments) {
  if (n_arguments == 2 && !strcmp(arguments[1], "small")) return spiqe_peak_memory() >= LARGE;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(time_never_goes_back),
      cmocka_unit_test(touched_memory_raises_the_peak_for_good),
      cmocka_unit_test(a_program_does_not_inherit_the_peak_of_its_parent),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
