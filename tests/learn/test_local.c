/* The local rule reads nothing but a neuron's own circuit, its inputs and one number for each step;
 * it gives the same bits with any number of threads; it is refused where it does not fit. */
#include <math.h>

#include "learn/local_net.h"

enum { STEPS = 5, INPUTS = 6, HIDDEN = 7, VISIBLE = 3, ROWS = 12 };

/* Parameters of a layer: weights [inputs][units], bias, io, entangle, memory [units]. */
#define NET(hidden, visible)                                                                       \
  "input: [6]\nencode: {rate: {steps: 5}}\nstages:\n  - dense: {units: " #hidden                   \
  "}\n  - sqs: {}\n"                                                                               \
  "  - dense: {units: " #visible "}\n  - sqs: {}\nlocal: {draws: 3}\n"

/* What passed through the rule in one batch. */
typedef struct record {
  const spiqe_network_rule *right;
  int is_held; /* 1: weights are those of before, whatever happens */
  double weights[STEPS * ROWS];
  double spikes[2][STEPS * ROWS * HIDDEN]; /* hidden; visible as it was given */
  double gradient[INPUTS * HIDDEN + 4 * HIDDEN + HIDDEN * VISIBLE + 4 * VISIBLE];
} record;

static void give(void *user, const spiqe_network_output *o, void *spikes) {
  const record *r = user;
  r->right->give(r->right->user, o, spikes);
}

static void weigh(void *user, const spiqe_network_output *o, double *weights) {
  record *r = user;
  r->right->weigh(r->right->user, o, weights);
  if (r->is_held)
    memcpy(weights, r->weights, sizeof r->weights);
  else
    memcpy(r->weights, weights, sizeof r->weights);
}

static void score(void *user, const spiqe_network_output *o, const double *weights,
                  void *d_membrane) {
  record *r = user;
  double *spikes = r->spikes[weights ? 0 : 1];
  memcpy(spikes, o->spikes, STEPS * ROWS * o->n_units * sizeof *spikes);
  r->right->score(r->right->user, o, weights, d_membrane);
}

static void open_recorded(const char *text, record *r, local_net *n) {
  local_net_open(text, SPIQE_F64, 1, ROWS, n);
  assert_true(n->t.net->piece >= ROWS); /* one piece: what is recorded is the whole batch */
  r->right = &n->local.rule;
  n->rule = (spiqe_network_rule){
      .user = r, .group = n->local.rule.group, .give = give, .weigh = weigh, .score = score};
}

static void run_recorded(local_net *n, record *r) {
  local_net_run(n, 7, 0);
  memcpy(r->gradient, n->t.net->gradients, n->t.net->n_parameters * sizeof *r->gradient);
}

/* Two equal networks, of which the first has run. */
static void open_pair(record *before, local_net *n, record *after, local_net *m) {
  open_recorded(NET(7, 3), before, n);
  open_recorded(NET(7, 3), after, m);
  run_recorded(n, before);
}

/* One neuron's part of what a layer learns; out: [inputs + 4]. */
static size_t own_part(const double *layer, size_t n_inputs, size_t n_units, size_t unit,
                       double *out) {
  for (size_t k = 0; k < n_inputs + 4; k++) out[k] = layer[k * n_units + unit];
  return n_inputs + 4;
}

static const double *visible_layer(const double *parameters) {
  return parameters + HIDDEN * (INPUTS + 4);
}

static void assert_same_part(const double *a, const double *b, size_t n_inputs, size_t n_units,
                             size_t unit, const char *what) {
  double one[INPUTS + HIDDEN + 4], two[INPUTS + HIDDEN + 4], sum = 0;
  size_t n = own_part(a, n_inputs, n_units, unit, one);
  own_part(b, n_inputs, n_units, unit, two);
  for (size_t k = 0; k < n; k++) sum += fabs(one[k]);
  assert_true(sum > 1e-6); /* there is something to learn */
  if (memcmp(one, two, n * sizeof *one) != 0) fail_msg("neuron %zu learns from %s", unit, what);
}

/* All parameters but those of one neuron of a layer are others. */
static void change_others(double *w, size_t n_inputs, size_t n_units, size_t unit, double by) {
  for (size_t k = 0; k < n_inputs + 4; k++)
    for (size_t u = 0; u < n_units; u++) w[k * n_units + u] += u == unit ? 0 : by * sin((double)k);
}

static void a_hidden_neuron_learns_nothing_from_other_neurons_and_layers(void **state) {
  (void)state;
  for (size_t unit = 0; unit < HIDDEN; unit++) {
    record before = {0}, after = {.is_held = 1};
    local_net n, m;
    open_pair(&before, &n, &after, &m);
    memcpy(after.weights, before.weights, sizeof before.weights);
    double *w = m.t.net->parameters;
    change_others(w, INPUTS, HIDDEN, unit, 0.3);
    change_others(w + HIDDEN * (INPUTS + 4), HIDDEN, VISIBLE, VISIBLE, 0.3);
    run_recorded(&m, &after);
    assert_same_part(before.gradient, after.gradient, INPUTS, HIDDEN, unit, "others");
    assert_true(memcmp(before.gradient, after.gradient, sizeof before.gradient) != 0);
    local_net_close(&n), local_net_close(&m);
  }
}

/* The changes of hidden neurons are so small that they emit what they did. */
static void a_visible_neuron_learns_from_the_spikes_it_gets_alone(void **state) {
  (void)state;
  for (size_t unit = 0; unit < VISIBLE; unit++) {
    record before = {0}, after = {0};
    local_net n, m;
    open_pair(&before, &n, &after, &m);
    double *w = m.t.net->parameters;
    change_others(w, INPUTS, HIDDEN, HIDDEN, 1e-6);
    change_others(w + HIDDEN * (INPUTS + 4), HIDDEN, VISIBLE, unit, 0.3);
    run_recorded(&m, &after);
    assert_memory_equal(before.spikes[0], after.spikes[0], sizeof before.spikes[0]);
    assert_same_part(visible_layer(before.gradient), visible_layer(after.gradient), HIDDEN, VISIBLE,
                     unit, "others");
    local_net_close(&n), local_net_close(&m);
  }
}

/* A rule of one visible neuron: it is given what a hidden neuron emitted, and its number. */
typedef struct alone {
  const record *of;
  size_t unit;
  local_net *n;
} alone;

static void give_own(void *user, const spiqe_network_output *o, void *spikes) {
  const alone *a = user;
  for (size_t i = 0; i < o->n_steps * o->n_rows; i++)
    ((double *)spikes)[i] = a->of->spikes[0][i * HIDDEN + a->unit];
}

static void weigh_not(void *user, const spiqe_network_output *o, double *weights) {
  (void)user;
  memset(weights, 0, o->n_steps * o->n_rows * sizeof *weights);
}

static void score_own(void *user, const spiqe_network_output *o, const double *weights,
                      void *d_membrane) {
  const alone *a = user;
  (void)weights;
  a->n->local.rule.score(&a->n->local, o, a->of->weights, d_membrane);
}

/* So the order of a layer's neurons does not matter either. */
static void a_hidden_neuron_taken_out_of_its_network_learns_the_same_bits(void **state) {
  (void)state;
  record whole = {0};
  local_net n, m;
  open_recorded(NET(7, 3), &whole, &n);
  run_recorded(&n, &whole);
  for (size_t unit = 0; unit < HIDDEN; unit++) {
    double part[INPUTS + 4];
    alone a = {&whole, unit, &m};
    local_net_open(
        "input: [6]\nencode: {rate: {steps: 5}}\nstages:\n  - dense: {units: 1}\n"
        "  - sqs: {}\nlocal: {draws: 3}\n",
        SPIQE_F64, 1, ROWS, &m);
    memset(m.t.labels, 0, ROWS * sizeof *m.t.labels);
    memcpy(m.t.net->values, n.t.net->values, ROWS * INPUTS * sizeof(float));
    m.rule = (spiqe_network_rule){
        .user = &a, .group = 3, .give = give_own, .weigh = weigh_not, .score = score_own};
    assert_int_equal(own_part(n.t.net->parameters, INPUTS, HIDDEN, unit, m.t.net->parameters),
                     m.t.net->n_parameters);
    local_net_run(&m, 7, 0);
    own_part(whole.gradient, INPUTS, HIDDEN, unit, part);
    assert_memory_equal(part, m.t.net->gradients, sizeof part);
    local_net_close(&m);
  }
  local_net_close(&n);
}

/* With outcomes and number given, the update of one neuron is the derivative of
 * sum_t w_t log p(own spike_t | own spikes before): against central differences, step 1e-6, so that
 * h^2 and rounding / h are both below 1e-9 of values up to 10; outcomes of P < 1e-3 would have
 * steeper logs, and do not occur here. */
static double weighted_log_p(local_net *m, const alone *a) {
  const double *p, *w = a->of->weights;
  double sum = 0;
  local_net_run(m, 7, 0);
  p = m->t.net->membranes[1];
  for (size_t i = 0; i < STEPS * ROWS; i++)
    sum += w[i] * log(a->of->spikes[0][i * HIDDEN + a->unit] != 0 ? p[i] : 1 - p[i]);
  return sum / ROWS;
}

static void an_update_is_the_derivative_of_the_own_log_likelihood(void **state) {
  (void)state;
  record whole = {0};
  local_net n, m;
  open_recorded(NET(7, 3), &whole, &n);
  run_recorded(&n, &whole);
  for (size_t unit = 0; unit < HIDDEN; unit++) {
    double update[INPUTS + 4];
    alone a = {&whole, unit, &m};
    local_net_open(
        "input: [6]\nencode: {rate: {steps: 5}}\nstages:\n  - dense: {units: 1}\n"
        "  - sqs: {input_leak: 0}\nlocal: {draws: 3}\n",
        SPIQE_F64, 1, ROWS, &m);
    memset(m.t.labels, 0, ROWS * sizeof *m.t.labels);
    memcpy(m.t.net->values, n.t.net->values, ROWS * INPUTS * sizeof(float));
    m.rule = (spiqe_network_rule){
        .user = &a, .group = 3, .give = give_own, .weigh = weigh_not, .score = score_own};
    double *w = m.t.net->parameters;
    own_part(n.t.net->parameters, INPUTS, HIDDEN, unit, w);
    local_net_run(&m, 7, 0);
    memcpy(update, m.t.net->gradients, sizeof update);
    for (size_t i = 0; i < INPUTS + 4; i++) {
      const double at = w[i], h = 1e-6;
      w[i] = at + h;
      const double above = weighted_log_p(&m, &a);
      w[i] = at - h;
      const double below = weighted_log_p(&m, &a);
      w[i] = at;
      const double slope = (above - below) / (2 * h);
      if (!(fabs(-update[i] - slope) <= 1e-6 * (1 + fabs(slope))))
        fail_msg("neuron %zu, parameter %zu: %.12g, but the difference is %.12g", unit, i,
                 -update[i], slope);
    }
    local_net_close(&m);
  }
  local_net_close(&n);
}

enum { MANY = 96, N_LEARNT = 6 };

/* Parameters after some steps of Adam and the baseline behind them; owned by the caller. */
static size_t learn(const char *text, size_t n_threads, float **out) {
  local_net n;
  spiqe_learner learner;
  double norm;
  local_net_open(text, SPIQE_F32, n_threads, MANY, &n);
  const size_t size = n.t.net->n_parameters, n_steps = n.local.n_steps;
  assert_int_equal(spiqe_learner_create(n.t.ctx, &n.t.model->learn, SPIQE_F32, size, &learner),
                   SPIQE_OK);
  for (size_t step = 0; step < N_LEARNT; step++) {
    n.t.n_samples = step < 4 ? MANY : MANY - 4 * step; /* whole groups of draws */
    local_net_run(&n, 7, step);
    spiqe_learner_step(&learner, step, 0.01, n.t.net->gradients, n.t.net->parameters, &norm);
    assert_true(norm > 0 && isfinite(norm));
  }
  *out = malloc((size + n_steps) * sizeof **out);
  assert_non_null(*out);
  memcpy(*out, n.t.net->parameters, size * sizeof **out);
  for (size_t t = 0; t < n_steps; t++) (*out)[size + t] = (float)n.local.baseline[t];
  spiqe_learner_destroy(&learner);
  local_net_close(&n);
  return size + n_steps;
}

/* Several pieces, two hidden layers, recurrence, weights that learn by pieces and by tiles. */
static void any_number_of_threads_gives_the_same_parameters(void **state) {
  (void)state;
  static const char *const texts[] = {
      "input: [30]\nencode: {rate: {steps: 20}}\nstages:\n  - dense: {units: 300}\n  - sqs:\n"
      "  - dense: {units: 20}\n  - sqs: {recurrent: true}\n  - dense: {units: 5}\n  - sqs:\n"
      "local: {draws: 4, target_rate: 0.6}\n",
      "input: [30]\nencode: {direct: {steps: 20}}\nstages:\n  - dense: {units: 40}\n  - sqs:\n"
      "  - dense: {units: 5}\n  - sqs: {recurrent: true}\nlocal: {draws: 1, baseline: mean}\n"};
  for (size_t i = 0; i < 2; i++) {
    float *expected, *parameters;
    size_t n = learn(texts[i], 1, &expected);
    for (size_t n_threads = 2; n_threads <= 4; n_threads++) {
      learn(texts[i], n_threads, &parameters);
      if (memcmp(expected, parameters, n * sizeof *parameters) != 0)
        fail_msg("net %zu: %zu threads give other bits", i, n_threads);
      free(parameters);
    }
    free(expected);
  }
}

static void what_cannot_learn_locally_is_refused_by_name(void **state) {
  (void)state;
  static const struct {
    const char *hidden, *rest, *message;
    spiqe_status status;
  } cases[] = {
      {"lif:", "local: {}", "stage 1 (lif): the local rule needs neurons whose spikes are drawn",
       SPIQE_UNSUPPORTED},
      {"qlif: {mode: single-shot}", "local: {}", "stage 1 (qlif)", SPIQE_UNSUPPORTED},
      {"sqs:\n  - batch_norm:", "local: {}", "stage 2 (batch_norm)", SPIQE_UNSUPPORTED},
      {"sqs: {mode: expected}", "local: {}", "stage 1 (sqs): the local rule needs spikes that",
       SPIQE_UNSUPPORTED},
      {"sqs:", "local: {draws: 1}", "draws is 1; 2 or more", SPIQE_BAD_ARGUMENT},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[512];
    local_net n = {0};
    snprintf(text, sizeof text,
             "input: [4]\nencode: {direct: {steps: 3}}\nstages:\n  - dense: {units: 3}\n  - %s\n"
             "  - dense: {units: 2}\n  - sqs:\n%s\n",
             cases[i].hidden, cases[i].rest);
    assert_int_equal(local_net_try(text, SPIQE_F32, 1, 4, &n), cases[i].status);
    if (!strstr(spiqe_context_message(n.t.ctx), cases[i].message))
      fail_msg("'%s' does not say '%s'", spiqe_context_message(n.t.ctx), cases[i].message);
    local_net_close(&n);
  }
}

/* A spike of the target where the count of an even train goes up: 3 of 5 steps at 0.6. */
static void the_target_neuron_gets_an_even_train_and_the_others_none(void **state) {
  (void)state;
  record r = {0};
  local_net n;
  open_recorded(
      "input: [6]\nencode: {rate: {steps: 5}}\nstages:\n  - dense: {units: 7}\n"
      "  - sqs: {}\n  - dense: {units: 3}\n  - sqs: {}\n"
      "local: {draws: 3, target_rate: 0.6}\n",
      &r, &n);
  run_recorded(&n, &r);
  for (size_t t = 0; t < STEPS; t++)
    for (size_t row = 0; row < ROWS; row++)
      for (size_t u = 0; u < VISIBLE; u++) {
        const int on = u == n.t.labels[row] && (t == 1 || t == 3 || t == 4);
        assert_true(r.spikes[1][(t * ROWS + row) * VISIBLE + u] == on);
      }
  local_net_close(&n);
}

/* Visible neurons that can hardly spike, at 20 steps where they are to: each step makes the
 * memory's share in the next more important, without bound. */
static void a_target_that_can_hardly_be_leaves_gradients_finite(void **state) {
  (void)state;
  local_net n;
  local_net_open("input: [6]\nencode: {direct: {steps: 20}}\nstages:\n  - dense: {units: 7}\n"
                 "  - sqs:\n  - dense: {units: 3}\n  - sqs: {io: 1e-4, memory: 0}\nlocal: {}\n",
                 SPIQE_F32, 1, ROWS, &n);
  float *w = (float *)n.t.net->parameters + HIDDEN * (INPUTS + 4);
  for (size_t i = 0; i < (HIDDEN + 1) * VISIBLE; i++) w[i] = -1;
  local_net_run(&n, 7, 0);
  const float *gradient = n.t.net->gradients;
  for (size_t i = 0; i < n.t.net->n_parameters; i++)
    assert_true(isfinite(gradient[i]) && fabsf(gradient[i]) < 1e12f);
  local_net_close(&n);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_hidden_neuron_learns_nothing_from_other_neurons_and_layers),
      cmocka_unit_test(a_visible_neuron_learns_from_the_spikes_it_gets_alone),
      cmocka_unit_test(a_hidden_neuron_taken_out_of_its_network_learns_the_same_bits),
      cmocka_unit_test(an_update_is_the_derivative_of_the_own_log_likelihood),
      cmocka_unit_test(any_number_of_threads_gives_the_same_parameters),
      cmocka_unit_test(what_cannot_learn_locally_is_refused_by_name),
      cmocka_unit_test(a_target_that_can_hardly_be_leaves_gradients_finite),
      cmocka_unit_test(the_target_neuron_gets_an_even_train_and_the_others_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
