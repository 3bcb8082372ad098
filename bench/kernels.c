/* Every kernel of every usable table, one thread, on operands as training models/qsnn has them;
 * each beside its floor (the operations that cannot be skipped, at the rate of a large product, or
 * the bytes that must move, at the rate of a copy of as many) and beside the reference table. A
 * kernel that a table inherits is not measured again. Nothing here is held to a goal.
 *
 * bench_kernels [WORD] [--milliseconds 100]   only the kernels whose name has WORD in it */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <omp.h>

#include "device/device.h"
#include "support/bench.h"
#include "support/cases.h"
#include "support/floor.h"
#include "support/times.h"

#define MOST_CASES 64

typedef struct session {
  bench b;
  double trial_seconds, product_rate; /* GF/s of a large product */
  double reference[MOST_CASES];       /* seconds of the reference; 0: not measured */
  const spiqe_kernels *before;        /* the table before this one; NULL for the first */
} session;

typedef struct call {
  const bench_case *what;
  const spiqe_kernels *kernels;
} call;

static void run_call(void *argument) {
  const call *c = argument;
  c->what->call(c->kernels);
}

typedef struct copy {
  char *from, *to;
  size_t size;
} copy;

static void run_copy(void *argument) {
  const copy *c = argument;
  memcpy(c->to, c->from, c->size);
}

/* Seconds to move so many bytes, half of them read and half written. */
static double seconds_to_move(double bytes, double trial_seconds) {
  copy c = {.size = (size_t)(bytes / 2)};
  c.from = calloc(2, c.size);
  bench_require(c.from != NULL, "no memory");
  c.to = c.from + c.size;
  double seconds = bench_seconds(run_copy, &c, trial_seconds);
  free(c.from);
  return seconds;
}

static double floor_of(const session *s, const bench_case *what) {
  if (what->unit == BENCH_OPERATIONS) return 1e-9 * what->needed / s->product_rate;
  return seconds_to_move(what->needed, s->trial_seconds);
}

/* In the unit of the case: GF/s, GB/s or ns each. */
static double in_unit(const bench_case *what, double seconds) {
  int is_rate = what->unit == BENCH_OPERATIONS || what->unit == BENCH_BYTES;
  return is_rate ? 1e-9 * what->amount / seconds : 1e9 * seconds / what->amount;
}

static const char *const units[] = {"GF/s", "GB/s", "ns/neuron-step", "ns/draw"};

static cJSON *describe(const session *s, const bench_case *what, double seconds, double reference) {
  double floor = floor_of(s, what);
  cJSON *details = cJSON_CreateObject();
  cJSON_AddNumberToObject(details,
                          what->unit == BENCH_OPERATIONS ? "least_operations" : "least_bytes",
                          what->needed);
  cJSON_AddNumberToObject(details, "floor", in_unit(what, floor));
  cJSON_AddNumberToObject(details, "times_floor", seconds / floor);
  cJSON_AddNumberToObject(details, "microseconds", 1e6 * seconds);
  if (reference > 0 && s->before)
    cJSON_AddNumberToObject(details, "faster_than_reference", reference / seconds);
  return details;
}

static int is_inherited(const session *s, const spiqe_kernels *kernels, size_t entry) {
  if (!s->before) return 0;
  return !memcmp((const char *)kernels + entry, (const char *)s->before + entry,
                 sizeof(void (*)(void)));
}

static void measure(session *s, const spiqe_context *ctx, size_t i, const spiqe_kernels *kernels) {
  char name[96], what_it_is[160];
  const bench_case *what = bench_case_at(i);
  call c = {what, kernels};
  if (is_inherited(s, kernels, what->entry)) return;
  double seconds = bench_seconds(run_call, &c, s->trial_seconds);
  if (!s->before) s->reference[i] = seconds;
  cJSON *details = describe(s, what, seconds, s->reference[i]);
  double floor = cJSON_GetObjectItem(details, "times_floor")->valuedouble;
  snprintf(name, sizeof name, "%s %s", spiqe_context_device(ctx), what->name);
  snprintf(what_it_is, sizeof what_it_is, "table %s: %s", spiqe_context_device(ctx), what->name);
  bench_add(&s->b, &(bench_row){.name = name, .what = what_it_is, .unit = units[what->unit],
                                .measured = in_unit(what, seconds), .ctx = ctx,
                                .details = details});
  printf("    %.1f times its floor", floor);
  if (s->before && s->reference[i] > 0)
    printf(", %.1f times faster than the reference", s->reference[i] / seconds);
  printf("\n");
}

static void measure_table(session *s, const char *device, const char *word) {
  spiqe_context *ctx = bench_context(1, device);
  const spiqe_kernels *kernels = spiqe_device_kernels(ctx, SPIQE_F32);
  for (size_t i = 0; bench_case_at(i); i++)
    if (!word || strstr(bench_case_at(i)->name, word)) measure(s, ctx, i, kernels);
  s->before = kernels;
  spiqe_context_destroy(ctx);
}

int main(int argc, char **argv) {
  static session s;
  const char *device;
  int usable;
  bench_begin(&s.b, "kernels", argc, argv);
  s.trial_seconds = 1e-3 * (double)bench_size(&s.b, "--milliseconds", 100);
  const char *word = bench_word(&s.b);
  bench_check_arguments(&s.b);
  spiqe_context *ctx = bench_context(1, NULL);
  s.product_rate = bench_sgemm_rate(ctx);
  spiqe_context_destroy(ctx);
  omp_set_num_threads(1); /* of the matrix library */
  bench_cases_begin();
  for (size_t i = 0; (device = spiqe_device_name(i, &usable)); i++)
    if (usable) measure_table(&s, device, word);
  return bench_end(&s.b);
}
