/* EVT 2.0, EVT 3.0 and DAT of Prophesee: what independent writers wrote is read. */
#include "events_support.h"

static spiqe_context ctx = {.n_threads = 1};

#define EVT2_HEADER "% Date 2023-01-02 03:04:05\n% evt 2.0\n% geometry 640x480\n"
#define EVT3_HEADER "% format EVT3;height=720;width=1280\n% date x\n% end\n"
#define DAT_HEADER "% Data file containing CD events\n% Version 2\n% Width 640\n% Height 480\n"

/* loop: of the time's 34 bits. */
static bytes write_evt2(const spiqe_address_event *made, size_t n, uint64_t from) {
  bytes b = {0};
  uint64_t high = UINT64_MAX;
  add_text(&b, EVT2_HEADER);
  add_little(&b, 1u << 28, 4); /* an event before the first time: left out */
  for (size_t i = 0; i < n; i++) {
    uint64_t time = from + made[i].time;
    if (time >> 6 != high) add_little(&b, 8u << 28 | (uint32_t)(time >> 6 & 0xfffffff), 4);
    high = time >> 6;
    add_little(&b,
               (uint32_t)made[i].polarity << 28 | (uint32_t)(time & 0x3f) << 22 |
                   (uint32_t)made[i].x << 11 | made[i].y,
               4);
    if (i % 5 == 0) add_little(&b, 0xau << 28, 4); /* a trigger */
  }
  return b;
}

static void evt2_is_read_as_written_also_across_a_loop_of_its_time(void **state) {
  (void)state;
  const uint64_t starts[] = {0, 1u << 20, ((uint64_t)1 << 34) - 100000};
  for (uint64_t seed = 0; seed < 3; seed++) {
    size_t n = 1000;
    spiqe_address_event *made = made_events(seed, n, 0, 500, 640, 480);
    bytes b = write_evt2(made, n, starts[seed]);
    spiqe_events *events = decode_events(&ctx, "a.raw", &b);
    assert_same_events(events, made, n, 0);
    assert_int_equal(events->width, 640);
    assert_int_equal(events->height, 480);
    assert_true((uint64_t)events->origin == starts[seed]);
    spiqe_events_destroy(events);
    free(made);
    drop(&b);
  }
}

typedef struct evt3_state {
  uint64_t high, low;
  uint32_t y;
} evt3_state;

static void add_time(bytes *b, uint64_t time, evt3_state *s) {
  if (time >> 12 != s->high) {
    add_little(b, 8u << 12 | (uint32_t)(time >> 12 & 0xfff), 2);
    s->low = UINT64_MAX;
  }
  if ((time & 0xfff) != s->low) add_little(b, 6u << 12 | (uint32_t)(time & 0xfff), 2);
  s->high = time >> 12;
  s->low = time & 0xfff;
}

static void add_row(bytes *b, uint32_t y, evt3_state *s) {
  if (y != s->y) add_little(b, y, 2);
  s->y = y;
}

static bytes write_evt3(const spiqe_address_event *made, size_t n, uint64_t from) {
  bytes b = {0};
  evt3_state s = {UINT64_MAX, UINT64_MAX, UINT32_MAX};
  add_text(&b, EVT3_HEADER);
  add_little(&b, 2u << 12, 2); /* an event before the first time: left out */
  for (size_t i = 0; i < n; i++) {
    add_time(&b, from + made[i].time, &s);
    add_row(&b, made[i].y, &s);
    add_little(&b, 2u << 12 | (uint32_t)made[i].polarity << 11 | made[i].x, 2);
    if (i % 7 == 0) add_little(&b, 8u << 12 | (uint32_t)(s.high & 0xfff), 2); /* the same again */
    if (i % 5 == 0) add_little(&b, 0xau << 12, 2);                            /* a trigger */
  }
  return b;
}

static void evt3_is_read_as_written_also_across_loops_of_its_time(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 5; seed++) {
    size_t n = 2500; /* of 20 ms each, 50 s: three loops of 2^24 us */
    spiqe_address_event *made = made_events(seed, n, 0, 40000, 1280, 720);
    bytes b = write_evt3(made, n, 4096 * seed);
    spiqe_events *events = decode_events(&ctx, "a.raw", &b);
    assert_same_events(events, made, n, 0);
    assert_int_equal(events->width, 1280);
    assert_int_equal(events->height, 720);
    spiqe_events_destroy(events);
    free(made);
    drop(&b);
  }
}

static void a_vector_has_an_event_for_each_of_its_bits(void **state) {
  (void)state;
  bytes b = {0};
  evt3_state s = {UINT64_MAX, UINT64_MAX, UINT32_MAX};
  add_text(&b, EVT3_HEADER);
  add_time(&b, 77777, &s);
  add_row(&b, 31, &s);
  add_little(&b, 3u << 12 | 1u << 11 | 100, 2); /* on, from x = 100 */
  add_little(&b, 4u << 12 | 0x801, 2);
  add_little(&b, 4u << 12 | 0x002, 2);
  add_little(&b, 5u << 12 | 0x81, 2);
  const uint16_t x[] = {100, 111, 113, 124, 131};
  spiqe_events *events = decode_events(&ctx, "a.raw", &b);
  assert_int_equal(events->n_events, 5);
  for (size_t i = 0; i < 5; i++) {
    assert_int_equal(events->events[i].x, x[i]);
    assert_int_equal(events->events[i].y, 31);
    assert_int_equal(events->events[i].polarity, 1);
  }
  assert_true(events->origin == 77777);
  spiqe_events_destroy(events);
  drop(&b);
}

static bytes write_dat(const spiqe_address_event *made, size_t n) {
  bytes b = {0};
  add_text(&b, DAT_HEADER);
  add_little(&b, 0x080c, 2);
  for (size_t i = 0; i < n; i++) {
    add_little(&b, made[i].time, 4);
    add_little(&b, made[i].x | (uint32_t)made[i].y << 14 | (uint32_t)made[i].polarity << 28, 4);
  }
  return b;
}

static void dat_is_read_as_written(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 5; seed++) {
    size_t n = 1 + drawn(seed, 9, 1000);
    /* The time of 32 bits wraps on the way. */
    spiqe_address_event *made = made_events(seed, n, UINT32_MAX - 100000, 500, 640, 480);
    bytes b = write_dat(made, n);
    spiqe_events *events = decode_events(&ctx, "a_td.dat", &b);
    assert_same_events(events, made, n, made[0].time);
    assert_int_equal(events->width, 640);
    assert_int_equal(events->height, 480);
    spiqe_events_destroy(events);
    free(made);
    drop(&b);
  }
}

/* Version 1, of the ATIS: 9 bits of x, 8 of y, then the polarity; what is above means nothing. */
static void dat_of_version_1_has_smaller_places(void **state) {
  (void)state;
  bytes b = {0};
  add_text(&b, "% Version 1\n% Height 240\n% Width 304\n");
  add_little(&b, 0x0800, 2);
  for (uint32_t i = 0; i < 100; i++) {
    add_little(&b, 10 * i, 4);
    add_little(&b, (200 + i) | (100 + i) << 9 | (i & 1) << 17 | 5u << 20, 4);
  }
  spiqe_events *events = decode_events(&ctx, "a_td.dat", &b);
  assert_int_equal(events->n_events, 100);
  for (uint32_t i = 0; i < 100; i++) {
    assert_int_equal(events->events[i].x, 200 + i);
    assert_int_equal(events->events[i].y, 100 + i);
    assert_int_equal(events->events[i].polarity, i & 1);
  }
  spiqe_events_destroy(events);
  drop(&b);
}

/* Lines of the header start with "% "; a word of the data may start with '%'. */
static void a_header_ends_where_a_line_starts_otherwise(void **state) {
  (void)state;
  const char *const headers[] = {"% evt 2.0\n% endianness little\n",
                                 "% evt 2.0\n% endianness little\n% end\n"};
  for (size_t i = 0; i < 2; i++) {
    bytes b = {0};
    add_text(&b, headers[i]);
    add_little(&b, 0x8a200a25u, 4); /* "%\n", a high time for EVT 2 */
    add_little(&b, 1u << 28 | 3u << 11 | 4, 4);
    spiqe_events *events = decode_events(&ctx, "a.raw", &b);
    assert_int_equal(events->n_events, 1);
    assert_int_equal(events->events[0].x, 3);
    spiqe_events_destroy(events);
    drop(&b);
  }
}

static void without_a_size_in_the_header_it_is_what_holds_all(void **state) {
  (void)state;
  bytes b = {0};
  add_text(&b, "% evt 3.0\n");
  evt3_state s = {UINT64_MAX, UINT64_MAX, UINT32_MAX};
  add_time(&b, 1, &s);
  add_row(&b, 9, &s);
  add_little(&b, 2u << 12 | 4, 2);
  spiqe_events *events = decode_events(&ctx, "a.raw", &b);
  assert_int_equal(events->width, 5);
  assert_int_equal(events->height, 10);
  assert_int_equal(events->n_polarities, 2);
  spiqe_events_destroy(events);
  drop(&b);
}

static void refuses_text(const char *header, const char *rest, size_t n, spiqe_status status,
                         const char *part) {
  bytes b = {0};
  add_text(&b, header);
  add(&b, rest, n);
  refuses_events(&ctx, "a.raw", &b, status, part);
  drop(&b);
}

static void bad_files_are_refused_with_the_place(void **state) {
  (void)state;
  refuses_text(EVT2_HEADER, "", 0, SPIQE_BAD_FORMAT, "no event in it");
  refuses_text(EVT3_HEADER, "x", 1, SPIQE_BAD_FORMAT, "inside a word, which needs 2 bytes");
  refuses_text("% evt 2.1\n", "", 0, SPIQE_UNSUPPORTED, "the encoding '2.1', expected");
  refuses_text("% format EVT21;width=3\n", "", 0, SPIQE_UNSUPPORTED, "the encoding 'EVT21'");
  refuses_text("% Version 3\n", "\x0c\x08", 2, SPIQE_UNSUPPORTED,
               "version '3', expected 2 or less");
  refuses_text(DAT_HEADER, "\x0c", 1, SPIQE_BAD_FORMAT, "the type and size of its events");
  refuses_text(DAT_HEADER, "\x0e\x08", 2, SPIQE_UNSUPPORTED, "type 0e and 8 bytes");
  refuses_text(DAT_HEADER, "\x0c\x10", 2, SPIQE_UNSUPPORTED, "type 0c and 16 bytes");
  refuses_text(DAT_HEADER, "\x0c\x08\0\0\0\0\0\0\0\x20", 10, SPIQE_BAD_FORMAT, "has polarity 2");
  refuses_text(DAT_HEADER, "\x0c\x08\0\0\0\0\xff\x3f\0\0", 10, SPIQE_BAD_FORMAT,
               "(16383, 0), expected a place within 640 x 480");
  /* Half of the 16.7 s of a loop is a clock that was set back by 8.4 s at most. */
  refuses_text(EVT3_HEADER, "\xff\x87\0\x20\0\x80\0\x20", 8, SPIQE_BAD_FORMAT,
               "the clock was set back");
}

static void a_file_cut_at_any_byte_is_sound_or_refused(void **state) {
  (void)state;
  spiqe_address_event *made = made_events(1, 60, 0, 50, 640, 480);
  bytes all[] = {write_evt2(made, 60, 5), write_evt3(made, 60, 5), write_dat(made, 60)};
  const size_t sizes[] = {4, 2, 8};
  for (size_t i = 0; i < 3; i++) {
    size_t n_refused = cut_everywhere(&ctx, "a.raw", &all[i]);
    assert_true(n_refused >= all[i].size - all[i].size / sizes[i]);
    assert_true(n_refused < all[i].size);
    drop(&all[i]);
  }
  free(made);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(evt2_is_read_as_written_also_across_a_loop_of_its_time),
      cmocka_unit_test(evt3_is_read_as_written_also_across_loops_of_its_time),
      cmocka_unit_test(a_vector_has_an_event_for_each_of_its_bits),
      cmocka_unit_test(dat_is_read_as_written),
      cmocka_unit_test(dat_of_version_1_has_smaller_places),
      cmocka_unit_test(a_header_ends_where_a_line_starts_otherwise),
      cmocka_unit_test(without_a_size_in_the_header_it_is_what_holds_all),
      cmocka_unit_test(bad_files_are_refused_with_the_place),
      cmocka_unit_test(a_file_cut_at_any_byte_is_sound_or_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
