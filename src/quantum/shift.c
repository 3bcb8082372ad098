#include "quantum/shift.h"

#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "quantum/split.h"
#include "spiqe/random.h"

#define HALF_PI 1.57079632679489661923

static const spiqe_shift_rule two_terms = {1, {HALF_PI}, {.5}};
static const spiqe_shift_rule four_terms = {2,
                                            {HALF_PI, 3 * HALF_PI},
                                            {.42677669529663688110, -.073223304703363118897}};
static const spiqe_shift_rule no_terms = {0, {0}, {0}}; /* a phase of the whole state */

const spiqe_shift_rule *spiqe_shift_rule_of(const spiqe_operation *op) {
  const spiqe_factor *factor = &spiqe_gates[op->gate].factors[0];
  const int is_phase = factor->pauli[strspn(factor->pauli, "1I")] == 0;
  if (!op->n_targets && !op->n_controls) return &no_terms;
  return op->n_controls && !is_phase ? &four_terms : &two_terms;
}

/* Evaluations of one gradient, each with draws of its own. */
typedef struct evaluations {
  spiqe_expectations e;
  uint64_t seed, n_done;
} evaluations;

static spiqe_status evaluate(evaluations *all, const double *inputs, double *value) {
  uint32_t key[2];
  spiqe_random_key(all->seed, SPIQE_PURPOSE_MEASURE, ((uint64_t)1 << 40) + all->n_done++, key);
  return spiqe_expectations_run(&all->e, inputs, (uint64_t)key[1] << 32 | key[0], value, NULL);
}

/* E(x + shift) - E(x - shift) in one input. */
static spiqe_status difference(evaluations *all, double *inputs, size_t input, double shift,
                               double *out) {
  const double x = inputs[input];
  double plus, minus;
  inputs[input] = x + shift;
  spiqe_status status = evaluate(all, inputs, &plus);
  inputs[input] = x - shift;
  if (status == SPIQE_OK) status = evaluate(all, inputs, &minus);
  inputs[input] = x;
  if (status == SPIQE_OK) *out = plus - minus;
  return status;
}

/* inputs: [n], changed and put back. */
static spiqe_status shift_one(evaluations *all, const spiqe_shift_rule *rule, double *inputs,
                              size_t input, double *derivative) {
  *derivative = 0;
  for (size_t i = 0; i < rule->n; i++) {
    double change;
    SPIQE_TRY(difference(all, inputs, input, rule->shift[i], &change));
    *derivative += rule->weight[i] * change;
  }
  return SPIQE_OK;
}

static spiqe_status shift_all(evaluations *all, const spiqe_split *split, double *angles,
                              double *expectation, double *derivatives) {
  SPIQE_TRY(evaluate(all, angles, expectation));
  for (size_t i = 0; i < split->n_angles; i++)
    SPIQE_TRY(shift_one(all, spiqe_shift_rule_of(&split->circuit.operations[split->operation[i]]),
                        angles, i, &derivatives[i]));
  return SPIQE_OK;
}

static spiqe_status begin(const spiqe_gradient_job *job, const spiqe_circuit *circuit,
                          evaluations *out) {
  *out = (evaluations){.seed = job->seed};
  return spiqe_expectations_create(job->ctx, circuit, job->observable, job->precision, job->n_shots,
                                   &out->e);
}

spiqe_status spiqe_gradient_shift(const spiqe_gradient_job *job, double *expectation,
                                  double *gradient) {
  spiqe_split split;
  evaluations all = {0};
  SPIQE_TRY(spiqe_split_create(job->circuit, &split));
  double *angles = calloc(2 * split.n_angles + 1, sizeof *angles);
  double *derivatives = angles ? angles + split.n_angles : NULL;
  spiqe_status status = SPIQE_OK;
  if (!angles)
    status = spiqe_fail(job->ctx, SPIQE_NO_MEMORY, "no memory for %zu angles", split.n_angles);
  else
    spiqe_split_angles(&split, job->inputs, angles);
  if (status == SPIQE_OK) status = begin(job, &split.circuit, &all);
  if (status == SPIQE_OK) status = shift_all(&all, &split, angles, expectation, derivatives);
  if (status == SPIQE_OK) spiqe_split_chain(&split, job->circuit->n_inputs, derivatives, gradient);
  spiqe_expectations_clear(&all.e);
  spiqe_split_clear(&split);
  free(angles);
  return status;
}

#define STEP 1e-3
static const spiqe_shift_rule fourth_order = {2,
                                              {STEP, 2 * STEP},
                                              {8 / (12 * STEP), -1 / (12 * STEP)}};

static spiqe_status differences(const spiqe_gradient_job *job, evaluations *all, double *inputs,
                                double *expectation, double *gradient) {
  SPIQE_TRY(begin(job, job->circuit, all));
  SPIQE_TRY(evaluate(all, inputs, expectation));
  for (size_t i = 0; i < job->circuit->n_inputs; i++)
    SPIQE_TRY(shift_one(all, &fourth_order, inputs, i, &gradient[i]));
  return SPIQE_OK;
}

spiqe_status spiqe_gradient_difference(const spiqe_gradient_job *job, double *expectation,
                                       double *gradient) {
  const size_t n = job->circuit->n_inputs;
  evaluations all = {0};
  double *inputs = calloc(n + 1, sizeof *inputs);
  SPIQE_REQUIRE(job->ctx, inputs, SPIQE_NO_MEMORY, "no memory for %zu inputs", n);
  for (size_t i = 0; i < n; i++) inputs[i] = job->inputs[i];
  spiqe_status status = differences(job, &all, inputs, expectation, gradient);
  spiqe_expectations_clear(&all.e);
  free(inputs);
  return status;
}
