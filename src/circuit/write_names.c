/* Names that OpenQASM keeps for itself. */
#include <string.h>

#include "circuit/qasm_token.h"
#include "circuit/write.h"
#include "core/fail.h"
#include "core/utf8.h"

static int is_in(const char *const *words, size_t n, const char *name) {
  for (size_t i = 0; i < n; i++)
    if (!strcmp(words[i], name)) return 1;
  return 0;
}

static int is_word(const char *name) {
  static const char *const keywords[] = {
#define WORD(name, text, old) text,
      SPIQE_QASM_KEYWORD_LIST(WORD)
#undef WORD
  };
  static const char *const others[] = {"pi",   "π",     "tau",  "τ",       "euler",  "ℇ",
                                       "sin",  "cos",   "tan",  "arcsin",  "arccos", "arctan",
                                       "exp",  "ln",    "log",  "sqrt",    "mod",    "real",
                                       "imag", "rotl",  "rotr", "ceiling", "floor",  "popcount",
                                       "im",   "gphase"};
  return is_in(keywords, sizeof keywords / sizeof *keywords, name) ||
         is_in(others, sizeof others / sizeof *others, name);
}

/* Gates that the text has: those of the language and its include, and those that it defines. */
static int is_gate(const spiqe_writer *writer, const char *name) {
  const spiqe_spelling *s = spiqe_spelling_find(name, strlen(name));
  unsigned there = writer->version == 2 ? SPIQE_IN_QELIB1 : SPIQE_IN_QASM3 | SPIQE_IN_STDGATES;
  return s && ((s->where & there) || writer->is_needed[s - spiqe_spellings]);
}

static spiqe_status check(const spiqe_writer *writer, const char *name) {
  spiqe_context *ctx = writer->circuit->ctx;
  SPIQE_REQUIRE(ctx, spiqe_utf8_prefix(name, strlen(name)) == strlen(name), SPIQE_UNSUPPORTED,
                "a name that is not UTF-8");
  SPIQE_REQUIRE(ctx, !is_word(name), SPIQE_UNSUPPORTED,
                "'%.60s' is a word of OpenQASM and cannot be a name there", name);
  SPIQE_REQUIRE(ctx, !is_gate(writer, name), SPIQE_UNSUPPORTED,
                "'%.60s' is a gate and cannot be the name of anything else in OpenQASM", name);
  if (writer->version == 3) return SPIQE_OK;
  int is_plain = name[0] >= 'a' && name[0] <= 'z';
  for (const char *at = name; *at; at++) is_plain &= !(*at & 0x80);
  SPIQE_REQUIRE(ctx, is_plain, SPIQE_UNSUPPORTED,
                "'%.60s' cannot be a name in OpenQASM 2: a small letter, then letters, digits, _",
                name);
  return SPIQE_OK;
}

spiqe_status spiqe_write_check_names(const spiqe_writer *writer) {
  const spiqe_circuit *circuit = writer->circuit;
  for (size_t i = 0; i < circuit->n_registers; i++)
    SPIQE_TRY(check(writer, circuit->registers[i].name));
  for (size_t i = 0; i < circuit->n_inputs; i++) SPIQE_TRY(check(writer, circuit->inputs[i]));
  return SPIQE_OK;
}
