/* The encoder of recordings against a slow twin that looks for each number at all events. */
#include <math.h>

#include "encode/encoder.h"
#include "support/net.h"

#define N_ROWS 3
#define N_EVENTS 200
#define LENGTH 100000 /* us */

static const size_t shape[3] = {2, 5, 7};

/* What an option list says, as the twin needs it. */
typedef struct wanted {
  const char *options; /* "key=value key=value" */
  size_t steps, factor, history; /* 0: none given */
  double bin, tau, cap, gain; /* 0: none given */
  int surface, binary, merged, is_signed;
  uint32_t denoise;
} wanted;

static const wanted cases[] = {
    {.options = "steps=10", .steps = 10, .factor = 1},
    {.options = "steps=1", .steps = 1, .factor = 1},
    {.options = "steps=7 bin=9000", .steps = 7, .factor = 1, .bin = 9000},
    {.options = "steps=400 bin=25.5", .steps = 400, .factor = 1, .bin = 25.5},
    {.options = "steps=10 cap=2", .steps = 10, .factor = 1, .cap = 2},
    {.options = "steps=10 value=binary", .steps = 10, .factor = 1, .binary = 1},
    {.options = "steps=10 polarity=merged", .steps = 10, .factor = 1, .merged = 1},
    {.options = "steps=5 polarity=signed", .steps = 5, .factor = 1, .is_signed = 1},
    {.options = "steps=5 polarity=signed cap=1.5", .steps = 5, .factor = 1, .cap = 1.5,
     .is_signed = 1},
    {.options = "steps=5 polarity=signed value=binary", .steps = 5, .factor = 1, .binary = 1,
     .is_signed = 1},
    {.options = "steps=5 polarity=signed cap=2 gain=-1.5", .steps = 5, .factor = 1, .cap = 2,
     .gain = -1.5, .is_signed = 1},
    {.options = "steps=9 history=4", .steps = 9, .factor = 1, .history = 4},
    {.options = "steps=3 history=5 polarity=merged", .steps = 3, .factor = 1, .merged = 1,
     .history = 5},
    {.options = "steps=8 value=time_surface tau=20000 history=2 downsample=2", .steps = 8,
     .factor = 2, .tau = 20000, .surface = 1, .history = 2},
    {.options = "steps=6 downsample=2", .steps = 6, .factor = 2},
    {.options = "steps=6 downsample=100 polarity=merged", .steps = 6, .factor = 100, .merged = 1},
    {.options = "steps=10 denoise=1500", .steps = 10, .factor = 1, .denoise = 1500},
    {.options = "steps=8 value=time_surface tau=20000 denoise=2500 downsample=2", .steps = 8,
     .factor = 2, .tau = 20000, .surface = 1, .denoise = 2500},
    {.options = "steps=8 value=time_surface tau=20000", .steps = 8, .factor = 1, .tau = 20000,
     .surface = 1},
    {.options = "steps=8 value=time_surface tau=3000 polarity=signed downsample=3 bin=5000",
     .steps = 8, .factor = 3, .bin = 5000, .tau = 3000, .surface = 1, .is_signed = 1},
};
#define N_CASES (sizeof cases / sizeof *cases)

typedef struct recordings {
  spiqe_address_event events[N_ROWS][N_EVENTS];
  spiqe_event_row rows[N_ROWS];
} recordings;

/* Sorted times with many ties; the last row is empty, the one before has one event. */
static void draw(recordings *r) {
  uint32_t key[2];
  spiqe_random_key(5, SPIQE_PURPOSE_USER, 0, key);
  for (size_t row = 0; row < N_ROWS; row++) {
    uint32_t time = 0;
    for (size_t i = 0; i < N_EVENTS; i++) {
      double u[4];
      for (size_t k = 0; k < 4; k++) u[k] = spiqe_random_uniform(key, row, 4 * i + k);
      time += (uint32_t)(u[0] < 0.3 ? 0 : u[0] * 2 * LENGTH / N_EVENTS);
      r->events[row][i] = (spiqe_address_event){.time = time, .x = (uint16_t)(7 * u[1]),
                                                .y = (uint16_t)(5 * u[2]),
                                                .polarity = u[3] < 0.6};
    }
    r->rows[row] = (spiqe_event_row){r->events[row], row == 0 ? N_EVENTS : row == 1};
  }
}

/* Did a neighbour of event i have one shortly before? */
static int is_noise(const spiqe_event_row *row, size_t i, uint32_t window) {
  const spiqe_address_event *e = row->events;
  for (size_t k = 0; k < i; k++) {
    int dx = e[k].x - e[i].x, dy = e[k].y - e[i].y;
    if (abs(dx) <= 1 && abs(dy) <= 1 && (dx || dy) && e[i].time - e[k].time <= window) return 0;
  }
  return 1;
}

/* The number of one unit at one step, by its definition. */
static double twin(const wanted *w, const spiqe_event_row *row, size_t step, size_t plane, size_t y,
                   size_t x) {
  double value = 0, last = -1;
  if (row->n == 0) return 0;
  double bin = w->bin > 0 ? w->bin : (row->events[row->n - 1].time + 1.0) / (double)w->steps;
  for (size_t i = 0; i < row->n; i++) {
    const spiqe_address_event *e = &row->events[i];
    int is_here = e->y / w->factor == y && e->x / w->factor == x &&
                  (w->merged || w->is_signed || e->polarity == plane);
    double sign = w->is_signed && !e->polarity ? -1 : 1, time = e->time;
    if (!is_here || time >= bin * (double)(step + 1)) continue;
    if (w->denoise && is_noise(row, i, w->denoise)) continue;
    if (w->surface)
      value = sign, last = time;
    else if (time >= bin * (double)step)
      value += sign;
  }
  if (w->surface) return last < 0 ? 0 : value * exp(-(bin * (double)(step + 1) - last) / w->tau);
  if (w->binary) return (value > 0) - (value < 0);
  return w->cap > 0 ? fmax(fmin(value, w->cap), -w->cap) : value;
}

/* The encoded rows; *encoding says their sizes; owned by the caller. */
static float *encoded(spiqe_context *ctx, const char *options, const recordings *r,
                      spiqe_encoding *encoding) {
  const spiqe_encoder_kind *kind = &spiqe_encode_events;
  char text[128], *save = NULL;
  void *settings = calloc(1, kind->settings_size);
  assert_non_null(settings);
  spiqe_options_default(kind->options, kind->n_options, settings);
  snprintf(text, sizeof text, "%s", options);
  for (char *pair = strtok_r(text, " ", &save); pair; pair = strtok_r(NULL, " ", &save)) {
    char *value = strchr(pair, '=');
    *value++ = 0;
    assert_int_equal(spiqe_option_set(ctx, kind->options, kind->n_options, pair, value, settings),
                     SPIQE_OK);
  }
  assert_int_equal(kind->plan(ctx, settings, shape, 3, encoding), SPIQE_OK);
  size_t n = encoding->n_steps * N_ROWS * encoding->n_units;
  float *out = malloc(n * sizeof *out);
  void *scratch = malloc(encoding->scratch + 1);
  assert_true(out && scratch);
  memset(out, 0x55, n * sizeof *out); /* what is there before does not matter */
  memset(scratch, 0x55, encoding->scratch);
  const spiqe_encode_args args = {.kernels = spiqe_device_kernels(ctx, SPIQE_F32),
                                  .n_rows = N_ROWS, .shape = shape, .rows = r->rows,
                                  .scratch = scratch, .out = out};
  kind->encode(settings, encoding, &args);
  free(scratch);
  free(settings);
  return out;
}

static void check_case(spiqe_context *ctx, const wanted *w, const recordings *r) {
  spiqe_encoding encoding;
  float *out = encoded(ctx, w->options, r, &encoding);
  size_t height = (5 + w->factor - 1) / w->factor, width = (7 + w->factor - 1) / w->factor;
  size_t n_planes = w->merged || w->is_signed ? 1 : 2, n_not_zero = 0;
  assert_int_equal(encoding.n_steps, w->steps);
  size_t n_now = n_planes * height * width;
  assert_int_equal(encoding.n_units, n_now * (w->history ? w->history : 1));
  for (size_t i = 0; i < w->steps * N_ROWS * encoding.n_units; i++) {
    size_t unit = i % encoding.n_units, row = i / encoding.n_units % N_ROWS;
    size_t step = i / encoding.n_units / N_ROWS;
    size_t back = unit / n_now, place = unit % n_now;
    double expected = back > step ? 0
                                  : twin(w, &r->rows[row], step - back, place / (height * width),
                                         place / width % height, place % width);
    if (w->gain != 0) expected *= w->gain;
    /* counts are exact; a surface is rounded once to float */
    if (fabs(expected - (double)out[i]) > (w->surface ? 1e-7 : 0))
      fail_msg("%s: step %zu, row %zu, unit %zu: %g, but %g is expected", w->options, step, row,
               unit, (double)out[i], expected);
    n_not_zero += expected != 0;
  }
  assert_true(n_not_zero > 0);
  free(out);
}

static void every_number_is_what_its_definition_says(void **state) {
  (void)state;
  spiqe_context *ctx = test_context(1, NULL);
  recordings r;
  draw(&r);
  for (size_t i = 0; i < N_CASES; i++) check_case(ctx, &cases[i], &r);
  spiqe_context_destroy(ctx);
}

/* No limit, steps over the whole recording: every event is in one step, once. */
static void no_event_is_lost_or_counted_twice(void **state) {
  (void)state;
  spiqe_context *ctx = test_context(1, NULL);
  recordings r;
  draw(&r);
  for (size_t steps = 1; steps < 3000; steps = 3 * steps + 1) {
    char options[32];
    spiqe_encoding encoding;
    double sum = 0;
    snprintf(options, sizeof options, "steps=%zu", steps);
    float *out = encoded(ctx, options, &r, &encoding);
    for (size_t i = 0; i < steps * N_ROWS * encoding.n_units; i++) sum += (double)out[i];
    assert_true(sum == N_EVENTS + 1);
    free(out);
  }
  spiqe_context_destroy(ctx);
}

static void shapes_that_are_no_recordings_are_refused(void **state) {
  (void)state;
  const size_t flat[2] = {28, 28}, one[3] = {1, 1, 700};
  const spiqe_encoder_kind *kind = &spiqe_encode_events;
  spiqe_context *ctx = test_context(1, NULL);
  void *settings = calloc(1, kind->settings_size);
  spiqe_encoding encoding;
  spiqe_options_default(kind->options, kind->n_options, settings);
  assert_int_equal(kind->plan(ctx, settings, flat, 2, &encoding), SPIQE_BAD_SHAPE);
  assert_int_equal(kind->plan(ctx, settings, one, 3, &encoding), SPIQE_OK);
  assert_int_equal(encoding.n_units, 700);
  assert_int_equal(
      spiqe_option_set(ctx, kind->options, kind->n_options, "polarity", "signed", settings),
      SPIQE_OK);
  assert_int_equal(kind->plan(ctx, settings, one, 3, &encoding), SPIQE_BAD_SHAPE);
  assert_non_null(strstr(spiqe_context_message(ctx), "1 polarities"));
  free(settings);
  spiqe_context_destroy(ctx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_number_is_what_its_definition_says),
      cmocka_unit_test(no_event_is_lost_or_counted_twice),
      cmocka_unit_test(shapes_that_are_no_recordings_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
