/* Sets of recordings: lists with a file for each recording, and CSV. */
#include "data/classes.h"
#include "data/recordings.h"
#include "data/registry.h"
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

static void write_file(const test_folder *folder, const char *name, const void *data, size_t n) {
  char path[800];
  assert_true(spiqe_file_join(path, sizeof path, folder->path, name));
  save(&ctx, path, data, n);
}

static void write_text(const test_folder *folder, const char *name, const char *text) {
  write_file(folder, name, text, strlen(text));
}

static void refuses(const spiqe_set *set, const test_folder *folder, const char *part) {
  spiqe_samples samples = {0};
  spiqe_status status = set->read(&ctx, set, folder->path, SPIQE_TRAIN, &samples);
  spiqe_samples_free(&samples);
  if (status != SPIQE_BAD_FORMAT) fail_msg("status %d: %s", (int)status, ctx.message);
  assert_says(&ctx, part);
  assert_says(&ctx, folder->path);
}

static const spiqe_set listed = {
    .name = "listed",
    .read = spiqe_set_read_recordings,
    .n_samples = {3, 1},
    .n_dimensions = 3,
    .shape = {2, 34, 34},
    .n_classes = 4,
    .suffix = ".bs2",
    .files = {{.name = "train.txt"}, {.name = "test.txt"}},
};

/* Recording k has k + 1 events: x = k, y = i, off and on in turns, 10 us apart. 5 bytes each: x, y,
 * polarity and 23 bits of time (N-MNIST). */
static void write_recording(const test_folder *folder, unsigned k) {
  char name[32];
  bytes b = {0};
  for (unsigned i = 0; i <= k; i++) {
    uint8_t raw[5] = {(uint8_t)k, (uint8_t)i, (uint8_t)((i & 1) << 7), 0, (uint8_t)(10 * i)};
    add(&b, raw, sizeof raw);
  }
  snprintf(name, sizeof name, "%u.bs2", k);
  write_file(folder, name, b.data, b.size);
  drop(&b);
}

static void recordings_come_in_the_order_of_their_list(void **state) {
  const test_folder *folder = *state;
  static const unsigned order[] = {7, 2, 11}, labels[] = {3, 0, 1};
  for (size_t i = 0; i < 3; i++) write_recording(folder, order[i]);
  write_text(folder, "train.txt", "#sample #class\r\n7\t3\r\n2 0 \n\n11  1");
  write_text(folder, "test.txt", "7 3\n");
  spiqe_samples samples = {0};
  if (listed.read(&ctx, &listed, folder->path, SPIQE_TRAIN, &samples)) fail_msg("%s", ctx.message);
  assert_int_equal(samples.n_samples, 3);
  assert_int_equal(samples.n_features, 2 * 34 * 34);
  assert_null(samples.bytes);
  assert_null(samples.floats);
  for (size_t r = 0; r < 3; r++) {
    const size_t first = samples.first_event[r], n = samples.first_event[r + 1] - first;
    assert_int_equal(n, order[r] + 1);
    assert_int_equal(samples.labels[r], labels[r]);
    for (size_t i = 0; i < n; i++) {
      const spiqe_address_event *e = &samples.events[first + i];
      assert_true(e->x == order[r] && e->y == i && e->polarity == (i & 1) && e->time == 10 * i);
    }
  }
  spiqe_samples_free(&samples);
  assert_int_equal(listed.read(&ctx, &listed, folder->path, SPIQE_TEST, &samples), SPIQE_OK);
  assert_int_equal(samples.first_event[1], 8);
  spiqe_samples_free(&samples);
}

static void lists_that_do_not_fit_are_refused(void **state) {
  const test_folder *folder = *state;
  write_recording(folder, 1);
  write_text(folder, "test.txt", "1 1\n");
  static const char *const wrong[][2] = {
      {"1 1\n1 x\n", "train.txt:2: '1 x', but the number"},
      {"1 1\n../1 1\n", "train.txt:2: '../1 1'"},
      {"1\n", "train.txt:1"},
      {"1 1\n1 4\n", "1.bs2: the label is 4, but the set has 4 classes"},
      {"1 1\n1 1\n", "train.txt: 2 recordings, but the set has 3"},
      {"1 1\n1 1\n1 1\n1 1\n", "more recordings than the 3"},
      {"", "train.txt: 0 recordings"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    write_text(folder, "train.txt", wrong[i][0]);
    refuses(&listed, folder, wrong[i][1]);
  }
  spiqe_samples samples = {0};
  write_text(folder, "train.txt", "1 1\n5 1\n");
  assert_int_equal(listed.read(&ctx, &listed, folder->path, SPIQE_TRAIN, &samples),
                   SPIQE_NOT_FOUND);
  assert_says(&ctx, "5.bs2");
  spiqe_samples_free(&samples);
}

static void an_event_outside_of_the_set_is_refused(void **state) {
  const test_folder *folder = *state;
  spiqe_set small = listed;
  small.shape[2] = 11;
  write_recording(folder, 11);
  write_text(folder, "train.txt", "11 1\n");
  refuses(&small, folder, "event 0: x 11, y 0, polarity 0, but the set has 11 x 34");
}

static const spiqe_set letters = {
    .name = "letters",
    .read = spiqe_set_read_braille,
    .n_samples = {2, 2},
    .n_dimensions = 3,
    .shape = {2, 1, 12},
    .n_classes = 3,
    .files = {{.name = "events.csv.gz"}, {.name = "labels.csv"}},
};

static void write_events(const test_folder *folder, const char *text) {
  bytes packed = pack((const uint8_t *)text, strlen(text));
  write_file(folder, "events.csv.gz", packed.data, packed.size);
  drop(&packed);
}

#define LABELS "sample,label,letter,repetition\n0,2,A,0\n1,0,B,159\n2,1,C,160\n3,2,D,199\n"

/* Repetitions from 160 on are the test; events of a recording come sorted. */
static void letters_are_split_by_their_repetition(void **state) {
  const test_folder *folder = *state;
  write_text(folder, "labels.csv", LABELS);
  write_events(folder, "time_s,taxel,extra,polarity,sample\n0.5,3,x,1,0\n0.25,11,,0,0\n"
                       "1.3,0,y z,1,1\n0.125,7,,1,2\r\n2,1,,0,3\n");
  spiqe_samples train = {0}, test = {0};
  if (letters.read(&ctx, &letters, folder->path, SPIQE_TRAIN, &train)) fail_msg("%s", ctx.message);
  if (letters.read(&ctx, &letters, folder->path, SPIQE_TEST, &test)) fail_msg("%s", ctx.message);
  assert_true(train.labels[0] == 2 && train.labels[1] == 0);
  assert_true(test.labels[0] == 1 && test.labels[1] == 2);
  assert_true(train.first_event[1] == 2 && train.first_event[2] == 3);
  assert_true(train.events[0].time == 250000 && train.events[0].x == 11);
  assert_true(train.events[1].time == 500000 && train.events[1].x == 3);
  assert_true(train.events[1].polarity == 1 && train.events[0].polarity == 0);
  assert_true(test.events[0].time == 125000 && test.events[1].time == 2000000);
  spiqe_samples_free(&train);
  spiqe_samples_free(&test);
}

static void tables_that_do_not_fit_are_refused(void **state) {
  const test_folder *folder = *state;
  static const char head[] = "sample,taxel,polarity,time_s\n";
  static const char *const wrong[][2] = {
      {"0,12,0,1\n1,0,0,1\n", "event 0: x 12"},
      {"0,1,2,1\n", "events.csv.gz:2"},
      {"0,1,1,-1\n", "events.csv.gz:2"},
      {"0,1,1,4300\n", "events.csv.gz:2"},
      {"0,1.5,1,1\n", "events.csv.gz:2"},
      {"0,1,1,1\n0,1,1\n", "events.csv.gz:3: column 'time_s'"},
      {"0,1,1,1\n0,1,one,1\n", "events.csv.gz:3: column 'polarity'"},
      {"0,1,1,nan\n", "events.csv.gz:2: column 'time_s'"},
      {"1,1,1,1\n0,1,1,1\n", "recording 0 after 1"},
      {"0,1,1,1\n9,1,1,1\n", "recording 9 has events, but no label"},
      {"0,1,1,1\n", "1 recordings, but the set has 2"},
  };
  write_text(folder, "labels.csv", LABELS);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    char text[256];
    snprintf(text, sizeof text, "%s%s", head, wrong[i][0]);
    write_events(folder, text);
    refuses(&letters, folder, wrong[i][1]);
  }
  write_text(folder, "labels.csv", "sample,label,letter\n");
  refuses(&letters, folder, "labels.csv:1: there is no column 'repetition'");
  write_text(folder, "labels.csv", "");
  refuses(&letters, folder, "labels.csv: it is empty");
  char *line = calloc(1, 3000);
  assert_non_null(line);
  memset(line, 'a', 2999);
  write_text(folder, "labels.csv", line);
  refuses(&letters, folder, "labels.csv:1: no line of text");
  free(line);
}

static void parts_of_the_classes_keep_their_recordings(void **state) {
  (void)state;
  spiqe_address_event events[6] = {{.time = 0}, {.time = 1}, {.time = 2},
                                   {.time = 3}, {.time = 4}, {.time = 5}};
  size_t first[5] = {0, 1, 3, 3, 6};
  uint16_t labels[4] = {0, 1, 2, 2};
  const spiqe_class_list list = {.n = 2, .classes = {2, 0}};
  spiqe_samples samples = {.n_samples = 4, .n_classes = 3, .events = events, .first_event = first,
                           .labels = labels};
  assert_int_equal(spiqe_samples_keep_classes(&ctx, "set", &list, &samples), SPIQE_OK);
  assert_int_equal(samples.n_samples, 3);
  assert_true(first[1] == 1 && first[2] == 1 && first[3] == 4);
  assert_true(events[0].time == 0 && events[1].time == 3 && events[3].time == 5);
  assert_true(labels[0] == 1 && labels[1] == 0 && labels[2] == 0);
}

static void real_recordings_open(void **state) {
  (void)state;
  static const struct {
    const char *name;
    size_t n_train, n_events;
  } sets[] = {{"nmnist-small", 1000, 4133231}, {"braille", 4320, 176701}};
  for (size_t i = 0; i < 2; i++) {
    spiqe_dataset *set;
    if (!spiqe_dataset_is_here(sets[i].name, SHARED)) {
      print_message("%s is not in %s: not tested\n", sets[i].name, SHARED);
      continue;
    }
    if (spiqe_dataset_open(&ctx, sets[i].name, SHARED, &set)) fail_msg("%s", ctx.message);
    const spiqe_samples *train = &set->part[SPIQE_TRAIN];
    print_message("%s: %zu events\n", sets[i].name, train->first_event[train->n_samples]);
    assert_int_equal(train->n_samples, sets[i].n_train);
    assert_int_equal(train->first_event[train->n_samples], sets[i].n_events);
    spiqe_dataset_destroy(set);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(recordings_come_in_the_order_of_their_list),
      TEST(lists_that_do_not_fit_are_refused),
      TEST(an_event_outside_of_the_set_is_refused),
      TEST(letters_are_split_by_their_repetition),
      TEST(tables_that_do_not_fit_are_refused),
      TEST(parts_of_the_classes_keep_their_recordings),
      TEST(real_recordings_open),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
