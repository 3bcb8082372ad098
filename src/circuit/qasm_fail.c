/* Messages with their place in the text. */
#include <stdarg.h>
#include <stdio.h>

#include "circuit/qasm.h"
#include "core/context.h"
#include "core/fail.h"
#include "core/utf8.h"

/* Columns count characters, not bytes. */
static size_t column(const char *line_start, const char *at) {
  size_t n = 1;
  for (; line_start < at; line_start++) n += (*line_start & 0xc0) != 0x80;
  return n;
}

/* In the body of a gate it is the call that the reader of the message knows. */
static spiqe_status fail_here(const spiqe_qasm *in, const spiqe_qasm_token *token,
                              spiqe_status status, const char *message) {
  if (!in->frame || in->is_muted)
    return spiqe_fail(in->ctx, status, "%s:%u:%zu: %s", in->place.file, token->line,
                      column(token->line_start, token->text), message);
  const spiqe_qasm_frame *outermost = in->frame;
  while (outermost->outer) outermost = outermost->outer;
  const spiqe_qasm_symbol *gate = &in->symbols[in->gates[outermost->gate].symbol];
  const spiqe_qasm_name *name = &in->names[gate->name];
  const spiqe_qasm_place *call = &in->called_at;
  return spiqe_fail(in->ctx, status, "%s:%u:%zu: in gate '%.*s': %s", call->file, call->line,
                    column(call->line_start, call->at), (int)name->length, name->text, message);
}

spiqe_status spiqe_qasm_fail_at(const spiqe_qasm *in, const spiqe_qasm_token *token,
                                spiqe_status status, const char *format, ...) {
  char message[512];
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  return fail_here(in, token, status, message);
}

spiqe_status spiqe_qasm_fail(const spiqe_qasm *in, spiqe_status status, const char *format, ...) {
  char message[512];
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  return fail_here(in, &in->token, status, message);
}

spiqe_status spiqe_qasm_fail_expected(const spiqe_qasm *in, const char *what) {
  const spiqe_qasm_token *token = &in->token;
  if (token->kind == SPIQE_QASM_END)
    return spiqe_qasm_fail(in, SPIQE_BAD_FORMAT, "expected %s, found the end of the text", what);
  size_t n = token->length < 40 ? token->length : 40;
  n = spiqe_utf8_prefix(token->text, n);
  return spiqe_qasm_fail(in, SPIQE_BAD_FORMAT, "expected %s, found '%.*s'", what, (int)n,
                         token->text);
}

spiqe_status spiqe_qasm_place_failure(const spiqe_qasm *in, const spiqe_qasm_token *token,
                                      spiqe_status status) {
  return fail_here(in, token, status, in->ctx ? in->ctx->message : "");
}
