/* Values of expressions: known while the text is read, or nodes for when the circuit runs. */
#ifndef SPIQE_CIRCUIT_QASM_VALUE_H
#define SPIQE_CIRCUIT_QASM_VALUE_H

#include <stdint.h>

#include "circuit/qasm_token.h"

typedef enum spiqe_qasm_value_type {
  SPIQE_QASM_INTEGER, /* integer; width 0: a literal, which takes the type of what it meets.
                         is_quotient: 7/2 is 3 among integers, and real among angles */
  SPIQE_QASM_TRUTH,   /* integer, 0 or 1 */
  SPIQE_QASM_REAL,    /* real + terms [first, first + n) of inputs */
  SPIQE_QASM_TIME,    /* real: seconds, or dt when is_in_dt */
  SPIQE_QASM_RUNTIME  /* nodes [first, first + n), a number of `width` bits */
} spiqe_qasm_value_type;

typedef struct spiqe_qasm_value {
  uint8_t type, width, is_signed, is_in_dt, is_quotient;
  uint32_t first, n;
  double real;
  uint64_t integer;
} spiqe_qasm_value;

spiqe_qasm_value spiqe_qasm_of_integer(int64_t integer);
spiqe_qasm_value spiqe_qasm_of_truth(int truth);
spiqe_qasm_value spiqe_qasm_of_real(double real);

/* Number of a value that is known now and has no terms; is it other than 0? */
double spiqe_qasm_real(const spiqe_qasm_value *value);
int spiqe_qasm_is_true(const spiqe_qasm_value *value);

/* Cut an INTEGER to its width. */
void spiqe_qasm_cut(spiqe_qasm_value *value);

/* Type of a result of arithmetic on integers, of which one is no literal: as wide as the wider one,
 * and signed as in C. A literal takes the other's sign and as many bits as it needs. */
void spiqe_qasm_join(const spiqe_qasm_value *a, const spiqe_qasm_value *b, size_t *width,
                     int *is_signed);

/* left = left (sign) right, both known now; sign: a binary operator. Fails: SPIQE_UNSUPPORTED (what
 * is not affine in the inputs), SPIQE_BAD_FORMAT (types that do not go together). */
spiqe_status spiqe_qasm_binary_known(struct spiqe_qasm *in, spiqe_qasm_token_kind sign,
                                     spiqe_qasm_value *left, spiqe_qasm_value *right);
spiqe_status spiqe_qasm_unary_known(struct spiqe_qasm *in, spiqe_qasm_token_kind sign,
                                    spiqe_qasm_value *value);

/* Affine angles: left +- right; value times factor; fails with SPIQE_LIMIT for too many terms. The
 * terms of right lie behind those of left on the stack. */
spiqe_status spiqe_qasm_add_terms(struct spiqe_qasm *in, double sign, spiqe_qasm_value *left,
                                  const spiqe_qasm_value *right);
void spiqe_qasm_scale(struct spiqe_qasm *in, double factor, spiqe_qasm_value *value);

/* An operator or a function that is not affine in the inputs of value. */
spiqe_status spiqe_qasm_fail_affine(const struct spiqe_qasm *in, const spiqe_qasm_value *value,
                                    const char *what);

/* Functions: name and number of arguments of a row; NULL past the last. */
const char *spiqe_qasm_function(size_t row, size_t *n_arguments);
spiqe_status spiqe_qasm_apply(struct spiqe_qasm *in, size_t row, const spiqe_qasm_value *arguments,
                              spiqe_qasm_value *out);

#endif
