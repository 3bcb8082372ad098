#include "quantum/adjoint.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/arena.h"
#include "core/fail.h"

#define HUGE_PAGE ((size_t)1 << 21)
#define NO_PLACE SIZE_MAX

/* From so many qubits on in one stretch, all qubits are looked at together. */
#define LEAST_TOGETHER 4

typedef struct walk {
  const spiqe_gradient_job *job;
  const spiqe_adjoint_plan *plan;
  spiqe_state *psi, *lambda; /* owned */
  size_t *place;       /* owned, [n_stretches]: where in kept psi at its end is, or NO_PLACE */
  char *kept;          /* owned, amplitudes of registers; NULL for none */
  double *probed;      /* owned, [n_probes] */
  double *derivatives; /* [n_angles] */
} walk;

/* psi and lambda have one shape, so what is allocated to plan the runs of one serves the other. */
static spiqe_status run_stretch(walk *w, spiqe_state *state, const spiqe_stretch *stretch,
                                const spiqe_step *steps) {
  spiqe_state *other = state == w->psi ? w->lambda : w->psi;
  if (other->plan) {
    state->plan = other->plan;
    other->plan = NULL;
  }
  return spiqe_state_apply_steps(state, stretch->n_gates, steps + stretch->first_gate);
}

/* Room for psi at the ends of stretches, but for the last one, and for those that a window follows:
 * it takes psi along. When not all fit, every so many. Without room nothing is kept. */
static void plan_kept(walk *w) {
  const spiqe_adjoint_plan *plan = w->plan;
  const size_t size = spiqe_state_size(w->psi->precision, w->psi->n_qubits);
  const size_t most = w->job->most_kept / size;
  size_t n = 0, n_kept = 0;
  for (size_t k = 0; k < plan->n_stretches; k++) w->place[k] = NO_PLACE;
  for (size_t k = 1; k < plan->n_stretches; k++) n += !plan->stretches[k].is_window;
  if (!most || !n) return;
  const size_t stride = (n + most - 1) / most;
  if (spiqe_arena_check(NULL, n / stride * size) != SPIQE_OK) return;
  w->kept = aligned_alloc(size < HUGE_PAGE ? 64 : HUGE_PAGE, n / stride * size);
  if (!w->kept) return;
  /* As in state.c; a smaller block comes from malloc's own, whose pages are there already. */
  if (size >= HUGE_PAGE) madvise(w->kept, n / stride * size, MADV_HUGEPAGE);
  n = 0;
  for (size_t k = 1; k < plan->n_stretches; k++)
    if (!plan->stretches[k].is_window && ++n % stride == 0) w->place[k - 1] = n_kept++;
}

/* The register that is kept at the end of a stretch, as far as copies need one. */
static int find_kept(const walk *w, size_t stretch, spiqe_state *out) {
  if (w->place[stretch] == NO_PLACE) return 0;
  *out = *w->psi;
  out->amplitudes =
      w->kept + w->place[stretch] * spiqe_state_size(w->psi->precision, w->psi->n_qubits);
  return 1;
}

static spiqe_status run_forward(walk *w) {
  const spiqe_adjoint_plan *plan = w->plan;
  spiqe_state kept;
  for (size_t k = 0; k < plan->n_stretches; k++) {
    SPIQE_TRY(run_stretch(w, w->psi, &plan->stretches[k], plan->steps));
    if (find_kept(w, k, &kept)) spiqe_state_copy(&kept, w->psi);
  }
  return SPIQE_OK;
}

/* v[s] = Im<lambda| s |psi> becomes the part of M s M^dagger, whose coefficient of t is
 * tr(t M s M^dagger) / 2. */
void spiqe_adjoint_turn_back(const spiqe_complex m[4], double v[3]) {
  double before[3];
  for (size_t s = 0; s < 3; s++) {
    static const spiqe_complex pauli[3][4] = {{{0, 0}, {1, 0}, {1, 0}, {0, 0}},
                                              {{0, 0}, {0, -1}, {0, 1}, {0, 0}},
                                              {{1, 0}, {0, 0}, {0, 0}, {-1, 0}}};
    const spiqe_complex dagger[4] = {{m[0].re, -m[0].im},
                                     {m[2].re, -m[2].im},
                                     {m[1].re, -m[1].im},
                                     {m[3].re, -m[3].im}};
    spiqe_complex product[4], turned[4];
    spiqe_matrix_multiply(2, m, pauli[s], product);
    spiqe_matrix_multiply(2, product, dagger, turned);
    before[s] = turned[1].re * v[0] - turned[1].im * v[1] + turned[0].re * v[2];
  }
  memcpy(v, before, sizeof before);
}

/* The parts of X, Y and Z that a stretch needs. */
static void find_parts(const walk *w, const spiqe_state *psi, const spiqe_stretch *stretch,
                       double (*parts)[3]) {
  const uint64_t any = stretch->xy_mask | stretch->z_mask;
  if (__builtin_popcountll(any) >= LEAST_TOGETHER) {
    spiqe_transition_qubits(psi, w->lambda, stretch->xy_mask, parts);
    return;
  }
  for (uint32_t q = 0; q < psi->n_qubits; q++) {
    const uint64_t bit = (uint64_t)1 << q;
    const spiqe_probe probes[3] = {{.x_mask = bit},
                                   {.x_mask = bit, .z_mask = bit},
                                   {.z_mask = bit}};
    if (stretch->xy_mask & bit) spiqe_transition_probes(psi, w->lambda, 2, probes, parts[q]);
    if (stretch->z_mask & bit) spiqe_transition_probes(psi, w->lambda, 1, probes + 2, &parts[q][2]);
  }
}

/* Derivatives at the end of a stretch, with psi and lambda there. */
static void read_off(walk *w, const spiqe_state *psi, const spiqe_stretch *stretch) {
  const spiqe_adjoint_plan *plan = w->plan;
  double parts[SPIQE_MOST_STATE_QUBITS][3];
  if (stretch->xy_mask | stretch->z_mask) find_parts(w, psi, stretch, parts);
  if (stretch->n_probes)
    spiqe_transition_probes(psi, w->lambda, stretch->n_probes, plan->probes + stretch->first_probe,
                            w->probed);
  for (size_t i = stretch->first_gate + stretch->n_gates; i-- > stretch->first_read;) {
    const spiqe_adjoint_gate *gate = &plan->gates[i];
    const uint32_t qubit = plan->steps[i].targets[0];
    const int has_angle = gate->angle != SPIQE_NO_ANGLE;
    if (has_angle && !gate->is_single)
      w->derivatives[gate->angle] = gate->weight * w->probed[gate->probe - stretch->first_probe];
    if (has_angle && gate->is_single)
      w->derivatives[gate->angle] = gate->weight * parts[qubit][__builtin_ctz(gate->letter)];
    /* Where X and Y are not needed, the gates of the qubit leave Z as it is. */
    if (gate->is_single && (stretch->xy_mask & stretch->z_mask) >> qubit & 1)
      spiqe_adjoint_turn_back(plan->steps[i].matrix, parts[qubit]);
  }
}

/* With psi in w->psi at the end of the stretch, or kept. A register that is kept is copied only
 * where it has to be taken back. */
static spiqe_status take_back(walk *w, size_t k) {
  const spiqe_stretch *stretch = &w->plan->stretches[k];
  spiqe_state kept;
  const int is_kept = find_kept(w, k, &kept);
  if (stretch->is_window) {
    if (is_kept) spiqe_state_copy(w->psi, &kept);
    return spiqe_adjoint_window(w->plan, stretch, w->psi, w->lambda, w->derivatives);
  }
  read_off(w, is_kept ? &kept : w->psi, stretch);
  if (!k) return SPIQE_OK;
  SPIQE_TRY(run_stretch(w, w->lambda, stretch, w->plan->inverses));
  if (w->place[k - 1] != NO_PLACE) return SPIQE_OK;
  if (is_kept) spiqe_state_copy(w->psi, &kept);
  return run_stretch(w, w->psi, stretch, w->plan->inverses);
}

static spiqe_status run_backward(walk *w) {
  for (size_t k = w->plan->n_stretches; k-- > 0;) SPIQE_TRY(take_back(w, k));
  return SPIQE_OK;
}

static spiqe_status run_walk(walk *w, size_t n_qubits, uint64_t measured, double *expectation) {
  spiqe_context *ctx = w->job->ctx;
  spiqe_operator op;
  w->probed = calloc(w->plan->n_probes + 1, sizeof *w->probed);
  w->place = calloc(w->plan->n_stretches + 1, sizeof *w->place);
  SPIQE_REQUIRE(ctx, w->probed && w->place, SPIQE_NO_MEMORY, "no memory for %zu angles",
                w->plan->n_probes);
  SPIQE_TRY(spiqe_state_create(ctx, w->job->precision, n_qubits, &w->psi));
  SPIQE_TRY(spiqe_state_create(ctx, w->job->precision, n_qubits, &w->lambda));
  plan_kept(w);
  SPIQE_TRY(run_forward(w));
  SPIQE_TRY(spiqe_operator_create(ctx, w->job->observable, measured, &op));
  spiqe_status status = spiqe_operator_apply(&op, w->psi, w->lambda, expectation);
  spiqe_operator_clear(&op);
  SPIQE_TRY(status);
  return run_backward(w);
}

static void clear_walk(walk *w) {
  spiqe_state_destroy(w->psi);
  spiqe_state_destroy(w->lambda);
  free(w->kept);
  free(w->place);
  free(w->probed);
}

static spiqe_status run_split(const spiqe_gradient_job *job, const spiqe_split *split,
                              const double *angles, double *derivatives, double *expectation) {
  uint64_t measured;
  spiqe_adjoint_plan plan;
  spiqe_circuit_is_pure(job->circuit, &measured);
  spiqe_status status = spiqe_adjoint_plan_create(&split->circuit, angles, &plan);
  walk w = {.job = job, .plan = &plan, .derivatives = derivatives};
  if (status == SPIQE_OK) status = run_walk(&w, job->circuit->n_qubits, measured, expectation);
  clear_walk(&w);
  spiqe_adjoint_plan_clear(&plan);
  return status;
}

/* The operation that makes a circuit impure. */
static spiqe_status refuse(const spiqe_gradient_job *job) {
  const spiqe_circuit *circuit = job->circuit;
  const char *name = "a gate behind a measurement";
  for (size_t i = 0; i < circuit->n_operations; i++) {
    const uint8_t kind = circuit->operations[i].kind;
    if (kind <= SPIQE_MATRIX || kind == SPIQE_MEASURE || kind == SPIQE_BARRIER ||
        kind == SPIQE_DELAY || kind == SPIQE_READOUT)
      continue;
    name = spiqe_operation_name(circuit, &circuit->operations[i]);
    break;
  }
  return spiqe_fail(job->ctx, SPIQE_UNSUPPORTED,
                    "the adjoint gradient runs the circuit backward, and '%s' has no inverse; "
                    "use the parameter shift",
                    name);
}

spiqe_status spiqe_gradient_adjoint(const spiqe_gradient_job *job, double *expectation,
                                    double *gradient) {
  uint64_t measured;
  spiqe_split split;
  SPIQE_TRY(spiqe_observable_check(job->ctx, job->observable, job->circuit->n_qubits));
  SPIQE_TRY(spiqe_circuit_check_closed(job->circuit));
  if (!spiqe_circuit_is_pure(job->circuit, &measured)) return refuse(job);
  SPIQE_TRY(spiqe_split_create(job->circuit, &split));
  double *angles = calloc(2 * split.n_angles + 1, sizeof *angles);
  spiqe_status status = SPIQE_OK;
  if (angles) {
    double *derivatives = angles + split.n_angles;
    spiqe_split_angles(&split, job->inputs, angles);
    status = run_split(job, &split, angles, derivatives, expectation);
    if (status == SPIQE_OK)
      spiqe_split_chain(&split, job->circuit->n_inputs, derivatives, gradient);
  } else {
    status = spiqe_fail(job->ctx, SPIQE_NO_MEMORY, "no memory for %zu angles", split.n_angles);
  }
  spiqe_split_clear(&split);
  free(angles);
  return status;
}
