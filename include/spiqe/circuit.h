/* Quantum circuits: gates with angles that may depend on named inputs, measurement, reset, delays,
 * classical bits and variables, conditions; OpenQASM 2 and 3 in and out; drawings.
 *
 * Angles are in radians, times in seconds. Qubit 0 is the least significant bit of an index. Gates
 * as in OpenQASM 3's stdgates.inc: rx(a) = exp(-i a X / 2). */
#ifndef SPIQE_CIRCUIT_H
#define SPIQE_CIRCUIT_H

#include <stddef.h>
#include <stdint.h>

#include "spiqe/context.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct spiqe_circuit spiqe_circuit;

typedef struct spiqe_complex {
  double re, im;
} spiqe_complex;

/* An angle: constant + sum of factor * input. */
typedef struct spiqe_term {
  uint32_t input;
  double factor;
} spiqe_term;

typedef struct spiqe_angle {
  double constant;
  uint32_t n_terms;
  const spiqe_term *terms; /* borrowed, [n_terms]; NULL for none */
} spiqe_angle;

/* What a register of a circuit holds. Bits, numbers and truth values live in one array of classical
 * bits; a number of n bits has its lowest bit first. */
typedef enum spiqe_register_kind {
  SPIQE_REGISTER_QUBITS,
  SPIQE_REGISTER_BITS,
  SPIQE_REGISTER_UINT,
  SPIQE_REGISTER_INT,
  SPIQE_REGISTER_BOOL
} spiqe_register_kind;

/* Limits of a circuit. */
#define SPIQE_MOST_QUBITS ((size_t)1 << 20)
#define SPIQE_MOST_BITS ((size_t)1 << 24)
#define SPIQE_MOST_MATRIX_TARGETS 10
#define SPIQE_NO_BIT UINT32_MAX

/* Create a circuit on qubits "q" [n_qubits] and bits "c" [n_bits]; either may be 0, and registers
 * can be added. *out: destroyed by the caller, NULL on failure. The circuit borrows ctx.
 * Fails: SPIQE_LIMIT, SPIQE_NO_MEMORY. */
spiqe_status spiqe_circuit_create(spiqe_context *ctx, size_t n_qubits, size_t n_bits,
                                  spiqe_circuit **out);
void spiqe_circuit_destroy(spiqe_circuit *circuit);

size_t spiqe_circuit_n_qubits(const spiqe_circuit *circuit);
size_t spiqe_circuit_n_bits(const spiqe_circuit *circuit);
size_t spiqe_circuit_n_inputs(const spiqe_circuit *circuit);
size_t spiqe_circuit_n_operations(const spiqe_circuit *circuit);
size_t spiqe_circuit_n_measurements(const spiqe_circuit *circuit); /* in its text */

/* Add a register. *first: its first qubit or bit; may be NULL. Fails: SPIQE_BAD_NAME (not an
 * identifier, or taken), SPIQE_BAD_ARGUMENT (size 0, a number of more than 64 bits), SPIQE_LIMIT,
 * SPIQE_NO_MEMORY. */
spiqe_status spiqe_circuit_add_register(spiqe_circuit *circuit, spiqe_register_kind kind,
                                        const char *name, size_t size, uint32_t *first);

/* Add an input, which angles may depend on. Fails as above. */
spiqe_status spiqe_circuit_add_input(spiqe_circuit *circuit, const char *name, uint32_t *input);

/* Name of an input; NULL past the last. */
const char *spiqe_circuit_input_name(const spiqe_circuit *circuit, size_t input);

/* Number of controls and targets, and of angles, of the gate with that name ("h", "cx", "crz",
 * "ccx", "u3", "rxx", ...: docs/gates.md). Returns 0 for a name that is not known. */
int spiqe_gate_shape(const char *name, size_t *n_qubits, size_t *n_angles);

/* The i-th known gate name; NULL past the last. */
const char *spiqe_gate_name(size_t index);

/* Add a gate by name. angles: one for each angle of the gate, NULL for none; qubits: controls
 * first, then targets. Fails: SPIQE_BAD_NAME (with the nearest right name), SPIQE_BAD_INDEX (a
 * qubit past the end, or one twice), SPIQE_BAD_ARGUMENT (an angle that is not finite, an input that
 * is not there), SPIQE_NO_MEMORY. */
spiqe_status spiqe_circuit_gate(spiqe_circuit *circuit, const char *name, const double *angles,
                                const uint32_t *qubits);

/* The same with angles that depend on inputs, and further controls: controls is a list of
 * n_controls qubits, on_zero (or NULL) is 1 for those that must be |0>. */
spiqe_status spiqe_circuit_gate_controlled(spiqe_circuit *circuit, const char *name,
                                           const spiqe_angle *angles, size_t n_controls,
                                           const uint32_t *controls, const uint8_t *on_zero,
                                           const uint32_t *qubits);

/* Add any unitary matrix on n_targets qubits, [2^n][2^n] row-major, targets[0] is bit 0 of an
 * index. Fails also: SPIQE_BAD_ARGUMENT (not unitary to 1e-8: the message has the distance),
 * SPIQE_LIMIT (more than SPIQE_MOST_MATRIX_TARGETS). */
spiqe_status spiqe_circuit_matrix(spiqe_circuit *circuit, size_t n_targets, const uint32_t *targets,
                                  const spiqe_complex *matrix);

/* Add a channel of n_kraus operators, each [2^n][2^n]: rho -> sum K rho K^dagger. Fails also:
 * SPIQE_BAD_ARGUMENT (not trace preserving to 1e-8). */
spiqe_status spiqe_circuit_channel(spiqe_circuit *circuit, const char *name, size_t n_targets,
                                   const uint32_t *targets, size_t n_kraus,
                                   const spiqe_complex *kraus);

/* Measure a qubit into a classical bit, or SPIQE_NO_BIT. */
spiqe_status spiqe_circuit_measure(spiqe_circuit *circuit, uint32_t qubit, uint32_t bit);
spiqe_status spiqe_circuit_reset(spiqe_circuit *circuit, uint32_t qubit);

/* Barrier on n qubits; n 0: on all. Delay of a qubit in seconds. */
spiqe_status spiqe_circuit_barrier(spiqe_circuit *circuit, size_t n, const uint32_t *qubits);
spiqe_status spiqe_circuit_delay(spiqe_circuit *circuit, double seconds, uint32_t qubit);

/* What follows, up to else or end, is done when the condition holds: OpenQASM 3's expressions on
 * the circuit's registers, "c == 3", "c[0] && !c[1]". Conditions nest; at the end each has its end.
 * Fails: SPIQE_BAD_FORMAT, SPIQE_BAD_NAME, SPIQE_BAD_INDEX, SPIQE_UNSUPPORTED, SPIQE_LIMIT (the
 * message tells the column). */
spiqe_status spiqe_circuit_if(spiqe_circuit *circuit, const char *condition);
spiqe_status spiqe_circuit_else(spiqe_circuit *circuit);
spiqe_status spiqe_circuit_while(spiqe_circuit *circuit, const char *condition);
spiqe_status spiqe_circuit_end(spiqe_circuit *circuit);

/* Append the operations of other, whose qubits, bits and inputs must be there too (inputs are found
 * by name and added). Fails: SPIQE_BAD_SHAPE. */
spiqe_status spiqe_circuit_append(spiqe_circuit *circuit, const spiqe_circuit *other);

/* Give all inputs their values, [n_inputs]: angles become numbers, and no inputs are left. Fails:
 * SPIQE_BAD_ARGUMENT (a value is not finite). Does not allocate. */
spiqe_status spiqe_circuit_bind(spiqe_circuit *circuit, const double *values);

/* The circuit that undoes this one. Fails: SPIQE_UNSUPPORTED (measurement, reset, conditions or
 * channels have no inverse). */
spiqe_status spiqe_circuit_inverse(const spiqe_circuit *circuit, spiqe_circuit **out);

/* Are two circuits the same: registers, inputs, operations, angles to the bit? On 0, message (which
 * may be NULL) tells the first difference. */
int spiqe_circuit_equal(const spiqe_circuit *a, const spiqe_circuit *b, char *message,
                        size_t message_size);

/* Read OpenQASM 2 or 3 (docs/openqasm.md says what is supported) from a file, or from text[size]
 * (name goes into messages). Fails, with "file:line:column:" and what was expected:
 * SPIQE_BAD_FORMAT, SPIQE_BAD_NAME, SPIQE_BAD_INDEX, SPIQE_BAD_SHAPE, SPIQE_UNSUPPORTED (what
 * OpenQASM has and this reader has not), SPIQE_LIMIT (a loop or nested definition that makes more
 * than a million operations above those that the text holds itself); SPIQE_NOT_FOUND, SPIQE_FILE,
 * SPIQE_NO_MEMORY. */
spiqe_status spiqe_circuit_read(spiqe_context *ctx, const char *path, spiqe_circuit **out);
spiqe_status spiqe_circuit_parse(spiqe_context *ctx, const char *name, const char *text,
                                 size_t size, spiqe_circuit **out);

/* The circuit as OpenQASM; version is 2 or 3. *out: owned by the caller (free), NULL on failure.
 * Reading it again gives an equal circuit, but for a matrix on one qubit, which becomes U and a
 * phase, and an angle that names an input twice, whose terms are added. Fails: SPIQE_UNSUPPORTED,
 * naming what the language (2 above all) cannot say; SPIQE_BAD_ARGUMENT (version),
 * SPIQE_NO_MEMORY. */
spiqe_status spiqe_circuit_qasm(const spiqe_circuit *circuit, int version, char **out);

/* Drawing in UTF-8, wrapped at `width` columns (0: never), or as an SVG picture. *out: owned by the
 * caller (free). Fails: SPIQE_LIMIT (a drawing of more than 64 MiB), SPIQE_NO_MEMORY. */
spiqe_status spiqe_circuit_draw(const spiqe_circuit *circuit, size_t width, char **out);
spiqe_status spiqe_circuit_draw_svg(const spiqe_circuit *circuit, char **out);

#ifdef __cplusplus
}
#endif
#endif
