/* The log: what is written is read back, whatever a kill leaves of it. */
#include <math.h>

#include "report/log.h"
#include "report/report_support.h"

typedef struct curves {
  spiqe_curve_point *points;
  float *batch_loss;
  size_t n_points, n_batches;
} curves;

static void curves_free(curves *c) {
  free(c->points);
  free(c->batch_loss);
  *c = (curves){0};
}

static spiqe_status parse(fixture *f, const char *bytes, size_t size, curves *c) {
  return spiqe_log_parse(f->ctx, "log", bytes, size, &c->points, &c->n_points, &c->batch_loss,
                         &c->n_batches);
}

static spiqe_status read_log(fixture *f, curves *c) {
  return spiqe_log_read(f->ctx, f->path, &c->points, &c->n_points, &c->batch_loss, &c->n_batches);
}

static spiqe_event step_event(size_t epoch, size_t step, double loss) {
  return (spiqe_event){.kind = SPIQE_EVENT_STEP, .epoch = epoch, .n_epochs = 2, .step = step,
                       .n_steps = 3, .loss = loss, .accuracy = 0.5, .batch_loss = loss,
                       .rate = 1e-3, .gradient_norm = 1.5, .samples_per_second = 100,
                       .seconds_left = 3};
}

static spiqe_event epoch_event(size_t epoch) {
  return (spiqe_event){.kind = SPIQE_EVENT_EPOCH, .epoch = epoch, .n_epochs = 2, .step = 2,
                       .n_steps = 3, .loss = 0.1 / (double)(epoch + 3), .accuracy = 1.0 / 3,
                       .rate = 1e-3, .validation_loss = NAN, .validation_accuracy = NAN,
                       .seconds = 1.25 * (double)(epoch + 1)};
}

static double loss_of(size_t epoch, size_t step) {
  return 1.0 / (double)(3 * epoch + step + 3);
}

/* Events from epoch:first to the end of two epochs of three steps. */
static void write_run(fixture *f, int append, size_t first, double scale) {
  spiqe_log *log;
  assert_int_equal(spiqe_log_open(f->ctx, f->path, append, &log), SPIQE_OK);
  spiqe_event begin = {.kind = SPIQE_EVENT_BEGIN, .n_epochs = 2, .n_steps = 3};
  assert_int_equal(spiqe_log_listen(log, &begin), 0);
  for (size_t i = first; i < 6; i++) {
    spiqe_event step = step_event(i / 3, i % 3, scale * loss_of(i / 3, i % 3));
    spiqe_event epoch = epoch_event(i / 3);
    assert_int_equal(spiqe_log_listen(log, &step), 0);
    if (i % 3 == 2) assert_int_equal(spiqe_log_listen(log, &epoch), 0);
  }
  spiqe_event saved = {.kind = SPIQE_EVENT_CHECKPOINT, .path = "run/\"a\"\n.safetensors"};
  spiqe_event end = {.kind = SPIQE_EVENT_END, .test_accuracy = 0.9};
  assert_int_equal(spiqe_log_listen(log, &saved), 0);
  assert_int_equal(spiqe_log_listen(log, &end), 0);
  assert_int_equal(spiqe_log_close(log), SPIQE_OK);
}

static void what_is_written_is_read_back(void **state) {
  fixture *f = *state;
  curves c;
  write_run(f, 0, 0, 1);
  assert_int_equal(read_log(f, &c), SPIQE_OK);
  assert_int_equal(c.n_batches, 6);
  assert_int_equal(c.n_points, 2);
  for (size_t i = 0; i < 6; i++)
    assert_true(c.batch_loss[i] == (float)loss_of(i / 3, i % 3)); /* digits enough for each bit */
  for (size_t i = 0; i < 2; i++) {
    spiqe_event epoch = epoch_event(i);
    assert_true(c.points[i].epoch == (double)i + 1);
    assert_true(c.points[i].train_loss == epoch.loss);
    assert_true(c.points[i].train_accuracy == epoch.accuracy);
    assert_true(c.points[i].rate == epoch.rate);
    assert_true(c.points[i].seconds == epoch.seconds);
    assert_true(isnan(c.points[i].validation_loss));
    assert_true(isnan(c.points[i].validation_accuracy));
  }
  curves_free(&c);
}

static void each_event_is_one_line_and_nan_is_null(void **state) {
  fixture *f = *state;
  write_run(f, 0, 0, 1);
  char *text = read_back(f);
  size_t n_lines = 0;
  for (const char *at = text; *at; at++) n_lines += *at == '\n';
  assert_int_equal(n_lines, 1 + 6 + 2 + 1 + 1);
  assert_non_null(strstr(text, "\"validation_loss\":null"));
  assert_null(strstr(text, "nan"));
  free(text);
}

static void an_event_is_on_the_file_before_the_next(void **state) {
  fixture *f = *state;
  spiqe_log *log;
  spiqe_event step = step_event(0, 0, 1);
  assert_int_equal(spiqe_log_open(f->ctx, f->path, 0, &log), SPIQE_OK);
  spiqe_log_listen(log, &step);
  char *text = read_back(f);
  assert_non_null(strstr(text, "\"event\":\"step\""));
  free(text);
  spiqe_log_close(log);
}

static void a_log_cut_at_every_byte_still_reads(void **state) {
  fixture *f = *state;
  write_run(f, 0, 0, 1);
  char *text = read_back(f);
  size_t size = strlen(text), most = 0;
  for (size_t cut = 0; cut <= size; cut++) {
    curves c;
    assert_int_equal(parse(f, text, cut, &c), SPIQE_OK);
    assert_true(c.n_batches >= most && c.n_batches <= 6);
    most = c.n_batches;
    for (size_t i = 0; i < c.n_batches; i++)
      assert_true(c.batch_loss[i] == (float)loss_of(i / 3, i % 3));
    curves_free(&c);
  }
  assert_int_equal(most, 6);
  free(text);
}

static void a_run_resumed_after_a_cut_at_every_byte_replaces_its_steps(void **state) {
  fixture *f = *state;
  write_run(f, 0, 0, 1);
  char *text = read_back(f);
  size_t size = strlen(text);
  for (size_t cut = 0; cut <= size; cut += 7) {
    curves c;
    spiqe_span kept = {text, cut};
    assert_int_equal(spiqe_file_write(f->ctx, f->path, &kept, 1), SPIQE_OK);
    write_run(f, 1, 0, 2); /* other losses: the later line must win */
    assert_int_equal(read_log(f, &c), SPIQE_OK);
    assert_int_equal(c.n_batches, 6);
    assert_int_equal(c.n_points, 2);
    for (size_t i = 0; i < 6; i++)
      assert_true(c.batch_loss[i] == (float)(2 * loss_of(i / 3, i % 3)));
    curves_free(&c);
  }
  free(text);
}

static void a_resumed_run_keeps_the_steps_before(void **state) {
  fixture *f = *state;
  curves c;
  write_run(f, 0, 0, 1);
  write_run(f, 1, 4, 2);
  assert_int_equal(read_log(f, &c), SPIQE_OK);
  assert_int_equal(c.n_batches, 6);
  for (size_t i = 0; i < 6; i++)
    assert_true(c.batch_loss[i] == (float)((i < 4 ? 1 : 2) * loss_of(i / 3, i % 3)));
  curves_free(&c);
}

static void a_new_run_empties_the_log(void **state) {
  fixture *f = *state;
  curves c;
  write_run(f, 0, 0, 1);
  write_run(f, 0, 5, 1);
  assert_int_equal(read_log(f, &c), SPIQE_OK);
  assert_int_equal(c.n_batches, 1);
  curves_free(&c);
}

static void lines_that_are_no_events_are_named(void **state) {
  static const struct {
    const char *text, *place;
  } row[] = {
      {"hello\n", "log:1:"},
      {"{\"event\":\"begin\"}\n[1]\n", "log:2:"},
      {"{\"x\":1}\n", "log:1:"},
      {"{\"event\":1}\n", "log:1:"},
      {"\n\r\n{\"event\":\"step\",\"epoch\":-1,\"step\":0}\n", "log:3:"},
      {"{\"event\":\"step\",\"epoch\":0.5,\"step\":0}\n", "log:1:"},
      {"{\"event\":\"step\",\"epoch\":0,\"step\":1e300}\n", "log:1:"},
      {"{\"event\":\"step\",\"epoch\":0}\n", "log:1:"},
      {"{\"event\":\"epoch\"}\n", "log:1:"},
  };
  for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
    fixture *f = *state;
    curves c;
    assert_int_equal(parse(f, row[i].text, strlen(row[i].text), &c), SPIQE_BAD_FORMAT);
    assert_non_null(strstr(spiqe_context_message(f->ctx), row[i].place));
    assert_null(c.points);
    assert_null(c.batch_loss);
  }
}

static void events_of_a_later_version_are_skipped(void **state) {
  static const char text[] =
      "{\"event\":\"weather\",\"epoch\":\"x\"}\n"
      "{\"event\":\"step\",\"epoch\":0,\"step\":0,\"batch_loss\":2,\"new\":[]}";
  curves c;
  assert_int_equal(parse(*state, text, strlen(text), &c), SPIQE_OK);
  assert_int_equal(c.n_batches, 1);
  assert_true(c.batch_loss[0] == 2);
  curves_free(&c);
}

static void losses_that_are_no_numbers_are_nan(void **state) {
  static const char text[] = "{\"event\":\"step\",\"epoch\":0,\"step\":0,\"batch_loss\":null}\n"
                             "{\"event\":\"step\",\"epoch\":0,\"step\":1,\"batch_loss\":1e999}\n"
                             "{\"event\":\"step\",\"epoch\":0,\"step\":2,\"batch_loss\":1e300}\n"
                             "{\"event\":\"step\",\"epoch\":0,\"step\":3,\"batch_loss\":\"2\"}\n";
  curves c;
  assert_int_equal(parse(*state, text, strlen(text), &c), SPIQE_OK);
  assert_int_equal(c.n_batches, 4);
  for (size_t i = 0; i < 4; i++) assert_true(isnan(c.batch_loss[i]));
  curves_free(&c);
}

static void a_line_without_end_is_refused(void **state) {
  size_t size = 1 << 20;
  char *text = malloc(size);
  curves c;
  assert_non_null(text);
  memset(text, '{', size);
  assert_int_equal(parse(*state, text, size, &c), SPIQE_BAD_FORMAT);
  free(text);
}

static void a_log_that_is_not_there_is_not_found(void **state) {
  curves c;
  assert_int_equal(read_log(*state, &c), SPIQE_NOT_FOUND);
  assert_null(c.points);
}

static void a_log_that_cannot_be_opened_is_a_file_error(void **state) {
  fixture *f = *state;
  char path[128];
  spiqe_log *log;
  snprintf(path, sizeof path, "%s/absent/log", f->folder);
  assert_int_equal(spiqe_log_open(f->ctx, path, 1, &log), SPIQE_FILE);
  assert_null(log);
  assert_non_null(strstr(spiqe_context_message(f->ctx), path));
}

static void a_full_disk_is_told_at_the_end(void **state) {
  fixture *f = *state;
  spiqe_log *log;
  spiqe_event step = step_event(0, 0, 1);
  if (access("/dev/full", W_OK) != 0) skip();
  assert_int_equal(spiqe_log_open(f->ctx, "/dev/full", 1, &log), SPIQE_OK);
  assert_int_equal(spiqe_log_listen(log, &step), 0);
  assert_int_equal(spiqe_log_listen(log, &step), 0);
  assert_int_equal(spiqe_log_close(log), SPIQE_FILE);
  assert_non_null(strstr(spiqe_context_message(f->ctx), "No space"));
  assert_int_equal(spiqe_log_close(NULL), SPIQE_OK);
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      ROW(what_is_written_is_read_back),
      ROW(each_event_is_one_line_and_nan_is_null),
      ROW(an_event_is_on_the_file_before_the_next),
      ROW(a_log_cut_at_every_byte_still_reads),
      ROW(a_run_resumed_after_a_cut_at_every_byte_replaces_its_steps),
      ROW(a_resumed_run_keeps_the_steps_before),
      ROW(a_new_run_empties_the_log),
      ROW(lines_that_are_no_events_are_named),
      ROW(events_of_a_later_version_are_skipped),
      ROW(losses_that_are_no_numbers_are_nan),
      ROW(a_line_without_end_is_refused),
      ROW(a_log_that_is_not_there_is_not_found),
      ROW(a_log_that_cannot_be_opened_is_a_file_error),
      ROW(a_full_disk_is_told_at_the_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
