/* Reading a text of OpenQASM: its version, its statements, its limits. */
#include <stdlib.h>
#include <string.h>

#include "circuit/qasm.h"
#include "core/arena.h"
#include "core/fail.h"
#include "core/file.h"
#include "core/grow.h"

#define MOST_BYTES ((size_t)1 << 30)

spiqe_qasm_marks spiqe_qasm_mark(const spiqe_qasm *in) {
  return (spiqe_qasm_marks){in->n_terms,  in->n_nodes,    in->n_values,
                            in->n_qubits, in->n_operands, in->n_modifiers};
}

void spiqe_qasm_fall_back(spiqe_qasm *in, const spiqe_qasm_marks *marks) {
  in->n_terms = marks->n_terms;
  in->n_nodes = marks->n_nodes;
  in->n_values = marks->n_values;
  in->n_qubits = marks->n_qubits;
  in->n_operands = marks->n_operands;
  in->n_modifiers = marks->n_modifiers;
}

/* Before the pool of operations doubles: is there memory for it, and for what the operations point
 * to? */
static spiqe_status check_memory(const spiqe_qasm *in) {
  const spiqe_circuit *circuit = in->circuit;
  if (circuit->n_operations < circuit->room_operations) return SPIQE_OK;
  return spiqe_arena_check(in->ctx, 3 * circuit->room_operations * sizeof(spiqe_operation));
}

void spiqe_qasm_limit(spiqe_qasm *in, uint64_t most_extra) {
  in->most_extra = in->operations_left = most_extra;
  in->places_left = SPIQE_QASM_MOST_PLACES * most_extra;
  in->reread_left = SPIQE_QASM_MOST_REREAD * most_extra;
}

static spiqe_status fail_limit(const spiqe_qasm *in, uint64_t n, const char *of_what) {
  return spiqe_qasm_fail(in, SPIQE_LIMIT,
                         "more than %llu %s by loops, registers and gates within gates",
                         (unsigned long long)n, of_what);
}

spiqe_status spiqe_qasm_spend(spiqe_qasm *in, uint64_t n_operations, uint64_t n_places) {
  if (n_operations > in->operations_left) return fail_limit(in, in->most_extra, "operations");
  if (n_places > in->places_left)
    return fail_limit(in, SPIQE_QASM_MOST_PLACES * in->most_extra,
                      "qubits, inputs and parts of expressions");
  in->operations_left -= n_operations;
  in->places_left -= n_places;
  return in->circuit->n_operations < (size_t)1 << 20 ? SPIQE_OK : check_memory(in);
}

spiqe_status spiqe_qasm_spend_reread(spiqe_qasm *in, size_t n_bytes) {
  const uint64_t n = n_bytes + 64; /* an empty turn costs something too */
  if (n > in->reread_left)
    return fail_limit(in, SPIQE_QASM_MOST_REREAD * in->most_extra, "bytes that are read again");
  in->reread_left -= n;
  return SPIQE_OK;
}

spiqe_status spiqe_qasm_begin(spiqe_qasm *in, spiqe_circuit *circuit, const char *file,
                              const char *text, size_t size) {
  *in = (spiqe_qasm){.ctx = circuit->ctx, .circuit = circuit, .version = 3};
  in->place = (spiqe_qasm_place){text, text + size, text, file, 1};
  in->token.text = in->token.line_start = text;
  in->token.line = 1;
  SPIQE_TRY(SPIQE_POOL_ROOM(in, qubits, 1)); /* gphase points at its none of them */
  return spiqe_qasm_begin_names(in);
}

void spiqe_qasm_end(spiqe_qasm *in) {
  free(in->buckets);
  free(in->names);
  free(in->symbols);
  free(in->gates);
  free(in->lists);
  free(in->kept_terms);
  free(in->terms);
  free(in->nodes);
  free(in->values);
  free(in->qubits);
  free(in->operands);
  free(in->modifiers);
}

/* Words that OpenQASM 3 brought are names in OpenQASM 2. */
static void use_version_2(spiqe_qasm *in) {
  static const uint8_t is_old[] = {0,
#define IS_OLD(name, text, old) old,
                                   SPIQE_QASM_KEYWORD_LIST(IS_OLD)
#undef IS_OLD
  };
  in->version = 2;
  for (size_t i = 0; i < in->n_names; i++)
    if (!is_old[in->names[i].keyword]) in->names[i].keyword = 0;
}

static spiqe_status read_version(spiqe_qasm *in) {
  if (spiqe_qasm_word(in) != SPIQE_QASM_WORD_OPENQASM) return SPIQE_OK;
  SPIQE_TRY(spiqe_qasm_next(in));
  int is_number = spiqe_qasm_is(in, SPIQE_QASM_NUMBER) || spiqe_qasm_is(in, SPIQE_QASM_WHOLE);
  if (!is_number) return spiqe_qasm_fail_expected(in, "a version, 2.0 or 3.0");
  const double version = in->token.real;
  if (!(version == 2 || (version >= 3 && version < 4)))
    return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED, "OpenQASM %g; 2.0 and 3 are read", version);
  SPIQE_TRY(spiqe_qasm_next(in));
  if (!spiqe_qasm_is(in, SPIQE_QASM_SEMICOLON_SIGN)) return spiqe_qasm_fail_expected(in, "';'");
  if (version == 2) use_version_2(in);
  return spiqe_qasm_next(in);
}

static spiqe_status read_program(spiqe_qasm *in) {
  if (in->place.end - in->place.at >= 3 && !memcmp(in->place.at, "\xef\xbb\xbf", 3))
    in->place.line_start = in->place.at += 3; /* byte order mark */
  SPIQE_TRY(spiqe_qasm_next(in));
  while (spiqe_qasm_is(in, SPIQE_QASM_AT_SIGN)) SPIQE_TRY(spiqe_qasm_skip_line(in));
  SPIQE_TRY(read_version(in));
  SPIQE_TRY(spiqe_qasm_bind_language(in));
  while (!spiqe_qasm_is(in, SPIQE_QASM_END)) SPIQE_TRY(spiqe_qasm_statement(in));
  return spiqe_qasm_name_hardware(in);
}

spiqe_status spiqe_qasm_parse(spiqe_context *ctx, const char *name, const char *text, size_t size,
                              uint64_t most_extra, spiqe_circuit **out) {
  spiqe_circuit *circuit;
  spiqe_qasm in;
  *out = NULL;
  if (size > MOST_BYTES)
    return spiqe_fail(ctx, SPIQE_LIMIT, "%s: %zu bytes, but at most %zu are read", name, size,
                      MOST_BYTES);
  SPIQE_TRY(spiqe_circuit_create(ctx, 0, 0, &circuit));
  spiqe_status status = spiqe_qasm_begin(&in, circuit, name, text, size);
  spiqe_qasm_limit(&in, most_extra);
  in.operations_left += size; /* what the text holds itself */
  in.places_left += size;
  if (status == SPIQE_OK) status = read_program(&in);
  spiqe_qasm_end(&in);
  if (status == SPIQE_OK) {
    *out = circuit;
  } else {
    spiqe_circuit_destroy(circuit);
  }
  return status;
}

spiqe_status spiqe_circuit_parse(spiqe_context *ctx, const char *name, const char *text,
                                 size_t size, spiqe_circuit **out) {
  return spiqe_qasm_parse(ctx, name, text, size, SPIQE_QASM_MOST_EXTRA, out);
}

spiqe_status spiqe_circuit_read(spiqe_context *ctx, const char *path, spiqe_circuit **out) {
  uint8_t *text;
  size_t size;
  *out = NULL;
  SPIQE_TRY(spiqe_file_read(ctx, path, MOST_BYTES, &text, &size));
  spiqe_status status = spiqe_circuit_parse(ctx, path, (const char *)text, size, out);
  free(text);
  return status;
}
