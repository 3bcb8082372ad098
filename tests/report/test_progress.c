/* The progress line: what it says, and how often. */
#include <math.h>

#include "report/report_support.h"

static spiqe_event event_of(spiqe_event_kind kind, size_t step) {
  return (spiqe_event){.kind = kind, .epoch = 1, .n_epochs = 10, .step = step, .n_steps = 1000,
                       .loss = 0.12345, .accuracy = 0.9712, .validation_accuracy = NAN,
                       .test_accuracy = NAN, .samples_per_second = 8123.4, .seconds_left = 65};
}

/* What the events write to a stream; freed by the caller. */
static char *show(int is_terminal, const spiqe_event *events, size_t n, int is_cut_short) {
  char *text = NULL;
  size_t size = 0;
  FILE *stream = open_memstream(&text, &size);
  assert_non_null(stream);
  spiqe_progress progress = {.stream = stream, .is_terminal = is_terminal};
  for (size_t i = 0; i < n; i++)
    assert_int_equal(spiqe_progress_listen(&progress, &events[i]), 0);
  if (is_cut_short) spiqe_progress_finish(&progress);
  spiqe_progress_finish(&progress); /* nothing is open any more */
  fclose(stream);
  return text;
}

static size_t count(const char *text, char letter) {
  size_t n = 0;
  for (; *text; text++) n += *text == letter;
  return n;
}

static void the_line_says_all_that_is_asked(void **state) {
  (void)state;
  static const char *const parts[] = {"\repoch  2/10 ", "\u2588", "\u2591", " 43 %", "loss 0.1235",
                                      "acc 97.12 %", "8,123/s", "1:05 left", "\033[K"};
  spiqe_event event = event_of(SPIQE_EVENT_STEP, 429);
  char *text = show(1, &event, 1, 1);
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (!strstr(text, parts[i])) fail_msg("'%s' lacks '%s'", text, parts[i]);
  assert_int_equal(count(text, '\n'), 1);
  size_t n_columns = 0; /* bytes that start a character */
  for (const char *at = text; *at; at++) n_columns += (*at & 0xc0) != 0x80;
  assert_in_range(n_columns, 40, 80 + 5); /* a terminal of 80, and the escapes */
  free(text);
}

static void a_terminal_is_redrawn_at_most_ten_times_a_second(void **state) {
  (void)state;
  spiqe_event events[1000];
  for (size_t i = 0; i < 1000; i++) events[i] = event_of(SPIQE_EVENT_STEP, i);
  char *text = show(1, events, 1000, 1);
  assert_in_range(count(text, '\r'), 1, 50); /* a thousand events take far less than 5 s */
  assert_int_equal(count(text, '\n'), 1);
  free(text);
}

static void elsewhere_an_epoch_is_one_line(void **state) {
  (void)state;
  spiqe_event events[] = {event_of(SPIQE_EVENT_BEGIN, 0), event_of(SPIQE_EVENT_STEP, 0),
                          event_of(SPIQE_EVENT_STEP, 1),  event_of(SPIQE_EVENT_EPOCH, 999),
                          event_of(SPIQE_EVENT_CHECKPOINT, 999), event_of(SPIQE_EVENT_END, 999)};
  events[3].validation_accuracy = 0.965;
  char *text = show(0, events, sizeof events / sizeof *events, 0);
  assert_string_equal(
      text, "epoch  2/10   loss 0.1235  acc 97.12 %  val 96.50 %  8,123/s  1:05 left\n");
  free(text);
}

static void an_epoch_ends_its_line_on_a_terminal(void **state) {
  (void)state;
  spiqe_event events[] = {event_of(SPIQE_EVENT_STEP, 0), event_of(SPIQE_EVENT_EPOCH, 999),
                          event_of(SPIQE_EVENT_STEP, 0), event_of(SPIQE_EVENT_END, 0)};
  char *text = show(1, events, 4, 0);
  assert_int_equal(count(text, '\n'), 2);
  assert_non_null(strstr(text, "100 %"));
  assert_int_equal(text[strlen(text) - 1], '\n');
  free(text);
}

static void numbers_that_are_not_known_are_left_out(void **state) {
  (void)state;
  spiqe_event event = event_of(SPIQE_EVENT_EPOCH, 0);
  event.n_steps = 0;
  event.loss = event.accuracy = event.samples_per_second = event.seconds_left = NAN;
  char *text = show(1, &event, 1, 0);
  assert_null(strstr(text, "nan"));
  assert_null(strstr(text, "/s"));
  assert_null(strstr(text, "left"));
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_line_says_all_that_is_asked),
      cmocka_unit_test(a_terminal_is_redrawn_at_most_ten_times_a_second),
      cmocka_unit_test(elsewhere_an_epoch_is_one_line),
      cmocka_unit_test(an_epoch_ends_its_line_on_a_terminal),
      cmocka_unit_test(numbers_that_are_not_known_are_left_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
