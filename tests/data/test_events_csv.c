/* CSV of events; labels, and the cutting by them. */
#include "events_support.h"

static spiqe_context ctx = {.n_threads = 1};

static bytes text_of(const char *text) {
  bytes b = {0};
  add_text(&b, text);
  return b;
}

static spiqe_events *decode_text(const char *text) {
  bytes b = text_of(text);
  spiqe_events *events = decode_events(&ctx, "a.csv", &b);
  drop(&b);
  return events;
}

static void refuses_text(const char *text, spiqe_status status, const char *part) {
  bytes b = text_of(text);
  refuses_events(&ctx, "a.csv", &b, status, part);
  drop(&b);
}

static void what_was_written_is_read_plain_and_packed(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 5; seed++) {
    size_t n = 1 + drawn(seed, 9, 1000);
    spiqe_address_event *made = made_events(seed, n, 17, 2000, 300, 200);
    bytes b = text_of("p,timestamp,y,x\n");
    for (size_t i = 0; i < n; i++) {
      char line[80];
      snprintf(line, sizeof line, "%u, %u,%u,%u\r\n", made[i].polarity, made[i].time, made[i].y,
               made[i].x);
      add_text(&b, line);
    }
    bytes packed = pack(b.data, b.size);
    spiqe_events *events = decode_events(&ctx, "A.CSV.GZ", &packed);
    assert_same_events(events, made, n, 0); /* time 0 is that of the file */
    spiqe_events_destroy(events);
    free(made);
    drop(&b);
    drop(&packed);
  }
}

static void units_of_time_and_other_names_are_understood(void **state) {
  (void)state;
  spiqe_events *events = decode_text("TIME_S,Taxel,polarity\n0.5,3,-1\n1.25e-1,2,1\n");
  assert_int_equal(events->events[0].time, 125000);
  assert_int_equal(events->events[0].x, 2);
  assert_int_equal(events->events[0].polarity, 1);
  assert_int_equal(events->events[1].time, 500000);
  assert_int_equal(events->events[1].polarity, 0);
  assert_int_equal(events->width, 4);
  assert_int_equal(events->height, 1);
  spiqe_events_destroy(events);
  events = decode_text("y,t_ms\n7,0.0015\n\n");
  assert_int_equal(events->events[0].time, 2);
  assert_int_equal(events->events[0].y, 7);
  assert_int_equal(events->n_polarities, 1);
  spiqe_events_destroy(events);
  /* A clock that 32 bits cannot hold, or that starts before 0, counts from the first event. */
  events = decode_text("t,x\n1700000000000000,0\n1700000000000009,0\n");
  assert_int_equal(events->events[1].time, 9);
  assert_true(events->origin == 1700000000000000);
  spiqe_events_destroy(events);
  events = decode_text("t,x\n-5,0\n5,0\n");
  assert_int_equal(events->events[1].time, 10);
  spiqe_events_destroy(events);
}

static void bad_lines_are_refused_with_their_number(void **state) {
  (void)state;
  refuses_text("", SPIQE_BAD_FORMAT, "a.csv: no line of text, expected one with the names");
  refuses_text("t,x\n", SPIQE_BAD_FORMAT, "no event in it");
  refuses_text("x,y\n1,2\n", SPIQE_BAD_FORMAT, "no column is a time");
  refuses_text("t,p\n1,1\n", SPIQE_BAD_FORMAT, "no column is a place");
  refuses_text("t,x,brightness\n", SPIQE_BAD_FORMAT, "column 3 is 'brightness', expected names");
  refuses_text("12,3,1\n", SPIQE_BAD_FORMAT, "a.csv:1: column 1 is '12', expected names");
  refuses_text("t,x,unit\n", SPIQE_BAD_FORMAT, "columns 2 and 3 ('unit') are the same");
  refuses_text("sample,t,x\n0,1,1\n", SPIQE_BAD_FORMAT, "a.csv:1: column 1 is 'sample'");
  refuses_text("t,x\n1,2\n3\n", SPIQE_BAD_FORMAT, "a.csv:3: 1 fields, expected 2");
  refuses_text("t,x\n\n1,2,3\n", SPIQE_BAD_FORMAT, "a.csv:3: 3 fields, expected 2");
  refuses_text("t,x\n1,-2\n", SPIQE_BAD_FORMAT,
               "a.csv:2: column 'x' has '-2', expected a whole number");
  refuses_text("t,x\n1,65536\n", SPIQE_BAD_FORMAT, "from 0 to 65535");
  refuses_text("t,x\n1,99999999999999999999999\n", SPIQE_BAD_FORMAT, "from 0 to 65535");
  refuses_text("t,x,p\n1,0,2\n", SPIQE_BAD_FORMAT, "a.csv:2: column 'polarity' has '2'");
  refuses_text("t,x\nnow,0\n", SPIQE_BAD_FORMAT,
               "a.csv:2: column 'time' has 'now', expected a number");
  refuses_text("t,x\n,0\n", SPIQE_BAD_FORMAT, "column 'time' has ''");
  refuses_text("t,x\nnan,0\n", SPIQE_BAD_FORMAT, "column 'time' has 'nan'");
  refuses_text("t,x\n1e300,0\n", SPIQE_BAD_FORMAT, "column 'time' has 1e+300 us");
  refuses_text("t,x\n0,0\n4294967296,0\n", SPIQE_LIMIT, "71 minutes");
  refuses_text("t,,\n", SPIQE_BAD_FORMAT, "a.csv:1: column 2 is ''");
}

/* Events at 1000, 1010, ... 1990 us of the file's clock. */
static spiqe_events *ruler(void) {
  bytes b = text_of("#!AER-DAT2.0\r\n");
  for (uint32_t i = 0; i < 100; i++) {
    add_big_u32(&b, i << 1);
    add_big_u32(&b, 1000 + 10 * i);
  }
  spiqe_events *events = decode_events(&ctx, "a.aedat", &b);
  drop(&b);
  return events;
}

static void pieces_hold_the_events_of_their_labels(void **state) {
  (void)state;
  const char *text = "class,startTime_usec,endTime_usec\r\n4,1000,1500\r\n11,1495,1505\n2,0,5000\n";
  spiqe_event_label *labels;
  size_t n;
  spiqe_events *whole = ruler(), *pieces[3];
  assert_int_equal(spiqe_event_labels_decode(&ctx, "labels.csv", (const uint8_t *)text,
                                             strlen(text), &labels, &n),
                   SPIQE_OK);
  assert_int_equal(n, 3);
  assert_int_equal(labels[1].label, 11);
  assert_int_equal(spiqe_events_cut(&ctx, whole, labels, n, pieces), SPIQE_OK);
  const size_t counts[] = {50, 1, 100}; /* the end is excluded */
  const uint32_t times[] = {0, 5, 1000};
  for (size_t i = 0; i < 3; i++) {
    assert_int_equal(pieces[i]->n_events, counts[i]);
    assert_int_equal(pieces[i]->events[0].time, times[i]);
    assert_true(pieces[i]->origin == labels[i].begin);
    assert_int_equal(pieces[i]->width, 128);
    assert_sound(pieces[i]);
    spiqe_events_destroy(pieces[i]);
  }
  free(labels);
  spiqe_events_destroy(whole);
}

static void labels_without_events_or_length_are_refused(void **state) {
  (void)state;
  spiqe_events *whole = ruler(), *pieces[2];
  const spiqe_event_label empty[] = {{1, 1000, 1100}, {5, 1991, 9000}};
  assert_int_equal(spiqe_events_cut(&ctx, whole, empty, 2, pieces), SPIQE_BAD_ARGUMENT);
  assert_null(pieces[0]);
  assert_null(pieces[1]);
  assert_says(&ctx, "label 1 (class 5), 1991 to 9000 us, has no event");
  assert_says(&ctx, "1000 to 1990 us");
  const spiqe_event_label back = {7, 1200, 1100};
  assert_int_equal(spiqe_events_cut(&ctx, whole, &back, 1, pieces), SPIQE_BAD_ARGUMENT);
  assert_says(&ctx, "label 0 (class 7) ends at 1100 us, but begins at 1200 us");
  spiqe_events_destroy(whole);
}

static void bad_label_files_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *text, *part;
  } cases[] = {
      {"", "class,startTime_usec,endTime_usec"},
      {"class,start,end\n", "class,startTime_usec,endTime_usec"},
      {"class,startTime_usec,endTime_usec\n", "no label in it"},
      {"class,startTime_usec,endTime_usec\n1,2\n", "labels.csv:2: 2 fields, expected 3"},
      {"class,startTime_usec,endTime_usec\n1,20,20\n", "labels.csv:2: from 20 to 20 us"},
      {"class,startTime_usec,endTime_usec\n1,2,3\n1,-2,20\n",
       "labels.csv:3: column 'startTime_usec' has '-2'"},
      {"class,startTime_usec,endTime_usec\nwave,2,20\n", "labels.csv:2: column 'class' has 'wave'"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    spiqe_event_label *labels;
    size_t n;
    const char *text = cases[i].text;
    assert_int_equal(spiqe_event_labels_decode(&ctx, "labels.csv", (const uint8_t *)text,
                                               strlen(text), &labels, &n),
                     SPIQE_BAD_FORMAT);
    assert_null(labels);
    assert_int_equal(n, 0);
    assert_says(&ctx, "labels.csv");
    assert_says(&ctx, cases[i].part);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_was_written_is_read_plain_and_packed),
      cmocka_unit_test(units_of_time_and_other_names_are_understood),
      cmocka_unit_test(bad_lines_are_refused_with_their_number),
      cmocka_unit_test(pieces_hold_the_events_of_their_labels),
      cmocka_unit_test(labels_without_events_or_length_are_refused),
      cmocka_unit_test(bad_label_files_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
