/* The built-in digits: the random part. */
#include "data/digits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/threads.h"
#include "spiqe/random.h"

#define SIDE SPIQE_DIGIT_SIDE
#define N_PIXELS (SIDE * SIDE)
#define TASK_SAMPLES 100 /* of one task */

/* Draws of one sample, one after the other. */
typedef struct draws {
  uint32_t key[2];
  uint64_t sample, n;
} draws;

/* How one sample is written: dx = bend[0][0] T2(y) + bend[0][1] T3(y) + ..., dy with bend[1]. */
typedef struct hand {
  float width, height; /* of the digit, pixels */
  float slant, sine, cosine;
  float shift_x, shift_y; /* pixels */
  float jitter;           /* of the points, as a part of the digit */
  float bend[2][4];       /* [x or y][term], pixels */
  spiqe_pen pen;
  float gain, grain; /* darkness of the ink and its unevenness */
} hand;

typedef struct job {
  uint32_t key[2];
  size_t n;
  spiqe_samples *out;
} job;

/* Uniform in [low, high). */
static float draw(draws *d, float low, float high) {
  float u = (float)(spiqe_random_uniform(d->key, d->sample, d->n++) * 16777216.0) / 16777216.0f;
  return low + (high - low) * u;
}

/* Near 0, within (-width, width): the sum of two uniform draws. */
static float draw_near_zero(draws *d, float width) {
  float first = draw(d, -0.5f, 0.5f);
  return width * (first + draw(d, -0.5f, 0.5f));
}

static hand choose_hand(draws *d) {
  hand h;
  h.height = draw(d, 16.0f, 21.5f);
  h.width = h.height * draw(d, 0.52f, 0.86f);
  h.slant = 0.12f + draw_near_zero(d, 0.42f);
  /* Small angles: sine by its series, cosine so that the turn keeps lengths. */
  float angle = draw_near_zero(d, 0.26f);
  h.sine = angle - angle * angle * angle / 6.0f;
  h.cosine = sqrtf(1.0f - h.sine * h.sine);
  h.shift_x = draw_near_zero(d, 3.0f);
  h.shift_y = draw_near_zero(d, 2.5f);
  h.jitter = draw(d, 0.02f, 0.11f);
  for (size_t i = 0; i < 8; i++) h.bend[i / 4][i % 4] = draw_near_zero(d, i % 4 == 1 ? 0.9f : 1.4f);
  h.pen.half_width = draw(d, 0.75f, 1.75f);
  h.pen.softness = draw(d, 1.0f, 1.7f);
  h.pen.pressure = draw_near_zero(d, 0.5f);
  h.gain = draw(d, 0.85f, 1.1f);
  h.grain = draw(d, 0.0f, 0.3f);
  return h;
}

/* Point of a skeleton, [0, 1]^2, to pixels: bend, lean, turn, shift. */
static spiqe_point place(const hand *h, spiqe_point p) {
  float x = 2.0f * p.x - 1.0f, y = 2.0f * p.y - 1.0f; /* [-1, 1] */
  const float terms[4] = {2.0f * y * y - 1.0f, y * (4.0f * y * y - 3.0f), 2.0f * x * x - 1.0f,
                          x * y};
  float u = 0.5f * h->width * x, v = 0.5f * h->height * y;
  for (size_t i = 0; i < 4; i++) {
    u += h->bend[0][i] * terms[i];
    v += h->bend[1][i] * terms[i];
  }
  u -= h->slant * v;
  return (spiqe_point){0.5f * SIDE + h->shift_x + h->cosine * u - h->sine * v,
                       0.5f * SIDE + h->shift_y + h->sine * u + h->cosine * v};
}

/* Points that two strokes share move together, so that corners stay closed. */
static void shake(draws *d, float jitter, spiqe_shape *shape) {
  const spiqe_point *last = NULL;
  spiqe_point before = {0};
  for (size_t i = 0; i < shape->n_strokes; i++) {
    spiqe_stroke *stroke = &shape->strokes[i];
    for (size_t j = 0; j < stroke->n_points; j++) {
      spiqe_point *p = &stroke->points[j], old = *p;
      float dx = draw_near_zero(d, jitter), dy = draw_near_zero(d, jitter);
      if (j == 0 && last && old.x == before.x && old.y == before.y)
        *p = *last;
      else
        *p = (spiqe_point){old.x + dx, old.y + dy};
      before = old;
      last = p;
    }
  }
}

/* Four draws of one byte in a block of Philox; the counter's high half keeps them apart from draw.
 * Only inked pixels are uneven: paper stays 0, as in MNIST. */
static void ink_to_bytes(const draws *d, const hand *h, const float *ink, uint8_t *out) {
  for (uint32_t i = 0; i < N_PIXELS; i += 16) {
    uint32_t counter[4] = {(uint32_t)d->sample, (uint32_t)(d->sample >> 32), i, 1}, block[4];
    spiqe_philox(counter, d->key, block);
    for (uint32_t j = 0; j < 16; j++) {
      float noise = (float)(block[j / 4] >> (8 * (j % 4)) & 0xff) / 255.0f;
      float value = 255.0f * ink[i + j] * h->gain * (1.0f - h->grain * noise);
      out[i + j] = value < 255.0f ? (uint8_t)(value + 0.5f) : 255;
    }
  }
}

static void draw_digit(const uint32_t key[2], size_t sample, size_t digit, uint8_t *out) {
  draws d = {{key[0], key[1]}, sample, 0};
  float ink[N_PIXELS] = {0};
  size_t n_styles;
  const spiqe_shape *styles = spiqe_digit_shapes(digit, &n_styles);
  spiqe_shape shape = styles[(size_t)draw(&d, 0.0f, (float)n_styles)];
  hand h = choose_hand(&d);
  shake(&d, h.jitter, &shape);
  for (size_t i = 0; i < shape.n_strokes; i++) {
    spiqe_stroke *stroke = &shape.strokes[i];
    for (size_t j = 0; j < stroke->n_points; j++) stroke->points[j] = place(&h, stroke->points[j]);
    spiqe_pen_draw(&h.pen, stroke, ink);
  }
  ink_to_bytes(&d, &h, ink, out);
}

static void run_task(void *argument, size_t task, size_t worker) {
  const job *j = argument;
  size_t first = task * TASK_SAMPLES;
  (void)worker;
  for (size_t i = first; i < j->n && i < first + TASK_SAMPLES; i++)
    draw_digit(j->key, i, j->out->labels[i], j->out->bytes + i * N_PIXELS);
}

static spiqe_status choose_labels(spiqe_context *ctx, const uint32_t key[2], size_t n,
                                  uint16_t *labels) {
  uint32_t *order = malloc(n * sizeof *order);
  SPIQE_REQUIRE(ctx, order, SPIQE_NO_MEMORY, "no memory for the labels of %zu digits", n);
  spiqe_random_permutation(key, n, order);
  for (size_t i = 0; i < n; i++) labels[i] = (uint16_t)(order[i] % 10);
  free(order);
  return SPIQE_OK;
}

spiqe_status spiqe_digits_make(spiqe_context *ctx, uint64_t seed, spiqe_split split, size_t n,
                               spiqe_samples *out) {
  uint32_t label_key[2];
  job j = {.n = n, .out = out};
  *out = (spiqe_samples){.n_samples = n,
                         .n_dimensions = 2,
                         .shape = {SIDE, SIDE},
                         .n_features = N_PIXELS,
                         .n_classes = 10};
  spiqe_random_key(seed, SPIQE_PURPOSE_DIGITS, 2 * (uint64_t)split, j.key);
  spiqe_random_key(seed, SPIQE_PURPOSE_DIGITS, 2 * (uint64_t)split + 1, label_key);
  out->bytes = malloc(n * N_PIXELS);
  out->labels = malloc(n * sizeof *out->labels);
  spiqe_status status = SPIQE_OK;
  if (!out->bytes || !out->labels)
    status = spiqe_fail(ctx, SPIQE_NO_MEMORY, "no memory for %zu digits", n);
  if (status == SPIQE_OK) status = choose_labels(ctx, label_key, n, out->labels);
  if (status == SPIQE_OK) {
    spiqe_threads_run(ctx, (n + TASK_SAMPLES - 1) / TASK_SAMPLES, run_task, &j);
    return SPIQE_OK;
  }
  free(out->bytes);
  free(out->labels);
  *out = (spiqe_samples){0};
  return status;
}
