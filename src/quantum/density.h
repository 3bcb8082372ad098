/* Density matrices, and circuits run on them by branches.
 *
 * rho of n qubits is a register of 2 n qubits (state.h) with rows and columns interleaved: bit 2 q
 * of an index is bit q of the column, bit 2 q + 1 is bit q of the row. So what an operation on
 * qubit q mixes lies side by side: [00][01][10][11], each 4^q numbers. */
#ifndef SPIQE_QUANTUM_DENSITY_H
#define SPIQE_QUANTUM_DENSITY_H

#include "quantum/state.h"

#define SPIQE_MOST_DENSITY_QUBITS (SPIQE_MOST_STATE_QUBITS / 2)

typedef struct spiqe_density {
  size_t n_qubits;
  spiqe_state *state; /* owned, 2 n_qubits qubits */
} spiqe_density;

/* Create |0...0><0...0|. Fails: SPIQE_NO_MEMORY, SPIQE_LIMIT (past SPIQE_MOST_DENSITY_QUBITS). */
spiqe_status spiqe_density_create(spiqe_context *ctx, spiqe_precision precision, size_t n_qubits,
                                  spiqe_density **out);
void spiqe_density_destroy(spiqe_density *density);

/* Bytes that it needs; SIZE_MAX when that is past counting. */
size_t spiqe_density_size(spiqe_precision precision, size_t n_qubits);

/* rho[row][column]. */
spiqe_complex spiqe_density_get(const spiqe_density *density, size_t row, size_t column);
void spiqe_density_set(spiqe_density *density, size_t row, size_t column, spiqe_complex value);

/* Sum of the diagonal; the diagonal itself, out: [2^n_qubits]. */
double spiqe_density_trace(const spiqe_density *density);
void spiqe_density_diagonal(const spiqe_density *density, double *out);

/* rho -> A rho A^dagger, where A is the matrix of the step, under its controls. Fails:
 * SPIQE_NO_MEMORY. */
spiqe_status spiqe_density_apply(spiqe_density *density, const spiqe_step *step);

/* rho -> sum K rho K^dagger; kraus: [n_kraus][2^n_targets][2^n_targets]. Fails: SPIQE_NO_MEMORY. */
spiqe_status spiqe_density_channel(spiqe_density *density, size_t n_targets,
                                   const uint32_t *targets, size_t n_kraus,
                                   const spiqe_complex *kraus);

/* tr(rho P) for the Pauli product with X or Y on the qubits of x_mask and Z or Y on those of z_mask
 * (Y on both). */
double spiqe_density_pauli(const spiqe_density *density, uint64_t x_mask, uint64_t z_mask);

/* Run a circuit exactly. The register is a sum of branches, each with its classical bits: a
 * measurement splits one where its result is needed (a condition reads the bit, or the qubit is
 * used again), branches that agree in their bits are added, those below a weight of 1e-15 are
 * dropped. Bits that are measured at the end cost no branches. */
typedef struct spiqe_density_options {
  spiqe_precision precision;
  const double *inputs; /* [n_inputs] */
  size_t most_bytes;    /* that all branches may take; 0: what the machine has */
  int only_average;     /* 1: outcomes are not wanted, bits matter to conditions only */
  /* Called after each operation, or some fused ones, with the part of the circuit that is done;
   * what it fails with ends the run. May be NULL. */
  spiqe_status (*tell)(void *user, double done);
  void *user;
} spiqe_density_options;

typedef struct spiqe_density_result {
  size_t n_bits, n_outcomes; /* n_outcomes 0 for only_average */
  uint8_t *bits;             /* owned, [n_outcomes][n_bits], 0 or 1 */
  double *probabilities;     /* owned, [n_outcomes], each above 1e-15 */
  spiqe_density *average;    /* owned, sum of all branches */
} spiqe_density_result;

#define SPIQE_MOST_BRANCHES ((size_t)1 << 20)

/* Outcomes are distinct and ascend as numbers, bit n_bits - 1 the highest. *out is cleared with
 * spiqe_density_result_clear, also after a failure. Fails: SPIQE_NO_MEMORY (with the size),
 * SPIQE_LIMIT (qubits; more than SPIQE_MOST_BRANCHES; a while loop of more than SPIQE_MOST_TURNS),
 * SPIQE_BAD_ARGUMENT (an input that is not finite, or inputs NULL where the circuit has some). */
spiqe_status spiqe_density_run(spiqe_context *ctx, const spiqe_circuit *circuit,
                               const spiqe_density_options *options, spiqe_density_result *out);
void spiqe_density_result_clear(spiqe_density_result *result);

#endif
