/* The adjoint gradient (Jones, Gacon 2020, arXiv 2009.02823; that it needs no more memory than the
 * register: Luo et al. 2020, arXiv 1912.10877).
 *
 * E = <psi| O |psi>. Behind a factor exp(-i a P / 2) of the circuit let psi be the register there,
 * and lambda the register O |psi at the end> taken back to there. Then dE/da = Im<lambda| P |psi>.
 *
 * Gates that are on different qubits may change places, so the gates are sorted into stretches, and
 * derivatives of a stretch are all read off where it ends: those of rotations of one qubit from the
 * parts of X, Y and Z on it (transition.h), which turn as a vector when they are taken back through
 * gates of that qubit; others are taken back only through gates that commute with their P.
 *
 * Where that leaves too few derivatives for a pass over the registers (a chain of controlled
 * rotations), the stretch is a window: psi and lambda are taken back through it gate by gate, chunk
 * by chunk of both, each chunk in the cache for many gates (adjoint_window.c). */
#ifndef SPIQE_QUANTUM_ADJOINT_H
#define SPIQE_QUANTUM_ADJOINT_H

#include "quantum/shift.h"
#include "quantum/split.h"
#include "quantum/transition.h"

#define SPIQE_NO_ANGLE UINT32_MAX

/* Registers where derivatives are read off are kept from the way forward as long as they fit into
 * job->most_kept bytes, this many by default; psi is taken back to the others. To keep one costs a
 * copy, to take psi back as much as to take back lambda. Before a window nothing is kept. */
#define SPIQE_ADJOINT_KEPT ((size_t)512 << 20)

/* Letters as bits: which of them a gate commutes with on a qubit. */
enum { SPIQE_LETTER_X = 1, SPIQE_LETTER_Y = 2, SPIQE_LETTER_Z = 4, SPIQE_LETTERS = 7 };

typedef struct spiqe_adjoint_gate {
  uint32_t level;    /* gates of a level are sorted by qubits only; levels go one after another */
  uint32_t angle;    /* of the split circuit; SPIQE_NO_ANGLE */
  double weight;     /* dE/da = weight * Im<lambda| P |psi> */
  uint32_t probe;    /* for an angle on several qubits: its place in probes */
  uint8_t letter;    /* for an angle on one qubit: of its P */
  uint8_t is_single; /* on one qubit, no controls */
} spiqe_adjoint_gate;

/* Gates up to a place where derivatives are read off; the last one may have none. Of a window only
 * its gates count. */
typedef struct spiqe_stretch {
  int is_window;
  size_t first_gate, n_gates;   /* of the whole stretch */
  size_t first_read;            /* gates from here on are those that the derivatives are of */
  size_t first_probe, n_probes; /* angles on several qubits */
  uint64_t xy_mask, z_mask;     /* qubits whose parts of X and Y, of Z, are needed */
} spiqe_stretch;

typedef struct spiqe_adjoint_plan {
  size_t n_gates;
  spiqe_adjoint_gate *gates; /* owned, [n_gates], in their new order */
  spiqe_step *steps;         /* owned, [n_gates] */
  spiqe_step *inverses;      /* owned, [n_gates], of a stretch from its last gate to its first */
  spiqe_complex *matrices;   /* owned */
  size_t n_stretches;
  spiqe_stretch *stretches; /* owned */
  size_t n_probes;
  spiqe_probe *probes; /* owned */
} spiqe_adjoint_plan;

/* circuit: a split one, pure; angles: its inputs. Fails: SPIQE_NO_MEMORY, SPIQE_LIMIT. *out:
 * cleared with spiqe_adjoint_plan_clear, also after a failure. */
spiqe_status spiqe_adjoint_plan_create(const spiqe_circuit *circuit, const double *angles,
                                       spiqe_adjoint_plan *out);
void spiqe_adjoint_plan_clear(spiqe_adjoint_plan *plan);

/* Im<lambda| s |psi> of s = X, Y, Z on a qubit: those behind its gate become those before it. */
void spiqe_adjoint_turn_back(const spiqe_complex gate[4], double parts[3]);

/* Most qubits of a gate in a window. */
#define SPIQE_MOST_WINDOW_QUBITS 6

/* Take both registers back through a window, from its end to its start. derivatives: [n_angles],
 * those of the window are set. Fails: SPIQE_NO_MEMORY. */
spiqe_status spiqe_adjoint_window(const spiqe_adjoint_plan *plan, const spiqe_stretch *stretch,
                                  spiqe_state *psi, spiqe_state *lambda, double *derivatives);

/* gradient: [n_inputs]. Fails: SPIQE_UNSUPPORTED (a circuit that is not pure), and as
 * spiqe_state_create. */
spiqe_status spiqe_gradient_adjoint(const spiqe_gradient_job *job, double *expectation,
                                    double *gradient);

#endif
