/* Random circuits: a function of their options, over all that a circuit can hold. */
#ifndef TESTS_SUPPORT_RANDOM_CIRCUIT_H
#define TESTS_SUPPORT_RANDOM_CIRCUIT_H

#include "circuit/circuit.h"

/* What a circuit may hold besides gates by name with numbers as angles. */
enum {
  RANDOM_CONTROLS = 1 << 0, /* up to three more controls on a gate, of both kinds */
  RANDOM_MATRICES = 1 << 1, /* unitary matrices on up to 4 qubits */
  RANDOM_INPUTS = 1 << 2,   /* angles that depend on inputs */
  RANDOM_MEASURE = 1 << 3,  /* in the middle, into a bit or (rarely) no bit */
  RANDOM_RESET = 1 << 4,
  RANDOM_IF = 1 << 5,             /* nested, with and without else */
  RANDOM_WHILE = 1 << 6,          /* loops that end with probability 1 */
  RANDOM_ASSIGN = 1 << 7,         /* bits = expression */
  RANDOM_WILD = 1 << 8,           /* expressions of every kind of node, in any types */
  RANDOM_DELAY = 1 << 9,          /* delays and barriers */
  RANDOM_CHANNEL = 1 << 10,       /* 1 to 4 Kraus operators on 1 or 2 qubits */
  RANDOM_READOUT = 1 << 11,       /* a bit read wrongly, after its measurement */
  RANDOM_CLIFFORD = 1 << 12,      /* gates of the Clifford group only */
  RANDOM_MEASURE_ALL = 1 << 13,   /* at the end, qubit i into bit i, as far as both are there */
  RANDOM_MEASURE_RESET = 1 << 14, /* half of the measurements are followed by a reset */
  RANDOM_PAULI_CHANNEL = 1 << 15, /* mixtures of Pauli products on 1 or 2 qubits */
  RANDOM_UNITARY = RANDOM_CONTROLS | RANDOM_MATRICES | RANDOM_INPUTS | RANDOM_DELAY,
  RANDOM_CLASSICAL = RANDOM_MEASURE | RANDOM_RESET | RANDOM_IF | RANDOM_WHILE | RANDOM_ASSIGN,
  RANDOM_NOISE = RANDOM_CHANNEL | RANDOM_READOUT
};

typedef struct random_circuit_options {
  uint64_t seed;
  size_t n_qubits, n_bits, n_inputs;
  size_t n_operations; /* about so many; END and ELSE are not counted */
  unsigned with;       /* flags above */
  double delay;        /* mean length of a delay in seconds */
} random_circuit_options;

/* Draw a circuit; fails the test when the library refuses it. Destroyed by the caller. */
spiqe_circuit *random_circuit(spiqe_context *ctx, const random_circuit_options *options);

/* Values for inputs (or angles), out: [n], -pi to pi. */
void random_angles(uint64_t seed, size_t n, double *out);

/* A random unitary matrix (with Haar's measure) of n rows, or its first n_columns columns. */
void random_isometry(uint64_t seed, size_t n, size_t n_columns, spiqe_complex *out);

#endif
