/* A circuit as the library sees it: a flat list of operations with pools for what they point to. */
#ifndef SPIQE_CIRCUIT_CIRCUIT_H
#define SPIQE_CIRCUIT_CIRCUIT_H

#include "circuit/expression.h"
#include "circuit/gates.h"
#include "spiqe/circuit.h"

typedef enum spiqe_operation_kind {
  SPIQE_GATE,
  SPIQE_MATRIX,
  SPIQE_CHANNEL,
  SPIQE_MEASURE,
  SPIQE_RESET,
  SPIQE_BARRIER,
  SPIQE_DELAY,
  SPIQE_READOUT, /* a measured bit read wrongly: numbers[first_angle] = {P(1 | 0), P(0 | 1)} */
  SPIQE_ASSIGN,  /* classical bits payload.. + n_targets = value of the expression */
  SPIQE_IF,
  SPIQE_ELSE,
  SPIQE_WHILE,
  SPIQE_END,
  SPIQE_N_OPERATION_KINDS
} spiqe_operation_kind;

/* In qubits_used: a control that must be |0>. */
#define SPIQE_ON_ZERO ((uint32_t)1 << 31)
#define SPIQE_NO_JUMP UINT32_MAX

typedef struct spiqe_operation {
  uint8_t kind;     /* spiqe_operation_kind */
  uint8_t gate;     /* GATE: row of spiqe_gates */
  uint8_t is_in_dt; /* DELAY: the time is in the device's dt instead of seconds */
  uint32_t n_controls, n_targets;
  uint32_t first_qubit; /* in qubits: controls, then targets */
  uint32_t first_angle; /* GATE: in angles, [n_parameters]; DELAY: one, the time */
  uint32_t payload; /* MEASURE, READOUT: bit; MATRIX: first number in numbers; CHANNEL: its index;
                           ASSIGN: first bit, n_targets many */
  uint32_t first_node, n_nodes; /* IF, WHILE, ASSIGN: the expression, in nodes */
  uint32_t jump; /* IF: its ELSE or END; ELSE, WHILE: the END; END: its IF, ELSE or WHILE */
  uint32_t line; /* of the file, 0 where there is none */
} spiqe_operation;

typedef struct spiqe_register {
  spiqe_register_kind kind;
  char *name; /* owned */
  uint32_t first, size;
} spiqe_register;

/* Angle whose terms lie in the pool. */
typedef struct spiqe_stored_angle {
  double constant;
  uint32_t first_term, n_terms;
} spiqe_stored_angle;

typedef struct spiqe_channel {
  char name[32];
  uint32_t n_targets, n_kraus;
  size_t first; /* in numbers: [n_kraus][2^k][2^k] */
} spiqe_channel;

#define SPIQE_POOL(type, name)                                                                     \
  type *name; /* owned, [n_##name] */                                                              \
  size_t n_##name, room_##name

struct spiqe_circuit {
  spiqe_context *ctx; /* borrowed */
  size_t n_qubits, n_bits;
  SPIQE_POOL(spiqe_register, registers); /* in the order of their declaration */
  SPIQE_POOL(char *, inputs);            /* names, owned */
  SPIQE_POOL(spiqe_operation, operations);
  SPIQE_POOL(uint32_t, qubits_used); /* of the operations, one behind the other */
  SPIQE_POOL(spiqe_stored_angle, angles);
  SPIQE_POOL(spiqe_term, terms);
  SPIQE_POOL(spiqe_node, nodes);
  SPIQE_POOL(spiqe_complex, numbers); /* matrices and Kraus operators */
  SPIQE_POOL(spiqe_channel, channels);
  SPIQE_POOL(uint32_t, open); /* IF, ELSE and WHILE that wait for their END */
};

/* Of while loops in a shot, all together: what turns longer is taken not to end. */
#define SPIQE_MOST_TURNS 100000

/* Make room for `more` elements of a pool. */
#define SPIQE_POOL_ROOM(circuit, name, more)                                                       \
  spiqe_grow((circuit)->ctx, (void **)&(circuit)->name, &(circuit)->room_##name,                   \
             (circuit)->n_##name + (more), sizeof *(circuit)->name)

/* Add an operation whose indices are right already: no checks. The ways above it check. */
spiqe_status spiqe_circuit_push(spiqe_circuit *circuit, const spiqe_operation *operation);

/* Put qubits (with SPIQE_ON_ZERO where wanted) or an angle into the pools; *first: where. */
spiqe_status spiqe_circuit_push_qubits(spiqe_circuit *circuit, size_t n, const uint32_t *qubits,
                                       uint32_t *first);
spiqe_status spiqe_circuit_push_angle(spiqe_circuit *circuit, const spiqe_angle *angle,
                                      uint32_t *index);

/* Add a gate by row; qubits: controls with SPIQE_ON_ZERO where wanted, then targets. Checks qubits
 * and angles as spiqe_circuit_gate does. */
spiqe_status spiqe_circuit_push_gate(spiqe_circuit *circuit, size_t gate, const spiqe_angle *angles,
                                     size_t n_controls, const uint32_t *qubits, uint32_t line);

/* Begin IF or WHILE with an expression; ELSE; END: they keep the jumps right. */
spiqe_status spiqe_circuit_push_condition(spiqe_circuit *circuit, spiqe_operation_kind kind,
                                          const spiqe_node *nodes, size_t n_nodes, uint32_t line);
spiqe_status spiqe_circuit_push_else(spiqe_circuit *circuit, uint32_t line);
spiqe_status spiqe_circuit_push_end(spiqe_circuit *circuit, uint32_t line);

/* Bits first.. first + n - 1 = value. */
spiqe_status spiqe_circuit_push_assign(spiqe_circuit *circuit, uint32_t first, uint32_t n,
                                       const spiqe_node *nodes, size_t n_nodes, uint32_t line);

/* Register by name; NULL when there is none. */
const spiqe_register *spiqe_circuit_register(const spiqe_circuit *circuit, const char *name,
                                             size_t length);

/* Fails with SPIQE_BAD_FORMAT when an IF, ELSE or WHILE has no END yet. */
spiqe_status spiqe_circuit_check_closed(const spiqe_circuit *circuit);

/* The END of the IF, ELSE or WHILE at `at`: an IF's jump leads to its ELSE first. */
uint32_t spiqe_circuit_end_of(const spiqe_circuit *circuit, uint32_t at);

/* Value of an angle; inputs: [n_inputs]. */
double spiqe_circuit_angle(const spiqe_circuit *circuit, uint32_t index, const double *inputs);

/* Matrix of a GATE or MATRIX on its targets, out: [4^n_targets]; controls are not in it. */
void spiqe_operation_matrix(const spiqe_circuit *circuit, const spiqe_operation *operation,
                            const double *inputs, spiqe_complex *out);

/* The name that a user knows an operation by: "rx", "if", "measure". */
const char *spiqe_operation_name(const spiqe_circuit *circuit, const spiqe_operation *operation);

#endif
