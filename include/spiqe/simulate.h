/* Run a circuit: counts of its classical bits, final states, probabilities.
 *
 * Methods:
 *   statevector   all amplitudes; measurement at the end is sampled, measurement in the middle,
 *                 reset and conditions run shot by shot from where they begin
 *   lanes         many small registers at once, one for each shot
 *   density       density matrix: exact with noise, measurement and conditions by branches
 *   trajectories  noise drawn for each shot, on lanes or state vectors
 *   stabiliser    Clifford circuits, noise of Paulis and resets (Aaronson, Gottesman 2004,
 *                 quant-ph/0406196)
 *   auto          the fastest of these that can */
#ifndef SPIQE_SIMULATE_H
#define SPIQE_SIMULATE_H

#include "spiqe/circuit.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct spiqe_simulation_options {
  const char *method;    /* NULL: "auto" */
  const char *precision; /* "f64" (NULL) or "f32" */
  size_t n_shots;        /* 0: none; with method density the counts are then probabilities */
  uint64_t seed;
  const double *inputs; /* [n_inputs] of the circuit; may be NULL when it has none */
  size_t most_bytes;    /* memory that registers may take; 0: what the machine has */

  /* Called now and then from the caller's thread, with the part that is done, 0 to 1; anything but
   * 0 stops the run. May be NULL. */
  int (*listener)(void *user, double done);
  void *user;
} spiqe_simulation_options;

/* Distinct outcomes with their counts, ascending. An outcome is written as Qiskit does: registers
 * from the last to the first, separated by a blank, the highest bit of each first. Registers are
 * those of bits, and variables that a qubit is measured into. */
typedef struct spiqe_outcome {
  const char *bits;   /* lives as long as the result */
  uint64_t count;     /* shots that gave it */
  double probability; /* count / shots, or exact where no shots were asked for */
} spiqe_outcome;

typedef struct spiqe_simulation spiqe_simulation;

/* Run. *out: destroyed by the caller, NULL on failure. A circuit that measures nothing gives one
 * outcome, all bits 0. Qubits and operations that no bit can notice are left out, so that a file of
 * 60 qubits which uses 5 runs as 5. The outcomes follow from circuit, inputs and options: they are
 * the same with any number of threads. options may be NULL: auto, no shots.
 * Fails: SPIQE_BAD_NAME (method, precision), SPIQE_BAD_ARGUMENT (an input that is missing or not
 * finite, shots past 2^40, a method that draws without shots), SPIQE_UNSUPPORTED (the method cannot
 * run the circuit: the message names the operation), SPIQE_NO_MEMORY (with the size that the
 * register would need), SPIQE_LIMIT (while loops of more than 100,000 turns in a shot),
 * SPIQE_BAD_FORMAT (a condition without its end), SPIQE_INTERRUPTED (by the listener). */
spiqe_status spiqe_simulate(spiqe_context *ctx, const spiqe_circuit *circuit,
                            const spiqe_simulation_options *options, spiqe_simulation **out);
void spiqe_simulation_destroy(spiqe_simulation *simulation);

size_t spiqe_simulation_n_outcomes(const spiqe_simulation *simulation);
const spiqe_outcome *spiqe_simulation_outcomes(const spiqe_simulation *simulation);

/* The method that ran, the seconds it took, and the qubits that were simulated: those that matter
 * to the classical bits. */
const char *spiqe_simulation_method(const spiqe_simulation *simulation);
size_t spiqe_simulation_n_qubits(const spiqe_simulation *simulation);
double spiqe_simulation_seconds(const spiqe_simulation *simulation);

/* Final amplitudes of a circuit without measurement, reset, conditions and channels;
 * out: [2^n_qubits]. Fails: SPIQE_UNSUPPORTED, SPIQE_NO_MEMORY. */
spiqe_status spiqe_statevector(spiqe_context *ctx, const spiqe_circuit *circuit,
                               const double *inputs, spiqe_complex *out);

/* Final density matrix, averaged over all outcomes; out: [2^n][2^n]. Fails: SPIQE_NO_MEMORY. */
spiqe_status spiqe_density_matrix(spiqe_context *ctx, const spiqe_circuit *circuit,
                                  const double *inputs, spiqe_complex *out);

#ifdef __cplusplus
}
#endif
#endif
