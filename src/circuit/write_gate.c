/* Gates as OpenQASM: the name that takes in most controls, modifiers for the others. */
#include <complex.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "circuit/write.h"
#include "core/fail.h"

spiqe_status spiqe_write_refuse(const spiqe_writer *writer, const spiqe_operation *op,
                                const char *format, ...) {
  char reason[256];
  va_list args;
  va_start(args, format);
  vsnprintf(reason, sizeof reason, format, args);
  va_end(args);
  const char *name = spiqe_operation_name(writer->circuit, op);
  if (op->line)
    return spiqe_fail(writer->circuit->ctx, SPIQE_UNSUPPORTED, "line %u (%s): %s", op->line, name,
                      reason);
  return spiqe_fail(writer->circuit->ctx, SPIQE_UNSUPPORTED, "operation %zu (%s): %s",
                    (size_t)(op - writer->circuit->operations), name, reason);
}

static const uint32_t *qubits_of(const spiqe_writer *writer, const spiqe_operation *op) {
  return spiqe_operation_qubits(writer->circuit, op);
}

/* The name with the most controls that are the last of the operation's and positive; *n: so many.
 * NULL when there is no name. */
static const spiqe_spelling *best_name(const spiqe_writer *writer, const spiqe_operation *op,
                                       uint32_t *n) {
  const uint32_t *qubits = qubits_of(writer, op);
  uint32_t most = 0;
  while (most < op->n_controls && most < UINT8_MAX &&
         !(qubits[op->n_controls - 1 - most] & SPIQE_ON_ZERO))
    most++;
  for (*n = most;; --*n) {
    const spiqe_spelling *s = spiqe_spelling_of(op->gate, *n, writer->where);
    if (s || !*n) return s;
  }
}

/* "ctrl(2) @ negctrl @ " for the first n controls. */
static void add_modifiers(spiqe_writer *writer, const uint32_t *qubits, uint32_t n) {
  for (uint32_t i = 0; i < n;) {
    uint32_t first = i, is_negative = qubits[i] & SPIQE_ON_ZERO;
    while (i < n && (qubits[i] & SPIQE_ON_ZERO) == is_negative) i++;
    spiqe_text_add(&writer->body, is_negative ? "negctrl" : "ctrl");
    if (i - first > 1) spiqe_text_add(&writer->body, "(%u)", i - first);
    spiqe_text_add(&writer->body, " @ ");
  }
}

static void add_call(spiqe_writer *writer, const spiqe_operation *op, const char *name) {
  const spiqe_gate *gate = &spiqe_gates[op->gate];
  const uint32_t *qubits = qubits_of(writer, op);
  spiqe_text_add(&writer->body, "%s", name);
  for (uint32_t i = 0; i < gate->n_parameters; i++) {
    spiqe_text_add(&writer->body, i ? ", " : "(");
    spiqe_write_angle(&writer->body, writer->circuit, op->first_angle + i);
  }
  if (gate->n_parameters) spiqe_text_add(&writer->body, ")");
  for (uint32_t i = 0; i < op->n_controls + op->n_targets; i++) {
    spiqe_text_add(&writer->body, i ? ", " : " ");
    spiqe_write_qubit(&writer->body, &writer->wires, qubits[i] & ~SPIQE_ON_ZERO);
  }
  spiqe_text_add(&writer->body, ";");
}

/* A definition that version 2 can say: names on qubits, without modifiers. */
static int is_plain(const spiqe_spelling *s) {
  return s->definition && !strchr(s->definition, '@') && !strstr(s->definition, "gphase");
}

static spiqe_status write_named(spiqe_writer *writer, const spiqe_operation *op) {
  uint32_t n = 0, n_negative = 0;
  const spiqe_spelling *s = best_name(writer, op, &n);
  for (uint32_t i = 0; i < op->n_controls; i++)
    n_negative += (qubits_of(writer, op)[i] & SPIQE_ON_ZERO) != 0;
  if (writer->version == 2) {
    if (n_negative)
      return spiqe_write_refuse(writer, op, "OpenQASM 2 has no controls that must be |0>");
    int is_known = s && n == op->n_controls;
    if (!is_known || (!(s->where & SPIQE_IN_QELIB1) && !is_plain(s)))
      return spiqe_write_refuse(writer, op, "OpenQASM 2 has no name for %s with %u controls",
                                spiqe_gates[op->gate].name, op->n_controls);
  }
  int is_builtin = writer->version == 2 ? s->where & SPIQE_IN_QELIB1
                                        : s->where & (SPIQE_IN_QASM3 | SPIQE_IN_STDGATES);
  if (!is_builtin) writer->is_needed[s - spiqe_spellings] = 1;
  add_modifiers(writer, qubits_of(writer, op), op->n_controls - n);
  add_call(writer, op, s->name);
  return SPIQE_OK;
}

static double argument(spiqe_complex z) {
  return z.re == 0 && z.im == 0 ? 0 : atan2(z.im, z.re);
}

/* exp(i g) u(t, f, l) = m: the larger entries tell the angles best. */
static void find_angles(const spiqe_complex *m, double *angles) {
  double diagonal = hypot(m[0].re, m[0].im), other = hypot(m[2].re, m[2].im);
  double phase = diagonal > 0 ? argument(m[0]) : argument(m[2]);
  double phi = other > 0 && diagonal > 0 ? argument(m[2]) - phase : 0;
  angles[0] = 2 * atan2(other, diagonal);
  angles[1] = phi;
  angles[2] = diagonal >= other ? argument(m[3]) - phi - phase
                                : argument((spiqe_complex){-m[1].re, -m[1].im}) - phase;
  angles[3] = phase;
}

static double distance(const spiqe_complex *m, const double *angles) {
  spiqe_complex made[4];
  double largest = 0;
  spiqe_gate_matrix((size_t)spiqe_gate_find("gu"), angles, made);
  for (size_t i = 0; i < 4; i++)
    largest = fmax(largest, hypot(made[i].re - m[i].re, made[i].im - m[i].im));
  return largest;
}

/* Angles up to 2 pi are rounded to 4e-16, and three of them add up. */
#define EXACT 2e-15

static spiqe_status write_matrix(spiqe_writer *writer, const spiqe_operation *op) {
  const spiqe_complex *m = writer->circuit->numbers + op->payload;
  double angles[4];
  if (op->n_targets > 1)
    return spiqe_write_refuse(writer, op, "OpenQASM has no matrices; this one is on %u qubits",
                              op->n_targets);
  find_angles(m, angles);
  if (!(distance(m, angles) <= EXACT))
    return spiqe_write_refuse(writer, op, "the nearest U is off by %g: the matrix is not unitary",
                              distance(m, angles));
  if (writer->version == 2 && angles[3] != 0)
    return spiqe_write_refuse(writer, op, "OpenQASM 2 has no global phase");
  if (angles[3] != 0) {
    spiqe_text_add(&writer->body, "gphase(");
    spiqe_write_real(&writer->body, angles[3]);
    spiqe_text_add(&writer->body, "); ");
  }
  for (size_t i = 0; i < 3; i++) {
    spiqe_text_add(&writer->body, i ? ", " : "U(");
    spiqe_write_real(&writer->body, angles[i]);
  }
  spiqe_text_add(&writer->body, ") ");
  spiqe_write_qubit(&writer->body, &writer->wires, qubits_of(writer, op)[0]);
  spiqe_text_add(&writer->body, ";");
  return SPIQE_OK;
}

spiqe_status spiqe_write_gate(spiqe_writer *writer, const spiqe_operation *op) {
  return op->kind == SPIQE_MATRIX ? write_matrix(writer, op) : write_named(writer, op);
}

void spiqe_write_definitions(spiqe_writer *writer) {
  for (size_t i = 0; i < spiqe_n_spellings(); i++) {
    const spiqe_spelling *s = &spiqe_spellings[i];
    const spiqe_gate *gate = &spiqe_gates[spiqe_gate_find(s->gate)];
    if (!writer->is_needed[i]) continue;
    spiqe_text_add(&writer->text, "gate %s", s->name);
    for (uint32_t p = 0; p < gate->n_parameters; p++)
      spiqe_text_add(&writer->text, p ? ", p%u" : "(p%u", p);
    if (gate->n_parameters) spiqe_text_add(&writer->text, ")");
    for (int q = 0; q < s->n_controls + gate->n_targets; q++)
      spiqe_text_add(&writer->text, q ? ", %c" : " %c", 'a' + q);
    spiqe_text_add(&writer->text, " { %s }\n", s->definition);
  }
}
