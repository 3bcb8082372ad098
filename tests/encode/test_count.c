/* What encoders say that they did, against numbers made by hand. */
#include "encode/encoder.h"
#include "support/net.h"

#define N_ROWS 2
#define MOST_NUMBERS 24
#define N_COUNTED 6

/* In this order in the cases. */
static const spiqe_work_kind counted[N_COUNTED] = {
    SPIQE_WORK_ADDITIONS, SPIQE_WORK_MULTIPLICATIONS, SPIQE_WORK_FUNCTIONS,
    SPIQE_WORK_DRAWS,     SPIQE_WORK_EVENT_BYTES,     SPIQE_WORK_STATE_BYTES};

typedef struct encode_case {
  const char *name, *options; /* "key=value key=value" */
  size_t n_dimensions, shape[3];
  double counts[N_COUNTED]; /* of both rows, or of the recording */
} encode_case;

static const encode_case cases[] = {
    {"direct", "", 1, {6}, {0}},
    {"direct", "gain=2", 1, {6}, {0, 12}},
    /* two limits for each of 12 numbers, a comparison for each draw */
    {"rate", "steps=5", 1, {6}, {2 * 12 + 60, 0, 0, 60, 4 * 12, 4 * (12 + 60)}},
    {"rate",
     "steps=5 gain=2 offset=0.1 first_spike_time=2",
     1,
     {6},
     {3 * 12 + 36, 12, 0, 36, 4 * 12, 4 * (12 + 36)}},
    {"rate", "steps=3 first_spike_time=9", 1, {6}, {2 * 12, 0, 0, 0, 4 * 12, 4 * 12}},
    {"latency", "steps=5", 1, {6}, {4 * 12, 0, 2 * 12, 0, 4 * 12}},
    {"latency", "steps=5 normalize=true", 1, {6}, {4 * 12, 12, 2 * 12, 0, 4 * 12}},
    /* half of the numbers are below the threshold */
    {"latency", "steps=5 clip=true threshold=0.5", 1, {6}, {12 + 4 * 6, 0, 2 * 6, 0, 4 * 12}},
    {"latency", "steps=5 linear=true tau=2 first_spike_time=1", 1, {6}, {4 * 12, 12, 0, 0, 4 * 12}},
    /* 3 units change between 4 steps */
    {"delta", "", 2, {4, 3}, {18 + 24, 0, 0, 0, 4 * (24 + 18)}},
    {"delta", "off_spike=true", 2, {4, 3}, {18 + 48, 0, 0, 0, 4 * (24 + 18)}},
    {"frames", "", 2, {4, 3}, {0}},
    {"frames", "spikes=drawn", 2, {4, 3}, {24, 0, 0, 24, 4 * 24}},
    /* the recording below: 4 events of 8 bytes, each with a step and a count of its own */
    {"events", "steps=4", 3, {2, 5, 7}, {4 + 4, 4, 1, 0, 4 * 8, 4 * 8}},
    /* the third event is behind the end, and nobody looks at the fourth */
    {"events", "steps=2 bin=8", 3, {2, 5, 7}, {3 + 2, 3, 0, 0, 3 * 8, 2 * 8}},
    {"events",
     "steps=4 cap=1 gain=2",
     3,
     {2, 5, 7},
     {4 + 4 + 2 * 4 * 70, 4 + 4 * 70, 1, 0, 4 * 8, 4 * 8}},
    /* of 3, 5, 8 and 3 neighbours; the second event alone stays */
    {"events",
     "steps=4 denoise=15",
     3,
     {2, 5, 7},
     {4 + 3 * 4 + 1, 4, 1, 0, 4 * 8, 4 * (4 + 3 + 5 + 8 + 3) + 8}},
    /* 4 + 3 + 2 + 1 numbers of two each */
    {"events",
     "steps=4 value=time_surface",
     3,
     {2, 5, 7},
     {4 + 10, 4 + 10, 1 + 10, 0, 4 * 8, 8 * 4 + 8 * 10}},
};
#define N_CASES (sizeof cases / sizeof cases[0])

static const spiqe_address_event events[] = {{0, 0, 0, 0},
                                             {10, 1, 0, 0},
                                             {20, 3, 3, 1},
                                             {30, 6, 4, 1}};

/* Encodes N_ROWS rows of numbers from 0 to 1, or one recording, and counts. */
typedef struct run {
  spiqe_context *ctx;
  const spiqe_encoder_kind *kind;
  void *settings, *scratch; /* owned */
  spiqe_encoding encoding;
  float *out; /* owned */
  size_t n_out;
  spiqe_work work;
} run;

static void prepare(run *r, const encode_case *c) {
  char text[128], *save = NULL;
  for (size_t i = 0; spiqe_encoder_kind_at(i); i++)
    if (!strcmp(spiqe_encoder_kind_at(i)->name, c->name)) r->kind = spiqe_encoder_kind_at(i);
  assert_non_null(r->kind);
  r->settings = calloc(1, r->kind->settings_size);
  assert_non_null(r->settings);
  spiqe_options_default(r->kind->options, r->kind->n_options, r->settings);
  snprintf(text, sizeof text, "%s", c->options);
  for (char *pair = strtok_r(text, " ", &save); pair; pair = strtok_r(NULL, " ", &save)) {
    char *value = strchr(pair, '=');
    *value++ = 0;
    if (spiqe_option_set(r->ctx, r->kind->options, r->kind->n_options, pair, value, r->settings))
      fail_msg("%s", spiqe_context_message(r->ctx));
  }
  if (r->kind->plan(r->ctx, r->settings, c->shape, c->n_dimensions, &r->encoding))
    fail_msg("%s", spiqe_context_message(r->ctx));
}

static run run_case(const encode_case *c) {
  static const uint32_t samples[N_ROWS] = {0, 1};
  run r = {.ctx = test_context(1, NULL)};
  float values[MOST_NUMBERS];
  size_t n = 1;
  prepare(&r, c);
  const size_t n_rows = r.kind->takes_events ? 1 : N_ROWS;
  const spiqe_event_row row = {events, sizeof events / sizeof events[0]};
  for (size_t i = 0; i < c->n_dimensions; i++) n *= c->shape[i];
  for (size_t i = 0; i < N_ROWS * n && i < MOST_NUMBERS; i++)
    values[i] = (float)i / (float)(N_ROWS * n);
  r.n_out = r.encoding.n_steps * n_rows * r.encoding.n_units;
  r.out = calloc(r.n_out, sizeof *r.out);
  r.scratch = malloc(r.encoding.scratch + 1);
  assert_true(r.out && r.scratch);
  const spiqe_encode_args args = {.kernels = spiqe_device_kernels(r.ctx, SPIQE_F32),
                                  .key = {3, 1},
                                  .n_rows = n_rows,
                                  .samples = samples,
                                  .shape = c->shape,
                                  .values = r.kind->takes_events ? NULL : values,
                                  .n_features = n,
                                  .rows = r.kind->takes_events ? &row : NULL,
                                  .scratch = r.scratch,
                                  .out = r.out};
  r.kind->encode(r.settings, &r.encoding, &args);
  r.kind->count(r.settings, &r.encoding, &args, &r.work);
  return r;
}

static void run_close(run *r) {
  free(r->settings);
  free(r->scratch);
  free(r->out);
  spiqe_context_destroy(r->ctx);
}

static void encoders_have_the_numbers_of_a_hand(void **state) {
  (void)state;
  for (size_t i = 0; i < N_CASES; i++) {
    run r = run_case(&cases[i]);
    double sum = 0;
    for (size_t k = 0; k < SPIQE_N_WORK_KINDS; k++) sum += r.work.counts[k];
    for (size_t k = 0; k < N_COUNTED; k++) {
      const double said = r.work.counts[counted[k]];
      if (said != cases[i].counts[k])
        fail_msg("%s: {%s}, %s: %g, but by hand %g", cases[i].name, cases[i].options,
                 spiqe_work_of(counted[k])->key, said, cases[i].counts[k]);
      sum -= said;
    }
    assert_true(sum == 0); /* and nothing else */
    run_close(&r);
  }
}

/* A number that is not 0 took one exponential; the quotient is the length of a step. */
static void a_time_surface_takes_an_exponential_for_each_number(void **state) {
  (void)state;
  const encode_case *last = &cases[N_CASES - 1];
  run r = run_case(last);
  double n = 0;
  for (size_t i = 0; i < r.n_out; i++) n += r.out[i] > 0;
  assert_true(n > 0 && r.work.counts[SPIQE_WORK_FUNCTIONS] == n + 1);
  run_close(&r);
}

static void every_encoder_can_be_counted(void **state) {
  (void)state;
  for (size_t i = 0; spiqe_encoder_kind_at(i); i++) {
    size_t n = 0;
    for (size_t k = 0; k < N_CASES; k++)
      n += !strcmp(cases[k].name, spiqe_encoder_kind_at(i)->name);
    if (!spiqe_encoder_kind_at(i)->count || !n)
      fail_msg("%s has no count, or no case here", spiqe_encoder_kind_at(i)->name);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(encoders_have_the_numbers_of_a_hand),
      cmocka_unit_test(a_time_surface_takes_an_exponential_for_each_number),
      cmocka_unit_test(every_encoder_can_be_counted),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
