/* Pieces of OpenQASM: what the writer and the labels of drawings share. */
#ifndef SPIQE_CIRCUIT_WRITE_H
#define SPIQE_CIRCUIT_WRITE_H

#include "circuit/wires.h"
#include "core/text.h"

/* A circuit on its way to OpenQASM. */
typedef struct spiqe_writer {
  const spiqe_circuit *circuit; /* borrowed */
  spiqe_wires wires;            /* owned */
  spiqe_text text, body;        /* owned: declarations, operations */
  int version;
  unsigned where;     /* names that may be used */
  uint8_t *is_needed; /* owned, [spiqe_n_spellings()]: names that want their definition */
  size_t depth;       /* of conditions */
} spiqe_writer;

/* --- write_gate.c */

/* One GATE or MATRIX without the indentation, ";" at its end. Fails: SPIQE_UNSUPPORTED. */
spiqe_status spiqe_write_gate(spiqe_writer *writer, const spiqe_operation *op);

/* The definitions that were needed. */
void spiqe_write_definitions(spiqe_writer *writer);

/* SPIQE_UNSUPPORTED: "operation 3 (rx): ..." */
spiqe_status spiqe_write_refuse(const spiqe_writer *writer, const spiqe_operation *op,
                                const char *format, ...) __attribute__((format(printf, 3, 4)));

/* --- write_names.c */

/* Can registers and inputs be called so in this version, beside the gates that are needed? Fails:
 * SPIQE_UNSUPPORTED. */
spiqe_status spiqe_write_check_names(const spiqe_writer *writer);

/* --- write_pieces.c, write_expression.c */

/* "c[3]", or "flag" for a truth value. */
void spiqe_write_qubit(spiqe_text *text, const spiqe_wires *wires, uint32_t qubit);
void spiqe_write_bit(spiqe_text *text, const spiqe_wires *wires, uint32_t bit);

/* Bits first.. first + n - 1: a register, a bit, or a part of a register, "c[1:3]". A whole int is
 * signed as such, and not as "n[0:7]". */
void spiqe_write_bits(spiqe_text *text, const spiqe_wires *wires, uint32_t first, uint32_t n,
                      int is_signed);

/* An expression with as few parentheses as OpenQASM 3's precedence allows. Fails:
 * SPIQE_NO_MEMORY. */
spiqe_status spiqe_write_expression(spiqe_text *text, const spiqe_wires *wires,
                                    const spiqe_node *nodes, size_t n_nodes);

/* n pi / d as a value, rounded as OpenQASM's "n*pi/d" is worked off; looks for a fraction that is
 * within tolerance (0: the same bits) of value. Returns 0 when there is none. */
int spiqe_write_find_fraction(double value, double tolerance, int *n, int *d);

/* A decimal number that both versions of OpenQASM read back to the same bits: "0.5", "1.0e-07". */
void spiqe_write_digits(spiqe_text *text, double value);

/* The same, as a fraction of pi where it is one: "3*pi/4". */
void spiqe_write_real(spiqe_text *text, double value);

/* An angle: "2*theta - pi/2". */
void spiqe_write_angle(spiqe_text *text, const spiqe_circuit *circuit, uint32_t index);

#endif
