/* The table of gates. Parser, printer, drawing, inverse, controlled forms, simulators, gradients
 * and docs/gates.md follow from it: a gate is a row here, a name for it a row of the spellings.
 *
 * A matrix is row-major, [2^k][2^k] for k targets; targets[0] is bit 0 of an index. Controls are
 * not part of a matrix: any number of them, positive or negative, can be put before any row. */
#ifndef SPIQE_CIRCUIT_GATES_H
#define SPIQE_CIRCUIT_GATES_H

#include <stddef.h>
#include <stdint.h>

#include "spiqe/circuit.h"

#define SPIQE_MOST_GATE_TARGETS 2
#define SPIQE_MOST_GATE_PARAMETERS 4
#define SPIQE_MOST_FACTORS 4

/* One factor of a gate with parameters: exp(-i a P / 2), a = scale * parameter + offset. P is a
 * product over the targets: I, X, Y, Z, or 1 for the projector |1><1|, which is 1 where the qubit
 * is |1> and 0 elsewhere. So "1" with scale -2 is the phase gate diag(1, exp(i a)). */
typedef struct spiqe_factor {
  char pauli[SPIQE_MOST_GATE_TARGETS + 1]; /* [n_targets], character i for target i */
  int8_t parameter;                        /* -1: a = offset */
  double scale, offset;
} spiqe_factor;

/* The inverse: this row with parameters sign[i] * parameter[from[i]] + offset[i]. */
typedef struct spiqe_gate_inverse {
  const char *name;
  int8_t from[SPIQE_MOST_GATE_PARAMETERS], sign[SPIQE_MOST_GATE_PARAMETERS];
  double offset[SPIQE_MOST_GATE_PARAMETERS];
} spiqe_gate_inverse;

typedef struct spiqe_gate {
  const char *name;   /* unique; the spelling with no control has the same */
  const char *symbol; /* for drawings: "H", "Rx", "√X" */
  const char *text;   /* what it does, for the docs */
  uint8_t n_targets, n_parameters, n_factors;
  const double *matrix; /* static, [2^k][2^k][2] real and imaginary; NULL: by factors */
  spiqe_factor factors[SPIQE_MOST_FACTORS]; /* in the order in which they act */
  spiqe_gate_inverse inverse;
} spiqe_gate;

extern const spiqe_gate spiqe_gates[];
size_t spiqe_n_gates(void);

/* Where a name is known. */
enum {
  SPIQE_IN_QASM3 = 1,    /* the language itself: U, gphase */
  SPIQE_IN_STDGATES = 2, /* OpenQASM 3's stdgates.inc */
  SPIQE_IN_QELIB1 = 4,   /* OpenQASM 2's language or qelib1.inc, as Qiskit has it */
  SPIQE_IN_SPIQE = 8     /* a name that other programs need a definition for */
};

/* A name: gate `gate` with n_controls positive controls before its targets. */
typedef struct spiqe_spelling {
  const char *name, *gate;
  uint8_t n_controls, where; /* flags above */
  const char *definition; /* OpenQASM 3 body on a, b, c... and p0, p1...; NULL where not needed */
} spiqe_spelling;

extern const spiqe_spelling spiqe_spellings[];
size_t spiqe_n_spellings(void);

/* Row of the table by name; -1 when there is none. */
int spiqe_gate_find(const char *name);

/* The spelling with that name; NULL when there is none. */
const spiqe_spelling *spiqe_spelling_find(const char *name, size_t length);

/* The best name for a gate with so many positive controls among those known in `where`; NULL when
 * there is none. */
const spiqe_spelling *spiqe_spelling_of(size_t gate, size_t n_controls, unsigned where);

/* Matrix of a row, out: [2^k * 2^k]. parameters: [n_parameters]. */
void spiqe_gate_matrix(size_t gate, const double *parameters, spiqe_complex *out);

/* Matrix of one factor on n_targets qubits for an angle a. */
void spiqe_factor_matrix(const spiqe_factor *factor, size_t n_targets, double a,
                         spiqe_complex *out);

/* C = A B, [n][n]; c is not a or b. */
void spiqe_matrix_multiply(size_t n, const spiqe_complex *a, const spiqe_complex *b,
                           spiqe_complex *c);

#endif
