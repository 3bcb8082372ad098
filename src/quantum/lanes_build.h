/* Building a program of lanes: which rows hold which amplitude.
 *
 * The state is a table: for each part (real, imaginary) of each amplitude the row that holds it,
 * and its sign; or that it is 0, or 1. Permutations, signs and powers of i change the table
 * only. A row is freed with its last reference, so rows of numbers known to be 0 are not there
 * at all. */
#ifndef SPIQE_QUANTUM_LANES_BUILD_H
#define SPIQE_QUANTUM_LANES_BUILD_H

#include "quantum/lanes.h"

#define SPIQE_ROW_ONE (UINT32_MAX - 1) /* holds 1 and is not there; SPIQE_NO_ROW holds 0 */

typedef struct spiqe_lane_ref {
  uint32_t row;
  uint32_t is_negative;
} spiqe_lane_ref;

/* A condition that is open. */
typedef struct spiqe_lane_scope {
  uint32_t mask, outer;  /* rows; outer: of the scope around, or SPIQE_NO_ROW */
  uint32_t begin;        /* WHILE: its operation of the program */
  spiqe_lane_ref *state; /* WHILE: owned, the table at its begin */
} spiqe_lane_scope;

typedef struct spiqe_lane_builder {
  spiqe_context *ctx;           /* borrowed */
  const spiqe_circuit *circuit; /* borrowed */
  spiqe_lane_program *program;  /* borrowed */
  spiqe_step_program *step;     /* borrowed; what is compiled is a step (lanes_step.h), or NULL */
  unsigned way;
  size_t n_lanes, n_rows, n_amplitudes;
  spiqe_lane_ref (*state)[2]; /* owned, [n_amplitudes][re, im] */
  uint32_t mask;              /* of the lanes that operations act on; SPIQE_NO_ROW: all */
  uint32_t exponent;          /* row: sum of the exponents of rescaling; SPIQE_NO_ROW: none */
  uint32_t norm;              /* row: norm of the state; SPIQE_NO_ROW: not known */
  uint32_t n_measurements, n_draws;
  size_t n_doublings;            /* the norm is 2^n_doublings times what it should be */
  SPIQE_POOL(uint32_t, uses);    /* of each row */
  SPIQE_POOL(uint32_t, idle);    /* rows without a use */
  SPIQE_POOL(uint32_t, leaving); /* rows that lost their last use in the operation being built */
  SPIQE_POOL(uint32_t, items);   /* of the operation being built */
  SPIQE_POOL(uint32_t, spreads); /* of the SPREAD built beside a ROTATE */
  SPIQE_POOL(spiqe_lane_scope, scopes);
  SPIQE_POOL(uint8_t, fused); /* [n_operations of the circuit] 1: done with an earlier one */
} spiqe_lane_builder;

/* A row with one use. Its old numbers may be read by the operation being built only if that
 * operation does not write it: rows come free when the next operation is begun. */
spiqe_status spiqe_lane_take(spiqe_lane_builder *b, uint32_t *row);

/* One use more, one less; rows that are no rows (0 and 1) are passed over. */
void spiqe_lane_hold(spiqe_lane_builder *b, uint32_t row);
spiqe_status spiqe_lane_drop(spiqe_lane_builder *b, uint32_t row);

/* Give a part of the state another row (whose use it takes over); the old one is dropped. */
spiqe_status spiqe_lane_put(spiqe_lane_builder *b, spiqe_lane_ref *ref, uint32_t row,
                            uint32_t is_negative);

/* Row where an operation may leave the new value of ref: its own when nothing else uses it. */
spiqe_status spiqe_lane_place(spiqe_lane_builder *b, const spiqe_lane_ref *ref, uint32_t *row);

/* Make a reference to 1 one to a row of ones. */
spiqe_status spiqe_lane_solid(spiqe_lane_builder *b, spiqe_lane_ref *ref);

/* Add to a list being built. */
spiqe_status spiqe_lane_item(spiqe_lane_builder *b, uint32_t word);
spiqe_status spiqe_lane_spread_item(spiqe_lane_builder *b, uint32_t word);

/* Add an operation whose items are given, or those being built (a new list is begun). Rows that
 * were dropped are idle from then on. */
spiqe_status spiqe_lane_emit_items(spiqe_lane_builder *b, const spiqe_lane_op *op, size_t n_words,
                                   const uint32_t *words);
spiqe_status spiqe_lane_emit(spiqe_lane_builder *b, const spiqe_lane_op *op);

/* Rows that were dropped are idle from now on (a list whose operations read them is out). */
spiqe_status spiqe_lane_free(spiqe_lane_builder *b);

/* A row that two operations read, where one of them is SELECT or LINEAR: backward those set the
 * adjoint of what they read, but COPY adds to it. So before the first of them amplitudes i with
 * i & mask == value get copies (*copies: for the caller to free; NULL where no gradient is asked
 * for), and the second reads these. */
spiqe_status spiqe_lane_copy_parts(spiqe_lane_builder *b, uint64_t mask, uint64_t value,
                                   spiqe_lane_ref (**copies)[2]);
spiqe_status spiqe_lane_put_copies(spiqe_lane_builder *b, spiqe_lane_ref (*copies)[2]);

/* Put a number into the program. */
spiqe_status spiqe_lane_number(spiqe_lane_builder *b, double number, uint32_t *index);

/* An operation of this kind with nothing else set. */
spiqe_lane_op spiqe_lane_op_of(unsigned kind);

/* Fill a row with a number. */
spiqe_status spiqe_lane_fill(spiqe_lane_builder *b, uint32_t row, double number);

/* Put the rows of the state into the list being built, each once; *n: how many. */
spiqe_status spiqe_lane_list_rows(spiqe_lane_builder *b, uint32_t *n);

/* Every part of the state in a row of its own, with its right sign. */
spiqe_status spiqe_lane_settle(spiqe_lane_builder *b);

/* Compile an operation of the circuit, whatever its kind. */
spiqe_status spiqe_lane_build_operation(spiqe_lane_builder *b, size_t operation);

/* Free what the builder owns. */
void spiqe_lane_builder_clear(spiqe_lane_builder *b);

/* Compile a GATE or MATRIX; a matrix (which need not be unitary) on these targets. */
spiqe_status spiqe_lane_build_gate(spiqe_lane_builder *b, const spiqe_operation *operation);
spiqe_status spiqe_lane_build_matrix(spiqe_lane_builder *b, size_t n_targets,
                                     const uint32_t *targets, uint64_t control_mask,
                                     uint64_t control_value, const spiqe_complex *matrix);

/* new = M old for the amplitudes with (index & control_mask) == control_value, in rows that hold
 * no part of the state; out: [n_amplitudes][2]. Parts that do not change hold the row of the
 * state once more. */
spiqe_status spiqe_lane_build_linear(spiqe_lane_builder *b, size_t n_targets,
                                     const uint32_t *targets, uint64_t control_mask,
                                     uint64_t control_value, const spiqe_complex *matrix,
                                     spiqe_lane_ref (*out)[2]);

/* exp(-i a P / 2) where (index & control_mask) == control_value; P: Y on the qubits of both masks,
 * else X and Z. a = scale * (angle of the circuit) + offset; angle may be UINT32_MAX for none. */
typedef struct spiqe_lane_pauli {
  uint64_t x_mask, z_mask, control_mask, control_value;
} spiqe_lane_pauli;
spiqe_status spiqe_lane_build_rotation(spiqe_lane_builder *b, const spiqe_lane_pauli *pauli,
                                       const spiqe_lane_uniform *angle);

/* new = mask ? chosen : state, part by part; takes over the uses of chosen, [n_amplitudes][2]. */
spiqe_status spiqe_lane_build_select(spiqe_lane_builder *b, uint32_t mask,
                                     spiqe_lane_ref (*chosen)[2]);

/* MEASURE with the RESET that follows it (reset: 1), or RESET alone; CHANNEL; READOUT. */
spiqe_status spiqe_lane_build_measure(spiqe_lane_builder *b, uint32_t qubit, uint32_t bit,
                                      int reset);
spiqe_status spiqe_lane_build_channel(spiqe_lane_builder *b, const spiqe_operation *operation);
spiqe_status spiqe_lane_build_readout(spiqe_lane_builder *b, const spiqe_operation *operation);

/* Sum of squares of all parts of the state, in a new row; the row of the last measurement is no
 * longer the norm. */
spiqe_status spiqe_lane_build_norm(spiqe_lane_builder *b, uint32_t *row);
spiqe_status spiqe_lane_forget_norm(spiqe_lane_builder *b);

/* IF, ELSE, WHILE, END, ASSIGN. */
spiqe_status spiqe_lane_build_control(spiqe_lane_builder *b, size_t operation);

#endif
