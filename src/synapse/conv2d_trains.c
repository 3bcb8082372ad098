/* Place by place: the trains under the kernel there, sums of rows of weights or of gradients for
 * each train, and the way between trains and steps. Planes go one after the other, so that the sums
 * stay in the first-level cache. */
#include "synapse/conv2d_trains.h"

#include <string.h>

#include "synapse/trains.h"

#define MOST_LISTED ((SPIQE_MOST_TRAINS + 1) * SPIQE_TRAIN_STEPS) /* with the bias */
#define NONE UINT32_MAX
#define CACHE_LINE ((size_t)64)

/* What a place sees. */
typedef struct work {
  const spiqe_conv2d_steps *of;
  spiqe_trains found;
  size_t has_bias, n_local;           /* trains that are seen; the bias is one more, behind */
  size_t n_units;                     /* that fire, under the kernel */
  uint32_t local[SPIQE_MOST_TRAINS];  /* of a train: its number there; NONE: not seen */
  uint32_t trains[SPIQE_MOST_TRAINS]; /* [n_local] */
  uint32_t *rows;                     /* [n_units] of weights */
  uint32_t *members;                  /* [n_units] number of the train of each */
  uint32_t *listed;                   /* steps by trains, or trains by steps */
  void *sums;                         /* [n_local + 1][filters] */
  void *currents;                     /* [n_steps][filters] */
} work;

size_t spiqe_conv2d_trains_scratch(const spiqe_conv2d_sizes *z) {
  const size_t places = z->window.height * z->window.width;
  return spiqe_trains_scratch(places, places * z->window.channels) + 2 * z->depth + MOST_LISTED +
         (SPIQE_MOST_TRAINS + 1 + SPIQE_TRAIN_STEPS) * z->filters + CACHE_LINE / sizeof(float);
}

/* The next address at which a line of the cache begins. */
static void *align(void *at) {
  return (char *)at + (CACHE_LINE - (uintptr_t)at % CACHE_LINE) % CACHE_LINE;
}

/* Finds the trains; 0 where they do not pay. */
static int begin(const spiqe_conv2d_steps *s, work *k) {
  const spiqe_window *w = &s->sizes->window;
  const size_t places = w->height * w->width, units = places * w->channels;
  const spiqe_train_input input = {.kernels = s->pass->kernels,
                                   .values =
                                       spiqe_at(s->pass->input, s->row * units, s->pass->precision),
                                   .n_steps = s->n_steps,
                                   .stride = s->pass->n_rows * units,
                                   .n_places = places,
                                   .n_channels = w->channels};
  k->of = s;
  k->has_bias = s->stage->n_named > 1;
  k->rows = spiqe_trains_lay_out(places, units, s->scratch, &k->found);
  k->members = k->rows + s->sizes->depth;
  k->listed = k->members + s->sizes->depth;
  k->sums = align(k->listed + MOST_LISTED);
  k->currents = spiqe_at(k->sums, (SPIQE_MOST_TRAINS + 1) * s->sizes->filters, s->pass->precision);
  if (!spiqe_trains_find(&input, &k->found)) return 0;
  for (size_t i = 0; i < k->found.n; i++) k->local[i] = NONE;
  return spiqe_trains_pay(&k->found, (double)s->sizes->depth / (double)units);
}

static uint32_t local_of(work *k, uint32_t train) {
  if (k->local[train] == NONE) {
    k->local[train] = (uint32_t)k->n_local;
    k->trains[k->n_local++] = train;
  }
  return k->local[train];
}

/* The units under a strip, whose first number has the row `row` of weights. */
static void list_strip(work *k, const spiqe_strip *s, size_t row) {
  const size_t channels = k->of->sizes->window.channels, from = s->at / channels;
  const uint32_t end = k->found.first[from + s->n / channels];
  const uint32_t shift = (uint32_t)(row - s->at);
  size_t n = k->n_units;
  for (uint32_t e = k->found.first[from]; e < end; e++, n++) {
    k->rows[n] = k->found.units[e] + shift;
    k->members[n] = local_of(k, k->found.which[e]);
  }
  k->n_units = n;
}

/* What a place sees. */
static void list_units(work *k, size_t place) {
  const spiqe_window *w = &k->of->sizes->window;
  const size_t width = w->size * w->channels, y = place / w->out_width, x = place % w->out_width;
  for (size_t i = 0; i < k->n_local; i++) k->local[k->trains[i]] = NONE;
  k->n_local = k->n_units = 0;
  for (size_t i = 0; i < w->size; i++) {
    const spiqe_strip s = spiqe_window_strip(w, y, x, i);
    list_strip(k, &s, i * width + s.begin);
  }
}

static uint64_t all_steps(const work *k) {
  return ~(uint64_t)0 >> (SPIQE_TRAIN_STEPS - k->of->n_steps);
}

/* The steps of train i of a place, the bias firing at each. */
static uint64_t steps_of(const work *k, size_t i) {
  return i < k->n_local ? k->found.steps[k->trains[i]] : all_steps(k);
}

/* Which trains fire at each step. counts: [n_steps] */
static void list_by_step(work *k, uint32_t *counts) {
  uint32_t ends[SPIQE_TRAIN_STEPS], n = 0;
  memset(counts, 0, k->of->n_steps * sizeof *counts);
  for (size_t i = 0; i < k->n_local + k->has_bias; i++)
    for (uint64_t left = steps_of(k, i); left; left &= left - 1) counts[__builtin_ctzll(left)]++;
  for (size_t t = 0; t < k->of->n_steps; t++) {
    ends[t] = n;
    n += counts[t];
  }
  for (size_t i = 0; i < k->n_local + k->has_bias; i++)
    for (uint64_t left = steps_of(k, i); left; left &= left - 1)
      k->listed[ends[__builtin_ctzll(left)]++] = (uint32_t)i;
}

/* At which steps each train fires. counts: [n_local + has_bias] */
static void list_by_train(work *k, uint32_t *counts) {
  uint32_t *to = k->listed;
  for (size_t i = 0; i < k->n_local + k->has_bias; i++) {
    const uint64_t steps = steps_of(k, i);
    counts[i] = (uint32_t)__builtin_popcountll(steps);
    for (uint64_t left = steps; left; left &= left - 1) *to++ = (uint32_t)__builtin_ctzll(left);
  }
}

/* Currents, or their gradients, of plane p at a place and the first step, in `of`. */
static void *currents_at(const work *k, const void *of, size_t p, size_t place) {
  const spiqe_conv2d_sizes *z = k->of->sizes;
  const size_t row = k->of->row * k->of->stage->out.n_units;
  return spiqe_at(of, row + (p * z->places + place) * z->filters, k->of->pass->precision);
}

static size_t step_stride(const work *k) {
  return k->of->pass->n_rows * k->of->stage->out.n_units;
}

/* Column 0 of plane p in `of`, weights or their gradient; is_bias: in the bias behind them. */
static void *column_of(const work *k, const void *of, size_t p, int is_bias) {
  const size_t at = is_bias ? k->of->stage->named[1].offset : 0;
  return spiqe_at(of, at + p * k->of->sizes->filters, k->of->pass->precision);
}

static void forward_place(work *k, size_t place) {
  const spiqe_conv2d_sizes *z = k->of->sizes;
  const spiqe_pass *pass = k->of->pass;
  const size_t n_planes = pass->n_columns / (z->places * z->filters);
  const size_t size = spiqe_precision_size(pass->precision);
  uint32_t counts[SPIQE_TRAIN_STEPS];
  list_units(k, place);
  list_by_step(k, counts);
  void *bias = spiqe_at(k->sums, k->n_local * z->filters, pass->precision);
  for (size_t p = 0; p < n_planes; p++) {
    memset(k->sums, 0, k->n_local * z->filters * size);
    pass->kernels->sum_listed(&(spiqe_listed_args){.m = k->n_units,
                                                   .n = z->filters,
                                                   .ldb = z->columns,
                                                   .ldc = z->filters,
                                                   .list = k->rows,
                                                   .rows = k->members,
                                                   .beta = 1,
                                                   .b = column_of(k, pass->parameters, p, 0),
                                                   .c = k->sums});
    if (k->has_bias) memcpy(bias, column_of(k, pass->parameters, p, 1), z->filters * size);
    pass->kernels->sum_listed(&(spiqe_listed_args){.m = k->of->n_steps,
                                                   .n = z->filters,
                                                   .ldb = z->filters,
                                                   .ldc = step_stride(k),
                                                   .counts = counts,
                                                   .list = k->listed,
                                                   .b = k->sums,
                                                   .c = currents_at(k, pass->output, p, place)});
  }
}

/* The gradients of the steps together, as they are read several times: where they are, some ten
 * kilobytes apart, they drive each other out of the cache. */
static void gather_steps(const work *k, size_t p, size_t place) {
  const size_t size = k->of->sizes->filters * spiqe_precision_size(k->of->pass->precision);
  const size_t stride = step_stride(k) * spiqe_precision_size(k->of->pass->precision);
  const char *from = currents_at(k, k->of->pass->d_output, p, place);
  char *to = k->currents;
  for (size_t t = 0; t < k->of->n_steps; t++, from += stride, to += size) {
    for (size_t i = 0; i < size; i += CACHE_LINE) __builtin_prefetch(from + size + i);
    memcpy(to, from, size);
  }
}

static void learn_place(work *k, size_t place) {
  const spiqe_conv2d_sizes *z = k->of->sizes;
  const spiqe_pass *pass = k->of->pass;
  uint32_t counts[SPIQE_MOST_TRAINS + 1];
  list_units(k, place);
  list_by_train(k, counts);
  const void *bias = spiqe_at(k->sums, k->n_local * z->filters, pass->precision);
  for (size_t p = 0; p < z->planes; p++) {
    gather_steps(k, p, place);
    pass->kernels->sum_listed(&(spiqe_listed_args){.m = k->n_local + k->has_bias,
                                                   .n = z->filters,
                                                   .ldb = z->filters,
                                                   .ldc = z->filters,
                                                   .counts = counts,
                                                   .list = k->listed,
                                                   .b = k->currents,
                                                   .c = k->sums});
    pass->kernels->sum_listed(&(spiqe_listed_args){.m = k->n_units,
                                                   .n = z->filters,
                                                   .ldb = z->filters,
                                                   .ldc = z->columns,
                                                   .list = k->members,
                                                   .rows = k->rows,
                                                   .beta = 1,
                                                   .b = k->sums,
                                                   .c = column_of(k, pass->gradient, p, 0)});
    if (k->has_bias)
      pass->kernels->add_bias(1, z->filters, z->filters, bias, column_of(k, pass->gradient, p, 1));
  }
}

int spiqe_conv2d_trains_forward(const spiqe_conv2d_steps *steps) {
  work k = {0};
  if (!begin(steps, &k)) return 0;
  for (size_t place = 0; place < steps->sizes->places; place++) forward_place(&k, place);
  return 1;
}

int spiqe_conv2d_trains_learn(const spiqe_conv2d_steps *steps) {
  work k = {0};
  if (!begin(steps, &k)) return 0;
  for (size_t place = 0; place < steps->sizes->places; place++) learn_place(&k, place);
  return 1;
}
