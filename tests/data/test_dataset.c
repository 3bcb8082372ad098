/* Data sets by name: where they are found, what is checked; samples by number. */
#include <unistd.h>

#include "core/clock.h"
#include "data/path.h"
#include "data/registry.h"
#include "spiqe/dataset.h"
#include "support.h"

#define SHARED SPIQE_SOURCE_DIR "/../shared/data"

static spiqe_context ctx = {.n_threads = 2};

/* Each test sees an empty data path but for its own folder: ../shared/data starts there, too. */
static int set_up(void **state) {
  test_folder *folder = malloc(sizeof *folder);
  assert_non_null(folder);
  assert_true(test_folder_create(folder));
  setenv("XDG_CACHE_HOME", folder->path, 1);
  unsetenv("SPIQE_DATA");
  assert_int_equal(chdir(folder->path), 0);
  *state = folder;
  return 0;
}

static int tear_down(void **state) {
  assert_int_equal(chdir("/"), 0);
  test_folder_destroy(*state);
  free(*state);
  return 0;
}

/* IDX of bytes of one value, packed, in folder/file (without the .gz when plain). */
static void write_idx(const char *folder, const char *file, uint8_t rank, const uint32_t *shape,
                      uint8_t value, int is_plain) {
  char path[800];
  bytes b = {0};
  size_t n = 1;
  uint8_t magic[4] = {0, 0, 8, rank};
  add(&b, magic, 4);
  for (size_t i = 0; i < rank; i++) {
    add_big_u32(&b, shape[i]);
    n *= shape[i];
  }
  b.data = realloc(b.data, b.size + n);
  assert_non_null(b.data);
  memset(b.data + b.size, value, n);
  b.size += n;
  assert_true(spiqe_file_join(path, sizeof path, folder, file));
  if (is_plain) path[strlen(path) - 3] = 0;
  bytes packed = pack(b.data, b.size);
  if (is_plain)
    save(&ctx, path, b.data, b.size);
  else
    save(&ctx, path, packed.data, packed.size);
  drop(&b);
  drop(&packed);
}

/* A set of blank pictures with the counts of the real one, all with one label. */
static void write_set(const char *folder, const char *name, uint8_t label, int is_plain) {
  const spiqe_set *set;
  assert_int_equal(spiqe_set_find(&ctx, name, &set), SPIQE_OK);
  assert_int_equal(spiqe_file_make_folder(&ctx, folder), SPIQE_OK);
  for (size_t part = 0; part < 2; part++) {
    const uint32_t shape[3] = {(uint32_t)set->n_samples[part], 28, 28};
    write_idx(folder, set->files[2 * part].name, 3, shape, 255, is_plain);
    write_idx(folder, set->files[2 * part + 1].name, 1, shape, label, is_plain);
  }
}

static void join(char out[800], const test_folder *folder, const char *name) {
  assert_true(spiqe_file_join(out, 800, folder->path, name));
}

static void a_set_is_found_below_a_folder_in_it_by_variable_and_in_the_cache(void **state) {
  char data[800], set[800], cache[800];
  join(data, *state, "data");
  join(set, *state, "data/kmnist-6k");
  join(cache, *state, "spiqe");
  write_set(set, "kmnist-6k", 3, 0);
  assert_false(spiqe_dataset_is_here("kmnist-6k", "/nowhere:relative/nowhere"));
  assert_true(spiqe_dataset_is_here("kmnist-6k", data));
  assert_true(spiqe_dataset_is_here("kmnist-6k", set));
  char several[1024];
  snprintf(several, sizeof several, "/nowhere::%s", data);
  assert_true(spiqe_dataset_is_here("kmnist-6k", several));
  setenv("SPIQE_DATA", several, 1);
  assert_true(spiqe_dataset_is_here("kmnist-6k", NULL));
  unsetenv("SPIQE_DATA");
  assert_int_equal(rename(data, cache), 0);
  assert_true(spiqe_dataset_is_here("kmnist-6k", NULL));
}

static void a_folder_with_the_name_of_another_set_is_not_taken_for_this_one(void **state) {
  char set[800], plain[800];
  join(set, *state, "mnist/");
  join(plain, *state, "my-data");
  write_set(set, "mnist", 0, 0);
  assert_true(spiqe_dataset_is_here("mnist", set));
  assert_false(spiqe_dataset_is_here("fashion-mnist", set));
  set[strlen(set) - 1] = 0;
  assert_int_equal(rename(set, plain), 0);
  assert_true(spiqe_dataset_is_here("fashion-mnist", plain));
}

static void a_set_with_a_file_missing_is_not_here(void **state) {
  char folder[800], file[800];
  join(folder, *state, "kmnist-6k");
  join(file, *state, "kmnist-6k/t10k-labels-idx1-ubyte.gz");
  write_set(folder, "kmnist-6k", 3, 0);
  assert_int_equal(remove(file), 0);
  assert_false(spiqe_dataset_is_here("kmnist-6k", folder));
}

static void packed_and_unpacked_files_are_read(void **state) {
  char folder[800];
  for (int is_plain = 0; is_plain < 2; is_plain++) {
    spiqe_dataset *set;
    join(folder, *state, is_plain ? "a/kmnist-6k" : "b/kmnist-6k");
    write_set(folder, "kmnist-6k", 3, is_plain);
    assert_int_equal(spiqe_dataset_open(&ctx, "kmnist-6k", folder, &set), SPIQE_OK);
    assert_string_equal(set->name, "kmnist-6k");
    assert_string_equal(set->folder, folder);
    const spiqe_samples *train = &set->part[SPIQE_TRAIN];
    assert_int_equal(train->n_samples, 6284);
    assert_int_equal(train->n_dimensions, 2);
    assert_int_equal(train->n_features, 784);
    assert_int_equal(train->n_classes, 10);
    assert_int_equal(train->bytes[6284 * 784 - 1], 255);
    assert_int_equal(train->labels[6283], 3);
    assert_int_equal(set->part[SPIQE_TEST].n_samples, 10000);
    spiqe_dataset_destroy(set);
  }
}

static void refuses(const char *folder, spiqe_status status, const char *part) {
  spiqe_dataset *set;
  assert_int_equal(spiqe_dataset_open(&ctx, "kmnist-6k", folder, &set), status);
  assert_null(set);
  assert_says(&ctx, part);
}

static void write_npy_of_rank_0(const char *folder, const char *file) {
  static const char header[] = "{'descr': '|u1', 'fortran_order': False, 'shape': (), }\n";
  char path[900];
  bytes b = {0};
  add(&b, "\x93NUMPY\1\0", 8);
  add(&b, (uint8_t[]){sizeof header - 1, 0}, 2);
  add(&b, header, sizeof header); /* and one byte of 0, the element */
  snprintf(path, sizeof path, "%s/%s", folder, file);
  save(&ctx, path, b.data, b.size);
  drop(&b);
}

static void parts_that_do_not_agree_are_refused(void **state) {
  char folder[800];
  const uint32_t more[3] = {6285, 28, 28}, wide[3] = {6284, 28, 29}, fewer[1] = {6283};
  join(folder, *state, "kmnist-6k");
  write_set(folder, "kmnist-6k", 10, 0);
  refuses(folder, SPIQE_BAD_FORMAT, "label 0 is 10");
  write_idx(folder, "train-labels-idx1-ubyte.gz", 1, fewer, 0, 0);
  refuses(folder, SPIQE_BAD_FORMAT, "6283 labels for 6284 pictures");
  write_idx(folder, "train-labels-idx1-ubyte.gz", 3, more, 0, 0);
  refuses(folder, SPIQE_BAD_FORMAT, "expected labels");
  write_idx(folder, "train-images-idx3-ubyte.gz", 3, more, 0, 0);
  refuses(folder, SPIQE_BAD_FORMAT, "6285 pictures");
  write_idx(folder, "train-images-idx3-ubyte.gz", 3, wide, 0, 0);
  refuses(folder, SPIQE_BAD_FORMAT, "28 x 28");
  write_idx(folder, "train-images-idx3-ubyte.gz", 1, fewer, 0, 0);
  refuses(folder, SPIQE_BAD_FORMAT, "train-images-idx3-ubyte.gz");
  write_npy_of_rank_0(folder, "train-images-idx3-ubyte.gz");
  refuses(folder, SPIQE_BAD_FORMAT, "found 0 dimensions of bytes");
}

static void names_that_are_wrong_or_absent_are_explained(void **state) {
  (void)state;
  spiqe_dataset *set;
  assert_int_equal(spiqe_dataset_open(&ctx, "fasion-mnist", NULL, &set), SPIQE_BAD_NAME);
  assert_says(&ctx, "did you mean 'fashion-mnist'?");
  assert_null(set);
  assert_int_equal(spiqe_dataset_open(&ctx, "kmnist", "/nowhere", &set), SPIQE_NOT_FOUND);
  assert_says(&ctx, "/nowhere");
  assert_says(&ctx, "spiqe data fetch kmnist");
  assert_int_equal(spiqe_dataset_fetch(&ctx, "kmnist-6k", "/nowhere", NULL, NULL, NULL),
                   SPIQE_TRANSFER);
  assert_says(&ctx, "no public mirror has kmnist-6k");
  assert_int_equal(spiqe_dataset_fetch(&ctx, "digits", "/nowhere", NULL, NULL, NULL), SPIQE_OK);
}

static void every_row_of_the_table_is_whole(void **state) {
  (void)state;
  size_t n = 0;
  for (const spiqe_set *set; (set = spiqe_set_at(n)); n++) {
    assert_string_equal(spiqe_dataset_name(n), set->name);
    assert_string_equal(spiqe_dataset_summary(n), set->summary);
    assert_true(set->read && set->n_samples[0] && set->n_samples[1] && set->n_classes);
    assert_true(set->n_dimensions >= 1 && set->n_dimensions <= SPIQE_MOST_DIMENSIONS);
    for (size_t i = 0; i < spiqe_set_n_files(set); i++) {
      assert_true(set->files[i].sha256 || !set->mirrors[0]);
      if (!set->files[i].sha256) continue;
      assert_int_equal(strlen(set->files[i].sha256), 64);
      assert_int_equal(strspn(set->files[i].sha256, "0123456789abcdef"), 64);
      assert_true(set->files[i].size > 0);
    }
    for (size_t i = 0; i < SPIQE_MOST_MIRRORS && set->mirrors[i]; i++)
      assert_int_equal(set->mirrors[i][strlen(set->mirrors[i]) - 1], '/');
  }
  assert_null(spiqe_dataset_name(n));
  assert_null(spiqe_dataset_summary(n));
}

static void samples_come_in_any_order_as_floats(void **state) {
  (void)state;
  uint8_t raw[4] = {0, 51, 102, 255};
  spiqe_samples samples = {.n_samples = 2, .n_features = 2, .bytes = raw};
  const uint32_t index[3] = {1, 0, 1}, past[2] = {0, 2};
  float out[6];
  assert_int_equal(spiqe_samples_get(&ctx, &samples, index, 3, out), SPIQE_OK);
  const float expected[6] = {0.4f, 1.0f, 0.0f, 0.2f, 0.4f, 1.0f};
  assert_memory_equal(out, expected, sizeof out);
  float values[4] = {1.5f, -2.0f, 3.0f, 4.0f};
  samples.bytes = NULL;
  samples.floats = values;
  assert_int_equal(spiqe_samples_get(&ctx, &samples, index, 1, out), SPIQE_OK);
  assert_memory_equal(out, values + 2, 2 * sizeof *out);
  assert_int_equal(spiqe_samples_get(&ctx, &samples, past, 2, out), SPIQE_BAD_INDEX);
  assert_says(&ctx, "sample 2, but there are 2");
}

static void a_file_is_read_by_its_content_not_its_name(void **state) {
  char path[800];
  const uint32_t shape[2] = {3, 4};
  const test_folder *folder = *state;
  spiqe_samples *samples;
  join(path, folder, "picture.txt");
  write_idx(folder->path, "picture.txt", 2, shape, 9, 0);
  assert_int_equal(spiqe_samples_read(&ctx, path, &samples), SPIQE_OK);
  assert_int_equal(samples->n_samples, 3);
  assert_int_equal(samples->n_features, 4);
  assert_int_equal(samples->n_classes, 0);
  assert_null(samples->labels);
  spiqe_samples_destroy(samples);
  save(&ctx, path, (const uint8_t *)"hello world", 11);
  assert_int_equal(spiqe_samples_read(&ctx, path, &samples), SPIQE_BAD_FORMAT);
  assert_says(&ctx, "68 65 6c 6c");
  assert_null(samples);
  write_idx(folder->path, "picture.txt", 1, shape, 9, 0);
  assert_int_equal(spiqe_samples_read(&ctx, path, &samples), SPIQE_BAD_FORMAT);
  assert_says(&ctx, "samples need 2 to 5 dimensions");
  assert_int_equal(spiqe_samples_read(&ctx, folder->path, &samples), SPIQE_FILE);
  save(&ctx, path, (const uint8_t *)"", 0);
  assert_int_equal(spiqe_samples_read(&ctx, path, &samples), SPIQE_BAD_FORMAT);
  write_npy_of_rank_0(folder->path, "picture.bin"); /* the name is that of a recording */
  join(path, folder, "picture.bin");
  assert_int_equal(spiqe_samples_read(&ctx, path, &samples), SPIQE_BAD_FORMAT);
  assert_says(&ctx, "samples need 2 to 5 dimensions");
}

static void the_built_in_digits_need_no_file(void **state) {
  (void)state;
  spiqe_dataset *set;
  assert_true(spiqe_dataset_is_here("digits", NULL));
  assert_int_equal(spiqe_dataset_open(&ctx, "digits", NULL, &set), SPIQE_OK);
  assert_string_equal(set->folder, "");
  assert_int_equal(set->part[SPIQE_TRAIN].n_samples, 10000);
  assert_int_equal(set->part[SPIQE_TEST].n_samples, 2000);
  spiqe_dataset_destroy(set);
}

static void check_real(const char *name, const uint16_t first_labels[3]) {
  spiqe_dataset *set;
  if (!spiqe_dataset_is_here(name, SHARED)) {
    print_message("%s is not in %s: not tested\n", name, SHARED);
    return;
  }
  double start = spiqe_clock_seconds();
  assert_int_equal(spiqe_dataset_open(&ctx, name, SHARED, &set), SPIQE_OK);
  print_message("%s: opened in %.2f s\n", name, spiqe_clock_seconds() - start);
  assert_memory_equal(set->part[SPIQE_TRAIN].labels, first_labels, 6);
  assert_non_null(set->part[SPIQE_TRAIN].bytes);
  spiqe_dataset_destroy(set);
}

static void real_sets_open(void **state) {
  (void)state;
  check_real("mnist", (const uint16_t[3]){5, 0, 4});
  check_real("fashion-mnist", (const uint16_t[3]){9, 0, 0});
  check_real("kmnist-6k", (const uint16_t[3]){8, 7, 0});
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(a_set_is_found_below_a_folder_in_it_by_variable_and_in_the_cache),
      TEST(a_folder_with_the_name_of_another_set_is_not_taken_for_this_one),
      TEST(a_set_with_a_file_missing_is_not_here),
      TEST(packed_and_unpacked_files_are_read),
      TEST(parts_that_do_not_agree_are_refused),
      TEST(names_that_are_wrong_or_absent_are_explained),
      TEST(every_row_of_the_table_is_whole),
      TEST(samples_come_in_any_order_as_floats),
      TEST(a_file_is_read_by_its_content_not_its_name),
      TEST(the_built_in_digits_need_no_file),
      TEST(real_sets_open),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
