/* AEDAT 2.0 and 3.1: what independent writers wrote is read; what is no event is left out. */
#include "events_support.h"

static spiqe_context ctx = {.n_threads = 1};

static void add_pair(bytes *b, uint32_t address, uint32_t time) {
  add_big_u32(b, address);
  add_big_u32(b, time);
}

/* Addresses as jAER writes them: rows count from below, columns from the right. */
static uint32_t dvs128_address(const spiqe_address_event *e) {
  return (uint32_t)(127 - e->y) << 8 | (uint32_t)(127 - e->x) << 1 | !e->polarity;
}

static uint32_t davis240_address(const spiqe_address_event *e) {
  return (uint32_t)(179 - e->y) << 22 | (uint32_t)(239 - e->x) << 12 | (uint32_t)e->polarity << 11;
}

static bytes start_aedat2(const char *chip) {
  bytes b = {0};
  add_text(&b, "#!AER-DAT2.0\r\n# This is a raw AE data file - do not edit\r\n");
  if (chip) {
    add_text(&b, "# AEChip: ");
    add_text(&b, chip);
    add_text(&b, "\r\n");
  }
  return b;
}

static void events_of_a_dvs128_are_read_as_written(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 5; seed++) {
    size_t n = 1 + drawn(seed, 9, 1000);
    spiqe_address_event *made = made_events(seed, n, 5000000, 500, 128, 128);
    bytes b = start_aedat2(seed ? "ch.unizh.ini.jaer.chip.retina.DVS128" : NULL);
    for (size_t i = 0; i < n; i++) {
      add_pair(&b, dvs128_address(&made[i]), made[i].time);
      if (i % 3 == 0) add_pair(&b, 1u << 15, made[i].time); /* a trigger */
    }
    spiqe_events *events = decode_events(&ctx, "a.aedat", &b);
    assert_same_events(events, made, n, made[0].time);
    assert_true(events->origin == made[0].time);
    assert_int_equal(events->width, 128);
    assert_int_equal(events->height, 128);
    spiqe_events_destroy(events);
    free(made);
    drop(&b);
  }
}

static void events_of_a_davis240_are_read_as_written(void **state) {
  (void)state;
  size_t n = 1000;
  spiqe_address_event *made = made_events(7, n, 70, 500, 240, 180);
  made[0].y = 179 - ('#' << 2); /* its first byte is a '#' and must not be taken for the header's */
  bytes b = start_aedat2("eu.seebetter.ini.chips.davis.Davis240C");
  for (size_t i = 0; i < n; i++) {
    add_pair(&b, davis240_address(&made[i]), made[i].time);
    add_pair(&b, 1u << 31 | drawn(7, 5 * i, 1u << 31), made[i].time); /* pictures and motion */
    add_pair(&b, 1u << 10, made[i].time);                             /* a trigger */
  }
  assert_int_equal(b.data[b.size - n * 24], '#');
  spiqe_events *events = decode_events(&ctx, "a.aedat", &b);
  assert_same_events(events, made, n, made[0].time);
  assert_int_equal(events->width, 240);
  assert_int_equal(events->height, 180);
  spiqe_events_destroy(events);
  free(made);
  drop(&b);
}

static void a_time_of_32_bits_that_wraps_goes_on(void **state) {
  (void)state;
  bytes b = start_aedat2(NULL);
  add_pair(&b, 0, 0xfffffff0u);
  add_pair(&b, 0, 0x10);
  spiqe_events *events = decode_events(&ctx, "a.aedat", &b);
  assert_int_equal(events->events[1].time, 0x20);
  spiqe_events_destroy(events);
  drop(&b);
}

static void bad_files_of_version_2_are_refused(void **state) {
  (void)state;
  bytes b = start_aedat2("net.example.Retina9");
  add_pair(&b, 0, 0);
  refuses_events(&ctx, "a.aedat", &b, SPIQE_UNSUPPORTED, "'net.example.Retina9', expected one of");
  drop(&b);
  b = start_aedat2("DAVIS240C");
  refuses_events(&ctx, "a.aedat", &b, SPIQE_BAD_FORMAT, "no event in it");
  add_pair(&b, 200u << 22, 0);
  refuses_events(&ctx, "a.aedat", &b, SPIQE_BAD_FORMAT, "row 200, expected one of 180");
  drop(&b);
  b = start_aedat2("DAVIS240C");
  add_pair(&b, 250u << 12, 0);
  refuses_events(&ctx, "a.aedat", &b, SPIQE_BAD_FORMAT, "lies in column 250, expected one of 240");
  drop(&b);
  b = start_aedat2(NULL);
  add_pair(&b, 1u << 22 | 3u << 12, 0);
  refuses_events(&ctx, "a.aedat", &b, SPIQE_BAD_FORMAT, "00403000, which no DVS128 has");
  drop(&b);
}

static bytes start_aedat3(const char *source) {
  bytes b = {0};
  add_text(&b, "#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 1: ");
  add_text(&b, source);
  add_text(&b, "\r\n#Start-Time: 2016-06-07 10:00:00 (TZ+0200)\r\n#!END-HEADER\r\n");
  return b;
}

static void add_packet(bytes *b, uint32_t type, uint32_t size, uint32_t overflow, uint32_t n) {
  const uint32_t fields[] = {type | 1u << 16, size, 4, overflow, n, n, n};
  for (size_t i = 0; i < 7; i++) add_little(b, fields[i], 4);
}

static void add_polarity(bytes *b, const spiqe_address_event *e, uint32_t is_valid) {
  add_little(b, (uint32_t)e->x << 17 | (uint32_t)e->y << 2 | (uint32_t)e->polarity << 1 | is_valid,
             4);
  add_little(b, e->time & 0x7fffffff, 4);
}

/* Packets of 1 to 100 events, with others and invalid ones between. */
static bytes write_aedat3(const spiqe_address_event *made, size_t n) {
  bytes b = start_aedat3("DVS128");
  for (size_t i = 0; i < n;) {
    size_t most = 1 + drawn(3, i, 100), last = i;
    while (last < n && last < i + most && made[last].time >> 31 == made[i].time >> 31) last++;
    add_packet(&b, 1, 8, made[i].time >> 31, (uint32_t)(2 * (last - i)));
    for (; i < last; i++) {
      add_polarity(&b, &made[i], 1);
      add_polarity(&b, &made[i], 0);
    }
    add_packet(&b, 3, 36, 0, 2); /* motion */
    for (size_t k = 0; k < 72; k++) add(&b, "m", 1);
  }
  return b;
}

static void packets_of_version_3_are_read_as_written(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 5; seed++) {
    size_t n = 1 + drawn(seed, 9, 1000);
    /* The time of 31 bits overflows on the way. */
    spiqe_address_event *made = made_events(seed, n, (1u << 31) - 100000, 500, 128, 128);
    bytes b = write_aedat3(made, n), packed = pack(b.data, b.size);
    spiqe_events *events = decode_events(&ctx, "user01.aedat.gz", &packed);
    assert_same_events(events, made, n, made[0].time);
    assert_int_equal(events->width, 128);
    assert_true(events->origin == made[0].time);
    spiqe_events_destroy(events);
    free(made);
    drop(&b);
    drop(&packed);
  }
}

/* Two cameras in one file: the first one that has events is read, with its own size. */
static void a_second_camera_is_left_out(void **state) {
  (void)state;
  const spiqe_address_event near = {10, 5, 6, 1}, far = {10, 200, 100, 0};
  bytes b = {0};
  add_text(&b,
           "#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 1: DVS128\r\n#Source 2: DAVIS240C\r\n"
           "#!END-HEADER\r\n");
  for (uint32_t i = 0; i < 4; i++) { /* sources 1 (empty), 2, 1, 2 */
    const size_t at = b.size;
    add_packet(&b, 1, 8, 0, i > 0);
    b.data[at + 2] = (uint8_t)(1 + i % 2);
    if (i > 0) add_polarity(&b, i % 2 ? &far : &near, 1);
  }
  spiqe_events *events = decode_events(&ctx, "a.aedat", &b);
  assert_int_equal(events->n_events, 2);
  for (size_t i = 0; i < 2; i++) assert_int_equal(events->events[i].x, 200);
  assert_int_equal(events->width, 240);
  assert_int_equal(events->height, 180);
  spiqe_events_destroy(events);
  drop(&b);
}

static void bad_packets_are_refused(void **state) {
  (void)state;
  const spiqe_address_event one = {10, 5, 6, 1}, far = {10, 200, 6, 1};
  bytes b = start_aedat3("DVS128");
  size_t header = b.size;
  char place[64];
  refuses_events(&ctx, "a.aedat", &b, SPIQE_BAD_FORMAT, "no event in it");
  add_packet(&b, 1, 8, 0, 3);
  add_polarity(&b, &one, 1);
  snprintf(place, sizeof place, "the packet at byte %zu has 3 events of 8 bytes, but 8", header);
  refuses_events(&ctx, "a.aedat", &b, SPIQE_BAD_FORMAT, place);
  b.size = header;
  add_packet(&b, 1, 0, 0, 3);
  refuses_events(&ctx, "a.aedat", &b, SPIQE_BAD_FORMAT, "has 3 events of 0 bytes");
  b.size = header;
  add_packet(&b, 1, 0x7fffffff, 0, 0x7fffffff);
  refuses_events(&ctx, "a.aedat", &b, SPIQE_BAD_FORMAT, "but 0 bytes follow");
  b.size = header;
  add_packet(&b, 1, 9, 0, 0);
  refuses_events(&ctx, "a.aedat", &b, SPIQE_BAD_FORMAT, "polarity events of 9 bytes, expected 8");
  b.size = header;
  add_packet(&b, 1, 8, 0x80000000u, 0);
  refuses_events(&ctx, "a.aedat", &b, SPIQE_BAD_FORMAT, "negative overflow");
  b.size = header;
  add_packet(&b, 1, 8, 0, 1);
  add_polarity(&b, &far, 1);
  refuses_events(&ctx, "a.aedat", &b, SPIQE_BAD_FORMAT, "(200, 6), expected a place within 128");
  drop(&b);
  add_text(&b, "#!AER-DAT3.1\r\n#Format: RAW\r\n");
  refuses_events(&ctx, "a.aedat", &b, SPIQE_BAD_FORMAT, "expected a line #!END-HEADER");
  drop(&b);
  add_text(&b, "#!AER-DAT3.1\r\n#Format: SerializedTS\r\n#!END-HEADER\r\n");
  refuses_events(&ctx, "a.aedat", &b, SPIQE_UNSUPPORTED, "'SerializedTS', expected RAW");
  drop(&b);
}

static void a_file_cut_at_any_byte_is_sound_or_refused(void **state) {
  (void)state;
  spiqe_address_event *made = made_events(1, 40, 100, 500, 128, 128);
  bytes two = start_aedat2(NULL), three = write_aedat3(made, 40);
  for (size_t i = 0; i < 40; i++) add_pair(&two, dvs128_address(&made[i]), made[i].time);
  /* All but the cuts between two events, of which one must be there. */
  assert_int_equal(cut_everywhere(&ctx, "a.aedat", &two), two.size - 39);
  assert_true(cut_everywhere(&ctx, "a.aedat", &three) >= three.size - 40);
  free(made);
  drop(&two);
  drop(&three);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(events_of_a_dvs128_are_read_as_written),
      cmocka_unit_test(events_of_a_davis240_are_read_as_written),
      cmocka_unit_test(a_time_of_32_bits_that_wraps_goes_on),
      cmocka_unit_test(bad_files_of_version_2_are_refused),
      cmocka_unit_test(packets_of_version_3_are_read_as_written),
      cmocka_unit_test(a_second_camera_is_left_out),
      cmocka_unit_test(bad_packets_are_refused),
      cmocka_unit_test(a_file_cut_at_any_byte_is_sound_or_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
