/* Sets in HDF5: what a test writes through the library is read back; what does not fit its row is
 * refused with a message that names the file and the array in it. */
#include <hdf5.h>
#include <math.h>

#include "data/registry.h"
#include "data/samples.h"
#include "support.h"

#define SHARED SPIQE_SOURCE_DIR "/../shared/data"

static spiqe_context ctx = {.n_threads = 1};

static int set_up(void **state) {
  test_folder *folder = malloc(sizeof *folder);
  assert_non_null(folder);
  assert_true(test_folder_create(folder));
  *state = folder;
  return 0;
}

static int tear_down(void **state) {
  test_folder_destroy(*state);
  free(*state);
  return 0;
}

static void path_of(char out[800], const test_folder *folder, const char *name) {
  assert_true(spiqe_file_join(out, 800, folder->path, name));
}

static const spiqe_set table = {
    .name = "table",
    .read = spiqe_set_read_table,
    .n_samples = {6, 3},
    .n_dimensions = 2,
    .shape = {2, 4},
    .n_classes = 3,
    .files = {{.name = "table.h5"}},
};

static void write_array(hid_t file, const char *name, int rank, const hsize_t *shape, hid_t kept,
                        hid_t given, const void *values) {
  hid_t space = H5Screate_simple(rank, shape, NULL);
  hid_t id = H5Dcreate2(file, name, kept, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  assert_true(id >= 0);
  assert_true(H5Dwrite(id, given, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
  H5Dclose(id);
  H5Sclose(space);
}

static hid_t begin_file(const char *path) {
  hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  assert_true(file >= 0);
  return file;
}

static hid_t begin_table(const char *path) {
  hid_t file = begin_file(path);
  H5Gclose(H5Gcreate2(file, "train", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  H5Gclose(H5Gcreate2(file, "test", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  return file;
}

/* Value j of sample i is i + j / 16, which all types of reals hold exactly. */
static void write_part(hid_t file, const char *part, size_t n, hid_t reals, hid_t whole) {
  char name[32];
  float values[6 * 8];
  int labels[6];
  for (size_t i = 0; i < n; i++) {
    labels[i] = (int)(i % 3);
    for (size_t j = 0; j < 8; j++) values[i * 8 + j] = (float)i + (float)j / 16;
  }
  const hsize_t shape[2] = {n, 8};
  snprintf(name, sizeof name, "%s/data", part);
  write_array(file, name, 2, shape, reals, H5T_NATIVE_FLOAT, values);
  snprintf(name, sizeof name, "%s/target", part);
  write_array(file, name, 1, shape, whole, H5T_NATIVE_INT, labels);
}

static void write_table(const char *path, hid_t reals, hid_t whole) {
  hid_t file = begin_table(path);
  write_part(file, "train", 6, reals, whole);
  write_part(file, "test", 3, reals, whole);
  H5Fclose(file);
}

static void check_table(const char *folder) {
  for (spiqe_split split = SPIQE_TRAIN; split <= SPIQE_TEST; split++) {
    spiqe_samples samples = {0};
    if (table.read(&ctx, &table, folder, split, &samples) != SPIQE_OK) fail_msg("%s", ctx.message);
    assert_int_equal(samples.n_samples, table.n_samples[split]);
    assert_int_equal(samples.n_features, 8);
    assert_int_equal(samples.shape[1], 4);
    for (size_t i = 0; i < samples.n_samples; i++) {
      assert_int_equal(samples.labels[i], i % 3);
      for (size_t j = 0; j < 8; j++)
        assert_true(samples.floats[i * 8 + j] == (float)i + (float)j / 16);
    }
    spiqe_samples_free(&samples);
  }
}

static void a_table_is_read_whatever_its_types_of_numbers(void **state) {
  char path[800];
  const test_folder *folder = *state;
  path_of(path, folder, "table.h5");
  write_table(path, H5T_IEEE_F32LE, H5T_STD_I32LE);
  check_table(folder->path);
  write_table(path, H5T_IEEE_F64BE, H5T_STD_U8LE);
  check_table(folder->path);
}

static void refuses(const spiqe_set *set, const char *folder, spiqe_status status,
                    const char *part) {
  spiqe_samples samples = {0};
  assert_int_equal(set->read(&ctx, set, folder, SPIQE_TRAIN, &samples), status);
  spiqe_samples_free(&samples);
  assert_says(&ctx, part);
  assert_says(&ctx, folder);
}

static void a_table_that_does_not_fit_its_row_is_refused(void **state) {
  char path[800];
  const test_folder *folder = *state;
  const hsize_t wide[2] = {6, 9}, many[2] = {7, 8}, right[2] = {6, 8}, cube[3] = {6, 2, 4};
  float values[64] = {0};
  int labels[7] = {0, 1, 2, 0, 1, 3, 0};
  path_of(path, folder, "table.h5");
  const struct {
    int rank;
    const hsize_t *shape;
    hid_t type;
  } wrong[] = {{2, wide, H5T_IEEE_F32LE}, {2, many, H5T_IEEE_F32LE}, {3, cube, H5T_IEEE_F32LE},
               {2, right, H5T_STD_I32LE}};
  for (size_t i = 0; i < 4; i++) {
    hid_t file = begin_table(path);
    write_array(file, "train/data", wrong[i].rank, wrong[i].shape, wrong[i].type, H5T_NATIVE_FLOAT,
                values);
    H5Fclose(file);
    refuses(&table, folder->path, SPIQE_BAD_FORMAT, "'train/data': expected reals, 6 rows of 8");
  }
  hid_t file = begin_table(path);
  write_array(file, "train/data", 2, right, H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, values);
  write_array(file, "train/target", 1, right, H5T_STD_I32LE, H5T_NATIVE_INT, labels);
  H5Fclose(file);
  refuses(&table, folder->path, SPIQE_BAD_FORMAT, "'train/target': label 5 is 3");
  file = begin_table(path);
  values[13] = INFINITY;
  write_array(file, "train/data", 2, right, H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, values);
  H5Fclose(file);
  refuses(&table, folder->path, SPIQE_BAD_FORMAT, "row 1, value 5 is not finite");
}

static void what_is_absent_or_no_hdf5_is_explained(void **state) {
  char path[800];
  const test_folder *folder = *state;
  path_of(path, folder, "table.h5");
  refuses(&table, folder->path, SPIQE_NOT_FOUND, "table.h5");
  save(&ctx, path, (const uint8_t *)"hello world", 11);
  refuses(&table, folder->path, SPIQE_BAD_FORMAT, "no HDF5 file");
  bytes packed = pack((const uint8_t *)"hello world", 11);
  save(&ctx, path, packed.data, packed.size);
  drop(&packed);
  refuses(&table, folder->path, SPIQE_BAD_FORMAT, "what is packed in it is no HDF5 file");
  H5Fclose(begin_table(path));
  refuses(&table, folder->path, SPIQE_BAD_FORMAT, "there is no array 'train/data'");
}

/* The library's own report of errors is left as the caller had it. */
static void errors_are_reported_as_before_afterwards(void **state) {
  H5E_auto2_t before, after;
  void *data;
  const test_folder *folder = *state;
  H5Eget_auto2(H5E_DEFAULT, &before, &data);
  refuses(&table, folder->path, SPIQE_NOT_FOUND, "table.h5");
  H5Eget_auto2(H5E_DEFAULT, &after, &data);
  assert_ptr_equal(before, after);
}

/* A file that ends too early, or with a byte turned around, gives samples or an error. */
static void damaged_files_are_survived(void **state) {
  char path[800];
  const test_folder *folder = *state;
  uint8_t *whole;
  size_t size;
  path_of(path, folder, "table.h5");
  write_table(path, H5T_IEEE_F32LE, H5T_STD_I32LE);
  assert_int_equal(spiqe_file_read(&ctx, path, (size_t)1 << 20, &whole, &size), SPIQE_OK);
  for (size_t i = 0; i < size; i += 61) {
    spiqe_samples samples = {0};
    whole[i] ^= 0x41;
    save(&ctx, path, whole, i % 2 ? size : i + 1);
    whole[i] ^= 0x41;
    if (table.read(&ctx, &table, folder->path, SPIQE_TRAIN, &samples) != SPIQE_OK)
      assert_says(&ctx, "table.h5");
    spiqe_samples_free(&samples);
  }
  free(whole);
}

static const spiqe_set speech = {
    .name = "speech",
    .read = spiqe_set_read_spikes,
    .n_samples = {300, 2},
    .n_dimensions = 3,
    .shape = {1, 1, 700},
    .n_classes = 20,
    .files = {{.name = "train.h5.gz"}, {.name = "test.h5"}},
};

/* Half precision, as the published files have it. */
static hid_t half(void) {
  hid_t type = H5Tcopy(H5T_IEEE_F32LE);
  assert_true(H5Tset_fields(type, 15, 10, 5, 0, 10) >= 0 && H5Tset_size(type, 2) >= 0 &&
              H5Tset_ebias(type, 15) >= 0);
  return type;
}

#define MOST_SPIKES 12

/* Recording i has i % 12 spikes; spike k is of unit 7 i + 50 k, at k / 8 s, the last first. */
static void write_lists(hid_t file, size_t n, size_t missing) {
  static float times[300][MOST_SPIKES];
  static uint16_t units[300][MOST_SPIKES];
  static hvl_t time[300], unit[300];
  const hsize_t shape = n;
  for (size_t i = 0; i < n; i++) {
    const size_t count = i % MOST_SPIKES;
    for (size_t k = 0; k < count; k++) {
      times[i][count - 1 - k] = (float)k / 8;
      units[i][count - 1 - k] = (uint16_t)((7 * i + 50 * k) % 700);
    }
    time[i] = (hvl_t){count, times[i]};
    unit[i] = (hvl_t){count - (count ? missing : 0), units[i]};
  }
  hid_t reals = half(), kept = H5Tvlen_create(reals), given = H5Tvlen_create(H5T_NATIVE_FLOAT);
  hid_t whole = H5Tvlen_create(H5T_STD_U16LE), whole_given = H5Tvlen_create(H5T_NATIVE_UINT16);
  H5Gclose(H5Gcreate2(file, "spikes", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  write_array(file, "spikes/times", 1, &shape, kept, given, time);
  write_array(file, "spikes/units", 1, &shape, whole, whole_given, unit);
  H5Tclose(reals), H5Tclose(kept), H5Tclose(given), H5Tclose(whole), H5Tclose(whole_given);
}

/* name: plain, or packed where it ends in .gz. */
static void write_speech(const test_folder *folder, const char *name, size_t n, size_t missing) {
  char path[800];
  int labels[300];
  const hsize_t shape = n;
  for (size_t i = 0; i < n; i++) labels[i] = (int)(i % 20);
  path_of(path, folder, name);
  hid_t file = begin_file(path);
  write_lists(file, n, missing);
  write_array(file, "labels", 1, &shape, H5T_STD_U16LE, H5T_NATIVE_INT, labels);
  H5Fclose(file);
  if (!strstr(name, ".gz")) return;
  uint8_t *plain;
  size_t size;
  assert_int_equal(spiqe_file_read(&ctx, path, (size_t)1 << 24, &plain, &size), SPIQE_OK);
  bytes packed = pack(plain, size);
  save(&ctx, path, packed.data, packed.size);
  drop(&packed);
  free(plain);
}

static void lists_of_spikes_become_recordings(void **state) {
  const test_folder *folder = *state;
  write_speech(folder, "train.h5.gz", 300, 0);
  write_speech(folder, "test.h5", 2, 0);
  for (spiqe_split split = SPIQE_TRAIN; split <= SPIQE_TEST; split++) {
    spiqe_samples samples = {0};
    if (speech.read(&ctx, &speech, folder->path, split, &samples)) fail_msg("%s", ctx.message);
    for (size_t i = 0; i < samples.n_samples; i++) {
      const size_t first = samples.first_event[i], n = samples.first_event[i + 1] - first;
      assert_int_equal(n, i % MOST_SPIKES);
      assert_int_equal(samples.labels[i], i % 20);
      for (size_t k = 0; k < n; k++) {
        const spiqe_address_event *e = &samples.events[first + k];
        assert_true(e->time == 125000 * k && e->x == (7 * i + 50 * k) % 700);
        assert_true(e->y == 0 && e->polarity == 0);
      }
    }
    spiqe_samples_free(&samples);
  }
}

static void lists_that_do_not_fit_are_refused(void **state) {
  const test_folder *folder = *state;
  char path[800];
  spiqe_set set = speech;
  write_speech(folder, "train.h5.gz", 300, 1);
  refuses(&set, folder->path, SPIQE_BAD_FORMAT, "recording 1 has 1 times, but 0 units");
  write_speech(folder, "train.h5.gz", 299, 0);
  refuses(&set, folder->path, SPIQE_BAD_FORMAT, "'labels': expected 300 whole numbers");
  write_speech(folder, "train.h5.gz", 300, 0);
  set.shape[2] = 500;
  refuses(&set, folder->path, SPIQE_BAD_FORMAT, "but the set has 500 x 1");
  set.n_classes = 19;
  refuses(&set, folder->path, SPIQE_BAD_FORMAT, "label 19 is 19, but the set has 19 classes");
  const int labels[1] = {0};
  const float flat[1] = {0};
  const hsize_t one = 1;
  path_of(path, folder, "train.h5.gz");
  hid_t file = begin_file(path);
  write_array(file, "labels", 1, &one, H5T_STD_U16LE, H5T_NATIVE_INT, labels);
  H5Gclose(H5Gcreate2(file, "spikes", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  write_array(file, "spikes/times", 1, &one, H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, flat);
  write_array(file, "spikes/units", 1, &one, H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, flat);
  H5Fclose(file);
  set.n_samples[SPIQE_TRAIN] = 1;
  refuses(&set, folder->path, SPIQE_BAD_FORMAT, "'spikes/times': expected 1 lists of reals");
}

static void real_usps_opens(void **state) {
  (void)state;
  spiqe_dataset *set;
  if (!spiqe_dataset_is_here("usps", SHARED)) {
    print_message("usps is not in %s: not tested\n", SHARED);
    return;
  }
  assert_int_equal(spiqe_dataset_open(&ctx, "usps:1,7", SHARED, &set), SPIQE_OK);
  assert_int_equal(set->part[SPIQE_TRAIN].n_samples, 1005 + 645); /* as its authors count them */
  assert_int_equal(set->part[SPIQE_TEST].n_samples, 264 + 147);
  for (size_t i = 0; i < 256; i++) assert_in_range(1000 * set->part[SPIQE_TEST].floats[i], 0, 1000);
  spiqe_dataset_destroy(set);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(a_table_is_read_whatever_its_types_of_numbers),
      TEST(a_table_that_does_not_fit_its_row_is_refused),
      TEST(what_is_absent_or_no_hdf5_is_explained),
      TEST(errors_are_reported_as_before_afterwards),
      TEST(damaged_files_are_survived),
      TEST(lists_of_spikes_become_recordings),
      TEST(lists_that_do_not_fit_are_refused),
      TEST(real_usps_opens),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
