/* Convolution and pooling, forward and backward, against direct loops over their definitions, in
 * both precisions and on every table.
 *
 * All numbers are small multiples of 1/4, so sums are exact in float in any order. What is left are
 * quotients by 9 of numbers up to 1.25: nine of them and their sum err by less than 1e-6. Numbers
 * are so few that largest ones tie. */
#include "device/tables_support.h"
#include "synapse/conv2d.h"
#include "synapse/pool.h"
#include "synapse/trains.h"

#define TOLERANCE 1e-6
#define N_ROWS 5
#define N_STEPS 2 /* unless spikes are meant */

/* One stage, its numbers in double, [step][row][unit], and what the twin makes of them. */
typedef struct twin_case {
  spiqe_stage stage;
  spiqe_conv2d_settings conv;
  spiqe_pool_settings pool;
  size_t n_steps, n_in, n_out;
  double *parameters, *input, *d_output; /* given */
  double *output, *d_input, *gradient;   /* expected */
} twin_case;

static double *numbers(size_t n, uint64_t which) {
  double *x = calloc(n + 1, sizeof *x);
  uint32_t key[2];
  assert_non_null(x);
  spiqe_random_key(5, SPIQE_PURPOSE_USER, which, key);
  for (size_t i = 0; i < n; i++) x[i] = floor(9 * spiqe_random_uniform(key, i, 0)) / 4 - 1;
  return x;
}

static size_t images_of(const twin_case *c) {
  return N_ROWS * c->n_steps * c->stage.in.n_planes;
}

/* Place of number (y, x, channel) of an image, or -1 outside. */
static long place_of(const spiqe_signal *s, long y, long x, size_t channel) {
  if (y < 0 || x < 0 || y >= (long)s->height || x >= (long)s->width) return -1;
  return (y * (long)s->width + x) * (long)s->channels + (long)channel;
}

/* One product of the sum that makes one current, and its two derivatives. */
static void twin_product(twin_case *c, size_t image, size_t out, size_t y, size_t x, size_t weight,
                         size_t channel) {
  const spiqe_signal *in = &c->stage.in;
  const spiqe_conv2d_settings *s = &c->conv;
  size_t under = weight / s->planes / s->filters / in->channels;
  long at = place_of(in, (long)(y * s->stride + under / s->kernel) - (long)s->padding,
                     (long)(x * s->stride + under % s->kernel) - (long)s->padding, channel);
  if (at < 0) return;
  size_t from = image * in->n_units + (size_t)at;
  c->output[out] += c->input[from] * c->parameters[weight];
  c->d_input[from] += c->d_output[out] * c->parameters[weight];
  c->gradient[weight] += c->d_output[out] * c->input[from];
}

/* Filter f of plane p at one place of one image. */
static void twin_current(twin_case *c, size_t image, size_t p, size_t place, size_t f) {
  const spiqe_signal *in = &c->stage.in, *o = &c->stage.out;
  const spiqe_conv2d_settings *s = &c->conv;
  size_t out = image * o->n_units + (p * o->height * o->width + place) * s->filters + f;
  size_t n_under = s->kernel * s->kernel * in->channels, bias = n_under * s->planes * s->filters;
  for (size_t k = 0; k < n_under; k++)
    twin_product(c, image, out, place / o->width, place % o->width,
                 (k * s->planes + p) * s->filters + f, k % in->channels);
  if (!s->bias) return;
  c->output[out] += c->parameters[bias + p * s->filters + f];
  c->gradient[bias + p * s->filters + f] += c->d_output[out];
}

static void twin_conv(twin_case *c) {
  const spiqe_signal *o = &c->stage.out;
  for (size_t image = 0; image < images_of(c); image++)
    for (size_t p = 0; p < c->conv.planes; p++)
      for (size_t place = 0; place < o->height * o->width; place++)
        for (size_t f = 0; f < c->conv.filters; f++) twin_current(c, image, p, place, f);
}

/* One window and channel of one image; is_mean or the largest. */
static void twin_window(twin_case *c, size_t image, size_t y, size_t x, size_t channel,
                        int is_mean) {
  const spiqe_signal *in = &c->stage.in, *o = &c->stage.out;
  size_t n = c->pool.size, stride = c->pool.stride ? c->pool.stride : n, largest = 0;
  size_t base = image * in->height * in->width * in->channels;
  size_t out =
      image * o->height * o->width * o->channels + (size_t)place_of(o, (long)y, (long)x, channel);
  for (size_t k = 0; k < n * n; k++) {
    size_t at = base + (size_t)place_of(in, (long)(y * stride + k / n), (long)(x * stride + k % n),
                                        channel);
    if (k == 0 || c->input[at] > c->input[largest]) largest = at;
    if (is_mean) c->output[out] += c->input[at] / (double)(n * n);
    if (is_mean) c->d_input[at] += c->d_output[out] / (double)(n * n);
  }
  if (!is_mean) c->output[out] = c->input[largest];
  if (!is_mean) c->d_input[largest] += c->d_output[out];
}

static void twin_pool(twin_case *c) {
  const spiqe_signal *o = &c->stage.out;
  for (size_t image = 0; image < images_of(c); image++)
    for (size_t y = 0; y < o->height; y++)
      for (size_t x = 0; x < o->width; x++)
        for (size_t k = 0; k < o->channels; k++)
          twin_window(c, image, y, x, k, c->stage.kind == &spiqe_avgpool);
}

/* Shape: planes, height, width, channels of the input. */
static void case_open(twin_case *c, const spiqe_stage_kind *kind, void *settings,
                      const size_t shape[4]) {
  if (c->n_steps == 0) c->n_steps = N_STEPS;
  c->stage = (spiqe_stage){.kind = kind, .settings = settings};
  c->stage.in = (spiqe_signal){.n_steps = c->n_steps,
                               .n_units = shape[0] * shape[1] * shape[2] * shape[3],
                               .n_planes = shape[0],
                               .height = shape[1],
                               .width = shape[2],
                               .channels = shape[3],
                               .is_current = kind != &spiqe_conv2d};
  assert_int_equal(kind->plan(NULL, &c->stage), SPIQE_OK);
  c->n_in = c->n_steps * N_ROWS * c->stage.in.n_units;
  c->n_out = c->n_steps * N_ROWS * c->stage.out.n_units;
  c->parameters = numbers(c->stage.n_parameters, 1);
  c->input = numbers(c->n_in, 2);
  c->d_output = numbers(c->n_out, 3);
  for (size_t i = 0; i < c->n_in; i += 3) c->input[i] = 0;
  c->output = calloc(c->n_out + 1, sizeof(double));
  c->d_input = calloc(c->n_in + 1, sizeof(double));
  c->gradient = calloc(c->stage.n_parameters + 1, sizeof(double));
  assert_true(c->output && c->d_input && c->gradient);
}

static void case_close(twin_case *c) {
  free(c->parameters);
  free(c->input);
  free(c->d_output);
  free(c->output);
  free(c->d_input);
  free(c->gradient);
}

/* The numbers in a precision, in memory of exactly their size; owned by the caller. */
static void *narrowed(const double *from, size_t n, spiqe_precision precision) {
  void *out = malloc(n * spiqe_precision_size(precision));
  for (size_t i = 0; from && i < n; i++) {
    if (precision == SPIQE_F64)
      ((double *)out)[i] = from[i];
    else
      ((float *)out)[i] = (float)from[i];
  }
  return out;
}

static void assert_near(const char *what, size_t n, const double *expected, const void *found,
                        spiqe_precision precision) {
  for (size_t i = 0; i < n; i++) {
    double x =
        precision == SPIQE_F64 ? ((const double *)found)[i] : (double)((const float *)found)[i];
    if (!(fabs(x - expected[i]) <= TOLERANCE))
      fail_msg("%s, number %zu: %.9g, but %.9g", what, i, x, expected[i]);
  }
}

/* The stage itself, forward in `n_tiles` tiles, then backward. */
static void check_stage(const twin_case *c, const spiqe_kernels *kernels, spiqe_precision precision,
                        size_t n_tiles) {
  const spiqe_stage *stage = &c->stage;
  void *input = narrowed(c->input, c->n_in, precision);
  void *derived = narrowed(NULL, stage->n_derived, precision);
  void *in_place = input, *apart = narrowed(NULL, c->n_in, precision);
  spiqe_pass pass = {.kernels = kernels,
                     .precision = precision,
                     .n_rows = N_ROWS,
                     .n_columns = stage->out.n_units,
                     .input = input,
                     .derived = derived};
  pass.parameters = narrowed(c->parameters, stage->n_parameters, precision);
  pass.output = narrowed(NULL, c->n_out, precision);
  pass.d_output = narrowed(c->d_output, c->n_out, precision);
  pass.d_input = stage->kind->is_pass_through ? in_place : apart;
  pass.gradient = narrowed(NULL, stage->n_parameters, precision);
  pass.scratch = narrowed(NULL, stage->n_scratch, precision);
  if (stage->kind->prepare) stage->kind->prepare(stage, precision, pass.parameters, derived);
  for (size_t tile = 0; tile < n_tiles; tile++) stage->kind->forward(stage, &pass, tile, n_tiles);
  stage->kind->backward(stage, &pass);
  assert_near("output", c->n_out, c->output, pass.output, precision);
  assert_near("d_input", c->n_in, c->d_input, pass.d_input, precision);
  assert_near("gradient", stage->n_parameters, c->gradient, pass.gradient, precision);
  free(input);
  free(derived);
  free(apart);
  free((void *)(uintptr_t)pass.parameters);
  free(pass.output);
  free((void *)(uintptr_t)pass.d_output);
  free(pass.gradient);
  free(pass.scratch);
}

static void check_case(const twin_case *c, const table_trio *tables) {
  check_stage(c, tables->fast, SPIQE_F32, 1);
  check_stage(c, tables->fast, SPIQE_F32, SPIQE_ROW_TILES);
  check_stage(c, tables->exact, SPIQE_F64, 3);
}

/* filters, kernel, stride, padding, planes, bias; height, width, channels */
static const size_t convolutions[][9] = {
    {12, 5, 1, 0, 2, 1, 9, 8, 1}, {5, 3, 1, 1, 1, 0, 6, 7, 3},  {17, 2, 2, 0, 2, 1, 7, 5, 12},
    {3, 4, 3, 3, 2, 1, 5, 9, 2},  {1, 1, 1, 2, 1, 1, 2, 2, 33}, {64, 5, 1, 0, 2, 1, 6, 6, 12},
    {8, 6, 1, 5, 1, 1, 1, 3, 4}};

static void convolve_on(const table_trio *tables) {
  for (size_t i = 0; i < sizeof convolutions / sizeof *convolutions; i++) {
    const size_t *n = convolutions[i];
    twin_case c = {.conv = {n[0], n[1], n[2], n[3], n[4], (int)n[5]}};
    case_open(&c, &spiqe_conv2d, &c.conv, (size_t[]){1, n[6], n[7], n[8]});
    twin_conv(&c);
    check_case(&c, tables);
    case_close(&c);
  }
}

/* What the units of a sequence are like. */
typedef enum train_kind {
  EVERY_KTH,  /* few trains: every k-th step, or never */
  ALL_ALONE,  /* each has one of its own, more than can be told apart */
  SOME_ALONE, /* a few trains, with one spike each: going by them does not pay */
  NOT_SPIKES, /* every k-th step, one of them with a number that is none */
  N_TRAIN_KINDS
} train_kind;

static double spike_of(train_kind kind, size_t row, size_t unit, size_t step) {
  static const size_t periods[] = {1, 2, 3, 7, 40};
  uint32_t key[2];
  spiqe_random_key(6, SPIQE_PURPOSE_USER, kind, key);
  if (kind == ALL_ALONE) return spiqe_random_uniform(key, row * 100000 + unit, step) < 0.3;
  const double u = spiqe_random_uniform(key, row, unit);
  if (kind == SOME_ALONE) return step == (size_t)(u * 20) && u * 20 - floor(u * 20) < 0.02;
  if (u < 0.4) return 0;
  const int fires = (step + 1) % periods[(size_t)((u - 0.4) / 0.6 * 5)] == 0;
  return kind == NOT_SPIKES && row == 1 && unit == 5 && step == 7 ? 0.5 : fires;
}

/* Whether the first steps of a row are gone through by trains. */
static int goes_by_trains(const twin_case *c, const spiqe_kernels *exact, size_t row) {
  const spiqe_signal *in = &c->stage.in;
  const size_t places = in->height * in->width;
  const size_t depth = c->conv.kernel * c->conv.kernel * in->channels;
  spiqe_trains trains;
  double *scratch = calloc(spiqe_trains_scratch(places, in->n_units), sizeof *scratch);
  assert_non_null(scratch);
  spiqe_trains_lay_out(places, in->n_units, scratch, &trains);
  spiqe_train_input input = {exact,
                             c->input + row * in->n_units,
                             c->n_steps < SPIQE_TRAIN_STEPS ? c->n_steps : SPIQE_TRAIN_STEPS,
                             N_ROWS * in->n_units,
                             places,
                             in->channels};
  int found = spiqe_trains_find(&input, &trains);
  int pays = found && spiqe_trains_pay(&trains, (double)depth / (double)in->n_units);
  free(scratch);
  return pays;
}

/* Three steps, part of a train, and more steps than one has. */
static void convolve_trains_on(const table_trio *tables) {
  static const size_t steps[] = {3, 20, 70};
  for (size_t i = 0; i < 3 * N_TRAIN_KINDS * sizeof convolutions / sizeof *convolutions; i++) {
    const size_t *n = convolutions[i / (3 * N_TRAIN_KINDS)];
    const train_kind kind = (train_kind)(i / 3 % N_TRAIN_KINDS);
    twin_case c = {.conv = {n[0], n[1], n[2], n[3], n[4], (int)n[5]}, .n_steps = steps[i % 3]};
    case_open(&c, &spiqe_conv2d, &c.conv, (size_t[]){1, n[6], n[7], n[8]});
    const size_t units = c.stage.in.n_units;
    for (size_t k = 0; k < c.n_in; k++)
      c.input[k] = spike_of(kind, k / units % N_ROWS, k % units, k / units / N_ROWS);
    if (units > 300 && c.n_steps > 3) {
      assert_int_equal(goes_by_trains(&c, tables->exact, 0),
                       kind == EVERY_KTH || kind == NOT_SPIKES);
      assert_int_equal(goes_by_trains(&c, tables->exact, 1), kind == EVERY_KTH);
    }
    twin_conv(&c);
    check_case(&c, tables);
    case_close(&c);
  }
}

/* size, stride; planes, height, width, channels */
static const size_t pools[][6] = {{2, 0, 2, 8, 8, 64}, {2, 0, 1, 7, 5, 12}, {3, 1, 2, 5, 6, 3},
                                  {3, 2, 1, 9, 8, 17}, {1, 2, 1, 4, 5, 2},  {4, 0, 3, 4, 4, 1}};

static void pool_on(const table_trio *tables) {
  for (size_t i = 0; i < 2 * sizeof pools / sizeof *pools; i++) {
    const size_t *n = pools[i / 2];
    twin_case c = {.pool = {n[0], n[1]}};
    case_open(&c, i % 2 ? &spiqe_avgpool : &spiqe_maxpool, &c.pool, n + 2);
    twin_pool(&c);
    check_case(&c, tables);
    case_close(&c);
  }
}

static void convolution_is_its_sums_and_their_derivatives(void **state) {
  (void)state;
  for_each_table(convolve_on);
}

static void units_that_fire_alike_are_convolved_as_one(void **state) {
  (void)state;
  for_each_table(convolve_trains_on);
}

static void pooling_is_its_windows_and_the_first_of_equals_is_the_largest(void **state) {
  (void)state;
  for_each_table(pool_on);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(convolution_is_its_sums_and_their_derivatives),
      cmocka_unit_test(units_that_fire_alike_are_convolved_as_one),
      cmocka_unit_test(pooling_is_its_windows_and_the_first_of_equals_is_the_largest),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
