#include "support/child.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "support/bench.h"

#define MOST_SETTINGS 1024

/* posix_spawn does not copy this process, so that its size does not count. */
static pid_t start_child(const char *const *arguments, const char *setting, int output) {
  char *settings[MOST_SETTINGS + 2] = {NULL};
  size_t n = 0;
  posix_spawn_file_actions_t actions;
  pid_t pid;
  if (setting) settings[n++] = (char *)(uintptr_t)setting;
  for (char **s = environ; *s && n < MOST_SETTINGS; s++) settings[n++] = *s;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  int failed = posix_spawnp(&pid, arguments[0], &actions, NULL,
                            (char *const *)(uintptr_t)arguments, settings);
  posix_spawn_file_actions_destroy(&actions);
  bench_require(failed == 0, "%s: cannot start", arguments[0]);
  return pid;
}

/* Linux keeps the largest memory over exec, so the child's begins at that of this process; the
 * benchmarks that ask for it are small. */
static bench_child wait_for(pid_t pid, double start) {
  struct rusage usage;
  int status;
  bench_require(wait4(pid, &status, 0, &usage) == pid, "the child is lost");
  return (bench_child){
      .exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
      .seconds = spiqe_clock_seconds() - start,
      .user = (double)usage.ru_utime.tv_sec + 1e-6 * (double)usage.ru_utime.tv_usec,
      .system = (double)usage.ru_stime.tv_sec + 1e-6 * (double)usage.ru_stime.tv_usec,
      .peak_memory = (size_t)usage.ru_maxrss * 1024, /* Linux gives KiB */
  };
}

bench_child bench_run(const char *const *arguments, const char *setting) {
  int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  fflush(NULL);
  double start = spiqe_clock_seconds();
  bench_child child = wait_for(start_child(arguments, setting, nowhere), start);
  close(nowhere);
  return child;
}

size_t bench_count_lines(const char *const *arguments, const char *setting) {
  int ends[2];
  size_t lines = 0;
  bench_require(pipe2(ends, O_CLOEXEC) == 0, "no pipe");
  pid_t pid = start_child(arguments, setting, ends[1]);
  close(ends[1]);
  FILE *output = fdopen(ends[0], "r");
  for (int c; output && (c = fgetc(output)) != EOF;) lines += c == '\n';
  if (output) fclose(output);
  wait_for(pid, 0);
  return lines;
}
