/* Sorting the gates of a circuit into stretches. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/grow.h"
#include "quantum/adjoint.h"

/* What has been placed on a qubit so far. letters: of the products that are read off at the end of
 * its level; all three where P is turned by later gates. */
typedef struct place {
  uint32_t level;
  uint8_t letters;
  uint8_t is_single; /* a rotation of the qubit alone is among them */
  uint8_t is_fixed;  /* something on several qubits stands behind or among them: nothing turns */
} place;

/* What is read off at the end of a level. */
typedef struct level {
  uint64_t xy_mask, z_mask;
  size_t n_gates, n_probes, n_angles;
  int has_wide;         /* a gate that no window takes */
  size_t next, stretch; /* where its next gate goes; the stretch that it is in */
} level;

/* A gate that is being placed. */
typedef struct arrival {
  const spiqe_operation *op;
  const uint32_t *qubits;
  size_t n_qubits;
  spiqe_adjoint_gate gate;
  uint8_t *commutes;                         /* [n_qubits] letters */
  char letters[SPIQE_MOST_GATE_TARGETS + 1]; /* of the P of an angle */
} arrival;

typedef struct maker {
  spiqe_context *ctx;
  const spiqe_circuit *circuit;
  const double *angles;
  spiqe_adjoint_plan *out;
  size_t n_matrices, room_matrices;
  place places[64];
  uint8_t commutes[64];
  level *levels; /* owned, [n_operations] */
  size_t n_levels;
} maker;

static int near(spiqe_complex a, spiqe_complex b, double sign) {
  return fabs(a.re - sign * b.re) + fabs(a.im - sign * b.im) < 1e-14;
}

/* Is L M L = M for L = X, Y, Z on bit t of the index? Y is X with a sign where row and column
 * differ there. */
static uint8_t commuting_letters(size_t n_targets, size_t t, const spiqe_complex *m) {
  const size_t n = (size_t)1 << n_targets, bit = (size_t)1 << t;
  uint8_t letters = SPIQE_LETTERS;
  for (size_t r = 0; r < n; r++)
    for (size_t c = 0; c < n; c++) {
      const int differs = ((r ^ c) & bit) != 0;
      const spiqe_complex here = m[r * n + c], there = m[(r ^ bit) * n + (c ^ bit)];
      if (!near(here, there, 1)) letters &= (uint8_t)~SPIQE_LETTER_X;
      if (!near(here, there, differs ? -1 : 1)) letters &= (uint8_t)~SPIQE_LETTER_Y;
      if (differs && !near(here, (spiqe_complex){0, 0}, 1)) letters &= (uint8_t)~SPIQE_LETTER_Z;
    }
  return letters;
}

static uint8_t letter_of(char pauli) {
  return pauli == 'X' ? SPIQE_LETTER_X : pauli == 'Y' ? SPIQE_LETTER_Y : SPIQE_LETTER_Z;
}

/* Step and matrix of an operation, and its inverse; matrices are indices for now. */
static spiqe_status add_step(maker *m, const arrival *a) {
  const spiqe_operation *op = a->op;
  const size_t k = op->n_targets, n = (size_t)1 << k, i = m->out->n_gates;
  SPIQE_TRY(spiqe_grow(m->ctx, (void **)&m->out->matrices, &m->room_matrices,
                       m->n_matrices + 2 * n * n, sizeof *m->out->matrices));
  spiqe_complex *matrix = m->out->matrices + m->n_matrices, *inverse = matrix + n * n;
  spiqe_operation_matrix(m->circuit, op, m->angles, matrix);
  for (size_t r = 0; r < n; r++)
    for (size_t c = 0; c < n; c++)
      inverse[r * n + c] = (spiqe_complex){matrix[c * n + r].re, -matrix[c * n + r].im};
  spiqe_step step = {.n_targets = op->n_targets};
  for (size_t q = 0; q < op->n_controls; q++) {
    const uint64_t bit = (uint64_t)1 << (a->qubits[q] & ~SPIQE_ON_ZERO);
    step.control_mask |= bit;
    if (!(a->qubits[q] & SPIQE_ON_ZERO)) step.control_value |= bit;
  }
  memcpy(step.targets, a->qubits + op->n_controls, k * sizeof *step.targets);
  m->out->steps[i] = m->out->inverses[i] = step;
  m->out->steps[i].matrix = (const spiqe_complex *)(uintptr_t)m->n_matrices;
  m->out->inverses[i].matrix = (const spiqe_complex *)(uintptr_t)(m->n_matrices + n * n);
  m->n_matrices += 2 * n * n;
  return SPIQE_OK;
}

/* What the gate commutes with on each of its qubits: Z on a control, the letter of its factor; else
 * it is looked up in its matrix, where that is small. */
static void find_commuting(maker *m, arrival *a) {
  const spiqe_operation *op = a->op;
  const spiqe_complex *matrix = m->out->matrices + (uintptr_t)m->out->steps[m->out->n_gates].matrix;
  a->commutes = m->commutes;
  for (size_t i = 0; i < op->n_controls; i++) a->commutes[i] = SPIQE_LETTER_Z;
  for (size_t t = 0; t < op->n_targets; t++) {
    uint8_t *letters = &a->commutes[op->n_controls + t];
    if (a->gate.angle != SPIQE_NO_ANGLE)
      *letters = letter_of(a->letters[t]);
    else
      *letters = op->n_targets <= 2 ? commuting_letters(op->n_targets, t, matrix) : 0;
  }
}

/* An angle of a split circuit: a gate with one factor, whose angle is one input. */
static void find_angle(const maker *m, arrival *a) {
  a->gate.angle = SPIQE_NO_ANGLE;
  if (a->op->kind != SPIQE_GATE || !spiqe_gates[a->op->gate].n_parameters) return;
  const spiqe_stored_angle *angle = &m->circuit->angles[a->op->first_angle];
  if (!angle->n_terms) return;
  const spiqe_factor *factor = &spiqe_gates[a->op->gate].factors[0];
  a->gate.angle = m->circuit->terms[angle->first_term].input;
  a->gate.weight = factor->scale;
  memcpy(a->letters, factor->pauli, sizeof a->letters);
  if (!a->gate.is_single) return;
  a->gate.letter = letter_of(a->letters[0]);
  if (a->letters[0] == '1') a->gate.weight *= -.5; /* (1 - Z) / 2, and Im<lambda|psi> = 0 */
}

/* The first level that a gate can be in, for one of its qubits. */
static uint32_t level_for(const place *p, const arrival *a, size_t i) {
  const int commutes = (a->commutes[i] & p->letters) == p->letters;
  return commutes || (a->gate.is_single && !p->is_fixed) ? p->level : p->level + 1;
}

static spiqe_probe probe_of(const maker *m, const arrival *a) {
  const spiqe_step *step = &m->out->steps[m->out->n_gates];
  spiqe_probe probe = {.control_mask = step->control_mask, .control_value = step->control_value};
  for (size_t t = 0; t < a->op->n_targets; t++) {
    const uint64_t bit = (uint64_t)1 << step->targets[t];
    const char letter = a->letters[t];
    if (letter == 'X' || letter == 'Y') probe.x_mask |= bit;
    if (letter == 'Z' || letter == 'Y') probe.z_mask |= bit;
    if (letter != '1') continue;
    probe.control_mask |= bit;
    probe.control_value |= bit;
  }
  return probe;
}

/* The place of one qubit after the gate. */
static void update_place(maker *m, const arrival *a, size_t i, uint32_t at) {
  const uint32_t qubit = a->qubits[i] & ~SPIQE_ON_ZERO;
  place *p = &m->places[qubit];
  const int has_angle = a->gate.angle != SPIQE_NO_ANGLE;
  if (at > p->level) *p = (place){.level = at};
  if ((a->commutes[i] & p->letters) != p->letters)
    p->letters = SPIQE_LETTERS; /* the gate turns what is read off */
  else if (has_angle)
    p->letters |= a->commutes[i];
  if (has_angle && a->gate.is_single) p->is_single = 1;
  if (!a->gate.is_single && p->letters) p->is_fixed = 1;
  if (!p->is_single) return;
  if (p->letters & (SPIQE_LETTER_X | SPIQE_LETTER_Y)) m->levels[at].xy_mask |= (uint64_t)1 << qubit;
  if (p->letters & SPIQE_LETTER_Z) m->levels[at].z_mask |= (uint64_t)1 << qubit;
}

static spiqe_status place_gate(maker *m, const spiqe_operation *op) {
  arrival a = {.op = op, .qubits = m->circuit->qubits_used + op->first_qubit};
  a.n_qubits = (size_t)op->n_controls + op->n_targets;
  if (!a.n_qubits) return SPIQE_OK; /* a phase of the whole state */
  a.gate.is_single = a.n_qubits == 1 && op->n_targets;
  find_angle(m, &a);
  SPIQE_TRY(add_step(m, &a));
  find_commuting(m, &a);
  uint32_t at = 0;
  for (size_t i = 0; i < a.n_qubits; i++) {
    uint32_t wanted = level_for(&m->places[a.qubits[i] & ~SPIQE_ON_ZERO], &a, i);
    if (wanted > at) at = wanted;
  }
  for (size_t i = 0; i < a.n_qubits; i++) update_place(m, &a, i, at);
  a.gate.level = at;
  if (at >= m->n_levels) m->n_levels = at + 1;
  m->levels[at].n_gates++;
  m->levels[at].n_angles += a.gate.angle != SPIQE_NO_ANGLE;
  m->levels[at].has_wide |= a.n_qubits > SPIQE_MOST_WINDOW_QUBITS;
  if (a.gate.angle != SPIQE_NO_ANGLE && !a.gate.is_single) {
    m->levels[at].n_probes++;
    a.gate.probe = (uint32_t)m->out->n_probes;
    m->out->probes[m->out->n_probes++] = probe_of(m, &a);
  }
  m->out->gates[m->out->n_gates++] = a.gate;
  return SPIQE_OK;
}

/* Probes of a level by x_mask, so that neighbours share a pass. */
typedef struct sorted_probe {
  spiqe_probe probe;
  uint32_t level, gate;
} sorted_probe;

static int compare_probes(const void *a, const void *b) {
  const sorted_probe *s = a, *t = b;
  if (s->level != t->level) return s->level < t->level ? -1 : 1;
  if (s->probe.x_mask != t->probe.x_mask) return s->probe.x_mask < t->probe.x_mask ? -1 : 1;
  return s->gate < t->gate ? -1 : 1;
}

static spiqe_status sort_probes(const maker *m) {
  spiqe_adjoint_plan *plan = m->out;
  size_t n = 0;
  sorted_probe *sorted = malloc((plan->n_probes + 1) * sizeof *sorted);
  SPIQE_REQUIRE(m->ctx, sorted, SPIQE_NO_MEMORY, "no memory for %zu angles", plan->n_probes);
  for (size_t i = 0; i < plan->n_gates; i++) {
    const spiqe_adjoint_gate *gate = &plan->gates[i];
    if (gate->angle != SPIQE_NO_ANGLE && !gate->is_single)
      sorted[n++] = (sorted_probe){plan->probes[gate->probe], gate->level, (uint32_t)i};
  }
  if (n) qsort(sorted, n, sizeof *sorted, compare_probes);
  for (size_t i = 0; i < n; i++) {
    plan->probes[i] = sorted[i].probe;
    plan->gates[sorted[i].gate].probe = (uint32_t)i;
  }
  free(sorted);
  return SPIQE_OK;
}

/* So many derivatives are worth a pass over the registers, a quarter of the qubits. */
#define LEAST_ANGLES 4

static int pays_alone(const maker *m, const level *l) {
  return l->has_wide || (l->n_angles >= LEAST_ANGLES && 4 * l->n_angles >= m->circuit->n_qubits);
}

/* A level that pays is a stretch, with those before it that nothing is read off at; so are others
 * that follow each other: a window. */
static void make_stretches(maker *m) {
  spiqe_adjoint_plan *plan = m->out;
  spiqe_stretch now = {0};
  size_t n_probes = 0;
  for (size_t k = 0; k < m->n_levels; k++) {
    level *l = &m->levels[k];
    const int pays = pays_alone(m, l);
    if (pays && now.is_window) {
      plan->stretches[plan->n_stretches++] = now;
      now = (spiqe_stretch){.first_gate = now.first_gate + now.n_gates};
    }
    l->stretch = plan->n_stretches;
    l->next = now.first_read = now.first_gate + now.n_gates;
    now.n_gates += l->n_gates;
    now.is_window = !pays && (now.is_window || l->n_angles);
    now.first_probe = n_probes;
    now.n_probes = l->n_probes;
    now.xy_mask = l->xy_mask;
    now.z_mask = l->z_mask;
    n_probes += l->n_probes;
    if (!pays && k + 1 < m->n_levels) continue;
    plan->stretches[plan->n_stretches++] = now;
    now = (spiqe_stretch){.first_gate = now.first_gate + now.n_gates};
  }
}

/* Gates and steps by level, in their old order within each; the inverses of a stretch backward. */
static spiqe_status sort_gates(maker *m) {
  spiqe_adjoint_plan *plan = m->out, sorted = {0};
  const size_t n = plan->n_gates;
  sorted.gates = malloc((n + 1) * sizeof *sorted.gates);
  sorted.steps = malloc((n + 1) * sizeof *sorted.steps);
  sorted.inverses = malloc((n + 1) * sizeof *sorted.inverses);
  if (!sorted.gates || !sorted.steps || !sorted.inverses) {
    spiqe_adjoint_plan_clear(&sorted);
    return spiqe_fail(m->ctx, SPIQE_NO_MEMORY, "no memory for %zu gates", n);
  }
  for (size_t i = 0; i < n; i++) {
    level *l = &m->levels[plan->gates[i].level];
    const spiqe_stretch *stretch = &plan->stretches[l->stretch];
    const size_t to = l->next++, back = 2 * stretch->first_gate + stretch->n_gates - 1 - to;
    sorted.gates[to] = plan->gates[i];
    sorted.steps[to] = plan->steps[i];
    sorted.steps[to].matrix = plan->matrices + (uintptr_t)plan->steps[i].matrix;
    sorted.inverses[back] = plan->inverses[i];
    sorted.inverses[back].matrix = plan->matrices + (uintptr_t)plan->inverses[i].matrix;
  }
  free(plan->gates);
  free(plan->steps);
  free(plan->inverses);
  plan->gates = sorted.gates;
  plan->steps = sorted.steps;
  plan->inverses = sorted.inverses;
  return SPIQE_OK;
}

static spiqe_status place_all(maker *m) {
  const spiqe_circuit *circuit = m->circuit;
  for (size_t i = 0; i < circuit->n_operations; i++) {
    const spiqe_operation *op = &circuit->operations[i];
    if (op->kind == SPIQE_GATE || op->kind == SPIQE_MATRIX) SPIQE_TRY(place_gate(m, op));
  }
  SPIQE_TRY(sort_probes(m));
  make_stretches(m);
  return sort_gates(m);
}

spiqe_status spiqe_adjoint_plan_create(const spiqe_circuit *circuit, const double *angles,
                                       spiqe_adjoint_plan *out) {
  const size_t n = circuit->n_operations + 1;
  maker m = {.ctx = circuit->ctx, .circuit = circuit, .angles = angles, .out = out};
  *out = (spiqe_adjoint_plan){0};
  SPIQE_REQUIRE(circuit->ctx, circuit->n_qubits <= 64, SPIQE_LIMIT,
                "a state of %zu qubits; at most 64 are supported", circuit->n_qubits);
  out->gates = calloc(n, sizeof *out->gates);
  out->steps = calloc(n, sizeof *out->steps);
  out->inverses = calloc(n, sizeof *out->inverses);
  out->stretches = calloc(n, sizeof *out->stretches);
  out->probes = calloc(n, sizeof *out->probes);
  m.levels = calloc(n, sizeof *m.levels);
  spiqe_status status = SPIQE_OK;
  if (!out->gates || !out->steps || !out->inverses || !out->stretches || !out->probes || !m.levels)
    status = spiqe_fail(circuit->ctx, SPIQE_NO_MEMORY, "no memory for %zu gates", n - 1);
  if (status == SPIQE_OK) status = place_all(&m);
  free(m.levels);
  return status;
}

void spiqe_adjoint_plan_clear(spiqe_adjoint_plan *plan) {
  free(plan->gates);
  free(plan->steps);
  free(plan->inverses);
  free(plan->matrices);
  free(plan->stretches);
  free(plan->probes);
  *plan = (spiqe_adjoint_plan){0};
}
