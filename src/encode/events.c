/* Encoder of recordings: time is cut in steps, and what happened in a step at a place becomes a
 * number. Counts and their signs; or time surfaces (Lagorce et al. 2017, HOTS, IEEE TPAMI 39(7),
 * sec. 3): exp(-(t_end - t_last) / tau), t_last the last event there, t_end the end of the step. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "core/fail.h"
#include "data/event_filter.h"
#include "encode/encoder.h"

enum { VALUE_COUNT, VALUE_BINARY, VALUE_TIME_SURFACE };
enum { POLARITY_BOTH, POLARITY_MERGED, POLARITY_SIGNED };
static const char *const value_kinds[] = {"count", "binary", "time_surface", NULL};
static const char *const polarities[] = {"both", "merged", "signed", NULL};

typedef struct events_settings {
  size_t steps, downsample, denoise, history;
  int value, polarity;
  double bin, tau, cap, gain;
} events_settings;

#define FIELD(name) offsetof(events_settings, name)
static const spiqe_option options[] = {
    {"steps", SPIQE_OPTION_SIZE, FIELD(steps), "20", 1, 65536, NULL, "length of the sequence"},
    {"bin", SPIQE_OPTION_REAL, FIELD(bin), "0", 0, 4.3e9, NULL,
     "length of a step (us); what comes after the last step is left out; 0: the recording's length "
     "divided by the steps"},
    {"value", SPIQE_OPTION_CHOICE, FIELD(value), "count", 0, 0, value_kinds,
     "of the events of a step at a place: their number, 1 if there was one, or how long ago the "
     "last one was"},
    {"tau", SPIQE_OPTION_REAL, FIELD(tau), "50000", 1e-3, 1e12, NULL,
     "time constant of a time surface (us)"},
    {"polarity", SPIQE_OPTION_CHOICE, FIELD(polarity), "both", 0, 0, polarities,
     "on and off are inputs of their own, or the same, or off counts as -1"},
    {"downsample", SPIQE_OPTION_SIZE, FIELD(downsample), "1", 0, 65536, NULL,
     "so many columns and rows of the sensor become one; 0: 2 where it has 32 of both, else 1"},
    {"denoise", SPIQE_OPTION_SIZE, FIELD(denoise), "0", 0, UINT32_MAX, NULL,
     "events none of whose 8 neighbours on the sensor had one so long (us) before are left out; 0, "
     "or a sensor of one row: all stay"},
    {"cap", SPIQE_OPTION_REAL, FIELD(cap), "0", 0, 1e6, NULL,
     "largest count, either way; 0: no limit"},
    {"history", SPIQE_OPTION_SIZE, FIELD(history), "1", 0, 65536, NULL,
     "so many steps are seen at each, the last ones, as inputs of their own (delay lines); 0: what "
     "makes at most 640 inputs, up to half of the steps"},
    {"gain", SPIQE_OPTION_REAL, FIELD(gain), "1", -1e6, 1e6, NULL, "factor on the numbers"},
};

#define MOST_UNITS ((size_t)1 << 24)

/* The last event of a unit. */
typedef struct trace {
  uint32_t time;
  float sign; /* 0: there was none */
} trace;

/* Where events go. */
typedef struct grid {
  size_t height, width, n_planes; /* after down-sampling */
} grid;

static grid grid_of(const events_settings *s, const size_t *shape) {
  return (grid){.height = (shape[1] + s->downsample - 1) / s->downsample,
                .width = (shape[2] + s->downsample - 1) / s->downsample,
                .n_planes = s->polarity == POLARITY_BOTH ? shape[0] : 1};
}

#define LARGE_SIDE ((size_t)32)
#define MOST_FITTED_INPUTS ((size_t)640)

static void fit(void *settings, const size_t *shape, size_t n_dimensions) {
  events_settings *s = settings;
  if (n_dimensions != 3) return; /* plan says so */
  if (s->downsample == 0) s->downsample = shape[1] >= LARGE_SIDE && shape[2] >= LARGE_SIDE ? 2 : 1;
  if (s->history > 0) return;
  const grid g = grid_of(s, shape);
  const size_t n = g.n_planes * g.height * g.width;
  const size_t fits = n < MOST_FITTED_INPUTS ? MOST_FITTED_INPUTS / n : 1;
  s->history = fits < s->steps / 2 ? fits : s->steps / 2;
  if (s->history == 0) s->history = 1;
}

static size_t denoiser_bytes(const events_settings *s, const size_t *shape) {
  return s->denoise ? spiqe_denoiser_scratch(shape[2], shape[1]) : 0;
}

static spiqe_status plan(spiqe_context *ctx, const void *settings, const size_t *shape,
                         size_t n_dimensions, spiqe_encoding *out) {
  const events_settings *s = settings;
  SPIQE_REQUIRE(ctx, n_dimensions == 3, SPIQE_BAD_SHAPE,
                "encode: events takes recordings, polarities x height x width, but samples have "
                "%zu axes",
                n_dimensions);
  SPIQE_REQUIRE(ctx, s->polarity != POLARITY_SIGNED || shape[0] == 2, SPIQE_BAD_SHAPE,
                "encode: polarity: signed takes on and off, but there are %zu polarities",
                shape[0]);
  SPIQE_REQUIRE(ctx, s->downsample > 0 && s->history > 0, SPIQE_BAD_SHAPE,
                "encode: %s: 0 stands for what fits the data; the model has to be fitted to the "
                "data first",
                s->downsample ? "history" : "downsample");
  const grid g = grid_of(s, shape);
  const size_t n = g.n_planes * g.height * g.width;
  SPIQE_REQUIRE(ctx, s->history <= MOST_UNITS / n, SPIQE_BAD_SHAPE,
                "encode: history: %zu steps of %zu inputs, but at most 2^24 inputs are possible",
                s->history, n);
  *out = (spiqe_encoding){.n_steps = s->steps};
  spiqe_encoding_set_shape(out, (size_t[]){s->history * g.n_planes, g.height, g.width}, 3);
  out->scratch = denoiser_bytes(s, shape);
  SPIQE_REQUIRE(ctx, out->scratch <= SPIQE_MOST_DENOISED * sizeof(int64_t), SPIQE_LIMIT,
                "encode: denoise: %zu x %zu places, but at most 2^24 can be denoised", shape[2],
                shape[1]);
  if (s->value == VALUE_TIME_SURFACE) out->scratch += n * sizeof(trace);
  return SPIQE_OK;
}

static size_t unit_of(const events_settings *s, const grid *g, const spiqe_address_event *e) {
  const size_t plane = s->polarity == POLARITY_BOTH ? e->polarity : 0;
  return (plane * g->height + e->y / s->downsample) * g->width + e->x / s->downsample;
}

static float sign_of(const events_settings *s, const spiqe_address_event *e) {
  return s->polarity == POLARITY_SIGNED && e->polarity == 0 ? -1.0f : 1.0f;
}

/* Length of a step (us). Times count from the recording's start, so the last event's tells its
 * length; it lies in the last step. */
static double step_length(const events_settings *s, const spiqe_event_row *row) {
  if (s->bin > 0) return s->bin;
  return ((double)row->events[row->n - 1].time + 1) / (double)s->steps;
}

/* A denoiser of the shape, or one that keeps all. Its memory stands first in the scratch. */
static spiqe_denoiser start_denoiser(const events_settings *s, const size_t *shape, void *scratch) {
  return spiqe_denoiser_start(shape[2], shape[1], (uint32_t)s->denoise,
                              s->denoise ? scratch : NULL);
}

/* Steps of one row lie `stride` numbers apart. */
static void count(const events_settings *s, const grid *g, const spiqe_event_row *row,
                  const spiqe_denoiser *noise, size_t stride, float *out) {
  const double length = step_length(s, row);
  for (size_t i = 0; i < row->n; i++) {
    const double step = floor((double)row->events[i].time / length);
    if (step >= (double)s->steps) return; /* times never fall */
    if (!spiqe_denoiser_keeps(noise, &row->events[i])) continue;
    out[(size_t)step * stride + unit_of(s, g, &row->events[i])] += sign_of(s, &row->events[i]);
  }
}

static float largest(const events_settings *s) {
  return s->value == VALUE_BINARY                ? 1
         : s->value == VALUE_COUNT && s->cap > 0 ? (float)s->cap
                                                 : INFINITY;
}

/* Limits, then the factor. */
static void finish(const events_settings *s, size_t n, float *out) {
  const float gain = (float)s->gain, most = largest(s);
  if (most == INFINITY && gain == 1) return;
  for (size_t i = 0; i < n; i++) out[i] = gain * fminf(fmaxf(out[i], -most), most);
}

static void draw_surface(const events_settings *s, size_t n_units, const trace *last, double end,
                         float *out) {
  for (size_t u = 0; u < n_units; u++)
    if (last[u].sign != 0) out[u] = last[u].sign * (float)exp(-(end - last[u].time) / s->tau);
}

static void trace_surface(const events_settings *s, const grid *g, size_t n_units,
                          const spiqe_event_row *row, const spiqe_denoiser *noise, size_t stride,
                          trace *last, float *out) {
  const double length = step_length(s, row);
  size_t i = 0;
  memset(last, 0, n_units * sizeof *last);
  for (size_t t = 0; t < s->steps; t++) {
    const double end = (double)(t + 1) * length;
    for (; i < row->n && row->events[i].time < end; i++)
      if (spiqe_denoiser_keeps(noise, &row->events[i]))
        last[unit_of(s, g, &row->events[i])] =
            (trace){row->events[i].time, sign_of(s, &row->events[i])};
    draw_surface(s, n_units, last, end, out + t * stride);
  }
}

/* Of one row, whose steps hold n numbers so far: behind them those of the steps before. */
static void add_history(const events_settings *s, size_t n, size_t stride, float *out) {
  for (size_t t = 1; t < s->steps; t++)
    for (size_t k = 1; k < s->history && k <= t; k++)
      memcpy(out + t * stride + k * n, out + (t - k) * stride, n * sizeof *out);
}

/* Behind the denoiser's memory. */
static trace *traces_of(const events_settings *s, const spiqe_encode_args *args) {
  return (trace *)((char *)args->scratch + denoiser_bytes(s, args->shape));
}

static void encode(const void *settings, const spiqe_encoding *encoding,
                   const spiqe_encode_args *args) {
  const events_settings *s = settings;
  const grid g = grid_of(s, args->shape);
  const size_t stride = args->n_rows * encoding->n_units, n = encoding->n_steps * stride;
  const size_t n_now = encoding->n_units / s->history;
  memset(args->out, 0, n * sizeof *args->out);
  for (size_t r = 0; r < args->n_rows; r++) {
    float *out = args->out + r * encoding->n_units;
    if (args->rows[r].n == 0) continue;
    const spiqe_denoiser noise = start_denoiser(s, args->shape, args->scratch);
    if (s->value == VALUE_TIME_SURFACE)
      trace_surface(s, &g, n_now, &args->rows[r], &noise, stride, traces_of(s, args), out);
    else
      count(s, &g, &args->rows[r], &noise, stride, out);
    add_history(s, n_now, stride, out);
  }
  finish(s, n, args->out);
}

/* Neighbours of an event's place, to which a denoiser writes its time. */
static double n_neighbours(const spiqe_denoiser *noise, const spiqe_address_event *e) {
  const size_t columns = 1u + (e->x > 0) + (e->x + 1u < noise->width);
  const size_t rows = 1u + (e->y > 0) + (e->y + 1u < noise->height);
  return (double)(columns * rows - 1);
}

/* A denoiser reads the time at the place, asks whether there is one, and how long ago it was. */
static void count_denoising(const spiqe_denoiser *noise, const spiqe_address_event *e,
                            spiqe_work *sum) {
  if (!noise->last) return;
  sum->counts[SPIQE_WORK_ADDITIONS] += 3;
  spiqe_encode_count_kept(1 + n_neighbours(noise, e), sum);
}

/* Each step from that of a place's first event on reads time and sign of the last one and makes
 * exp((t_last - t_end) / tau) of them. */
static void count_ageing(double n_steps, trace *last, spiqe_work *sum) {
  if (last->sign != 0) return;
  last->sign = 1;
  sum->counts[SPIQE_WORK_ADDITIONS] += n_steps;
  sum->counts[SPIQE_WORK_MULTIPLICATIONS] += n_steps;
  sum->counts[SPIQE_WORK_FUNCTIONS] += n_steps;
  spiqe_encode_count_kept(2 * n_steps, sum);
}

/* An event is a time and an address, and finds its step by a factor and a comparison. Then a count
 * is read, grows and is written, or time and sign are written. surface: traces that are all 0, or
 * NULL for counts. */
static void count_row(const events_settings *s, const grid *g, const spiqe_event_row *row,
                      const spiqe_denoiser *noise, trace *surface, spiqe_work *sum) {
  const double length = step_length(s, row);
  sum->counts[SPIQE_WORK_FUNCTIONS] += s->bin > 0 ? 0 : 1;
  for (size_t i = 0; i < row->n; i++) {
    const spiqe_address_event *e = &row->events[i];
    const double step = floor((double)e->time / length);
    sum->counts[SPIQE_WORK_MULTIPLICATIONS] += 1;
    sum->counts[SPIQE_WORK_ADDITIONS] += 1;
    spiqe_encode_count_fetched(2, sum);
    if (step >= (double)s->steps) return;
    count_denoising(noise, e, sum);
    if (!spiqe_denoiser_keeps(noise, e)) continue;
    spiqe_encode_count_kept(2, sum);
    if (surface)
      count_ageing((double)s->steps - step, &surface[unit_of(s, g, e)], sum);
    else
      sum->counts[SPIQE_WORK_ADDITIONS] += 1;
  }
}

static void count_work(const void *settings, const spiqe_encoding *encoding,
                       const spiqe_encode_args *args, spiqe_work *sum) {
  const events_settings *s = settings;
  const grid g = grid_of(s, args->shape);
  const double n = (double)(args->n_rows * encoding->n_steps * encoding->n_units);
  for (size_t r = 0; r < args->n_rows; r++) {
    if (args->rows[r].n == 0) continue;
    const spiqe_denoiser noise = start_denoiser(s, args->shape, args->scratch);
    trace *surface = s->value == VALUE_TIME_SURFACE ? traces_of(s, args) : NULL;
    if (surface) memset(surface, 0, encoding->n_units / s->history * sizeof *surface);
    count_row(s, &g, &args->rows[r], &noise, surface, sum);
  }
  if (largest(s) < INFINITY) sum->counts[SPIQE_WORK_ADDITIONS] += 2 * n;
  if (s->gain != 1) sum->counts[SPIQE_WORK_MULTIPLICATIONS] += n;
}

const spiqe_encoder_kind spiqe_encode_events = {
    .name = "events",
    .summary = "recordings of events, counted in steps or as time surfaces",
    .takes_events = 1,
    .settings_size = sizeof(events_settings),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .plan = plan,
    .fit = fit,
    .encode = encode,
    .count = count_work,
};
