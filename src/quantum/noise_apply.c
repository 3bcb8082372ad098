/* A device's noise put into a circuit. Gates are followed by their errors; qubits relax during
 * gates, delays and idle times. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "quantum/noise_push.h"

/* Waiting for less is rounding: the times of a circuit are sums of nanoseconds. */
#define LEAST_WAIT 1e-15

typedef struct maker {
  const spiqe_noise *noise;
  const spiqe_circuit *in;
  spiqe_circuit *out;
  spiqe_noise_pusher pusher;
  spiqe_noise_schedule schedule;
  const spiqe_noise_rule **rules; /* owned, [n_operations]; NULL: no noise */
  double *duration;               /* owned, [n_operations] */
  double *owed;                   /* owned, [n_qubits]: relaxation not put in yet */
  uint8_t *has_begun;             /* owned, [n_qubits]: no longer |0> for sure */
  uint32_t *place;                /* owned, [n_operations]: where an operation is in `out` */
} maker;

static int relaxes(const spiqe_noise *noise) {
  for (size_t q = 0; q < (noise->n_qubits ? noise->n_qubits : 1); q++)
    if (!isinf(noise->qubits[q].t1) || !isinf(noise->qubits[q].t2)) return 1;
  return 0;
}

static spiqe_relaxation relaxation_of(const spiqe_noise *noise, uint32_t qubit, double time) {
  const spiqe_noise_qubit *q = spiqe_noise_qubit_at(noise, qubit);
  return spiqe_thermal_relaxation(q->t1, q->t2, time, q->excited);
}

static spiqe_status relax(maker *m, uint32_t qubit, double time) {
  if (!(time > LEAST_WAIT)) return SPIQE_OK;
  spiqe_relaxation relaxation = relaxation_of(m->noise, qubit, time);
  return spiqe_push_relaxation(&m->pusher, "thermal_relaxation", qubit, &relaxation);
}

/* The depolarising p that makes relaxation during the gate's time an error of the wanted size:
 * average fidelity (1 - p) F + p / d, where F is that of relaxation alone, (d F_e + 1) / (d + 1),
 * and F_e the product of the qubits' (a + d + 2 e) / 4 (Nielsen 2002, quant-ph/0205035). */
static spiqe_status strength_of_error(const maker *m, const spiqe_noise_rule *rule,
                                      const uint32_t *qubits, double *p) {
  const double d = (double)(1u << rule->n_qubits), most = d * d / (d * d - 1);
  double entanglement = 1;
  for (size_t i = 0; i < rule->n_qubits; i++) {
    spiqe_relaxation r = relaxation_of(m->noise, qubits[i], rule->time);
    entanglement *= (2 - r.to_zero - r.to_one + 2 * r.coherence) / 4;
  }
  const double fidelity = (d * entanglement + 1) / (d + 1);
  *p = 0;
  if (rule->error <= 1 - fidelity) return SPIQE_OK; /* relaxation gives more than that already */
  *p = (fidelity - (1 - rule->error)) / (fidelity - 1 / d);
  SPIQE_REQUIRE(m->in->ctx, *p >= 0 && *p <= most * (1 + 1e-12), SPIQE_BAD_ARGUMENT,
                "an error of %g with relaxation during %g s needs depolarising with p = %g, which "
                "is at most %g",
                rule->error, rule->time, *p, most);
  *p = fmin(*p, most);
  return SPIQE_OK;
}

static spiqe_status push_channels(maker *m, const spiqe_noise_rule *rule, const uint32_t *qubits) {
  for (size_t c = rule->first_channel; c < rule->first_channel + rule->n_channels; c++) {
    const size_t n = m->noise->channels[c].n_targets;
    for (size_t i = 0; i < rule->n_qubits; i += n)
      SPIQE_TRY(spiqe_push_listed(&m->pusher, m->noise, c, qubits + i));
  }
  return SPIQE_OK;
}

static spiqe_status after_gate(maker *m, const spiqe_operation *op, const spiqe_noise_rule *rule) {
  uint32_t qubits[SPIQE_MOST_RULE_QUBITS];
  double p = 0;
  if (!rule) return SPIQE_OK;
  for (size_t i = 0; i < rule->n_qubits; i++)
    qubits[i] = m->in->qubits_used[op->first_qubit + i] & ~SPIQE_ON_ZERO;
  p = rule->depolarising;
  if (!isnan(rule->error)) SPIQE_TRY(strength_of_error(m, rule, qubits, &p));
  SPIQE_TRY(spiqe_push_depolarising(&m->pusher, rule->n_qubits, qubits, p));
  SPIQE_TRY(push_channels(m, rule, qubits));
  for (size_t i = 0; i < rule->n_qubits; i++) SPIQE_TRY(relax(m, qubits[i], rule->time));
  return SPIQE_OK;
}

static spiqe_status after(maker *m, size_t at) {
  const spiqe_operation *op = &m->in->operations[at];
  const uint32_t qubit =
      spiqe_noise_n_qubits(op) ? m->in->qubits_used[op->first_qubit] & ~SPIQE_ON_ZERO : 0;
  switch (op->kind) {
    case SPIQE_GATE:
    case SPIQE_MATRIX: return after_gate(m, op, m->rules[at]);
    case SPIQE_DELAY: return relax(m, qubit, m->duration[at]);
    case SPIQE_MEASURE: {
      const spiqe_noise_qubit *q = spiqe_noise_qubit_at(m->noise, qubit);
      m->owed[qubit] += m->duration[at];
      return spiqe_push_readout(&m->pusher, op->payload, q->p1_of_0, q->p0_of_1);
    }
    case SPIQE_RESET: {
      const spiqe_relaxation error = {0, m->noise->reset_error, 1 - m->noise->reset_error};
      return spiqe_push_relaxation(&m->pusher, "reset", qubit, &error);
    }
    default: return SPIQE_OK;
  }
}

/* What a qubit owes, and a wait, as one relaxation; a qubit that was not used is |0>, and is taken
 * to be prepared when it is needed. */
static spiqe_status settle(maker *m, uint32_t qubit, double wait) {
  const double time = m->owed[qubit] + wait;
  m->owed[qubit] = 0;
  return m->has_begun[qubit] ? relax(m, qubit, time) : SPIQE_OK;
}

static spiqe_status before(maker *m, const spiqe_operation *op) {
  for (size_t i = op->first_qubit; i < op->first_qubit + spiqe_noise_n_qubits(op); i++) {
    const uint32_t qubit = m->in->qubits_used[i] & ~SPIQE_ON_ZERO;
    SPIQE_TRY(settle(m, qubit, m->schedule.idle[i]));
    if (op->kind != SPIQE_BARRIER) m->has_begun[qubit] = 1;
  }
  return SPIQE_OK;
}

/* The operation itself: the pools of `out` hold what it points to at the same places. */
static spiqe_status push_copy(maker *m, size_t at) {
  spiqe_operation op = m->in->operations[at];
  if (op.kind == SPIQE_DELAY && op.is_in_dt && m->noise->dt > 0) {
    const spiqe_angle seconds = {.constant = m->duration[at]};
    op.is_in_dt = 0;
    SPIQE_TRY(spiqe_circuit_push_angle(m->out, &seconds, &op.first_angle));
  }
  m->place[at] = (uint32_t)m->out->n_operations;
  return spiqe_circuit_push(m->out, &op);
}

static int is_boundary(const spiqe_operation *op) {
  return op->kind == SPIQE_IF || op->kind == SPIQE_ELSE || op->kind == SPIQE_WHILE ||
         op->kind == SPIQE_END;
}

/* In a loop a qubit may have been used in an earlier turn, wherever that stands. */
static void begin_loop(maker *m, size_t at) {
  for (const size_t end = spiqe_circuit_end_of(m->in, (uint32_t)at); at < end; at++) {
    const spiqe_operation *op = &m->in->operations[at];
    for (size_t i = 0; op->kind != SPIQE_BARRIER && i < spiqe_noise_n_qubits(op); i++)
      m->has_begun[m->in->qubits_used[op->first_qubit + i] & ~SPIQE_ON_ZERO] = 1;
  }
}

/* Operations between two conditions are scheduled by themselves; at their end the qubits wait for
 * each other. */
static spiqe_status put_all(maker *m) {
  const size_t n = m->in->n_operations;
  for (size_t at = 0; at < n;) {
    size_t last = at;
    while (last < n && !is_boundary(&m->in->operations[last])) last++;
    spiqe_noise_schedule_run(&m->schedule, m->noise->idle, at, last);
    for (; at < last; at++) {
      const size_t first = m->out->n_operations;
      SPIQE_TRY(before(m, &m->in->operations[at]));
      SPIQE_TRY(push_copy(m, at));
      SPIQE_TRY(after(m, at));
      for (size_t i = first; i < m->out->n_operations; i++) /* channels are of the line, too */
        m->out->operations[i].line = m->in->operations[at].line;
    }
    if (at == n) break;
    for (uint32_t q = 0; q < m->in->n_qubits; q++) SPIQE_TRY(settle(m, q, m->schedule.tail[q]));
    if (m->in->operations[at].kind == SPIQE_WHILE) begin_loop(m, at);
    SPIQE_TRY(push_copy(m, at++));
  }
  for (size_t i = 0; i < m->out->n_operations; i++) {
    uint32_t *jump = &m->out->operations[i].jump;
    if (*jump != SPIQE_NO_JUMP) *jump = m->place[*jump];
  }
  return SPIQE_OK;
}

static spiqe_status delay_time(const maker *m, const spiqe_operation *op, double *out) {
  const spiqe_stored_angle *time = &m->in->angles[op->first_angle];
  if (!relaxes(m->noise) && !(m->noise->dt > 0)) return SPIQE_OK; /* how long does not matter */
  SPIQE_REQUIRE(m->in->ctx, !time->n_terms, SPIQE_UNSUPPORTED,
                "a delay that depends on an input (line %u)", op->line);
  SPIQE_REQUIRE(m->in->ctx, !op->is_in_dt || m->noise->dt > 0, SPIQE_UNSUPPORTED,
                "a delay in dt (line %u), but the description of the device gives no dt", op->line);
  *out = time->constant * (op->is_in_dt ? m->noise->dt : 1);
  SPIQE_REQUIRE(m->in->ctx, *out >= 0 && isfinite(*out), SPIQE_BAD_ARGUMENT,
                "a delay of %g s (line %u); expected 0 or more", *out, op->line);
  return SPIQE_OK;
}

static spiqe_status find_duration(maker *m, size_t at) {
  const spiqe_operation *op = &m->in->operations[at];
  switch (op->kind) {
    case SPIQE_GATE:
    case SPIQE_MATRIX:
      SPIQE_TRY(spiqe_noise_find_rule(m->noise, m->in, op, &m->rules[at]));
      if (m->rules[at]) m->duration[at] = m->rules[at]->time;
      return SPIQE_OK;
    case SPIQE_DELAY: return delay_time(m, op, &m->duration[at]);
    case SPIQE_MEASURE: m->duration[at] = m->noise->measure_time; return SPIQE_OK;
    case SPIQE_RESET: m->duration[at] = m->noise->reset_time; return SPIQE_OK;
    default: return SPIQE_OK;
  }
}

/* Registers, inputs and pools of the circuit, without its operations. */
static spiqe_status begin_copy(maker *m) {
  const spiqe_circuit *in = m->in;
  SPIQE_TRY(spiqe_circuit_create(in->ctx, 0, 0, &m->out));
  for (size_t i = 0; i < in->n_registers; i++)
    SPIQE_TRY(spiqe_circuit_add_register(m->out, in->registers[i].kind, in->registers[i].name,
                                         in->registers[i].size, NULL));
  SPIQE_TRY(spiqe_circuit_append(m->out, in));
  m->out->n_operations = 0;
  m->pusher.out = m->out;
  return SPIQE_OK;
}

static spiqe_status allocate(maker *m) {
  const size_t n = m->in->n_operations + 1, n_qubits = m->in->n_qubits + 1;
  m->rules = calloc(n, sizeof *m->rules);
  m->duration = calloc(n, sizeof *m->duration);
  m->place = calloc(n, sizeof *m->place);
  m->owed = calloc(n_qubits, sizeof *m->owed);
  m->has_begun = calloc(n_qubits, 1);
  m->schedule = (spiqe_noise_schedule){.circuit = m->in,
                                       .duration = m->duration,
                                       .busy = calloc(n_qubits, sizeof(double)),
                                       .next = calloc(n_qubits, sizeof(uint32_t)),
                                       .tail = calloc(n_qubits, sizeof(double)),
                                       .idle = calloc(m->in->n_qubits_used + 1, sizeof(double))};
  const spiqe_noise_schedule *s = &m->schedule;
  SPIQE_REQUIRE(m->in->ctx,
                m->rules && m->duration && m->place && m->owed && m->has_begun && s->busy &&
                    s->next && s->tail && s->idle,
                SPIQE_NO_MEMORY, "no memory for the noise of %zu operations", n);
  return SPIQE_OK;
}

static void release(maker *m) {
  free(m->rules);
  free(m->duration);
  free(m->place);
  free(m->owed);
  free(m->has_begun);
  free(m->schedule.busy);
  free(m->schedule.next);
  free(m->schedule.tail);
  free(m->schedule.idle);
  spiqe_noise_pusher_clear(&m->pusher);
  spiqe_circuit_destroy(m->out);
}

static spiqe_status make(maker *m) {
  SPIQE_TRY(spiqe_circuit_check_closed(m->in));
  SPIQE_REQUIRE(m->in->ctx, !m->noise->n_qubits || m->in->n_qubits <= m->noise->n_qubits,
                SPIQE_BAD_SHAPE, "a circuit of %zu qubits on a device of %zu", m->in->n_qubits,
                m->noise->n_qubits);
  SPIQE_TRY(allocate(m));
  SPIQE_TRY(begin_copy(m));
  for (size_t i = 0; i < m->in->n_operations; i++) SPIQE_TRY(find_duration(m, i));
  return put_all(m);
}

spiqe_status spiqe_noise_apply(const spiqe_noise *noise, const spiqe_circuit *circuit,
                               spiqe_circuit **out) {
  maker m = {.noise = noise, .in = circuit};
  *out = NULL;
  spiqe_status status = make(&m);
  if (status == SPIQE_OK) {
    *out = m.out;
    m.out = NULL;
  }
  release(&m);
  return status;
}
