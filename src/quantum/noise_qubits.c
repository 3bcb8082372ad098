/* Qubits of a description: how many, how they relax, how they are read. */
#include <math.h>
#include <stdlib.h>

#include "core/arena.h"
#include "core/fail.h"
#include "quantum/channels.h"
#include "quantum/noise.h"

/* A property of a qubit: one value for all, or a list with one for each. */
typedef struct quantity {
  const char *key;
  int is_time;
  size_t offset; /* in spiqe_noise_qubit */
} quantity;

static const quantity quantities[] = {
    {"T1", 1, offsetof(spiqe_noise_qubit, t1)},
    {"T2", 1, offsetof(spiqe_noise_qubit, t2)},
    {"excited_population", 0, offsetof(spiqe_noise_qubit, excited)},
    {"p01", 0, offsetof(spiqe_noise_qubit, p1_of_0)},
    {"p10", 0, offsetof(spiqe_noise_qubit, p0_of_1)},
};
#define N_QUANTITIES (sizeof quantities / sizeof *quantities)
static const char *const quantity_keys[] = {"T1", "T2", "excited_population", "p01", "p10", NULL};

static size_t n_stored(const spiqe_noise *noise) {
  return noise->n_qubits ? noise->n_qubits : 1;
}

static spiqe_status set_one(const spiqe_noise_reader *in, const quantity *q, const spiqe_yaml *node,
                            size_t qubit) {
  double *field = (double *)((char *)&in->noise->qubits[qubit] + q->offset);
  if (q->is_time) return spiqe_noise_time(in, node, 1, field);
  return spiqe_noise_probability(in, node, field);
}

/* A list that has an entry for each qubit. */
static spiqe_status check_list(const spiqe_noise_reader *in, const spiqe_yaml *node) {
  SPIQE_REQUIRE(in->ctx, in->noise->n_qubits, SPIQE_BAD_FORMAT,
                "%s:%zu: a list, but 'qubits' does not say how many there are", in->place,
                node->line);
  SPIQE_REQUIRE(in->ctx, node->n_children == in->noise->n_qubits, SPIQE_BAD_FORMAT,
                "%s:%zu: a list of %zu for %zu qubits", in->place, node->line, node->n_children,
                in->noise->n_qubits);
  return SPIQE_OK;
}

/* Keys of a mapping that are quantities, for all qubits. */
static spiqe_status set_all(const spiqe_noise_reader *in, const spiqe_yaml *mapping) {
  for (size_t k = 0; k < N_QUANTITIES; k++) {
    const spiqe_yaml *node = spiqe_yaml_get(mapping, quantities[k].key);
    if (!node) continue;
    int is_list = node->kind == SPIQE_YAML_SEQUENCE;
    if (is_list) SPIQE_TRY(check_list(in, node));
    for (size_t i = 0; i < n_stored(in->noise); i++)
      SPIQE_TRY(set_one(in, &quantities[k], is_list ? &node->children[i] : node, i));
  }
  return SPIQE_OK;
}

/* [[P(0|0), P(1|0)], [P(0|1), P(1|1)]]: a row for what the qubit is. */
static spiqe_status read_matrix(const spiqe_noise_reader *in, const spiqe_yaml *node,
                                spiqe_noise_qubit *qubit) {
  double p[2][2];
  int is_matrix = node->kind == SPIQE_YAML_SEQUENCE && node->n_children == 2;
  for (size_t i = 0; is_matrix && i < 2; i++)
    is_matrix = node->children[i].kind == SPIQE_YAML_SEQUENCE && node->children[i].n_children == 2;
  SPIQE_REQUIRE(in->ctx, is_matrix, SPIQE_BAD_FORMAT,
                "%s:%zu: readout: expected [[P(0|0), P(1|0)], [P(0|1), P(1|1)]]", in->place,
                node->line);
  for (size_t i = 0; i < 2; i++) {
    const spiqe_yaml *row = &node->children[i];
    for (size_t j = 0; j < 2; j++)
      SPIQE_TRY(spiqe_noise_probability(in, &row->children[j], &p[i][j]));
    SPIQE_REQUIRE(in->ctx, fabs(p[i][0] + p[i][1] - 1) <= 1e-9, SPIQE_BAD_ARGUMENT,
                  "%s:%zu: row %zu of readout sums to %.10g; probabilities sum to 1", in->place,
                  row->line, i, p[i][0] + p[i][1]);
  }
  qubit->p1_of_0 = p[0][1];
  qubit->p0_of_1 = p[1][0];
  return SPIQE_OK;
}

/* {p01, p10}, one matrix, or a list with a matrix for each qubit. */
static spiqe_status read_readout(const spiqe_noise_reader *in, const spiqe_yaml *node) {
  static const char *const keys[] = {"p01", "p10", NULL};
  if (node->kind == SPIQE_YAML_MAPPING) {
    SPIQE_TRY(spiqe_noise_keys(in, node, keys));
    return set_all(in, node);
  }
  const spiqe_yaml *first = node->n_children ? &node->children[0] : NULL;
  int is_list = first && first->n_children && first->children[0].kind == SPIQE_YAML_SEQUENCE;
  if (is_list) SPIQE_TRY(check_list(in, node));
  for (size_t i = 0; i < n_stored(in->noise); i++)
    SPIQE_TRY(read_matrix(in, is_list ? &node->children[i] : node, &in->noise->qubits[i]));
  return SPIQE_OK;
}

static spiqe_status count_qubits(const spiqe_noise_reader *in, const spiqe_yaml *node) {
  double number = 0;
  if (node && node->kind == SPIQE_YAML_SEQUENCE) {
    number = (double)node->n_children;
  } else if (node) {
    SPIQE_TRY(spiqe_noise_number(in, node, &number));
  } else {
    return SPIQE_OK;
  }
  SPIQE_REQUIRE(in->ctx, number >= 1 && number <= 1e5 && number == floor(number),
                SPIQE_BAD_ARGUMENT, "%s:%zu: qubits: %g; expected 1 to 100000, or a list",
                in->place, node->line, number);
  in->noise->n_qubits = (size_t)number;
  return SPIQE_OK;
}

/* Where T2 is missing only T1 destroys coherence. */
static spiqe_status check_qubit(const spiqe_noise_reader *in, const spiqe_yaml *root, size_t i) {
  const spiqe_yaml *qubits = spiqe_yaml_get(root, "qubits"), *place = root;
  spiqe_noise_qubit *qubit = &in->noise->qubits[i];
  if (isnan(qubit->t2)) qubit->t2 = 2 * qubit->t1;
  if (spiqe_check_thermal(in->ctx, qubit->t1, qubit->t2, qubit->excited) == SPIQE_OK)
    return SPIQE_OK;
  if (spiqe_yaml_get(root, "T1")) place = spiqe_yaml_get(root, "T1");
  if (spiqe_yaml_get(root, "T2")) place = spiqe_yaml_get(root, "T2");
  if (qubits && qubits->kind == SPIQE_YAML_SEQUENCE) place = &qubits->children[i];
  return spiqe_fail_prefix(in->ctx, SPIQE_BAD_ARGUMENT, "%s:%zu: qubit %zu", in->place, place->line,
                           i);
}

spiqe_status spiqe_noise_read_qubits(const spiqe_noise_reader *in, const spiqe_yaml *root) {
  const spiqe_yaml *qubits = spiqe_yaml_get(root, "qubits");
  const spiqe_yaml *readout = spiqe_yaml_get(root, "readout");
  spiqe_noise *noise = in->noise;
  SPIQE_TRY(count_qubits(in, qubits));
  noise->qubits = calloc(n_stored(noise), sizeof *noise->qubits);
  SPIQE_REQUIRE(in->ctx, noise->qubits, SPIQE_NO_MEMORY, "no memory for %zu qubits",
                noise->n_qubits);
  for (size_t i = 0; i < n_stored(noise); i++)
    noise->qubits[i] = (spiqe_noise_qubit){.t1 = INFINITY, .t2 = NAN};
  SPIQE_TRY(set_all(in, root));
  if (readout) SPIQE_TRY(read_readout(in, readout));
  for (size_t i = 0; qubits && i < qubits->n_children; i++) {
    const spiqe_yaml *one = &qubits->children[i];
    SPIQE_TRY(spiqe_noise_keys(in, one, quantity_keys));
    for (size_t k = 0; k < N_QUANTITIES; k++) {
      const spiqe_yaml *node = spiqe_yaml_get(one, quantities[k].key);
      if (node) SPIQE_TRY(set_one(in, &quantities[k], node, i));
    }
  }
  for (size_t i = 0; i < n_stored(noise); i++) SPIQE_TRY(check_qubit(in, root, i));
  return SPIQE_OK;
}
