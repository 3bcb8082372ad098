/* Channels in a description: by name with parameters, or by Kraus operators. */
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/grow.h"
#include "quantum/channels.h"
#include "quantum/noise.h"

#define ROOM(noise, pool, more)                                                                    \
  spiqe_grow((noise)->ctx, (void **)&(noise)->pool, &(noise)->room_##pool,                         \
             (noise)->n_##pool + (more), sizeof *(noise)->pool)

/* A channel that was read, before it is checked. */
typedef struct entry {
  const char *name;
  size_t n_qubits, n_kraus;
  spiqe_complex kraus[SPIQE_MOST_KRAUS_NUMBERS];
} entry;

static const spiqe_yaml *item(const spiqe_yaml *node, size_t i) {
  return node->kind == SPIQE_YAML_SEQUENCE ? &node->children[i] : node;
}

/* Parameters: one value, or a list. Times (T1, T2, time) have their unit. */
static spiqe_status read_parameters(const spiqe_noise_reader *in, const spiqe_yaml *node,
                                    entry *out) {
  const spiqe_channel_kind *kind = spiqe_channel_find(node->key);
  const size_t n = node->kind == SPIQE_YAML_SEQUENCE ? node->n_children : 1;
  double p[SPIQE_MOST_CHANNEL_PARAMETERS] = {0};
  int is_thermal = kind && !strcmp(kind->name, "thermal_relaxation");
  for (size_t i = 0; kind && i < n && i < kind->n_parameters; i++) {
    spiqe_status status = is_thermal && i < 3 ? spiqe_noise_time(in, item(node, i), 1, &p[i])
                                              : spiqe_noise_number(in, item(node, i), &p[i]);
    SPIQE_TRY(status);
  }
  spiqe_status status =
      spiqe_channel_kraus(in->ctx, node->key, n, p, &out->n_qubits, &out->n_kraus, out->kraus);
  if (status != SPIQE_OK)
    return spiqe_fail_prefix(in->ctx, status, "%s:%zu", in->place, node->line);
  out->name = kind->name;
  return SPIQE_OK;
}

/* A number, or [real, imaginary]. */
static spiqe_status read_complex(const spiqe_noise_reader *in, const spiqe_yaml *node,
                                 spiqe_complex *out) {
  *out = (spiqe_complex){0, 0};
  if (node->kind != SPIQE_YAML_SEQUENCE) return spiqe_noise_number(in, node, &out->re);
  SPIQE_REQUIRE(in->ctx, node->n_children == 2, SPIQE_BAD_FORMAT,
                "%s:%zu: expected a number or [real, imaginary]", in->place, node->line);
  SPIQE_TRY(spiqe_noise_number(in, &node->children[0], &out->re));
  return spiqe_noise_number(in, &node->children[1], &out->im);
}

static spiqe_status read_operator(const spiqe_noise_reader *in, const spiqe_yaml *node, size_t n,
                                  spiqe_complex *out) {
  for (size_t row = 0; row < n; row++) {
    int is_row = node->n_children == n && node->children[row].kind == SPIQE_YAML_SEQUENCE &&
                 node->children[row].n_children == n;
    SPIQE_REQUIRE(in->ctx, is_row, SPIQE_BAD_FORMAT,
                  "%s:%zu: kraus: expected matrices, all of %zu rows and columns", in->place,
                  node->line, n);
    for (size_t column = 0; column < n; column++)
      SPIQE_TRY(read_complex(in, &node->children[row].children[column], &out[row * n + column]));
  }
  return SPIQE_OK;
}

static spiqe_status read_kraus(const spiqe_noise_reader *in, const spiqe_yaml *node, entry *out) {
  const size_t n_kraus = node->n_children, n = n_kraus ? node->children[0].n_children : 0;
  SPIQE_REQUIRE(in->ctx, n == 2 || n == 4, SPIQE_BAD_FORMAT,
                "%s:%zu: kraus: expected a list of matrices of 2 or 4 rows", in->place, node->line);
  SPIQE_REQUIRE(in->ctx, n_kraus * n * n <= SPIQE_MOST_KRAUS_NUMBERS, SPIQE_LIMIT,
                "%s:%zu: kraus: %zu operators; at most %zu", in->place, node->line, n_kraus,
                SPIQE_MOST_KRAUS_NUMBERS / (n * n));
  for (size_t k = 0; k < n_kraus; k++)
    SPIQE_TRY(read_operator(in, &node->children[k], n, out->kraus + k * n * n));
  out->name = "kraus";
  out->n_qubits = n / 2;
  out->n_kraus = n_kraus;
  return SPIQE_OK;
}

/* That it keeps the trace is the law of circuits: ask one. */
static spiqe_status check_trace(const spiqe_noise_reader *in, const spiqe_yaml *node,
                                const entry *channel) {
  static const uint32_t targets[2] = {0, 1};
  spiqe_circuit *circuit;
  SPIQE_TRY(spiqe_circuit_create(in->ctx, 2, 0, &circuit));
  spiqe_status status = spiqe_circuit_channel(circuit, channel->name, channel->n_qubits, targets,
                                              channel->n_kraus, channel->kraus);
  spiqe_circuit_destroy(circuit);
  if (status == SPIQE_OK) return status;
  return spiqe_fail_prefix(in->ctx, status, "%s:%zu", in->place, node->line);
}

static spiqe_status add_channel(const spiqe_noise_reader *in, const entry *channel) {
  spiqe_noise *noise = in->noise;
  const size_t n = channel->n_kraus << 2 * channel->n_qubits;
  spiqe_channel stored = {.n_targets = (uint32_t)channel->n_qubits,
                          .n_kraus = (uint32_t)channel->n_kraus,
                          .first = noise->n_numbers};
  SPIQE_TRY(ROOM(noise, numbers, n));
  SPIQE_TRY(ROOM(noise, channels, 1));
  strncpy(stored.name, channel->name, sizeof stored.name - 1);
  memcpy(noise->numbers + noise->n_numbers, channel->kraus, n * sizeof *noise->numbers);
  noise->n_numbers += n;
  noise->channels[noise->n_channels++] = stored;
  return SPIQE_OK;
}

static spiqe_status read_entry(const spiqe_noise_reader *in, const spiqe_yaml *node,
                               const spiqe_noise_rule *rule) {
  entry channel = {0};
  SPIQE_REQUIRE(in->ctx, node->kind == SPIQE_YAML_MAPPING && node->n_children == 1,
                SPIQE_BAD_FORMAT, "%s:%zu: channel: expected a list of {name: parameters}",
                in->place, node->line);
  node = &node->children[0];
  int is_kraus = !strcmp(node->key, "kraus") && node->kind == SPIQE_YAML_SEQUENCE;
  SPIQE_TRY(is_kraus ? read_kraus(in, node, &channel) : read_parameters(in, node, &channel));
  SPIQE_REQUIRE(in->ctx, channel.n_qubits == 1 || channel.n_qubits == rule->n_qubits,
                SPIQE_BAD_SHAPE, "%s:%zu: %s acts on %zu qubits, the gate on %u", in->place,
                node->line, channel.name, channel.n_qubits, rule->n_qubits);
  SPIQE_TRY(check_trace(in, node, &channel));
  return add_channel(in, &channel);
}

spiqe_status spiqe_noise_read_channels(const spiqe_noise_reader *in, const spiqe_yaml *list,
                                       spiqe_noise_rule *rule) {
  SPIQE_REQUIRE(in->ctx, list->kind == SPIQE_YAML_SEQUENCE, SPIQE_BAD_FORMAT,
                "%s:%zu: channel: expected a list of {name: parameters}", in->place, list->line);
  rule->first_channel = (uint32_t)in->noise->n_channels;
  for (size_t i = 0; i < list->n_children; i++) SPIQE_TRY(read_entry(in, &list->children[i], rule));
  rule->n_channels = (uint32_t)list->n_children;
  return SPIQE_OK;
}
