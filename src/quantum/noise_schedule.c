/* When each operation begins, and how long qubits wait for it. */
#include <string.h>

#include "quantum/noise.h"

size_t spiqe_noise_n_qubits(const spiqe_operation *op) {
  switch (op->kind) {
    case SPIQE_GATE:
    case SPIQE_MATRIX:
    case SPIQE_CHANNEL:
    case SPIQE_MEASURE:
    case SPIQE_RESET:
    case SPIQE_BARRIER:
    case SPIQE_DELAY: return (size_t)op->n_controls + op->n_targets;
    default: return 0;
  }
}

static uint32_t qubit_at(const spiqe_noise_schedule *s, size_t place) {
  return s->circuit->qubits_used[place] & ~SPIQE_ON_ZERO;
}

/* The latest of the times at which the qubits of an operation are free. */
static double latest(const spiqe_noise_schedule *s, const spiqe_operation *op) {
  double time = 0;
  for (size_t i = 0; i < spiqe_noise_n_qubits(op); i++) {
    double busy = s->busy[qubit_at(s, op->first_qubit + i)];
    if (busy > time) time = busy;
  }
  return time;
}

/* As soon as possible: busy is when a qubit is free. */
static void soon(const spiqe_noise_schedule *s, size_t first, size_t last) {
  double end = 0;
  for (size_t o = first; o < last; o++) {
    const spiqe_operation *op = &s->circuit->operations[o];
    const double start = latest(s, op);
    for (size_t i = op->first_qubit; i < op->first_qubit + spiqe_noise_n_qubits(op); i++) {
      double *busy = &s->busy[qubit_at(s, i)];
      s->idle[i] = start - *busy;
      *busy = start + s->duration[o];
    }
    if (spiqe_noise_n_qubits(op) && start + s->duration[o] > end) end = start + s->duration[o];
  }
  for (size_t q = 0; q < s->circuit->n_qubits; q++) s->tail[q] = end - s->busy[q];
}

#define NONE UINT32_MAX

/* As late as possible: the same from the end, busy counts backward; next is the place of a qubit's
 * following operation. */
static void late(const spiqe_noise_schedule *s, size_t first, size_t last) {
  double begin = 0;
  memset(s->next, 0xff, s->circuit->n_qubits * sizeof *s->next);
  memset(s->tail, 0, s->circuit->n_qubits * sizeof *s->tail);
  for (size_t o = last; o-- > first;) {
    const spiqe_operation *op = &s->circuit->operations[o];
    const double end = latest(s, op);
    for (size_t i = op->first_qubit; i < op->first_qubit + spiqe_noise_n_qubits(op); i++) {
      const uint32_t q = qubit_at(s, i);
      *(s->next[q] == NONE ? &s->tail[q] : &s->idle[s->next[q]]) = end - s->busy[q];
      s->busy[q] = end + s->duration[o];
      s->next[q] = (uint32_t)i;
    }
    if (spiqe_noise_n_qubits(op) && end + s->duration[o] > begin) begin = end + s->duration[o];
  }
  for (size_t q = 0; q < s->circuit->n_qubits; q++)
    *(s->next[q] == NONE ? &s->tail[q] : &s->idle[s->next[q]]) = begin - s->busy[q];
}

void spiqe_noise_schedule_run(const spiqe_noise_schedule *s, spiqe_idle policy, size_t first,
                              size_t last) {
  memset(s->busy, 0, s->circuit->n_qubits * sizeof *s->busy);
  memset(s->tail, 0, s->circuit->n_qubits * sizeof *s->tail);
  if (policy == SPIQE_IDLE_ASAP) soon(s, first, last);
  if (policy == SPIQE_IDLE_ALAP) late(s, first, last);
}
