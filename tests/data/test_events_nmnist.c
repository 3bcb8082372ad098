/* N-MNIST: what an independent writer wrote is read; the real recordings are sound. */
#include "events_support.h"

#define SHARED SPIQE_SOURCE_DIR "/../shared/data/nmnist-small"

static spiqe_context ctx = {.n_threads = 1};

static void add_event(bytes *b, uint32_t time, uint32_t x, uint32_t y, uint32_t polarity) {
  uint8_t raw[5] = {(uint8_t)x, (uint8_t)y, (uint8_t)(polarity << 7 | (time >> 16 & 0x7f)),
                    (uint8_t)(time >> 8), (uint8_t)time};
  add(b, raw, sizeof raw);
}

static bytes write_events(const spiqe_address_event *events, size_t n) {
  bytes b = {0};
  for (size_t i = 0; i < n; i++)
    add_event(&b, events[i].time, events[i].x, events[i].y, events[i].polarity);
  return b;
}

static void what_was_written_is_read_plain_and_packed(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 10; seed++) {
    size_t n = 1 + drawn(seed, 1, 2000);
    spiqe_address_event *made = made_events(seed, n, 700, 1000, 34, 34);
    bytes plain = write_events(made, n), packed = pack(plain.data, plain.size);
    spiqe_events *a = decode_events(&ctx, "00001.bin", &plain),
                 *b = decode_events(&ctx, "a/B.BS2.gz", &packed);
    assert_same_events(a, made, n, 0); /* the file's clock starts with the recording */
    assert_same_events(b, made, n, 0);
    assert_int_equal(a->width, 34);
    assert_int_equal(a->height, 34);
    assert_int_equal(a->n_polarities, 2);
    assert_true(a->origin == 0);
    spiqe_events_destroy(a);
    spiqe_events_destroy(b);
    free(made);
    drop(&plain);
    drop(&packed);
  }
}

static void an_overflow_event_adds_its_time_to_what_follows(void **state) {
  (void)state;
  bytes b = {0};
  add_event(&b, 100, 1, 2, 1);
  add_event(&b, 50, 0, 240, 0);
  add_event(&b, 100, 3, 4, 0);
  add_event(&b, 0, 0, 240, 1);
  add_event(&b, 101, 5, 6, 1);
  spiqe_events *events = decode_events(&ctx, "a.bin", &b);
  assert_int_equal(events->n_events, 3);
  assert_int_equal(events->events[0].time, 100);
  assert_int_equal(events->events[1].time, 100 + 8192);
  assert_int_equal(events->events[2].time, 101 + 2 * 8192);
  spiqe_events_destroy(events);
  drop(&b);
}

static void a_larger_camera_has_the_size_that_holds_all(void **state) {
  (void)state;
  bytes b = {0};
  add_event(&b, 0, 200, 3, 1);
  add_event(&b, 1, 3, 170, 1);
  spiqe_events *events = decode_events(&ctx, "image_0001.bin", &b);
  assert_int_equal(events->width, 201);
  assert_int_equal(events->height, 171);
  spiqe_events_destroy(events);
  drop(&b);
}

static void times_that_fall_are_sorted_and_equal_ones_stay_in_order(void **state) {
  (void)state;
  const uint32_t times[] = {900, 20, 70000, 20, 900, 66000, 20};
  bytes b = {0};
  for (uint32_t i = 0; i < 7; i++) add_event(&b, times[i], i, 0, 0);
  spiqe_events *events = decode_events(&ctx, "a.bin", &b);
  const uint16_t order[] = {1, 3, 6, 0, 4, 5, 2}; /* x tells which one it was */
  for (size_t i = 0; i < 7; i++) assert_int_equal(events->events[i].x, order[i]);
  spiqe_events_destroy(events);
  drop(&b);
}

static void bad_files_are_refused_with_the_place(void **state) {
  (void)state;
  bytes b = {0};
  refuses_events(&ctx, "a.bin", &b, SPIQE_BAD_FORMAT, "no event in it");
  add_event(&b, 1500000, 1, 1, 1);
  refuses_events(&ctx, "a.bin.tar", &b, SPIQE_BAD_FORMAT, "01 01 96 e3 60");
  refuses_events(&ctx, "a.bin.tar", &b, SPIQE_BAD_FORMAT, "expected one of AEDAT 2.0");
  add_event(&b, 400000, 1, 1, 1);
  refuses_events(&ctx, "a.bin", &b, SPIQE_BAD_FORMAT,
                 "the event at byte 5 is 1100000 us earlier than the one before it");
  drop(&b);
  spiqe_events *events;
  assert_int_equal(spiqe_events_read(&ctx, "no/such.bin", &events), SPIQE_NOT_FOUND);
  assert_null(events);
  assert_says(&ctx, "no/such.bin");
}

static void too_long_a_recording_is_refused(void **state) {
  (void)state;
  const size_t n = ((size_t)1 << 32) / 8192; /* overflow events that make 2^32 us */
  bytes b = {calloc(n + 2, 5), 5 * (n + 2)};
  assert_non_null(b.data);
  for (size_t i = 1; i <= n; i++) b.data[5 * i + 1] = 240;
  refuses_events(&ctx, "a.bin", &b, SPIQE_LIMIT, "71 minutes");
  drop(&b);
}

static void a_file_cut_within_an_event_is_refused(void **state) {
  (void)state;
  spiqe_address_event *made = made_events(3, 20, 0, 1000, 34, 34);
  bytes b = write_events(made, 20), packed = pack(b.data, b.size);
  /* At 19 of the 100 places the cut is between two events. */
  assert_int_equal(cut_everywhere(&ctx, "a.bin", &b), 100 - 19);
  assert_int_equal(cut_everywhere(&ctx, "a.bin.gz", &packed), packed.size);
  b.size -= 2;
  refuses_events(&ctx, "a.bin", &b, SPIQE_BAD_FORMAT,
                 "ends at byte 98 inside an event, which needs 5 bytes from byte 95");
  free(made);
  drop(&b);
  drop(&packed);
}

static void the_real_recordings_are_sound(void **state) {
  (void)state;
  if (!spiqe_file_exists(SHARED)) {
    fprintf(stderr, "skipped: %s is not here\n", SHARED);
    skip();
  }
  for (size_t i = 1; i <= 1000; i++) {
    char path[4096];
    uint8_t *raw;
    size_t size;
    spiqe_events *events;
    snprintf(path, sizeof path, "%s/%zu.bs2", SHARED, i);
    assert_int_equal(spiqe_file_read(&ctx, path, 1 << 20, &raw, &size), SPIQE_OK);
    free(raw);
    if (spiqe_events_read(&ctx, path, &events) != SPIQE_OK) fail_msg("%s", ctx.message);
    assert_sound(events);
    assert_int_equal(events->n_events, size / 5); /* none of them is an overflow event */
    assert_int_equal(events->width, 34);
    assert_int_equal(events->height, 34);
    /* Three saccades of 100 ms each (Orchard et al., 2015). */
    assert_in_range(events->events[events->n_events - 1].time, 250000, 350000);
    spiqe_events_destroy(events);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_was_written_is_read_plain_and_packed),
      cmocka_unit_test(an_overflow_event_adds_its_time_to_what_follows),
      cmocka_unit_test(a_larger_camera_has_the_size_that_holds_all),
      cmocka_unit_test(times_that_fall_are_sorted_and_equal_ones_stay_in_order),
      cmocka_unit_test(bad_files_are_refused_with_the_place),
      cmocka_unit_test(too_long_a_recording_is_refused),
      cmocka_unit_test(a_file_cut_within_an_event_is_refused),
      cmocka_unit_test(the_real_recordings_are_sound),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
