/* Arithmetic on what is known while the text is read. */
#include "circuit/qasm_value.h"

#include <math.h>

#include "circuit/qasm.h"

spiqe_qasm_value spiqe_qasm_of_integer(int64_t integer) {
  return (
      spiqe_qasm_value){.type = SPIQE_QASM_INTEGER, .is_signed = 1, .integer = (uint64_t)integer};
}

spiqe_qasm_value spiqe_qasm_of_truth(int truth) {
  return (spiqe_qasm_value){.type = SPIQE_QASM_TRUTH, .width = 1, .integer = truth != 0};
}

spiqe_qasm_value spiqe_qasm_of_real(double real) {
  return (spiqe_qasm_value){.type = SPIQE_QASM_REAL, .real = real};
}

double spiqe_qasm_real(const spiqe_qasm_value *value) {
  if (value->type == SPIQE_QASM_REAL || value->type == SPIQE_QASM_TIME || value->is_quotient)
    return value->real;
  return value->is_signed ? (double)(int64_t)value->integer : (double)value->integer;
}

static int is_integer(const spiqe_qasm_value *value) {
  return value->type == SPIQE_QASM_INTEGER || value->type == SPIQE_QASM_TRUTH;
}

int spiqe_qasm_is_true(const spiqe_qasm_value *value) {
  return is_integer(value) ? value->integer != 0 : value->real != 0;
}

void spiqe_qasm_cut(spiqe_qasm_value *value) {
  if (!value->width || value->width == 64) return;
  value->integer &= ((uint64_t)1 << value->width) - 1;
  if (value->is_signed && value->integer >> (value->width - 1))
    value->integer |= ~(uint64_t)0 << value->width;
}

spiqe_status spiqe_qasm_fail_affine(const spiqe_qasm *in, const spiqe_qasm_value *value,
                                    const char *what) {
  const char *input = in->circuit->inputs[in->terms[value->first].input];
  return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED,
                         "'%s' with input '%.60s': an angle may be a sum of numbers and of inputs "
                         "times numbers",
                         what, input);
}

/* Terms keep the order in which inputs come first; those of right are merged into left's. */
spiqe_status spiqe_qasm_add_terms(spiqe_qasm *in, double sign, spiqe_qasm_value *left,
                                  const spiqe_qasm_value *right) {
  left->real += sign * right->real;
  if (!right->n) return SPIQE_OK;
  if (!left->n) left->first = right->first;
  spiqe_term *terms = in->terms + left->first;
  for (uint32_t i = 0; i < right->n; i++) {
    spiqe_term term = in->terms[right->first + i];
    uint32_t at = 0;
    while (at < left->n && terms[at].input != term.input) at++;
    if (at == left->n) {
      terms[left->n++] = (spiqe_term){term.input, sign * term.factor};
    } else {
      terms[at].factor += sign * term.factor;
    }
  }
  in->n_terms = left->first + left->n;
  if (left->n > SPIQE_QASM_MOST_TERMS)
    return spiqe_qasm_fail(in, SPIQE_LIMIT, "an angle that depends on more than %d inputs",
                           SPIQE_QASM_MOST_TERMS);
  return SPIQE_OK;
}

void spiqe_qasm_scale(spiqe_qasm *in, double factor, spiqe_qasm_value *value) {
  value->real *= factor;
  for (uint32_t i = 0; i < value->n; i++) in->terms[value->first + i].factor *= factor;
}

static int is_smaller(const spiqe_qasm_value *a, const spiqe_qasm_value *b) {
  if (!is_integer(a) || !is_integer(b)) return spiqe_qasm_real(a) < spiqe_qasm_real(b);
  int a_negative = a->is_signed && (int64_t)a->integer < 0;
  int b_negative = b->is_signed && (int64_t)b->integer < 0;
  return a_negative != b_negative ? a_negative : a->integer < b->integer;
}

static int compare(spiqe_qasm_token_kind sign, const spiqe_qasm_value *a,
                   const spiqe_qasm_value *b) {
  int less = is_smaller(a, b), greater = is_smaller(b, a);
  switch (sign) {
    case SPIQE_QASM_EQUAL_SIGN: return !less && !greater;
    case SPIQE_QASM_DIFFERENT_SIGN: return less || greater;
    case SPIQE_QASM_LESS_SIGN: return less;
    case SPIQE_QASM_LESS_EQUAL_SIGN: return !greater;
    case SPIQE_QASM_GREATER_SIGN: return greater;
    default: return !less;
  }
}

static double real_operation(spiqe_qasm_token_kind sign, double a, double b) {
  switch (sign) {
    case SPIQE_QASM_PLUS_SIGN: return a + b;
    case SPIQE_QASM_MINUS_SIGN: return a - b;
    case SPIQE_QASM_TIMES_SIGN: return a * b;
    case SPIQE_QASM_DIVIDE_SIGN: return a / b;
    case SPIQE_QASM_REMAINDER_SIGN: return fmod(a, b);
    default: return pow(a, b);
  }
}

/* a^n, or 0 when it does not fit. */
static int integer_power(int64_t a, uint64_t n, int64_t *out) {
  *out = 1;
  if (a == 0 || a == 1 || a == -1) n = n ? 2 - (n & 1) : 0;
  if (n > 63) return 0;
  for (uint64_t i = 0; i < n; i++)
    if (__builtin_mul_overflow(*out, a, out)) return 0;
  return 1;
}

/* Arithmetic on signed integers without a width: 0 when the result is not one. */
static int exact(spiqe_qasm_token_kind sign, int64_t a, int64_t b, int64_t *out) {
  switch (sign) {
    case SPIQE_QASM_PLUS_SIGN: return !__builtin_add_overflow(a, b, out);
    case SPIQE_QASM_MINUS_SIGN: return !__builtin_sub_overflow(a, b, out);
    case SPIQE_QASM_TIMES_SIGN: return !__builtin_mul_overflow(a, b, out);
    case SPIQE_QASM_DIVIDE_SIGN:
      if (b == -1) return !__builtin_sub_overflow(0, a, out);
      *out = b ? a / b : 0;
      return b != 0;
    case SPIQE_QASM_REMAINDER_SIGN:
      if (!b) return 0;
      *out = b == -1 ? 0 : a % b;
      return 1;
    default: return b >= 0 && integer_power(a, (uint64_t)b, out);
  }
}

static int is_literal(const spiqe_qasm_value *value) {
  return value->type == SPIQE_QASM_INTEGER && !value->width;
}

static size_t bit_length(uint64_t value) {
  size_t n = 0;
  for (; value; value >>= 1) n++;
  return n ? n : 1;
}

/* Bits that a literal needs beside an operand that is signed or not. */
static size_t literal_width(const spiqe_qasm_value *value, int is_signed) {
  int is_negative = value->is_signed && (int64_t)value->integer < 0;
  if (is_negative) return is_signed ? bit_length(~value->integer) + 1 : 1;
  size_t n = bit_length(value->integer) + (is_signed ? 1 : 0);
  return n < 64 ? n : 64;
}

void spiqe_qasm_join(const spiqe_qasm_value *a, const spiqe_qasm_value *b, size_t *width,
                     int *is_signed) {
  if (is_literal(a)) {
    const spiqe_qasm_value *other = a;
    a = b;
    b = other;
  }
  if (is_literal(b)) {
    size_t needed = literal_width(b, a->is_signed);
    *width = needed > a->width ? needed : a->width;
    *is_signed = a->is_signed;
    return;
  }
  *width = a->width > b->width ? a->width : b->width;
  *is_signed = a->width > b->width   ? a->is_signed
               : b->width > a->width ? b->is_signed
                                     : a->is_signed && b->is_signed;
}

static uint64_t with_width(spiqe_qasm_token_kind sign, int is_signed, uint64_t a, uint64_t b) {
  int64_t power;
  switch (sign) {
    case SPIQE_QASM_PLUS_SIGN: return a + b;
    case SPIQE_QASM_MINUS_SIGN: return a - b;
    case SPIQE_QASM_TIMES_SIGN: return a * b;
    case SPIQE_QASM_POWER_SIGN: return integer_power((int64_t)a, b, &power) ? (uint64_t)power : 0;
    default: break;
  }
  int divides = sign == SPIQE_QASM_DIVIDE_SIGN;
  if (!b) return 0;
  if (!is_signed) return divides ? a / b : a % b;
  if (b == ~(uint64_t)0) return divides ? ~a + 1 : 0;
  return (uint64_t)(divides ? (int64_t)a / (int64_t)b : (int64_t)a % (int64_t)b);
}

static int has_width(const spiqe_qasm_value *value) {
  return value->type == SPIQE_QASM_INTEGER && value->width;
}

static int is_signed_number(const spiqe_qasm_value *value) {
  return value->is_signed || value->integer <= INT64_MAX;
}

/* Integers of which one has a width: what the same operator gives when the circuit runs. As an
 * angle a quotient is what it is among numbers. */
static void sized_arithmetic(spiqe_qasm_token_kind sign, spiqe_qasm_value *left,
                             const spiqe_qasm_value *right, double real, int may_be_quotient) {
  spiqe_qasm_value a = *left, b = *right;
  size_t width;
  int is_signed;
  spiqe_qasm_join(left, right, &width, &is_signed);
  a.width = b.width = (uint8_t)width;
  a.is_signed = b.is_signed = (uint8_t)is_signed;
  spiqe_qasm_cut(&a);
  spiqe_qasm_cut(&b);
  a.type = SPIQE_QASM_INTEGER;
  a.is_quotient = 0;
  a.integer = with_width(sign, is_signed, a.integer, b.integer);
  spiqe_qasm_cut(&a);
  const int is_quotient = may_be_quotient && real != spiqe_qasm_real(&a);
  a.is_quotient = (uint8_t)is_quotient;
  a.real = real;
  *left = a;
}

static spiqe_status arithmetic(spiqe_qasm *in, spiqe_qasm_token_kind sign, spiqe_qasm_value *left,
                               const spiqe_qasm_value *right) {
  const double real = real_operation(sign, spiqe_qasm_real(left), spiqe_qasm_real(right));
  const uint64_t a = left->integer, b = right->integer;
  const int both = is_integer(left) && is_integer(right);
  const int may_be_quotient =
      sign == SPIQE_QASM_DIVIDE_SIGN || left->is_quotient || right->is_quotient;
  int64_t result;
  if (both && !b && (sign == SPIQE_QASM_DIVIDE_SIGN || sign == SPIQE_QASM_REMAINDER_SIGN))
    return spiqe_qasm_fail(in, SPIQE_BAD_FORMAT, "a division by 0");
  if (both && (has_width(left) || has_width(right))) {
    sized_arithmetic(sign, left, right, real, may_be_quotient);
  } else if (both && is_signed_number(left) && is_signed_number(right) &&
             exact(sign, (int64_t)a, (int64_t)b, &result)) {
    *left = spiqe_qasm_of_integer(result);
    left->is_quotient = may_be_quotient && real != (double)result;
    left->real = real;
  } else {
    *left = spiqe_qasm_of_real(real);
  }
  return SPIQE_OK;
}

/* The type of a bitwise result; that of two literals is one, and of two truth values is one. */
static void set_joined(spiqe_qasm_value *left, const spiqe_qasm_value *right) {
  size_t width = 0;
  int is_signed = left->is_signed && right->is_signed;
  if (has_width(left) || has_width(right)) spiqe_qasm_join(left, right, &width, &is_signed);
  if (left->type != right->type || left->type != SPIQE_QASM_TRUTH) {
    left->type = SPIQE_QASM_INTEGER;
    left->width = (uint8_t)width;
  }
  left->is_signed = (uint8_t)is_signed;
}

static spiqe_status bitwise(spiqe_qasm *in, spiqe_qasm_token_kind sign, spiqe_qasm_value *left,
                            const spiqe_qasm_value *right) {
  if (!is_integer(left) || !is_integer(right))
    return spiqe_qasm_fail(in, SPIQE_BAD_FORMAT, "'%s' between numbers that are not integers",
                           spiqe_qasm_token_text(sign));
  const uint64_t a = left->integer, b = right->integer;
  left->is_quotient = 0;
  if (sign == SPIQE_QASM_SHIFT_LEFT_SIGN) {
    left->integer = b < 64 ? a << b : 0;
  } else if (sign == SPIQE_QASM_SHIFT_RIGHT_SIGN) {
    left->integer =
        left->is_signed ? (uint64_t)((int64_t)a >> (b < 64 ? b : 63)) : (b < 64 ? a >> b : 0);
  } else {
    set_joined(left, right);
    left->integer = sign == SPIQE_QASM_BIT_AND_SIGN  ? (a & b)
                    : sign == SPIQE_QASM_BIT_OR_SIGN ? (a | b)
                                                     : (a ^ b);
  }
  spiqe_qasm_cut(left);
  return SPIQE_OK;
}

static spiqe_status times(spiqe_qasm *in, spiqe_qasm_token_kind sign, spiqe_qasm_value *left,
                          const spiqe_qasm_value *right) {
  const int both = left->type == SPIQE_QASM_TIME && right->type == SPIQE_QASM_TIME;
  const spiqe_qasm_value *time = left->type == SPIQE_QASM_TIME ? left : right;
  const double a = spiqe_qasm_real(left), b = spiqe_qasm_real(right);
  if (both && left->is_in_dt != right->is_in_dt)
    return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED, "times in dt and in seconds together");
  int sum = sign == SPIQE_QASM_PLUS_SIGN || sign == SPIQE_QASM_MINUS_SIGN;
  int product =
      !both && (sign == SPIQE_QASM_TIMES_SIGN || (sign == SPIQE_QASM_DIVIDE_SIGN && time == left));
  if ((both && sum) || product) {
    *left = (spiqe_qasm_value){.type = SPIQE_QASM_TIME,
                               .is_in_dt = time->is_in_dt,
                               .real = real_operation(sign, a, b)};
    return SPIQE_OK;
  }
  if (both && sign == SPIQE_QASM_DIVIDE_SIGN) {
    *left = spiqe_qasm_of_real(a / b);
    return SPIQE_OK;
  }
  return spiqe_qasm_fail(in, SPIQE_BAD_FORMAT, "'%s' does not go with a time",
                         spiqe_qasm_token_text(sign));
}

/* Sums, and products with a number; the rest is not affine. */
static spiqe_status affine(spiqe_qasm *in, spiqe_qasm_token_kind sign, spiqe_qasm_value *left,
                           spiqe_qasm_value *right) {
  spiqe_qasm_value real_left = *left, real_right = *right;
  if (left->type != SPIQE_QASM_REAL) real_left = spiqe_qasm_of_real(spiqe_qasm_real(left));
  if (right->type != SPIQE_QASM_REAL) real_right = spiqe_qasm_of_real(spiqe_qasm_real(right));
  if (sign == SPIQE_QASM_PLUS_SIGN || sign == SPIQE_QASM_MINUS_SIGN) {
    *left = real_left;
    return spiqe_qasm_add_terms(in, sign == SPIQE_QASM_PLUS_SIGN ? 1 : -1, left, &real_right);
  }
  if (sign == SPIQE_QASM_TIMES_SIGN && !(real_left.n && real_right.n)) {
    *left = real_left.n ? real_left : real_right;
    spiqe_qasm_scale(in, real_left.n ? real_right.real : real_left.real, left);
    return SPIQE_OK;
  }
  if (sign == SPIQE_QASM_DIVIDE_SIGN && !real_right.n) {
    real_left.real /= real_right.real;
    for (uint32_t i = 0; i < real_left.n; i++)
      in->terms[real_left.first + i].factor /= real_right.real;
    *left = real_left;
    return SPIQE_OK;
  }
  return spiqe_qasm_fail_affine(in, real_left.n ? &real_left : &real_right,
                                spiqe_qasm_token_text(sign));
}

spiqe_status spiqe_qasm_binary_known(spiqe_qasm *in, spiqe_qasm_token_kind sign,
                                     spiqe_qasm_value *left, spiqe_qasm_value *right) {
  if (left->type == SPIQE_QASM_TIME || right->type == SPIQE_QASM_TIME)
    return times(in, sign, left, right);
  if ((left->type == SPIQE_QASM_REAL && left->n) || (right->type == SPIQE_QASM_REAL && right->n))
    return affine(in, sign, left, right);
  switch (sign) {
    case SPIQE_QASM_PLUS_SIGN:
    case SPIQE_QASM_MINUS_SIGN:
    case SPIQE_QASM_TIMES_SIGN:
    case SPIQE_QASM_DIVIDE_SIGN:
    case SPIQE_QASM_REMAINDER_SIGN:
    case SPIQE_QASM_POWER_SIGN: return arithmetic(in, sign, left, right);
    case SPIQE_QASM_SHIFT_LEFT_SIGN:
    case SPIQE_QASM_SHIFT_RIGHT_SIGN:
    case SPIQE_QASM_BIT_AND_SIGN:
    case SPIQE_QASM_BIT_OR_SIGN:
    case SPIQE_QASM_BIT_XOR_SIGN: return bitwise(in, sign, left, right);
    case SPIQE_QASM_AND_SIGN:
      *left = spiqe_qasm_of_truth(spiqe_qasm_is_true(left) && spiqe_qasm_is_true(right));
      return SPIQE_OK;
    case SPIQE_QASM_OR_SIGN:
      *left = spiqe_qasm_of_truth(spiqe_qasm_is_true(left) || spiqe_qasm_is_true(right));
      return SPIQE_OK;
    default: *left = spiqe_qasm_of_truth(compare(sign, left, right)); return SPIQE_OK;
  }
}

spiqe_status spiqe_qasm_unary_known(spiqe_qasm *in, spiqe_qasm_token_kind sign,
                                    spiqe_qasm_value *value) {
  if (sign == SPIQE_QASM_PLUS_SIGN) return SPIQE_OK;
  if (sign == SPIQE_QASM_MINUS_SIGN) {
    if (value->type == SPIQE_QASM_REAL || value->type == SPIQE_QASM_TIME) {
      spiqe_qasm_scale(in, -1, value);
      return SPIQE_OK;
    }
    if (!value->width && !value->is_signed && value->integer > (uint64_t)1 << 63) {
      *value = spiqe_qasm_of_real(-(double)value->integer);
      return SPIQE_OK;
    }
    if (value->type == SPIQE_QASM_TRUTH || !value->width) value->is_signed = 1;
    if (value->type == SPIQE_QASM_TRUTH) value->width = 0;
    value->type = SPIQE_QASM_INTEGER;
    value->integer = ~value->integer + 1;
    value->real = -value->real;
    spiqe_qasm_cut(value);
    return SPIQE_OK;
  }
  if (value->type == SPIQE_QASM_REAL && value->n)
    return spiqe_qasm_fail_affine(in, value, spiqe_qasm_token_text(sign));
  if (sign == SPIQE_QASM_NOT_SIGN) {
    *value = spiqe_qasm_of_truth(!spiqe_qasm_is_true(value));
    return SPIQE_OK;
  }
  if (!is_integer(value))
    return spiqe_qasm_fail(in, SPIQE_BAD_FORMAT, "'~' of a number that is not an integer");
  value->integer = ~value->integer;
  value->is_quotient = 0;
  if (value->type == SPIQE_QASM_TRUTH) value->integer &= 1;
  spiqe_qasm_cut(value);
  return SPIQE_OK;
}
