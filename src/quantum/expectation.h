/* Expectations, made ready to be asked for again and again with other inputs. */
#ifndef SPIQE_QUANTUM_EXPECTATION_H
#define SPIQE_QUANTUM_EXPECTATION_H

#include "quantum/operator.h"

/* 1 when the circuit is gates, and at the end perhaps measurements of qubits that nothing follows
 * on: its final state is then one vector, apart from the coherences of the qubits in *measured. */
int spiqe_circuit_is_pure(const spiqe_circuit *circuit, uint64_t *measured);

/* Apply the gates of a pure circuit to a register. Fails: SPIQE_NO_MEMORY, SPIQE_LIMIT. */
spiqe_status spiqe_circuit_run_pure(const spiqe_circuit *circuit, const double *inputs,
                                    spiqe_state *state);

/* Fails with SPIQE_BAD_ARGUMENT when the circuit has inputs and inputs is NULL, or one is not
 * finite. */
spiqe_status spiqe_circuit_check_inputs(spiqe_context *ctx, const spiqe_circuit *circuit,
                                        const double *inputs);

typedef struct spiqe_expectations {
  spiqe_context *ctx;                 /* borrowed */
  const spiqe_circuit *circuit;       /* borrowed */
  const spiqe_observable *observable; /* borrowed */
  spiqe_precision precision;
  size_t n_shots; /* for each group; 0: exact */

  int is_pure; /* exact: by one vector, else by density matrix */
  spiqe_operator op;
  spiqe_state *state; /* owned; pure only */

  /* With shots: groups of terms that are measured together (observable.h), and the circuit with
   * the measurement of one of them behind it. */
  size_t n_groups;
  spiqe_pauli_group *groups; /* owned, [n_groups] */
  size_t *order;             /* owned, the terms of all groups */
  double identity;
  spiqe_circuit
      measured; /* operations, qubits_used and registers are owned, the rest is borrowed */
} spiqe_expectations;

/* All that is borrowed must live as long. Fails: SPIQE_BAD_INDEX (a term on a qubit that the
 * circuit has not), SPIQE_BAD_FORMAT (a condition without its end), SPIQE_NO_MEMORY, SPIQE_LIMIT.
 * *out: cleared with spiqe_expectations_clear, also after a failure. */
spiqe_status spiqe_expectations_create(spiqe_context *ctx, const spiqe_circuit *circuit,
                                       const spiqe_observable *observable,
                                       spiqe_precision precision, size_t n_shots,
                                       spiqe_expectations *out);
void spiqe_expectations_clear(spiqe_expectations *expectations);

/* inputs: [n_inputs], finite; seed: for shots only; variance (of *value): may be NULL, 0 where it
 * is exact. Fails as spiqe_simulate and spiqe_density_run. */
spiqe_status spiqe_expectations_run(spiqe_expectations *expectations, const double *inputs,
                                    uint64_t seed, double *value, double *variance);

/* The parts of the above for shots (sampled.c). */
spiqe_status spiqe_sampled_create(spiqe_expectations *out);
void spiqe_sampled_clear(spiqe_expectations *expectations);
spiqe_status spiqe_sampled_run(spiqe_expectations *expectations, const double *inputs,
                               uint64_t seed, double *value, double *variance);

#endif
