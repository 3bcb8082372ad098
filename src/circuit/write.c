/* A circuit as OpenQASM 2 or 3. */
#include "circuit/write.h"

#include <stdlib.h>
#include <string.h>

#include "core/fail.h"

static void indent(spiqe_writer *writer) {
  size_t depth = writer->depth < 40 ? writer->depth : 40; /* readable, and linear in the depth */
  while (depth--) spiqe_text_add_bytes(&writer->body, "  ", 2);
}

static void end_line(spiqe_writer *writer, const char *end) {
  spiqe_text_add_bytes(&writer->body, end, strlen(end));
  spiqe_text_add_bytes(&writer->body, "\n", 1);
}

/* Qubits with ", " between them; all of a register in their order are written as the register. */
static void add_qubits(spiqe_writer *writer, const uint32_t *qubits, uint32_t n) {
  for (uint32_t i = 0, is_next = 0; i < n; is_next = 1) {
    const spiqe_register *r =
        spiqe_wires_of_qubits(&writer->wires, spiqe_wires_qubit(&writer->wires, qubits[i]));
    uint32_t run = 0;
    while (run < r->size && i + run < n && qubits[i + run] == r->first + run) run++;
    if (is_next) spiqe_text_add(&writer->body, ", ");
    if (run == r->size)
      spiqe_text_add(&writer->body, "%s", r->name);
    else
      spiqe_write_qubit(&writer->body, &writer->wires, qubits[i]);
    i += run == r->size ? run : 1;
  }
}

/* Measurements from `at` on that are a register of qubits into a register of bits, in order. */
static size_t whole_registers(const spiqe_writer *writer, size_t at, const spiqe_register **qubits,
                              const spiqe_register **bits) {
  const spiqe_circuit *circuit = writer->circuit;
  const spiqe_operation *op = &circuit->operations[at];
  const uint32_t qubit = circuit->qubits_used[op->first_qubit];
  if (op->payload == SPIQE_NO_BIT) return 0;
  *qubits = spiqe_wires_of_qubits(&writer->wires, spiqe_wires_qubit(&writer->wires, qubit));
  *bits = spiqe_wires_of_bits(&writer->wires, spiqe_wires_bit(&writer->wires, op->payload));
  const size_t n = (*qubits)->size;
  if ((*bits)->kind != SPIQE_REGISTER_BITS || (*bits)->size != n || n < 2) return 0;
  for (uint32_t i = 0; i < n; i++, op++) {
    if (at + i >= circuit->n_operations || op->kind != SPIQE_MEASURE) return 0;
    if (circuit->qubits_used[op->first_qubit] != (*qubits)->first + i) return 0;
    if (op->payload != (*bits)->first + i) return 0;
  }
  return n;
}

/* *at: the last operation that was written. */
static spiqe_status write_measure(spiqe_writer *writer, size_t *at) {
  const spiqe_operation *op = &writer->circuit->operations[*at];
  const uint32_t qubit = writer->circuit->qubits_used[op->first_qubit];
  const spiqe_register *qubits, *bits;
  spiqe_text *body = &writer->body;
  size_t n = whole_registers(writer, *at, &qubits, &bits);
  if (op->payload == SPIQE_NO_BIT && writer->version == 2)
    return spiqe_write_refuse(writer, op, "OpenQASM 2 measures into bits only");
  if (n) {
    *at += n - 1;
    if (writer->version == 2)
      spiqe_text_add(body, "measure %s -> %s", qubits->name, bits->name);
    else
      spiqe_text_add(body, "%s = measure %s", bits->name, qubits->name);
  } else if (writer->version == 2) {
    spiqe_text_add(body, "measure ");
    spiqe_write_qubit(body, &writer->wires, qubit);
    spiqe_text_add(body, " -> ");
    spiqe_write_bit(body, &writer->wires, op->payload);
  } else {
    if (op->payload != SPIQE_NO_BIT) spiqe_write_bit(body, &writer->wires, op->payload);
    spiqe_text_add(body, op->payload == SPIQE_NO_BIT ? "measure " : " = measure ");
    spiqe_write_qubit(body, &writer->wires, qubit);
  }
  end_line(writer, ";");
  return SPIQE_OK;
}

static spiqe_status write_on(spiqe_writer *writer, const spiqe_operation *op, const char *word) {
  if (!op->n_targets) return spiqe_write_refuse(writer, op, "no OpenQASM says this of no qubit");
  spiqe_text_add(&writer->body, "%s ", word);
  add_qubits(writer, spiqe_operation_qubits(writer->circuit, op), op->n_targets);
  end_line(writer, ";");
  return SPIQE_OK;
}

/* The largest unit in which a number of 1 or more reads back to the same bits; a number of seconds
 * always does. */
static void add_time(spiqe_text *text, double seconds) {
  static const struct {
    double per_second;
    const char *name;
  } units[] = {{1e3, "ms"}, {1e6, "us"}, {1e9, "ns"}};
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    spiqe_text number = {0};
    spiqe_text_add(&number, "%.15g", seconds * units[i].per_second);
    double value = number.data ? spiqe_text_read_real(number.data, NULL) : 0;
    spiqe_text_destroy(&number);
    if (seconds >= 1 || value < 1 || value / units[i].per_second != seconds) continue;
    spiqe_write_digits(text, value);
    spiqe_text_add(text, "%s", units[i].name);
    return;
  }
  spiqe_write_digits(text, seconds);
  spiqe_text_add(text, "s");
}

static spiqe_status write_delay(spiqe_writer *writer, const spiqe_operation *op) {
  const spiqe_stored_angle *time = &writer->circuit->angles[op->first_angle];
  if (writer->version == 2) return spiqe_write_refuse(writer, op, "OpenQASM 2 has no delays");
  if (time->n_terms)
    return spiqe_write_refuse(writer, op, "OpenQASM has no times that depend on an input");
  spiqe_text_add(&writer->body, "delay[");
  if (op->is_in_dt) {
    spiqe_write_digits(&writer->body, time->constant);
    spiqe_text_add(&writer->body, "dt");
  } else {
    add_time(&writer->body, time->constant);
  }
  return write_on(writer, op, "]");
}

static spiqe_status write_expression(spiqe_writer *writer, const spiqe_operation *op) {
  return spiqe_write_expression(&writer->body, &writer->wires,
                                writer->circuit->nodes + op->first_node, op->n_nodes);
}

static spiqe_status write_assign(spiqe_writer *writer, const spiqe_operation *op) {
  if (writer->version == 2)
    return spiqe_write_refuse(writer, op, "OpenQASM 2 has no classical variables");
  spiqe_write_bits(&writer->body, &writer->wires, op->payload, op->n_targets, 1);
  spiqe_text_add(&writer->body, " = ");
  SPIQE_TRY(write_expression(writer, op));
  end_line(writer, ";");
  return SPIQE_OK;
}

/* if (register == number), all that version 2 has. */
static spiqe_status write_old_if(spiqe_writer *writer, const spiqe_operation *op) {
  const spiqe_node *nodes = writer->circuit->nodes + op->first_node;
  int is_equality = op->n_nodes == 3 && nodes[0].kind == SPIQE_NODE_BITS &&
                    nodes[1].kind == SPIQE_NODE_CONSTANT && nodes[2].kind == SPIQE_NODE_EQUAL;
  const spiqe_register *r =
      is_equality
          ? spiqe_wires_of_bits(&writer->wires, spiqe_wires_bit(&writer->wires, nodes[0].first))
          : NULL;
  if (!r || r->first != nodes[0].first || r->size != nodes[0].width || nodes[1].value > INT64_MAX)
    return spiqe_write_refuse(writer, op,
                              "OpenQASM 2 has only conditions of the form register == number");
  uint8_t body = op[1].kind;
  int is_single =
      body == SPIQE_GATE || body == SPIQE_MATRIX || body == SPIQE_MEASURE || body == SPIQE_RESET;
  if (!is_single || op[2].kind != SPIQE_END)
    return spiqe_write_refuse(writer, op,
                              "OpenQASM 2 has conditions on a single gate, measurement "
                              "or reset only, without else");
  spiqe_text_add(&writer->body, "if (%s == %llu) ", r->name, (unsigned long long)nodes[1].value);
  return SPIQE_OK;
}

static spiqe_status write_condition(spiqe_writer *writer, const spiqe_operation *op) {
  int is_if = op->kind == SPIQE_IF;
  if (writer->version == 2)
    return is_if ? write_old_if(writer, op)
                 : spiqe_write_refuse(writer, op, "OpenQASM 2 has no while");
  spiqe_text_add(&writer->body, is_if ? "if (" : "while (");
  SPIQE_TRY(write_expression(writer, op));
  end_line(writer, ") {");
  writer->depth++;
  return SPIQE_OK;
}

/* An ELSE that holds an IF and nothing else is an "else if", which readers nest no deeper. */
static int is_else_if(const spiqe_circuit *circuit, uint32_t at) {
  const spiqe_operation *op = &circuit->operations[at];
  return op[0].kind == SPIQE_ELSE && op[1].kind == SPIQE_IF &&
         spiqe_circuit_end_of(circuit, at + 1) + 1 == op[0].jump;
}

/* *at: the ELSE; then, of an "else if", the IF. */
static spiqe_status write_else(spiqe_writer *writer, size_t *at) {
  writer->depth++;
  if (!is_else_if(writer->circuit, (uint32_t)*at)) {
    end_line(writer, "} else {");
    return SPIQE_OK;
  }
  spiqe_text_add(&writer->body, "} else if (");
  SPIQE_TRY(write_expression(writer, &writer->circuit->operations[++*at]));
  end_line(writer, ") {");
  return SPIQE_OK;
}

static spiqe_status write_gate(spiqe_writer *writer, const spiqe_operation *op) {
  SPIQE_TRY(spiqe_write_gate(writer, op));
  end_line(writer, "");
  return SPIQE_OK;
}

/* *at: the operation; then the last one that was written with it. */
static spiqe_status write_operation(spiqe_writer *writer, size_t *at) {
  const spiqe_operation *op = &writer->circuit->operations[*at];
  int is_end = op->kind == SPIQE_END || op->kind == SPIQE_ELSE;
  if (is_end && writer->version == 2) return SPIQE_OK; /* the if checked that one is no else */
  if (op->kind == SPIQE_END && is_else_if(writer->circuit, op->jump)) return SPIQE_OK;
  if (is_end) writer->depth--;
  int is_in_if = *at && writer->version == 2 && op[-1].kind == SPIQE_IF;
  if (!is_in_if) indent(writer);
  switch (op->kind) {
    case SPIQE_GATE:
    case SPIQE_MATRIX: return write_gate(writer, op);
    case SPIQE_MEASURE: return write_measure(writer, at);
    case SPIQE_RESET: return write_on(writer, op, "reset");
    case SPIQE_BARRIER: return write_on(writer, op, "barrier");
    case SPIQE_DELAY: return write_delay(writer, op);
    case SPIQE_ASSIGN: return write_assign(writer, op);
    case SPIQE_IF:
    case SPIQE_WHILE: return write_condition(writer, op);
    case SPIQE_ELSE: return write_else(writer, at);
    case SPIQE_END: end_line(writer, "}"); return SPIQE_OK;
    default: return spiqe_write_refuse(writer, op, "OpenQASM has no noise");
  }
}

static spiqe_status write_declarations(spiqe_writer *writer) {
  static const char *const words[] = {"qubit", "bit", "uint", "int", "bool"};
  const spiqe_circuit *circuit = writer->circuit;
  const int is_old = writer->version == 2;
  SPIQE_REQUIRE(circuit->ctx, !is_old || !circuit->n_inputs, SPIQE_UNSUPPORTED,
                "OpenQASM 2 has no inputs; this circuit has '%.60s'", circuit->inputs[0]);
  for (size_t i = 0; i < circuit->n_inputs; i++)
    spiqe_text_add(&writer->text, "input float %s;\n", circuit->inputs[i]);
  for (size_t i = 0; i < circuit->n_registers; i++) {
    const spiqe_register *r = &circuit->registers[i];
    SPIQE_REQUIRE(circuit->ctx, !is_old || r->kind <= SPIQE_REGISTER_BITS, SPIQE_UNSUPPORTED,
                  "OpenQASM 2 has no %s; '%.60s' is one", words[r->kind], r->name);
    if (is_old)
      spiqe_text_add(&writer->text, "%s %s[%u];\n",
                     r->kind == SPIQE_REGISTER_QUBITS ? "qreg" : "creg", r->name, r->size);
    else if (r->kind == SPIQE_REGISTER_BOOL)
      spiqe_text_add(&writer->text, "bool %s;\n", r->name);
    else
      spiqe_text_add(&writer->text, "%s[%u] %s;\n", words[r->kind], r->size, r->name);
  }
  return SPIQE_OK;
}

static spiqe_status write(spiqe_writer *writer) {
  const spiqe_circuit *circuit = writer->circuit;
  writer->is_needed = calloc(spiqe_n_spellings(), 1);
  SPIQE_REQUIRE(circuit->ctx, writer->is_needed, SPIQE_NO_MEMORY, "no memory for a text");
  SPIQE_TRY(spiqe_circuit_check_closed(circuit));
  for (size_t i = 0; i < circuit->n_operations; i++) SPIQE_TRY(write_operation(writer, &i));
  SPIQE_TRY(spiqe_write_check_names(writer));
  spiqe_text_add(&writer->text, "OPENQASM %d.0;\ninclude \"%s\";\n", writer->version,
                 writer->version == 2 ? "qelib1.inc" : "stdgates.inc");
  spiqe_write_definitions(writer);
  SPIQE_TRY(write_declarations(writer));
  if (writer->body.size) spiqe_text_add_bytes(&writer->text, writer->body.data, writer->body.size);
  SPIQE_REQUIRE(circuit->ctx, !writer->text.failed && !writer->body.failed, SPIQE_NO_MEMORY,
                "no memory for a text of %zu bytes", writer->body.size);
  return SPIQE_OK;
}

spiqe_status spiqe_circuit_qasm(const spiqe_circuit *circuit, int version, char **out) {
  *out = NULL;
  SPIQE_REQUIRE(circuit->ctx, version == 2 || version == 3, SPIQE_BAD_ARGUMENT,
                "OpenQASM %d; versions 2 and 3 can be written", version);
  spiqe_writer writer = {.circuit = circuit, .version = version};
  writer.where = version == 2 ? SPIQE_IN_QELIB1 | SPIQE_IN_SPIQE
                              : SPIQE_IN_QASM3 | SPIQE_IN_STDGATES | SPIQE_IN_SPIQE;
  SPIQE_TRY(spiqe_wires_create(&writer.wires, circuit));
  spiqe_status status = write(&writer);
  spiqe_wires_destroy(&writer.wires);
  spiqe_text_destroy(&writer.body);
  free(writer.is_needed);
  if (status == SPIQE_OK)
    *out = writer.text.data;
  else
    spiqe_text_destroy(&writer.text);
  return status;
}
