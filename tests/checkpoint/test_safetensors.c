/* safetensors: what is written is read, in Python too (test_safetensors_interop.py calls this
 * program with an argument); what is broken is refused with its place. */
#include "checkpoint/safetensors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/context.h"
#include "core/file.h"
#include "core/text.h"

#define LIMIT ((size_t)1 << 26)

static spiqe_context context;
static char folder[] = "/tmp/spiqe_safetensors_XXXXXX";
static char path[64];

static const float weights[6] = {1.5f, -0.0f, 3e-42f, 1e38f, -7.25f, 0.1f};
static const double phase[2] = {0.1, -1e-300};
static const uint8_t state[3] = {0, 127, 255};
static const int64_t step = INT64_MIN;
static const uint32_t order[2] = {0, UINT32_MAX};
static const char yaml[] = "name: \"q\"\n\tpath: C:\\x\n# \xc3\xa9 \x01\x1f {[,]}\n";

static const spiqe_tensor tensors[] = {
    {"stage0.weights", SPIQE_TENSOR_F32, 2, {2, 3}, weights, sizeof weights},
    {"state \"\\\n\xc3\xa9", SPIQE_TENSOR_U8, 1, {3}, state, sizeof state}, /* unaligns the rest */
    {"phase", SPIQE_TENSOR_F64, 1, {2}, phase, sizeof phase},
    {"step", SPIQE_TENSOR_I64, 0, {0}, &step, sizeof step},
    {"empty", SPIQE_TENSOR_F32, 2, {0, 4}, NULL, 0},
    {"order", SPIQE_TENSOR_U32, 2, {1, 2}, order, sizeof order},
};
static const spiqe_tensor_text texts[] = {{"config", yaml}, {"log", ""}, {"", "no key"}};

#define N_TENSORS (sizeof tensors / sizeof *tensors)
#define N_TEXTS (sizeof texts / sizeof *texts)

static spiqe_status write_sample(const char *to) {
  return spiqe_tensors_write(&context, to, tensors, N_TENSORS, texts, N_TEXTS);
}

static void assert_sample(const spiqe_tensor_file *file) {
  assert_int_equal(file->n_tensors, N_TENSORS);
  for (size_t i = 0; i < N_TENSORS; i++) {
    const spiqe_tensor *a = &tensors[i], *b = spiqe_tensors_find(file, a->name);
    assert_non_null(b);
    assert_int_equal(a->type, b->type);
    assert_int_equal(a->n_dimensions, b->n_dimensions);
    assert_memory_equal(a->shape, b->shape, sizeof a->shape);
    assert_int_equal(a->size, b->size);
    if (a->size) assert_memory_equal(a->data, b->data, a->size);
  }
  for (size_t i = 0; i < N_TEXTS; i++)
    assert_string_equal(spiqe_tensors_text(file, texts[i].key), texts[i].value);
}

static void what_is_written_is_read(void **unused) {
  (void)unused;
  spiqe_tensor_file file;
  uint8_t *first, *second;
  size_t size, again;
  uint64_t header;
  assert_int_equal(write_sample(path), SPIQE_OK);
  assert_int_equal(spiqe_tensors_read(&context, path, LIMIT, &file), SPIQE_OK);
  assert_sample(&file);
  assert_null(spiqe_tensors_find(&file, "weights"));
  assert_null(spiqe_tensors_text(&file, "weights"));
  spiqe_tensors_destroy(&file);

  assert_int_equal(spiqe_file_read(&context, path, LIMIT, &first, &size), SPIQE_OK);
  assert_int_equal(write_sample(path), SPIQE_OK);
  assert_int_equal(spiqe_file_read(&context, path, LIMIT, &second, &again), SPIQE_OK);
  assert_int_equal(size, again);
  assert_memory_equal(first, second, size);
  memcpy(&header, first, sizeof header);
  assert_int_equal((8 + header) % 64, 0);
  free(first);
  free(second);
}

static void a_file_without_tensors_or_texts_is_fine(void **unused) {
  (void)unused;
  spiqe_tensor_file file;
  assert_int_equal(spiqe_tensors_write(&context, path, NULL, 0, NULL, 0), SPIQE_OK);
  assert_int_equal(spiqe_tensors_read(&context, path, LIMIT, &file), SPIQE_OK);
  assert_int_equal(file.n_tensors, 0);
  assert_null(spiqe_tensors_text(&file, "config"));
  spiqe_tensors_destroy(&file);
  spiqe_tensors_destroy(&file);
}

static void a_long_text_and_many_tensors_round_trip(void **unused) {
  (void)unused;
  enum { N = 2000 };
  spiqe_tensor *many = calloc(N, sizeof *many);
  spiqe_text log = {0};
  for (int i = 0; i < 100000; i++) spiqe_text_add(&log, "{\"epoch\": %d, \"a\": [1, 2]}\n", i);
  for (int i = 0; i < N; i++) {
    many[i] = (spiqe_tensor){.type = SPIQE_TENSOR_I64, .data = &step, .size = sizeof step};
    snprintf(many[i].name, sizeof many[i].name, "t%d", i);
  }
  const spiqe_tensor_text text = {"log", log.data};
  spiqe_tensor_file file;
  assert_int_equal(spiqe_tensors_write(&context, path, many, N, &text, 1), SPIQE_OK);
  assert_int_equal(spiqe_tensors_read(&context, path, LIMIT, &file), SPIQE_OK);
  assert_int_equal(file.n_tensors, N);
  assert_string_equal(spiqe_tensors_text(&file, "log"), log.data);
  assert_string_equal(file.tensors[N - 1].name, "t1999");
  spiqe_tensors_destroy(&file);
  spiqe_text_destroy(&log);
  free(many);
}

static void a_copy_checks_name_type_and_count(void **unused) {
  (void)unused;
  spiqe_tensor_file file;
  double out[2] = {0};
  assert_int_equal(write_sample(path), SPIQE_OK);
  assert_int_equal(spiqe_tensors_read(&context, path, LIMIT, &file), SPIQE_OK);
  assert_int_equal(spiqe_tensors_copy(&context, &file, "phase", SPIQE_TENSOR_F64, 2, out),
                   SPIQE_OK);
  assert_memory_equal(out, phase, sizeof phase);
  assert_int_equal(spiqe_tensors_copy(&context, &file, "phase", SPIQE_TENSOR_F32, 2, out),
                   SPIQE_BAD_SHAPE);
  assert_int_equal(spiqe_tensors_copy(&context, &file, "phase", SPIQE_TENSOR_F64, 1, out),
                   SPIQE_BAD_SHAPE);
  assert_non_null(strstr(context.message, "'phase': 2 numbers of type F64, but 1"));
  assert_int_equal(spiqe_tensors_copy(&context, &file, "phases", SPIQE_TENSOR_F64, 2, out),
                   SPIQE_NOT_FOUND);
  spiqe_tensors_destroy(&file);
}

static void what_could_not_be_read_is_not_written(void **unused) {
  (void)unused;
  spiqe_tensor bad[2] = {tensors[0], tensors[2]};
  unlink(path);
  bad[1].size--;
  assert_int_equal(spiqe_tensors_write(&context, path, bad, 2, NULL, 0), SPIQE_BAD_SHAPE);
  assert_non_null(
      strstr(context.message, "tensor 'phase': 15 bytes of data, but its shape has 16"));
  bad[1] = tensors[2];
  bad[1].shape[0] = SIZE_MAX / 4;
  assert_int_equal(spiqe_tensors_write(&context, path, bad, 2, NULL, 0), SPIQE_BAD_SHAPE);
  bad[1].n_dimensions = SPIQE_TENSOR_MOST_DIMENSIONS + 1;
  assert_int_equal(spiqe_tensors_write(&context, path, bad, 2, NULL, 0), SPIQE_LIMIT);
  bad[1] = bad[0];
  assert_int_equal(spiqe_tensors_write(&context, path, bad, 2, NULL, 0), SPIQE_BAD_ARGUMENT);
  assert_non_null(strstr(context.message, "two tensors are called 'stage0.weights'"));
  const char *const names[] = {"", "__metadata__", "\xff"};
  for (size_t i = 0; i < 3; i++) {
    snprintf(bad[1].name, sizeof bad[1].name, "%s", names[i]);
    assert_int_equal(spiqe_tensors_write(&context, path, bad, 2, NULL, 0), SPIQE_BAD_ARGUMENT);
  }
  memset(bad[1].name, 'x', sizeof bad[1].name);
  assert_int_equal(spiqe_tensors_write(&context, path, bad, 2, NULL, 0), SPIQE_BAD_ARGUMENT);
  const spiqe_tensor_text twice[] = {{"a", "1"}, {"a", "2"}}, latin[] = {{"a", "caf\xe9"}};
  assert_int_equal(spiqe_tensors_write(&context, path, bad, 1, twice, 2), SPIQE_BAD_ARGUMENT);
  assert_int_equal(spiqe_tensors_write(&context, path, bad, 1, latin, 1), SPIQE_BAD_ARGUMENT);
  assert_false(spiqe_file_exists(path));
}

static void every_truncation_is_refused(void **unused) {
  (void)unused;
  uint8_t *bytes;
  size_t size;
  assert_int_equal(write_sample(path), SPIQE_OK);
  assert_int_equal(spiqe_file_read(&context, path, LIMIT, &bytes, &size), SPIQE_OK);
  for (size_t n = 0; n < size; n++) {
    uint8_t *cut = malloc(n ? n : 1); /* of its size, so that the sanitizer sees a byte too many */
    memcpy(cut, bytes, n);
    spiqe_tensor_file file;
    assert_int_equal(spiqe_tensors_parse(&context, "cut", cut, n, &file), SPIQE_BAD_FORMAT);
    assert_null(file.tensors);
    free(cut);
  }
  free(bytes);
}

static void every_flipped_bit_of_the_header_is_survived(void **unused) {
  (void)unused;
  uint8_t *bytes;
  size_t size, n_read = 0;
  uint64_t header;
  assert_int_equal(write_sample(path), SPIQE_OK);
  assert_int_equal(spiqe_file_read(&context, path, LIMIT, &bytes, &size), SPIQE_OK);
  memcpy(&header, bytes, sizeof header);
  for (size_t bit = 0; bit < 8 * (8 + header); bit++) {
    spiqe_tensor_file file;
    bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    n_read += spiqe_tensors_parse(&context, "flip", bytes, size, &file) == SPIQE_OK;
    spiqe_tensors_destroy(&file);
    bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
  }
  /* Most flips inside text give another text; in the rest of the header none is harmless. */
  assert_true(n_read > 0 && n_read < 4 * header);
  free(bytes);
}

/* The same program is the other side of the interop test: exit status 0 when all is as expected. */
static int read_for_python(const char *from) {
  spiqe_tensor_file file;
  float grid[6];
  int64_t count;
  if (spiqe_tensors_read(&context, from, LIMIT, &file) != SPIQE_OK ||
      spiqe_tensors_copy(&context, &file, "grid", SPIQE_TENSOR_F32, 6, grid) != SPIQE_OK ||
      spiqe_tensors_copy(&context, &file, "count", SPIQE_TENSOR_I64, 1, &count) != SPIQE_OK) {
    fprintf(stderr, "%s\n", context.message);
    return 1;
  }
  int right = count == -12345678901LL && file.n_tensors == 13;
  for (int i = 0; i < 6; i++) right &= grid[i] == 0.5f * (float)i;
  right &= !strcmp(spiqe_tensors_text(&file, "note"), "two\nlines, \xc3\xa9 and \"quotes\"");
  spiqe_tensors_destroy(&file);
  return right ? 0 : 1;
}

static int make_folder(void **unused) {
  (void)unused;
  if (!mkdtemp(folder)) return -1;
  return spiqe_file_join(path, sizeof path, folder, "x.safetensors") ? 0 : -1;
}

static int remove_folder(void **unused) {
  (void)unused;
  unlink(path);
  return rmdir(folder);
}

int main(int n_arguments, char **arguments) {
  if (n_arguments == 3 && !strcmp(arguments[1], "write"))
    return write_sample(arguments[2]) == SPIQE_OK ? 0 : 1;
  if (n_arguments == 3 && !strcmp(arguments[1], "read")) return read_for_python(arguments[2]);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_written_is_read),
      cmocka_unit_test(a_file_without_tensors_or_texts_is_fine),
      cmocka_unit_test(a_long_text_and_many_tensors_round_trip),
      cmocka_unit_test(a_copy_checks_name_type_and_count),
      cmocka_unit_test(what_could_not_be_read_is_not_written),
      cmocka_unit_test(every_truncation_is_refused),
      cmocka_unit_test(every_flipped_bit_of_the_header_is_survived),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
