/* Observables (sums of Pauli products), their expectation in the final state of a circuit, and its
 * derivatives with respect to the circuit's inputs. */
#ifndef SPIQE_GRADIENT_H
#define SPIQE_GRADIENT_H

#include "spiqe/circuit.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct spiqe_observable spiqe_observable;

/* An observable from text: "Z0", "0.5 * Z0 Z1 - 1.5*X2 + 2", "2 X0Y1 + -0.5 Z3" (a number alone is
 * a multiple of the identity; factors of a product are on different qubits). Equal products are
 * added up, those that cancel are left out. *out: destroyed by the caller, NULL on failure.
 * Fails: SPIQE_BAD_FORMAT (with the column), SPIQE_BAD_ARGUMENT (factors that add up to infinity),
 * SPIQE_LIMIT (a qubit above 63, more than 2^20 terms or 64 MiB), SPIQE_NO_MEMORY. */
spiqe_status spiqe_observable_parse(spiqe_context *ctx, const char *text, spiqe_observable **out);
void spiqe_observable_destroy(spiqe_observable *observable);

/* Terms after equal ones were added up. */
size_t spiqe_observable_n_terms(const spiqe_observable *observable);

/* Expectation in the final state, exact: by a state vector for a circuit of gates with measurements
 * at its end, else (reset, conditions, channels, measurement in the middle) by density matrix,
 * averaged over all outcomes. inputs: [n_inputs], NULL where there are none. Fails: SPIQE_BAD_INDEX
 * (a qubit that the circuit has not), SPIQE_BAD_ARGUMENT (an input that is missing or not finite),
 * SPIQE_BAD_FORMAT (a condition without its end), SPIQE_NO_MEMORY, SPIQE_LIMIT. */
spiqe_status spiqe_expectation(spiqe_context *ctx, const spiqe_circuit *circuit,
                               const spiqe_observable *observable, const double *inputs,
                               double *out);

/* The same from n_shots shots for each group of terms that can be measured together (on each qubit
 * they have the same letter or none); *standard_error, estimated from the same shots, may be NULL;
 * one shot alone has none, which is told as INFINITY. The same seed gives the same shots. Fails
 * also: SPIQE_BAD_ARGUMENT (0 shots), and as spiqe_simulate. */
spiqe_status spiqe_expectation_sampled(spiqe_context *ctx, const spiqe_circuit *circuit,
                                       const spiqe_observable *observable, const double *inputs,
                                       size_t n_shots, uint64_t seed, double *out,
                                       double *standard_error);

/* How derivatives are made.
 * ADJOINT: one backward pass for all inputs and all terms (Jones, Gacon 2020, arXiv 2009.02823), in
 *   three to four times what it takes to run the circuit. It needs two registers, and keeps others
 *   from the way forward in up to 512 MiB.
 * SHIFT: parameter shift; two terms for exp(-i a P / 2), four for controlled rotations (Wierichs et
 *   al. 2022, arXiv 2107.12390), as on hardware: two or four expectations for each place where an
 *   input stands.
 * DIFFERENCE: fourth-order central differences, step 1e-3: four expectations for each input, to
 *   check the others. */
typedef enum spiqe_gradient_method {
  SPIQE_GRADIENT_ADJOINT,
  SPIQE_GRADIENT_SHIFT,
  SPIQE_GRADIENT_DIFFERENCE
} spiqe_gradient_method;

typedef struct spiqe_gradient_options {
  spiqe_gradient_method method;
  const char *precision; /* "f64" (NULL) or "f32" */
  size_t n_shots;        /* SHIFT only: 0 is exact, else shots as spiqe_expectation_sampled */
  uint64_t seed;
} spiqe_gradient_options;

/* Expectation and its gradient, gradient: [n_inputs]. options may be NULL: adjoint, f64. Fails as
 * spiqe_expectation; SPIQE_UNSUPPORTED (adjoint where the expectation needs a density matrix: the
 * message names the operation), SPIQE_BAD_NAME (precision), SPIQE_BAD_ARGUMENT (shots with another
 * method than SHIFT). */
spiqe_status spiqe_expectation_gradient(spiqe_context *ctx, const spiqe_circuit *circuit,
                                        const spiqe_observable *observable, const double *inputs,
                                        const spiqe_gradient_options *options, double *expectation,
                                        double *gradient);

#ifdef __cplusplus
}
#endif
#endif
