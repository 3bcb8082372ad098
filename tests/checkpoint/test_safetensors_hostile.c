/* safetensors files made to mislead a reader, and writes that cannot end. */
#include "checkpoint/safetensors.h"

#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/context.h"
#include "core/file.h"
#include "core/text.h"

static spiqe_context context;

/* length < 0: the true one. data: zeros. */
static spiqe_status parse(const char *header, size_t size, int64_t length, size_t n_data) {
  uint64_t written = length < 0 ? size : (uint64_t)length;
  uint8_t *bytes = calloc(8 + size + n_data, 1);
  spiqe_tensor_file file;
  memcpy(bytes, &written, 8);
  memcpy(bytes + 8, header, size);
  context.message[0] = 0;
  spiqe_status status = spiqe_tensors_parse(&context, "f", bytes, 8 + size + n_data, &file);
  if (status != SPIQE_OK && (file.tensors || file.header)) fail_msg("left something behind");
  spiqe_tensors_destroy(&file);
  free(bytes);
  return status;
}

#define T(name, type, shape, offsets)                                                              \
  "\"" name "\":{\"dtype\":\"" type "\",\"shape\":" shape ",\"data_offsets\":" offsets "}"

static void misleading_headers_are_refused_with_their_place(void **state) {
  (void)state;
  static const struct {
    const char *header;
    size_t n_data;
    const char *part;
  } cases[] = {
      {"", 0, "byte 8: a JSON object is expected"},
      {"[]", 0, "byte 8: a JSON object is expected"},
      {" {}", 0, "byte 8: a JSON object is expected"},
      {"{} x", 0, "byte 11: only spaces"},
      {"{", 0, "JSON is expected"},
      {"{\"a\"}", 0, "JSON is expected"},
      {"{\"a\":1}", 0, "'a': dtype, shape and data_offsets are expected"},
      {"{\"a\":[]}", 0, "'a': dtype, shape and data_offsets are expected"},
      {"{\"a\":{}}", 0, "'a': dtype, shape and data_offsets are expected"},
      {"{\"a\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1],\"x\":1}}", 1, "are expected"},
      {"{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[]}}", 1, "are expected"},
      {"{\"a\":{\"dtype\":7,\"shape\":[],\"data_offsets\":[0,1]}}", 1, "dtype '', but one such"},
      {"{" T("a", "F31", "[1]", "[0,4]") "}", 4, "'a': dtype 'F31'"},
      {"{" T("a", "f32", "[1]", "[0,4]") "}", 4, "'a': dtype 'f32'"},
      {"{" T("a", "F32", "1", "[0,4]") "}", 4, "'a': a list is expected as shape"},
      {"{" T("a", "F32", "[-1]", "[0,4]") "}", 4, "'a': whole numbers"},
      {"{" T("a", "F32", "[0.5]", "[0,2]") "}", 2, "'a': whole numbers"},
      {"{" T("a", "F32", "[\"1\"]", "[0,4]") "}", 4, "'a': whole numbers"},
      {"{" T("a", "F32", "[9007199254740993]", "[0,4]") "}", 4, "'a': whole numbers"},
      {"{" T("a", "F32", "[1e999]", "[0,4]") "}", 4, "'a': whole numbers"},
      {"{" T("a", "F32", "[4294967296,4294967296]", "[0,0]") "}", 0, "'a': its shape overflows"},
      {"{" T("a", "F64", "[2305843009213693952]", "[0,0]") "}", 0, "'a': whole numbers"},
      {"{" T("a", "F32", "[1]", "[0]") "}", 4, "'a': two data_offsets"},
      {"{" T("a", "F32", "[1]", "[0,4,4]") "}", 4, "'a': two data_offsets"},
      {"{" T("a", "F32", "[1]", "{}") "}", 4, "'a': two data_offsets"},
      {"{" T("a", "F32", "[1]", "[4,0]") "}", 4, "'a': data_offsets 4 to 0, but the file has 4"},
      {"{" T("a", "F32", "[2]", "[0,8]") "}", 4, "'a': data_offsets 0 to 8, but the file has 4"},
      {"{" T("a", "F32", "[2]", "[0,4]") "}", 4, "'a': 4 bytes by its data_offsets, but 8"},
      {"{" T("a", "U8", "[2]", "[0,2]") "," T("b", "U8", "[2]", "[1,3]") "}", 3,
       "'b': begins at 1"},
      {"{" T("a", "U8", "[2]", "[0,2]") "," T("b", "U8", "[2]", "[0,2]") "}", 2, "begins at 0"},
      {"{" T("a", "U8", "[1]", "[0,1]") "," T("b", "U8", "[1]", "[2,3]") "}", 3,
       "'b': begins at 2"},
      {"{" T("a", "U8", "[1]", "[1,2]") "}", 2, "'a': begins at 1 of the data, but 0"},
      {"{" T("a", "U8", "[1]", "[0,1]") "}", 2, "2 bytes of data, but the tensors have 1"},
      {"{}", 1, "1 bytes of data, but the tensors have 0"},
      {"{" T("a", "U8", "[1]", "[0,1]") "," T("a", "U8", "[1]", "[1,2]") "}", 2,
       "'a' is given twice"},
      {"{\"__metadata__\":{},\"__metadata__\":{}}", 0, "'__metadata__' is given twice"},
      {"{\"__metadata__\":[]}", 0, "__metadata__: an object of texts"},
      {"{\"__metadata__\":{\"a\":1}}", 0, "__metadata__: 'a': text is expected"},
      {"{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 0, "'a' is given twice"},
      {"{\"__metadata__\":{\"a\":\"x\\u0000y\"}}", 0, "byte 31: a zero character"},
      {"{\"__metadata__\":{\"a\":\"x\ny\"}}", 0, "byte 31: a control character"},
      {"{\"__metadata__\":{\"a\":\"\xff\"}}", 0, "byte 30: UTF-8 text is expected"},
      {"{\"__metadata__\":{\"a\":\"\\ud800\"}}", 0, "JSON is expected"},
      {"{\"__metadata__\":{\"a\":\"x", 0, "byte 29: text without a closing quote"},
      {"{\"a\":{\"shape\":[[1]]}}", 0, "byte 23: JSON nested deeper"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    spiqe_status status = parse(cases[i].header, strlen(cases[i].header), -1, cases[i].n_data);
    if (status != SPIQE_BAD_FORMAT || !strstr(context.message, cases[i].part) ||
        strncmp(context.message, "f: ", 3) != 0)
      fail_msg("%s: %s '%s' lacks '%s'", cases[i].header, spiqe_status_name(status),
               context.message, cases[i].part);
  }
}

static void false_lengths_are_refused(void **state) {
  (void)state;
  assert_int_equal(parse("{}", 2, INT64_MAX, 0), SPIQE_BAD_FORMAT);
  assert_non_null(
      strstr(context.message, "byte 0: a header of 9223372036854775807 bytes, but only"));
  assert_int_equal(parse("{}", 2, 3, 0), SPIQE_BAD_FORMAT);
  assert_int_equal(parse("{}", 2, 0, 0), SPIQE_BAD_FORMAT);
  assert_int_equal(parse("{}", 2, 1, 0), SPIQE_BAD_FORMAT);
  assert_int_equal(parse("{}", 2, 2, 0), SPIQE_OK);
  size_t large = SPIQE_TENSORS_MOST_HEADER + 1;
  char *spaces = malloc(large);
  memset(spaces, ' ', large);
  memcpy(spaces, "{}", 2);
  assert_int_equal(parse(spaces, large, -1, 0), SPIQE_LIMIT);
  assert_int_equal(parse(spaces, large - 1, -1, 0), SPIQE_OK);
  free(spaces);
}

/* What follows is measured before cJSON sees it; 200 MB is far more than it costs, and far less
 * than a parse of these would take. */
static void a_bomb_of_values_costs_little(void **state) {
  (void)state;
  size_t n = SPIQE_TENSORS_MOST_HEADER, before = spiqe_peak_memory();
  char *text = malloc(n);
  const char *const bombs[] = {"0,", "[", "{", "\"a\":0,"};
  for (size_t i = 0; i < 4; i++) {
    size_t step = strlen(bombs[i]);
    memcpy(text, "{\"a\":[", 6);
    for (size_t at = 6; at < n; at++) text[at] = bombs[i][(at - 6) % step];
    spiqe_status status = parse(text, n, -1, 0);
    assert_true(status == SPIQE_LIMIT || status == SPIQE_BAD_FORMAT);
  }
  free(text);
  assert_true(spiqe_peak_memory() - before < (size_t)200 << 20);
}

static void long_names_and_many_dimensions_are_refused(void **state) {
  (void)state;
  spiqe_text header = {0};
  spiqe_text_add(&header, "{\"%0*d\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}}", 128,
                 0);
  assert_int_equal(parse(header.data, header.size, -1, 1), SPIQE_LIMIT);
  spiqe_text_destroy(&header);
  const char *deep = "{" T("a", "U8", "[1,1,1,1,1,1,1,1,1]", "[0,1]") "}";
  assert_int_equal(parse(deep, strlen(deep), -1, 1), SPIQE_LIMIT);
  const char *right = "{" T("a", "U8", "[1,1,1,1,1,1,1,1]", "[0,1]") "}";
  assert_int_equal(parse(right, strlen(right), -1, 1), SPIQE_OK);
}

/* Data in another order than the header, and empty tensors between, are right. */
static void order_in_the_header_is_free(void **state) {
  (void)state;
  const char *header = "{" T("b", "U8", "[2]", "[1,3]") "," T("e", "F32", "[0]", "[1,1]") "," T(
      "a", "U8", "[1]", "[0,1]") ",\"__metadata__\":{}," T("z", "F32", "[0,3]", "[3,3]") "}   ";
  assert_int_equal(parse(header, strlen(header), -1, 3), SPIQE_OK);
}

/* Write `small`, then fail to write `large` over it: the small one must be there, and no part. */
static int old_file_survives(const char *folder, void (*prepare)(const char *)) {
  enum { N = 1 << 20 };
  char path[128], part[140];
  spiqe_tensor small = {"a", SPIQE_TENSOR_U8, 1, {3}, "abc", 3}, large = small;
  spiqe_tensor_file file;
  uint8_t *zeros = calloc(N, 1);
  large.shape[0] = large.size = N;
  large.data = zeros;
  snprintf(path, sizeof path, "%s/x", folder);
  snprintf(part, sizeof part, "%s.part", path);
  int right = spiqe_tensors_write(&context, path, &small, 1, NULL, 0) == SPIQE_OK;
  prepare(folder);
  right &= spiqe_tensors_write(&context, path, &large, 1, NULL, 0) == SPIQE_FILE;
  right &= strncmp(context.message, path, strlen(path)) == 0;
  right &= spiqe_tensors_read(&context, path, N, &file) == SPIQE_OK;
  right = right && file.n_tensors == 1 && !memcmp(file.tensors[0].data, "abc", 3);
  right &= !spiqe_file_exists(part);
  spiqe_tensors_destroy(&file);
  free(zeros);
  return right;
}

static void allow_small_files(const char *folder) {
  (void)folder;
  struct rlimit limit = {65536, 65536};
  signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &limit);
}

static void do_nothing(const char *folder) {
  (void)folder;
}

static void make_read_only(const char *folder) {
  mount(NULL, folder, NULL, MS_REMOUNT | MS_RDONLY, NULL);
}

/* In a process with mounts of its own, so that nothing is left behind: 77 when that is denied. */
static int on_tiny_disk(const char *folder, void (*prepare)(const char *)) {
  if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
      mount("tmpfs", folder, "tmpfs", 0, "size=64k") != 0)
    return 77;
  return old_file_survives(folder, prepare) ? 0 : 1;
}

static int run_apart(int (*run)(const char *, void (*)(const char *)),
                     void (*prepare)(const char *)) {
  char folder[] = "/tmp/spiqe_hostile_XXXXXX", path[64];
  if (!mkdtemp(folder)) return 1;
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) _exit(run(folder, prepare));
  int result = 1;
  if (child < 0 || waitpid(child, &result, 0) != child) return 1;
  snprintf(path, sizeof path, "%s/x", folder);
  unlink(path);
  rmdir(folder);
  return WIFEXITED(result) ? WEXITSTATUS(result) : 1;
}

static int with_limit(const char *folder, void (*prepare)(const char *)) {
  return old_file_survives(folder, prepare) ? 0 : 1;
}

static void a_write_over_the_limit_leaves_the_old_file(void **state) {
  (void)state;
  assert_int_equal(run_apart(with_limit, allow_small_files), 0);
}

static void a_full_or_read_only_disk_leaves_the_old_file(void **state) {
  (void)state;
  int full = run_apart(on_tiny_disk, do_nothing);
  if (full == 77) {
    fprintf(stderr, "skipped: mounting a small disk is not allowed here\n");
    skip();
  }
  assert_int_equal(full, 0);
  assert_int_equal(run_apart(on_tiny_disk, make_read_only), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(misleading_headers_are_refused_with_their_place),
      cmocka_unit_test(false_lengths_are_refused),
      cmocka_unit_test(a_bomb_of_values_costs_little),
      cmocka_unit_test(long_names_and_many_dimensions_are_refused),
      cmocka_unit_test(order_in_the_header_is_free),
      cmocka_unit_test(a_write_over_the_limit_leaves_the_old_file),
      cmocka_unit_test(a_full_or_read_only_disk_leaves_the_old_file),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
