/* AEDAT 4: what an independent writer of flatbuffers wrote is read, packed in each way. */
#include "data/packed.h"
#include "events_support.h"

static spiqe_context ctx = {.n_threads = 1};

/* A flatbuffer with one table of n fields; field i has sizes[i] bytes (0: it is not there) of value
 * values[i]. Offsets to what stands behind the table are written by the caller at the places that
 * are returned: [n]. */
static bytes flat_table(const char *name, size_t n, const size_t *sizes, const uint64_t *values,
                        size_t *places) {
  bytes b = {0};
  size_t list = 8, list_size = 4 + 2 * n, table = (list + list_size + 7) / 8 * 8, at = 4;
  add_little(&b, table, 4);
  add(&b, name, 4);
  for (size_t i = 0; i < n; i++) at += sizes[i];
  add_little(&b, list_size, 2);
  add_little(&b, at, 2);
  at = 4;
  for (size_t i = 0; i < n; i++) {
    add_little(&b, sizes[i] ? at : 0, 2);
    places[i] = table + at;
    at += sizes[i];
  }
  while (b.size < table) add(&b, "", 1);
  add_little(&b, table - list, 4);
  for (size_t i = 0; i < n; i++) add_little(&b, values[i], sizes[i]);
  return b;
}

/* The offset at `place` shall lead to what follows now: a list of n elements. */
static void start_list(bytes *b, size_t place, size_t n) {
  for (size_t i = 0; i < 4; i++) b->data[place + i] = (uint8_t)((b->size - place) >> 8 * i);
  add_little(b, n, 4);
}

static const char description[] =
    "<dv version=\"2.0\"><node name=\"outInfo\" path=\"/mainloop/Recorder/outInfo/\">"
    "<node name=\"0\" path=\"/mainloop/Recorder/outInfo/0/\">"
    "<attr key=\"typeIdentifier\" type=\"string\">FRME</attr><node name=\"info\" path=\"i\">"
    "<attr key=\"sizeX\" type=\"int\">9</attr><attr key=\"sizeY\" type=\"int\">8</attr></node>"
    "</node><node name=\"1\" path=\"/mainloop/Recorder/outInfo/1/\">"
    "<attr key=\"typeIdentifier\" type=\"string\">EVTS</attr><node name=\"info\" path=\"i\">"
    "<attr key=\"sizeX\" type=\"int\">346</attr><attr key=\"sizeY\" type=\"int\">260</attr></node>"
    "</node></node></dv>";

static bytes start_aedat4(uint32_t packed, int64_t end, const char *text) {
  const size_t sizes[] = {packed ? 4 : 0, 8, text ? 4 : 0};
  const uint64_t values[] = {packed, (uint64_t)end, 0};
  size_t places[3];
  bytes header = flat_table("IOHE", 3, sizes, values, places), b = {0};
  if (text) {
    start_list(&header, places[2], strlen(text));
    add(&header, text, strlen(text) + 1);
  }
  add_text(&b, "#!AER-DAT4.0\r\n");
  add_little(&b, header.size, 4);
  add(&b, header.data, header.size);
  drop(&header);
  return b;
}

static bytes flat_events(const char *name, const spiqe_address_event *made, size_t n) {
  const size_t size = 4;
  const uint64_t none = 0;
  size_t place;
  bytes b = flat_table(name, 1, &size, &none, &place), whole = {0};
  start_list(&b, place, n);
  for (size_t i = 0; i < n; i++) {
    add_little(&b, 1600000000000000 + made[i].time, 8); /* DV has microseconds since 1970 */
    add_little(&b, made[i].x, 2);
    add_little(&b, made[i].y, 2);
    add_little(&b, made[i].polarity, 4);
  }
  add_little(&whole, b.size, 4);
  add(&whole, b.data, b.size);
  drop(&b);
  return whole;
}

static void add_packet(bytes *b, uint32_t stream, const uint8_t *data, size_t n) {
  add_little(b, stream, 4);
  add_little(b, n, 4);
  add(b, data, n);
}

/* Packets of up to 200 events of stream 1; pictures and a second camera between. */
static bytes write_plain(const spiqe_address_event *made, size_t n) {
  bytes b = start_aedat4(0, -1, description);
  for (size_t i = 0; i < n;) {
    size_t most = 1 + drawn(5, i, 200), count = n - i < most ? n - i : most;
    bytes events = flat_events("EVTS", made + i, count), frame = flat_events("FRME", made, 1);
    add_packet(&b, 1, events.data, events.size);
    add_packet(&b, 0, frame.data, frame.size);
    add_packet(&b, 2, events.data, events.size);
    drop(&events);
    drop(&frame);
    i += count;
  }
  return b;
}

static void packets_are_read_as_written(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 5; seed++) {
    size_t n = 1 + drawn(seed, 9, 1000);
    spiqe_address_event *made = made_events(seed, n, 30, 500, 346, 260);
    bytes b = write_plain(made, n);
    spiqe_events *events = decode_events(&ctx, "a.aedat4", &b);
    assert_same_events(events, made, n, made[0].time);
    assert_int_equal(events->width, 346);
    assert_int_equal(events->height, 260);
    assert_true(events->origin == 1600000000000000 + made[0].time);
    spiqe_events_destroy(events);
    free(made);
    drop(&b);
  }
}

/* The size is that of the stream whose events are read, whatever the order of streams and packets;
 * a packet without events chooses none. */
static void the_size_is_that_of_the_stream_that_is_read(void **state) {
  (void)state;
  static const char two[] =
      "<node name=\"outInfo\"><node name=\"0\"><attr key=\"typeIdentifier\">EVTS</attr>"
      "<node name=\"info\"><attr key=\"sizeX\">128</attr><attr key=\"sizeY\">64</attr></node>"
      "</node><node name=\"1\"><attr key=\"typeIdentifier\">EVTS</attr><node name=\"info\">"
      "<attr key=\"sizeX\">346</attr><attr key=\"sizeY\">260</attr></node></node></node>";
  const spiqe_address_event near = {5, 6, 7, 1}, far = {5, 300, 200, 1};
  bytes none = flat_events("EVTS", &near, 0), first = flat_events("EVTS", &near, 1),
        second = flat_events("EVTS", &far, 1), b = start_aedat4(0, -1, two);
  add_packet(&b, 0, none.data, none.size);
  add_packet(&b, 1, second.data, second.size);
  add_packet(&b, 0, first.data, first.size);
  spiqe_events *events = decode_events(&ctx, "a.aedat4", &b);
  assert_int_equal(events->n_events, 1);
  assert_int_equal(events->events[0].x, 300);
  assert_int_equal(events->width, 346);
  assert_int_equal(events->height, 260);
  spiqe_events_destroy(events);
  drop(&none);
  drop(&first);
  drop(&second);
  drop(&b);
}

static void what_follows_the_packets_is_not_read(void **state) {
  (void)state;
  const spiqe_address_event one = {5, 6, 7, 1};
  bytes events = flat_events("EVTS", &one, 1);
  bytes b = start_aedat4(0, 0, NULL);
  size_t end = b.size + 8 + events.size;
  drop(&b);
  b = start_aedat4(0, (int64_t)end, NULL);
  add_packet(&b, 0, events.data, events.size);
  add_text(&b, "a table of packets");
  spiqe_events *read = decode_events(&ctx, "a.aedat4", &b);
  assert_int_equal(read->n_events, 1);
  assert_int_equal(read->width, 7); /* no description: the smallest that holds all */
  assert_int_equal(read->height, 8);
  spiqe_events_destroy(read);
  drop(&events);
  drop(&b);
}

/* Frames of one stored block, put together by hand after the two specifications. */
static bytes lz4_stored(const bytes *b) {
  bytes out = {0};
  const uint8_t descriptor[] = {0x60, 0x40, 0x82}; /* version 1, blocks of 64 KiB, checksum */
  add_little(&out, 0x184d2204, 4);
  add(&out, descriptor, 3);
  add_little(&out, 0x80000000u | (uint32_t)b->size, 4);
  add(&out, b->data, b->size);
  add_little(&out, 0, 4);
  return out;
}

static bytes zstd_stored(const bytes *b) {
  bytes out = {0};
  add_little(&out, 0xfd2fb528, 4);
  add_little(&out, 0xa0, 1); /* one segment, its size in four bytes */
  add_little(&out, b->size, 4);
  add_little(&out, (uint32_t)b->size << 3 | 1, 3); /* the last block, stored */
  add(&out, b->data, b->size);
  return out;
}

/* Was spiqe built with the library? */
static int has(spiqe_status (*unpack)(spiqe_context *, const char *, size_t, const uint8_t *,
                                      size_t, spiqe_piece *)) {
  spiqe_piece piece = {0};
  int there = unpack(&ctx, "x", 0, (const uint8_t *)"", 0, &piece) != SPIQE_UNSUPPORTED;
  free(piece.data);
  return there;
}

static bytes write_packed(uint32_t way, const spiqe_address_event *made, size_t n, size_t cut) {
  bytes b = start_aedat4(way, -1, description), events = flat_events("EVTS", made, n);
  bytes packed = way <= 2 ? lz4_stored(&events) : zstd_stored(&events);
  add_packet(&b, 1, packed.data, packed.size - cut);
  drop(&events);
  drop(&packed);
  return b;
}

static void packed_packets_are_read_or_the_missing_library_is_named(void **state) {
  (void)state;
  spiqe_address_event *made = made_events(1, 300, 30, 500, 346, 260);
  for (uint32_t way = 1; way <= 4; way++) {
    bytes b = write_packed(way, made, 300, 0);
    if (has(way <= 2 ? spiqe_lz4_unpack : spiqe_zstd_unpack)) {
      spiqe_events *events = decode_events(&ctx, "a.aedat4", &b);
      assert_same_events(events, made, 300, made[0].time);
      spiqe_events_destroy(events);
      bytes cut = write_packed(way, made, 300, 3);
      refuses_events(&ctx, "a.aedat4", &cut, SPIQE_BAD_FORMAT, "is cut off after");
      drop(&cut);
    } else {
      refuses_events(&ctx, "a.aedat4", &b, SPIQE_UNSUPPORTED, "was built without the library");
    }
    drop(&b);
  }
  free(made);
}

static void a_packet_that_unpacks_without_end_is_refused(void **state) {
  (void)state;
  if (!has(spiqe_zstd_unpack)) skip();
  bytes b = start_aedat4(3, -1, NULL), packed = {0};
  add_little(&packed, 0xfd2fb528, 4);
  add_little(&packed, 0x5800, 2); /* a window of 2 MiB, no size */
  for (size_t i = 0; i < 600; i++) {
    add_little(&packed, 131072 << 3 | 2, 3); /* 128 KiB of one byte */
    add_text(&packed, "x");
  }
  add_packet(&b, 1, packed.data, packed.size);
  refuses_events(&ctx, "a.aedat4", &b, SPIQE_LIMIT, "unpacks to more than 67108864 bytes");
  drop(&b);
  drop(&packed);
}

static void bad_headers_are_refused(void **state) {
  (void)state;
  bytes b = {0};
  add_text(&b, "#!AER-DAT4.0\r\n");
  refuses_events(&ctx, "a.aedat4", &b, SPIQE_BAD_FORMAT, "the size of the header is expected");
  add_little(&b, 100, 4);
  refuses_events(&ctx, "a.aedat4", &b, SPIQE_BAD_FORMAT, "a header of 100 bytes at byte 18, but 0");
  drop(&b);
  b = start_aedat4(5, -1, NULL);
  refuses_events(&ctx, "a.aedat4", &b, SPIQE_UNSUPPORTED, "packed in way 5, expected 0 to 4");
  drop(&b);
  b = start_aedat4(0, 9, NULL);
  refuses_events(&ctx, "a.aedat4", &b, SPIQE_BAD_FORMAT, "packets end at byte 9, expected");
  drop(&b);
  b = start_aedat4(0, -1, description);
  refuses_events(&ctx, "a.aedat4", &b, SPIQE_BAD_FORMAT, "no event in it");
  b.data[18 + 4] = 'X';
  refuses_events(&ctx, "a.aedat4", &b, SPIQE_BAD_FORMAT, "no sound flatbuffer IOHE");
  drop(&b);
}

static void bad_packets_are_refused(void **state) {
  (void)state;
  const spiqe_address_event one = {5, 6, 7, 1}, far = {5, 346, 7, 1};
  bytes events = flat_events("EVTS", &one, 1), b = start_aedat4(0, -1, description);
  size_t header = b.size;
  add_packet(&b, 1, events.data, events.size - 1);
  refuses_events(&ctx, "a.aedat4", &b, SPIQE_BAD_FORMAT, "not the size of them before");
  b.size = header;
  add_packet(&b, 1, events.data, events.size);
  b.size--;
  refuses_events(&ctx, "a.aedat4", &b, SPIQE_BAD_FORMAT, "bytes follow");
  b.size = header;
  events.data[events.size - 20] = 2; /* two events are announced */
  add_packet(&b, 1, events.data, events.size);
  refuses_events(&ctx, "a.aedat4", &b, SPIQE_BAD_FORMAT, "no sound flatbuffer EVTS");
  b.size = header;
  events.data[events.size - 20] = 1;
  events.data[events.size - 9] = 0x80; /* a negative time */
  add_packet(&b, 1, events.data, events.size);
  refuses_events(&ctx, "a.aedat4", &b, SPIQE_BAD_FORMAT, "has an event at -");
  b.size = header;
  drop(&events);
  events = flat_events("EVTS", &far, 1);
  add_packet(&b, 1, events.data, events.size);
  refuses_events(&ctx, "a.aedat4", &b, SPIQE_BAD_FORMAT, "(346, 7), expected a place within 346");
  drop(&events);
  drop(&b);
}

/* Any byte may be wrong: the file is sound or refused, and nothing outside of it is read. */
static void a_file_with_a_wrong_byte_or_cut_is_sound_or_refused(void **state) {
  (void)state;
  spiqe_address_event *made = made_events(1, 3, 100, 500, 346, 260);
  bytes b = write_plain(made, 3);
  assert_true(cut_everywhere(&ctx, "a.aedat4", &b) > b.size - 10);
  for (size_t i = 0; i < b.size; i++)
    for (int bit = 0; bit < 8; bit += 7) {
      uint8_t *exact = malloc(b.size);
      spiqe_events *events;
      assert_non_null(exact);
      memcpy(exact, b.data, b.size);
      exact[i] ^= (uint8_t)(1 << bit);
      spiqe_status status = spiqe_events_decode(&ctx, "a.aedat4", exact, b.size, &events);
      assert_true((status == SPIQE_OK) == (events != NULL));
      if (events) assert_sound(events);
      spiqe_events_destroy(events);
      free(exact);
    }
  free(made);
  drop(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(packets_are_read_as_written),
      cmocka_unit_test(the_size_is_that_of_the_stream_that_is_read),
      cmocka_unit_test(what_follows_the_packets_is_not_read),
      cmocka_unit_test(packed_packets_are_read_or_the_missing_library_is_named),
      cmocka_unit_test(a_packet_that_unpacks_without_end_is_refused),
      cmocka_unit_test(bad_headers_are_refused),
      cmocka_unit_test(bad_packets_are_refused),
      cmocka_unit_test(a_file_with_a_wrong_byte_or_cut_is_sound_or_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
