/* Files: read whole with a limit; written whole or not at all, whatever the disk does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/context.h"
#include "core/file.h"
#include "support/folder.h"

#define LIMIT ((size_t)1 << 20)

static spiqe_context ctx;
static test_folder folder;

static int make_folder(void **state) {
  (void)state;
  ctx.message[0] = 0;
  return test_folder_create(&folder) ? 0 : -1;
}

static int remove_folder(void **state) {
  (void)state;
  test_folder_destroy(&folder);
  return 0;
}

static const char *inside(const char *name) {
  static char path[PATH_MAX];
  assert_true(spiqe_file_join(path, sizeof path, folder.path, name));
  return path;
}

static spiqe_status write_text(const char *path, const char *text) {
  spiqe_span span = {text, strlen(text)};
  return spiqe_file_write(&ctx, path, &span, 1);
}

static void assert_holds(const char *path, const char *text) {
  uint8_t *bytes;
  size_t size;
  assert_int_equal(spiqe_file_read(&ctx, path, LIMIT, &bytes, &size), SPIQE_OK);
  assert_int_equal(size, strlen(text));
  assert_string_equal((char *)bytes, text); /* a zero byte is past the end */
  free(bytes);
}

/* The status, nothing in *out, and a message that names the path. */
static void assert_unreadable(const char *path, size_t limit, spiqe_status expected) {
  uint8_t here, *bytes = &here;
  size_t size = 1;
  ctx.message[0] = 0;
  assert_int_equal(spiqe_file_read(&ctx, path, limit, &bytes, &size), expected);
  assert_null(bytes);
  assert_int_equal(size, 0);
  assert_non_null(strstr(ctx.message, path));
}

static void what_is_read_is_what_was_written(void **state) {
  (void)state;
  spiqe_span spans[] = {{"first ", 6}, {NULL, 0}, {"second", 6}};
  assert_int_equal(spiqe_file_write(&ctx, inside("a"), spans, 3), SPIQE_OK);
  assert_holds(inside("a"), "first second");
  assert_int_equal(write_text(inside("a"), ""), SPIQE_OK);
  assert_holds(inside("a"), "");
  assert_false(spiqe_file_exists(inside("a.part")));
}

static void a_path_without_a_folder_is_in_the_working_folder(void **state) {
  (void)state;
  int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  assert_true(here >= 0 && chdir(folder.path) == 0);
  spiqe_status status = write_text("plain", "x");
  assert_int_equal(fchdir(here), 0);
  close(here);
  assert_int_equal(status, SPIQE_OK);
  assert_holds(inside("plain"), "x");
}

static void a_file_at_the_limit_is_read_and_one_byte_more_is_not(void **state) {
  (void)state;
  uint8_t *bytes;
  size_t size;
  assert_int_equal(write_text(inside("a"), "12345"), SPIQE_OK);
  assert_int_equal(spiqe_file_read(&ctx, inside("a"), 5, &bytes, &size), SPIQE_OK);
  free(bytes);
  assert_unreadable(inside("a"), 4, SPIQE_LIMIT);
}

/* A sparse file claims a terabyte: the limit must act before memory is asked for. */
static void a_huge_file_is_refused_before_memory_is_asked_for(void **state) {
  (void)state;
  int file = open(inside("a"), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  assert_true(file >= 0);
  int sparse = ftruncate(file, (off_t)1 << 40);
  close(file);
  if (sparse != 0) skip();
  assert_unreadable(inside("a"), LIMIT, SPIQE_LIMIT);
}

static void what_is_no_file_is_refused(void **state) {
  (void)state;
  assert_unreadable(inside("absent"), LIMIT, SPIQE_NOT_FOUND);
  assert_unreadable(folder.path, LIMIT, SPIQE_FILE);
  assert_unreadable("/dev/zero", LIMIT, SPIQE_FILE);
  assert_int_equal(write_text(inside("a"), "x"), SPIQE_OK);
  assert_unreadable(inside("a/b"), LIMIT, SPIQE_FILE); /* through a file */
}

static void a_pipe_that_nobody_writes_does_not_make_us_wait(void **state) {
  (void)state;
  assert_int_equal(mkfifo(inside("pipe"), 0600), 0);
  assert_unreadable(inside("pipe"), LIMIT, SPIQE_FILE);
}

static void where_nothing_can_be_written_the_message_says_so(void **state) {
  (void)state;
  static const char *const places[] = {"/proc/spiqe", "a/b", "absent/b"};
  assert_int_equal(write_text(inside("a"), "x"), SPIQE_OK);
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    const char *path = places[i][0] == '/' ? places[i] : inside(places[i]);
    assert_int_equal(write_text(path, "y"), SPIQE_FILE);
    assert_non_null(strstr(ctx.message, path));
  }
  assert_holds(inside("a"), "x");
}

static void a_path_too_long_for_the_system_is_refused(void **state) {
  (void)state;
  char path[PATH_MAX + 10];
  memset(path, 'x', sizeof path - 1);
  path[sizeof path - 1] = 0;
  assert_int_equal(write_text(path, "y"), SPIQE_FILE);
  assert_int_equal(spiqe_file_make_folder(&ctx, path), SPIQE_FILE);
}

/* Writes more than the disk takes; the old file must stand, and nothing be left beside it. */
static void assert_old_file_survives(const char *path, size_t size) {
  char *big = calloc(size, 1);
  assert_non_null(big);
  spiqe_span span = {big, size};
  spiqe_status status = spiqe_file_write(&ctx, path, &span, 1);
  free(big);
  assert_int_equal(status, SPIQE_FILE);
  assert_non_null(strstr(ctx.message, "what was there before is intact"));
  assert_holds(path, "old");
  char part[PATH_MAX];
  snprintf(part, sizeof part, "%s.part", path);
  assert_false(spiqe_file_exists(part));
}

static void a_write_cut_short_leaves_the_old_file(void **state) {
  (void)state;
  struct rlimit before, small;
  assert_int_equal(write_text(inside("a"), "old"), SPIQE_OK);
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  signal(SIGXFSZ, SIG_IGN); /* write fails instead */
  small = (struct rlimit){10000, before.rlim_max};
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
  assert_old_file_survives(inside("a"), 100000);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
}

/* As a kill leaves it; it is longer than what is written. */
static void a_part_that_was_left_behind_is_used_again(void **state) {
  (void)state;
  assert_int_equal(write_text(inside("a"), "old"), SPIQE_OK);
  assert_int_equal(write_text(inside("a.part"), "half of what was to come"), SPIQE_OK);
  assert_int_equal(write_text(inside("a"), "new"), SPIQE_OK);
  assert_holds(inside("a"), "new");
  assert_false(spiqe_file_exists(inside("a.part")));
}

static void a_draft_that_is_given_up_changes_nothing(void **state) {
  (void)state;
  spiqe_file_draft draft;
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s", inside("a"));
  assert_int_equal(write_text(path, "old"), SPIQE_OK);
  assert_int_equal(spiqe_file_begin(&ctx, path, &draft), SPIQE_OK);
  assert_true(spiqe_file_exists(inside("a.part")));
  spiqe_file_cancel(&draft);
  assert_holds(inside("a"), "old");
  assert_false(spiqe_file_exists(inside("a.part")));
}

enum { N_WRITERS = 4, N_WRITES = 40, N_LETTERS = 50000 };

/* One letter many times, again and again; ends the process, with 0 when all was well. */
static void write_letters(char letter) {
  static char text[N_LETTERS];
  const spiqe_span span = {text, sizeof text};
  int good = 1;
  memset(text, letter, sizeof text);
  for (int i = 0; i < N_WRITES; i++)
    good = good && spiqe_file_write(&ctx, inside("a"), &span, 1) == SPIQE_OK;
  _exit(!good);
}

static void writers_at_the_same_time_all_leave_a_whole_file(void **state) {
  (void)state;
  pid_t writers[N_WRITERS];
  for (int i = 0; i < N_WRITERS; i++) {
    writers[i] = fork();
    assert_true(writers[i] >= 0);
    if (!writers[i]) write_letters((char)('a' + i));
  }
  for (int i = 0, ended; i < N_WRITERS; i++) {
    assert_int_equal(waitpid(writers[i], &ended, 0), writers[i]);
    assert_int_equal(ended, 0);
  }
  uint8_t *bytes;
  size_t size;
  assert_int_equal(spiqe_file_read(&ctx, inside("a"), LIMIT, &bytes, &size), SPIQE_OK);
  assert_int_equal(size, N_LETTERS);
  for (size_t i = 0; i < size; i++) assert_int_equal(bytes[i], bytes[0]);
  free(bytes);
  assert_false(spiqe_file_exists(inside("a.part")));
}

/* A disk of one page, in a mount table of this process alone; only root can make one. */
static void a_full_disk_leaves_the_old_file(void **state) {
  (void)state;
  if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
      mount("tmpfs", folder.path, "tmpfs", 0, "size=65536") != 0)
    skip();
  assert_int_equal(write_text(inside("a"), "old"), SPIQE_OK);
  assert_old_file_survives(inside("a"), 1000000);
  assert_non_null(strstr(ctx.message, "No space left"));
  assert_int_equal(umount(folder.path), 0);
}

static void folders_are_made_down_to_the_last(void **state) {
  (void)state;
  assert_int_equal(spiqe_file_make_folder(&ctx, inside("a/b//c/")), SPIQE_OK);
  assert_int_equal(spiqe_file_make_folder(&ctx, inside("a/b/c")), SPIQE_OK);
  assert_int_equal(write_text(inside("a/b/c/d"), "x"), SPIQE_OK);
  assert_int_equal(spiqe_file_make_folder(&ctx, inside("a/b/c/d")), SPIQE_FILE);
  assert_int_equal(spiqe_file_make_folder(&ctx, inside("a/b/c/d/e")), SPIQE_FILE);
  assert_int_equal(spiqe_file_make_folder(&ctx, ""), SPIQE_FILE);
  assert_int_equal(spiqe_file_make_folder(&ctx, "/"), SPIQE_OK);
}

static void paths_are_joined_by_one_slash(void **state) {
  (void)state;
  char out[8];
  assert_true(spiqe_file_join(out, sizeof out, "a", "b"));
  assert_string_equal(out, "a/b");
  assert_true(spiqe_file_join(out, sizeof out, "/", "b"));
  assert_string_equal(out, "/b");
  assert_true(spiqe_file_join(out, sizeof out, "", "b"));
  assert_string_equal(out, "b");
  assert_true(spiqe_file_join(out, sizeof out, "abc", "def"));
  assert_false(spiqe_file_join(out, sizeof out, "abcd", "efg"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(what_is_read_is_what_was_written),
      TEST(a_path_without_a_folder_is_in_the_working_folder),
      TEST(a_file_at_the_limit_is_read_and_one_byte_more_is_not),
      TEST(a_huge_file_is_refused_before_memory_is_asked_for),
      TEST(what_is_no_file_is_refused),
      TEST(a_pipe_that_nobody_writes_does_not_make_us_wait),
      TEST(where_nothing_can_be_written_the_message_says_so),
      TEST(a_path_too_long_for_the_system_is_refused),
      TEST(a_write_cut_short_leaves_the_old_file),
      TEST(a_part_that_was_left_behind_is_used_again),
      TEST(a_draft_that_is_given_up_changes_nothing),
      TEST(writers_at_the_same_time_all_leave_a_whole_file),
      TEST(a_full_disk_leaves_the_old_file),
      TEST(folders_are_made_down_to_the_last),
      TEST(paths_are_joined_by_one_slash),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
