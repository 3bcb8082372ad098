/* The files that OpenQASM programs include. Both are part of the reader: their gates are rows of
 * the table, but for three of qelib1.inc, which have definitions here. */
#include <string.h>

#include "circuit/qasm.h"
#include "core/fail.h"

static const char qelib1[] =
    "gate u0(gamma) q { id q; }\n"
    "gate rccx a, b, c {\n"
    "  h c; t c; cx b, c; tdg c; cx a, c; t c; cx b, c; tdg c; h c;\n"
    "}\n"
    "gate rc3x a, b, c, d {\n"
    "  h d; t d; cx c, d; tdg d; h d;\n"
    "  cx a, d; t d; cx b, d; tdg d; cx a, d; t d; cx b, d; tdg d;\n"
    "  h d; t d; cx c, d; tdg d; h d;\n"
    "}\n";

static spiqe_status read_text(spiqe_qasm *in, const char *file, const char *text) {
  const spiqe_qasm_place place = in->place;
  const spiqe_qasm_token token = in->token;
  in->place = (spiqe_qasm_place){text, text + strlen(text), text, file, 1};
  in->is_including = 1;
  SPIQE_TRY(spiqe_qasm_next(in));
  while (!spiqe_qasm_is(in, SPIQE_QASM_END)) SPIQE_TRY(spiqe_qasm_statement(in));
  in->is_including = 0;
  in->place = place;
  in->token = token;
  return SPIQE_OK;
}

static spiqe_status read_qelib1(spiqe_qasm *in) {
  uint32_t name;
  SPIQE_TRY(spiqe_qasm_bind_gates(in, SPIQE_IN_QELIB1));
  SPIQE_TRY(spiqe_qasm_intern_text(in, "rccx", &name));
  return spiqe_qasm_find(in, name) ? SPIQE_OK : read_text(in, "qelib1.inc", qelib1);
}

spiqe_status spiqe_qasm_include(spiqe_qasm *in) {
  if (in->block) return spiqe_qasm_fail(in, SPIQE_BAD_FORMAT, "include inside of a block");
  SPIQE_TRY(spiqe_qasm_next(in));
  if (!spiqe_qasm_is(in, SPIQE_QASM_STRING))
    return spiqe_qasm_fail_expected(in, "a file name in quotes");
  const spiqe_qasm_token file = in->token;
  int is_stdgates = file.length == 12 && !memcmp(file.text, "stdgates.inc", 12);
  int is_qelib1 = file.length == 10 && !memcmp(file.text, "qelib1.inc", 10);
  if (!is_stdgates && !is_qelib1)
    return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED,
                           "include \"%.*s\"; stdgates.inc and qelib1.inc are known",
                           file.length < 60 ? (int)file.length : 60, file.text);
  SPIQE_TRY(spiqe_qasm_next(in));
  if (!spiqe_qasm_is(in, SPIQE_QASM_SEMICOLON_SIGN)) return spiqe_qasm_fail_expected(in, "';'");
  SPIQE_TRY(is_qelib1 ? read_qelib1(in) : spiqe_qasm_bind_gates(in, SPIQE_IN_STDGATES));
  return spiqe_qasm_next(in);
}
