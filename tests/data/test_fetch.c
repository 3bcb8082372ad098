/* Fetching, against a server of our own: what arrives is right or is not there. */
#include <sys/wait.h>
#include <unistd.h>

#include "data/fetch.h"
#include "data/hash.h"
#include "support.h"

#define FILE_SIZE 300000

static spiqe_context ctx = {.n_threads = 1};
static test_folder folder; /* served: the file "data.gz"; fetched to: folder/got */
static spiqe_set_file file = {.name = "data.gz", .size = FILE_SIZE};
static char sum[SPIQE_SHA256_TEXT], got[600], path[700], part[720], base[64];
static uint8_t content[FILE_SIZE];
static int to_server = -1;
static pid_t server;

static void start_server(void) {
  int in[2], out[2];
  char line[16] = "";
  assert_int_equal(pipe(in) | pipe(out), 0);
  server = fork();
  assert_true(server >= 0);
  if (server == 0) {
    dup2(in[0], 0);
    dup2(out[1], 1);
    close(in[1]);
    execlp("python3", "python3", "-B", SPIQE_SOURCE_DIR "/tests/data/http_server.py", folder.path,
           (char *)NULL);
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  to_server = in[1];
  ssize_t n = read(out[0], line, sizeof line - 1);
  close(out[0]);
  assert_true(n > 0); /* else python3 is missing */
  snprintf(base, sizeof base, "http://127.0.0.1:%d", atoi(line));
}

static int set_up_all(void **state) {
  (void)state;
  setenv("no_proxy", "*", 1);
  assert_true(test_folder_create(&folder));
  for (size_t i = 0; i < FILE_SIZE; i++) content[i] = (uint8_t)(i * i >> 7);
  assert_true(spiqe_file_join(path, sizeof path, folder.path, file.name));
  save(&ctx, path, content, FILE_SIZE);
  FILE *in = fopen(path, "rb");
  assert_non_null(in);
  assert_int_equal(spiqe_hash_file(&ctx, fileno(in), path, sum), SPIQE_OK);
  fclose(in);
  file.sha256 = sum;
  start_server();
  assert_true(spiqe_file_join(got, sizeof got, folder.path, "got"));
  assert_true(spiqe_file_join(path, sizeof path, got, file.name));
  snprintf(part, sizeof part, "%s.part", path);
  return 0;
}

static int tear_down_all(void **state) {
  (void)state;
  close(to_server);
  waitpid(server, NULL, 0);
  test_folder_destroy(&folder);
  return 0;
}

static int set_up(void **state) {
  (void)state;
  remove(path);
  remove(part);
  assert_int_equal(spiqe_file_make_folder(&ctx, got), SPIQE_OK);
  return 0;
}

/* Fetch from the mirrors "how" and, when not NULL, "then". */
static spiqe_status fetch(const char *how, const char *then) {
  char first[96], second[96];
  snprintf(first, sizeof first, "%s/%s/", base, how);
  snprintf(second, sizeof second, "%s/%s", base, then ? then : "");
  const char *const mirrors[2] = {first, second};
  return spiqe_fetch_file(&ctx, &file, got, mirrors, then ? 2 : 1, NULL, NULL);
}

static void assert_right(void) {
  uint8_t *data;
  size_t size;
  assert_int_equal(spiqe_file_read(&ctx, path, FILE_SIZE, &data, &size), SPIQE_OK);
  assert_int_equal(size, FILE_SIZE);
  assert_memory_equal(data, content, FILE_SIZE);
  assert_false(spiqe_file_exists(part));
  free(data);
}

static void assert_nothing_left(void) {
  assert_false(spiqe_file_exists(path));
  assert_false(spiqe_file_exists(part));
}

/* Requests and bytes that the server has seen. */
static void count(unsigned *n_requests, unsigned long *n_bytes) {
  char command[160], line[64] = "";
  snprintf(command, sizeof command,
           "python3 -c \"import urllib.request as u;"
           "print(u.urlopen('%s/count').read().decode(),end='')\"",
           base);
  FILE *in = popen(command, "r");
  assert_non_null(in);
  assert_non_null(fgets(line, sizeof line, in));
  pclose(in);
  assert_int_equal(sscanf(line, "%u %lu", n_requests, n_bytes), 2);
}

static void a_file_arrives_whole(void **state) {
  (void)state;
  assert_int_equal(fetch("ok", NULL), SPIQE_OK);
  assert_right();
}

static void a_file_that_is_there_and_right_is_not_asked_for(void **state) {
  (void)state;
  unsigned before, after;
  unsigned long n_bytes;
  save(&ctx, path, content, FILE_SIZE);
  count(&before, &n_bytes);
  assert_int_equal(fetch("ok", NULL), SPIQE_OK);
  count(&after, &n_bytes);
  assert_int_equal(after, before);
}

static void a_file_that_is_there_but_wrong_is_replaced(void **state) {
  (void)state;
  save(&ctx, path, content, 1000);
  assert_int_equal(fetch("ok", NULL), SPIQE_OK);
  assert_right();
}

static void a_part_is_resumed_where_it_stopped(void **state) {
  (void)state;
  unsigned n_requests;
  unsigned long before, after;
  save(&ctx, part, content, FILE_SIZE - 1000);
  count(&n_requests, &before);
  assert_int_equal(fetch("ok", NULL), SPIQE_OK);
  count(&n_requests, &after);
  assert_right();
  assert_int_equal(after - before, 1000);
}

static void a_connection_that_ends_in_the_middle_is_taken_up_again(void **state) {
  (void)state;
  unsigned n_requests;
  unsigned long before, after;
  count(&n_requests, &before);
  assert_int_equal(fetch("drop", NULL), SPIQE_OK); /* a third at a time */
  count(&n_requests, &after);
  assert_right();
  assert_int_equal(after - before, FILE_SIZE);
}

static void a_server_without_ranges_sends_the_whole_again(void **state) {
  (void)state;
  save(&ctx, part, content, 1000);
  assert_int_equal(fetch("plain", NULL), SPIQE_OK);
  assert_right();
}

static void a_part_that_is_wrong_is_thrown_away(void **state) {
  (void)state;
  static const uint8_t zeros[FILE_SIZE + 1];
  static const size_t sizes[] = {10, FILE_SIZE - 1, FILE_SIZE, FILE_SIZE + 1};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    save(&ctx, part, zeros, sizes[i]);
    assert_int_equal(fetch("ok", NULL), SPIQE_OK);
    assert_right();
    assert_int_equal(remove(path), 0);
  }
}

static void wrong_bytes_are_a_checksum_error_and_leave_nothing(void **state) {
  (void)state;
  assert_int_equal(fetch("wrong", NULL), SPIQE_CHECKSUM);
  assert_says(&ctx, "SHA-256");
  assert_says(&ctx, "/wrong/data.gz");
  assert_nothing_left();
  assert_int_equal(fetch("long", NULL), SPIQE_CHECKSUM);
  assert_says(&ctx, "sends more than the 300000 bytes");
  assert_nothing_left();
}

static void the_next_mirror_is_asked_when_one_fails(void **state) {
  (void)state;
  static const char *const bad[] = {"missing", "wrong", "long"};
  for (size_t i = 0; i < 3; i++) {
    assert_int_equal(fetch(bad[i], "ok"), SPIQE_OK);
    assert_right();
    assert_int_equal(remove(path), 0);
  }
}

static void a_redirect_is_followed(void **state) {
  (void)state;
  assert_int_equal(fetch("moved", NULL), SPIQE_OK);
  assert_right();
}

static void every_mirror_that_failed_is_named(void **state) {
  (void)state;
  assert_int_equal(fetch("missing", "wrong"), SPIQE_CHECKSUM);
  assert_says(&ctx, "404");
  assert_says(&ctx, "/wrong/data.gz");
  assert_int_equal(fetch("missing", NULL), SPIQE_TRANSFER);
  assert_nothing_left();
  const char *const closed = "http://127.0.0.1:1/";
  assert_int_equal(spiqe_fetch_file(&ctx, &file, got, &closed, 1, NULL, NULL), SPIQE_TRANSFER);
  assert_says(&ctx, "127.0.0.1:1/data.gz");
  assert_nothing_left();
}

static int stop_at_half(void *user, const char *name, uint64_t done, uint64_t total) {
  (void)user;
  assert_string_equal(name, "data.gz");
  assert_int_equal(total, FILE_SIZE);
  assert_true(done <= total);
  return done >= FILE_SIZE / 2;
}

static void a_stopped_transfer_goes_on_from_its_part(void **state) {
  (void)state;
  char mirror[96];
  snprintf(mirror, sizeof mirror, "%s/ok/", base);
  const char *const mirrors[1] = {mirror};
  save(&ctx, part, content, FILE_SIZE / 2); /* so that the callback stops it at once */
  assert_int_equal(spiqe_fetch_file(&ctx, &file, got, mirrors, 1, stop_at_half, NULL),
                   SPIQE_INTERRUPTED);
  assert_false(spiqe_file_exists(path));
  assert_true(spiqe_file_exists(part));
  assert_int_equal(fetch("ok", NULL), SPIQE_OK);
  assert_right();
}

static void a_folder_that_is_not_there_is_an_error_that_names_it(void **state) {
  (void)state;
  const char *const mirrors[1] = {base};
  assert_int_equal(spiqe_fetch_file(&ctx, &file, "/nowhere/at/all", mirrors, 1, NULL, NULL),
                   SPIQE_FILE);
  assert_says(&ctx, "/nowhere/at/all/data.gz.part");
}

static void a_set_comes_with_all_its_files(void **state) {
  (void)state;
  const char *shared = SPIQE_SOURCE_DIR "/../shared/data";
  char mirror[600], target[600];
  if (!spiqe_dataset_is_here("kmnist-6k", shared)) {
    print_message("kmnist-6k is not in %s: not tested\n", shared);
    return;
  }
  snprintf(mirror, sizeof mirror, "file://%s/kmnist-6k", shared);
  snprintf(target, sizeof target, "%s/sets", folder.path);
  assert_int_equal(spiqe_dataset_fetch(&ctx, "kmnist-6k", target, mirror, NULL, NULL), SPIQE_OK);
  spiqe_dataset *set;
  assert_int_equal(spiqe_dataset_open(&ctx, "kmnist-6k", target, &set), SPIQE_OK);
  assert_true(strncmp(set->folder, target, strlen(target)) == 0);
  spiqe_dataset_destroy(set);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(a_file_arrives_whole),
      TEST(a_file_that_is_there_and_right_is_not_asked_for),
      TEST(a_file_that_is_there_but_wrong_is_replaced),
      TEST(a_part_is_resumed_where_it_stopped),
      TEST(a_connection_that_ends_in_the_middle_is_taken_up_again),
      TEST(a_server_without_ranges_sends_the_whole_again),
      TEST(a_part_that_is_wrong_is_thrown_away),
      TEST(wrong_bytes_are_a_checksum_error_and_leave_nothing),
      TEST(the_next_mirror_is_asked_when_one_fails),
      TEST(a_redirect_is_followed),
      TEST(every_mirror_that_failed_is_named),
      TEST(a_stopped_transfer_goes_on_from_its_part),
      TEST(a_folder_that_is_not_there_is_an_error_that_names_it),
      TEST(a_set_comes_with_all_its_files),
  };
  return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
