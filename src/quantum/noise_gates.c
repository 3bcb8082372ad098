/* Gates of a description: time, error, channels, and what differs from qubit to qubit. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/grow.h"
#include "core/text.h"
#include "quantum/channels.h"
#include "quantum/noise.h"

#define ROOM(noise, pool, more)                                                                    \
  spiqe_grow((noise)->ctx, (void **)&(noise)->pool, &(noise)->room_##pool,                         \
             (noise)->n_##pool + (more), sizeof *(noise)->pool)

/* Depolarising is limited by positivity: p <= 4^n / (4^n - 1), and with it the infidelity of a
 * dimension d to d / (d + 1). */
static spiqe_status read_error(const spiqe_noise_reader *in, const spiqe_yaml *node,
                               spiqe_noise_rule *rule) {
  const double d = (double)(1u << rule->n_qubits), most = d / (d + 1);
  SPIQE_TRY(spiqe_noise_number(in, node, &rule->error));
  SPIQE_REQUIRE(in->ctx, rule->error >= 0 && rule->error <= most, SPIQE_BAD_ARGUMENT,
                "%s:%zu: error = %g; the average infidelity of a gate on %u qubits is in [0, %g]",
                in->place, node->line, rule->error, rule->n_qubits, most);
  return SPIQE_OK;
}

static spiqe_status read_depolarising(const spiqe_noise_reader *in, const spiqe_yaml *node,
                                      spiqe_noise_rule *rule) {
  const double n = (double)(1u << 2 * rule->n_qubits), most = n / (n - 1);
  SPIQE_TRY(spiqe_noise_number(in, node, &rule->depolarising));
  SPIQE_REQUIRE(in->ctx, rule->depolarising >= 0 && rule->depolarising <= most, SPIQE_BAD_ARGUMENT,
                "%s:%zu: depolarising = %g; on %u qubits it is in [0, %g]", in->place, node->line,
                rule->depolarising, rule->n_qubits, most);
  return SPIQE_OK;
}

/* Fields that are given replace those of the rule, which come from the gate on any qubits. */
static spiqe_status read_fields(const spiqe_noise_reader *in, const spiqe_yaml *node,
                                spiqe_noise_rule *rule) {
  const spiqe_yaml *time = spiqe_yaml_get(node, "time"), *error = spiqe_yaml_get(node, "error");
  const spiqe_yaml *depolarising = spiqe_yaml_get(node, "depolarising");
  const spiqe_yaml *channel = spiqe_yaml_get(node, "channel");
  SPIQE_REQUIRE(in->ctx, !error || (!depolarising && !channel), SPIQE_BAD_FORMAT,
                "%s:%zu: 'error' is all of a gate's infidelity; give it, or 'depolarising' and "
                "'channel'",
                in->place, error->line);
  SPIQE_REQUIRE(in->ctx, rule->n_qubits <= 2 || (!error && !depolarising), SPIQE_BAD_FORMAT,
                "%s:%zu: errors are of gates on 1 or 2 qubits; this one is on %u", in->place,
                node->line, rule->n_qubits);
  if (time) SPIQE_TRY(spiqe_noise_time(in, time, 0, &rule->time));
  if (error || depolarising || channel) {
    rule->error = NAN;
    rule->depolarising = 0;
    rule->n_channels = 0;
  }
  if (error) SPIQE_TRY(read_error(in, error, rule));
  if (depolarising) SPIQE_TRY(read_depolarising(in, depolarising, rule));
  return channel ? spiqe_noise_read_channels(in, channel, rule) : SPIQE_OK;
}

static spiqe_status add_rule(const spiqe_noise_reader *in, const spiqe_noise_rule *rule) {
  SPIQE_TRY(ROOM(in->noise, rules, 1));
  in->noise->rules[in->noise->n_rules++] = *rule;
  return SPIQE_OK;
}

static spiqe_status read_on_qubits(const spiqe_noise_reader *in, const spiqe_yaml *node,
                                   spiqe_noise_rule *rule) {
  const size_t most = in->noise->n_qubits ? in->noise->n_qubits : SPIQE_MOST_QUBITS;
  SPIQE_REQUIRE(in->ctx, node && node->kind == SPIQE_YAML_SEQUENCE && node->n_children,
                SPIQE_BAD_FORMAT, "%s:%zu: expected {qubits: [...], ...}", in->place,
                node ? node->line : 0);
  SPIQE_REQUIRE(in->ctx, node->n_children == rule->n_qubits, SPIQE_BAD_FORMAT,
                "%s:%zu: %zu qubits for a gate on %u", in->place, node->line, node->n_children,
                rule->n_qubits);
  for (size_t i = 0; i < rule->n_qubits; i++) {
    double number;
    SPIQE_TRY(spiqe_noise_number(in, &node->children[i], &number));
    SPIQE_REQUIRE(in->ctx, number >= 0 && number < (double)most && number == floor(number),
                  SPIQE_BAD_INDEX, "%s:%zu: qubit %g of %zu", in->place, node->line, number, most);
    rule->on[i] = (uint32_t)number;
    for (size_t j = 0; j < i; j++)
      SPIQE_REQUIRE(in->ctx, rule->on[j] != rule->on[i], SPIQE_BAD_INDEX,
                    "%s:%zu: qubit %u is given twice", in->place, node->line, rule->on[i]);
  }
  rule->n_on = rule->n_qubits;
  return SPIQE_OK;
}

/* Not the qubits of another exception, in the same order; those of this gate begin at `first`. */
static spiqe_status check_exception(const spiqe_noise_reader *in, size_t line, size_t first,
                                    const spiqe_noise_rule *rule) {
  for (size_t k = first; k < in->noise->n_rules; k++)
    SPIQE_REQUIRE(in->ctx,
                  memcmp(in->noise->rules[k].on, rule->on, rule->n_on * sizeof *rule->on) != 0,
                  SPIQE_BAD_FORMAT, "%s:%zu: these qubits are given twice", in->place, line);
  return SPIQE_OK;
}

/* A gate, then its exceptions. */
static spiqe_status read_rule(const spiqe_noise_reader *in, const spiqe_yaml *node,
                              spiqe_noise_rule *rule) {
  static const char *const keys[] = {"time", "error", "depolarising", "channel", "on", NULL};
  static const char *const on_keys[] = {"qubits", "time", "error", "depolarising", "channel", NULL};
  rule->error = NAN;
  if (node->kind == SPIQE_YAML_SCALAR && !node->text[0]) return add_rule(in, rule); /* "rz:" */
  SPIQE_TRY(spiqe_noise_keys(in, node, keys));
  SPIQE_TRY(read_fields(in, node, rule));
  SPIQE_TRY(add_rule(in, rule));
  const spiqe_yaml *on = spiqe_yaml_get(node, "on");
  SPIQE_REQUIRE(in->ctx, !on || on->kind == SPIQE_YAML_SEQUENCE, SPIQE_BAD_FORMAT,
                "%s:%zu: on: expected a list of {qubits: [...], ...}", in->place, on->line);
  const size_t first = in->noise->n_rules;
  for (size_t i = 0; on && i < on->n_children; i++) {
    spiqe_noise_rule exception = *rule;
    const spiqe_yaml *entry = &on->children[i];
    SPIQE_TRY(spiqe_noise_keys(in, entry, on_keys));
    const spiqe_yaml *qubits = spiqe_yaml_get(entry, "qubits");
    SPIQE_REQUIRE(in->ctx, qubits, SPIQE_BAD_FORMAT, "%s:%zu: 'qubits' is missing", in->place,
                  entry->line);
    SPIQE_TRY(read_on_qubits(in, qubits, &exception));
    SPIQE_TRY(check_exception(in, qubits->line, first, &exception));
    SPIQE_TRY(read_fields(in, entry, &exception));
    SPIQE_TRY(add_rule(in, &exception));
  }
  return SPIQE_OK;
}

static spiqe_status find_gate(const spiqe_noise_reader *in, const spiqe_yaml *node,
                              spiqe_noise_rule *rule) {
  const spiqe_spelling *spelling = spiqe_spelling_find(node->key, strlen(node->key));
  if (!spelling) {
    const char *names[128];
    char hint[96];
    size_t n = 0;
    for (; n < 128 && spiqe_gate_name(n); n++) names[n] = spiqe_gate_name(n);
    return spiqe_fail(in->ctx, SPIQE_BAD_NAME, "%s:%zu: no gate is called '%.40s'%s", in->place,
                      node->line, node->key,
                      spiqe_text_suggest(node->key, names, n, hint, sizeof hint));
  }
  rule->gate = spiqe_gate_find(spelling->gate);
  rule->n_controls = spelling->n_controls;
  rule->n_qubits = spelling->n_controls + spiqe_gates[rule->gate].n_targets;
  SPIQE_REQUIRE(in->ctx, rule->n_qubits, SPIQE_BAD_ARGUMENT, "%s:%zu: %s acts on no qubit",
                in->place, node->line, node->key);
  return SPIQE_OK;
}

/* Child i of gates is no gate of an earlier one by another name: u and u3, p and u1. */
static spiqe_status check_alias(const spiqe_noise_reader *in, const spiqe_yaml *gates, size_t i,
                                const spiqe_noise_rule *rule) {
  for (size_t k = 0; k < i; k++) {
    const spiqe_yaml *earlier = &gates->children[k];
    spiqe_noise_rule other = {0};
    SPIQE_TRY(find_gate(in, earlier, &other));
    SPIQE_REQUIRE(in->ctx, other.gate != rule->gate || other.n_controls != rule->n_controls,
                  SPIQE_BAD_FORMAT, "%s:%zu: '%.40s' is the gate '%.40s' of line %zu", in->place,
                  gates->children[i].line, gates->children[i].key, earlier->key, earlier->line);
  }
  return SPIQE_OK;
}

spiqe_status spiqe_noise_read_gates(const spiqe_noise_reader *in, const spiqe_yaml *root) {
  static const char *const counts[] = {"1", "2", "3", "4", "5", NULL};
  const spiqe_yaml *gates = spiqe_yaml_get(root, "gates"),
                   *others = spiqe_yaml_get(root, "default");
  SPIQE_REQUIRE(in->ctx, !gates || gates->kind == SPIQE_YAML_MAPPING, SPIQE_BAD_FORMAT,
                "%s:%zu: gates: expected {name: {time: ..., error: ...}}", in->place, gates->line);
  for (size_t i = 0; gates && i < gates->n_children; i++) {
    spiqe_noise_rule rule = {0};
    SPIQE_TRY(find_gate(in, &gates->children[i], &rule));
    SPIQE_TRY(check_alias(in, gates, i, &rule));
    SPIQE_TRY(read_rule(in, &gates->children[i], &rule));
  }
  if (others) SPIQE_TRY(spiqe_noise_keys(in, others, counts));
  for (size_t i = 0; others && i < others->n_children; i++) {
    spiqe_noise_rule rule = {.gate = -1};
    rule.n_qubits = (uint32_t)(others->children[i].key[0] - '0');
    SPIQE_TRY(read_rule(in, &others->children[i], &rule));
  }
  in->noise->has_default = others != NULL;
  return SPIQE_OK;
}

/* How well a rule fits; 0: not at all. */
static int fit(const spiqe_noise_rule *rule, const spiqe_operation *op, const uint32_t *qubits) {
  const size_t n = (size_t)op->n_controls + op->n_targets;
  int in_order = 1, is_set = 1;
  if (rule->n_qubits != n) return 0;
  if (rule->gate >= 0 &&
      (op->kind != SPIQE_GATE || rule->gate != op->gate || rule->n_controls != op->n_controls))
    return 0;
  for (size_t i = 0; i < rule->n_on; i++) {
    int is_there = 0;
    for (size_t j = 0; j < n; j++) is_there |= (qubits[j] & ~SPIQE_ON_ZERO) == rule->on[i];
    in_order &= (qubits[i] & ~SPIQE_ON_ZERO) == rule->on[i];
    is_set &= is_there;
  }
  if (!is_set) return 0;
  return 1 + 4 * (rule->gate >= 0) + (rule->n_on ? 1 + in_order : 0);
}

spiqe_status spiqe_noise_find_rule(const spiqe_noise *noise, const spiqe_circuit *circuit,
                                   const spiqe_operation *op, const spiqe_noise_rule **out) {
  const uint32_t *qubits = circuit->qubits_used + op->first_qubit;
  const unsigned n = op->n_controls + op->n_targets;
  int best = 0;
  *out = NULL;
  for (size_t i = 0; i < noise->n_rules; i++) {
    int fits = fit(&noise->rules[i], op, qubits);
    if (fits > best) *out = &noise->rules[i];
    if (fits > best) best = fits;
  }
  if (!n || best > 4 || (*out && !noise->is_strict)) return SPIQE_OK;
  SPIQE_REQUIRE(circuit->ctx, !noise->is_strict, SPIQE_UNSUPPORTED,
                "the device has no gate %s on %u qubits (line %u)",
                spiqe_operation_name(circuit, op), n, op->line);
  SPIQE_REQUIRE(circuit->ctx, !noise->has_default, SPIQE_UNSUPPORTED,
                "the description of the device says nothing of %s, or of gates on %u qubits "
                "(line %u)",
                spiqe_operation_name(circuit, op), n, op->line);
  return SPIQE_OK;
}
