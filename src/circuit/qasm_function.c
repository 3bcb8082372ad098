/* The functions of OpenQASM on numbers that are known while the text is read. */
#include <math.h>

#include "circuit/qasm.h"

static const struct {
  const char *name;
  double (*one)(double);
  double (*two)(double, double);
} functions[] = {{"sin", sin, NULL},     {"cos", cos, NULL},     {"tan", tan, NULL},
                 {"arcsin", asin, NULL}, {"arccos", acos, NULL}, {"arctan", atan, NULL},
                 {"asin", asin, NULL},   {"acos", acos, NULL},   {"atan", atan, NULL},
                 {"exp", exp, NULL},     {"ln", log, NULL},      {"log", log, NULL},
                 {"sqrt", sqrt, NULL},   {"floor", floor, NULL}, {"ceiling", ceil, NULL},
                 {"mod", NULL, fmod},    {"pow", NULL, pow}};

const char *spiqe_qasm_function(size_t row, size_t *n_arguments) {
  if (row >= sizeof functions / sizeof *functions) return NULL;
  *n_arguments = functions[row].two ? 2 : 1;
  return functions[row].name;
}

spiqe_status spiqe_qasm_apply(spiqe_qasm *in, size_t row, const spiqe_qasm_value *arguments,
                              spiqe_qasm_value *out) {
  const char *name = functions[row].name;
  size_t n = functions[row].two ? 2 : 1;
  for (size_t i = 0; i < n; i++) {
    if (arguments[i].type == SPIQE_QASM_RUNTIME)
      return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED,
                             "%s of bits, which are known only when the circuit runs", name);
    if (arguments[i].type == SPIQE_QASM_TIME)
      return spiqe_qasm_fail(in, SPIQE_BAD_FORMAT, "%s of a time", name);
    if (arguments[i].type == SPIQE_QASM_REAL && arguments[i].n)
      return spiqe_qasm_fail_affine(in, &arguments[i], name);
  }
  double a = spiqe_qasm_real(&arguments[0]);
  *out =
      spiqe_qasm_of_real(functions[row].two ? functions[row].two(a, spiqe_qasm_real(&arguments[1]))
                                            : functions[row].one(a));
  return SPIQE_OK;
}
