#include "support/random_circuit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/grow.h"
#include "spiqe/random.h"
#include "support/cmocka_all.h"

#define PI 3.14159265358979323846
#define MOST_DEPTH 3 /* of blocks */

typedef struct drawer {
  spiqe_circuit *circuit;
  const random_circuit_options *options;
  uint32_t key[2];
  uint64_t n_drawn;
  size_t left, depth; /* operations to go; open blocks */
} drawer;

static drawer drawer_of(uint64_t seed) {
  drawer d = {.depth = 0};
  spiqe_random_key(seed, SPIQE_PURPOSE_USER, 77, d.key);
  return d;
}

static double uniform(drawer *d) {
  return spiqe_random_uniform(d->key, d->n_drawn++, 0);
}

static double normal(drawer *d) {
  return spiqe_random_normal(d->key, d->n_drawn++, 1);
}

static size_t below(drawer *d, size_t n) {
  return (size_t)(uniform(d) * (double)n);
}

static int with(const drawer *d, unsigned flag) {
  return (d->options->with & flag) != 0;
}

static void must(const drawer *d, spiqe_status status) {
  if (status != SPIQE_OK) fail_msg("%s", spiqe_context_message(d->circuit->ctx));
}

/* n different qubits (n <= n_qubits). */
static void draw_qubits(drawer *d, size_t n, uint32_t *out) {
  for (size_t i = 0; i < n; i++) {
    int again = 1;
    while (again) {
      out[i] = (uint32_t)below(d, d->options->n_qubits);
      again = 0;
      for (size_t j = 0; j < i; j++) again |= out[j] == out[i];
    }
  }
}

/* Special values are where a shortcut would go wrong. */
static double draw_angle(drawer *d) {
  size_t kind = below(d, 10);
  if (with(d, RANDOM_CLIFFORD)) return PI / 2 * ((double)below(d, 9) - 4);
  if (kind < 2) return PI / 4 * ((double)below(d, 17) - 8);
  if (kind == 2) return 1e-5 * normal(d);
  return (4 * uniform(d) - 2) * PI;
}

static spiqe_angle draw_input_angle(drawer *d, spiqe_term *terms) {
  spiqe_angle angle = {.constant = draw_angle(d)};
  if (!with(d, RANDOM_INPUTS) || !d->options->n_inputs || below(d, 3) == 0) return angle;
  if (below(d, 2)) angle.constant = 0;
  angle.n_terms = 1 + (uint32_t)below(d, 2);
  angle.terms = terms;
  for (uint32_t i = 0; i < angle.n_terms; i++) {
    terms[i].input = (uint32_t)below(d, d->options->n_inputs);
    terms[i].factor = below(d, 2) ? 1 : 2 * normal(d);
  }
  return angle;
}

/* Gates that take Pauli products to Pauli products; with angles, at multiples of pi/2 (of pi with a
 * control). */
static int is_clifford(const char *name, size_t n_angles) {
  static const char *const fixed[] = {"id",    "x",    "y",    "z",     "h",       "s",   "sdg",
                                      "sx",    "sxdg", "swap", "iswap", "iswapdg", "ecr", "dcx",
                                      "dcxdg", "cx",   "CX",   "cy",    "cz"};
  static const char *const turned[] = {"p",  "phase", "u1", "rx",  "ry",  "rz",  "U",   "u",
                                       "u3", "u2",    "r",  "rxx", "ryy", "rzz", "rzx", "gphase"};
  for (size_t i = 0; !n_angles && i < sizeof fixed / sizeof *fixed; i++)
    if (!strcmp(fixed[i], name)) return 1;
  for (size_t i = 0; n_angles && i < sizeof turned / sizeof *turned; i++)
    if (!strcmp(turned[i], name)) return 1;
  return 0;
}

static const char *draw_name(drawer *d, size_t *n_qubits, size_t *n_angles) {
  for (;;) {
    const char *name = spiqe_gate_name(below(d, spiqe_n_spellings()));
    assert_true(spiqe_gate_shape(name, n_qubits, n_angles));
    if (*n_qubits > d->options->n_qubits) continue;
    if (with(d, RANDOM_CLIFFORD) && !is_clifford(name, *n_angles)) continue;
    return name;
  }
}

static void add_gate(drawer *d) {
  size_t n_own, n_angles, n_more = 0;
  const char *name = draw_name(d, &n_own, &n_angles);
  spiqe_angle angles[SPIQE_MOST_GATE_PARAMETERS];
  spiqe_term terms[SPIQE_MOST_GATE_PARAMETERS][2];
  uint32_t qubits[16];
  uint8_t on_zero[4];
  if (with(d, RANDOM_CONTROLS) && below(d, 3) == 0) n_more = 1 + below(d, 3);
  if (n_more > d->options->n_qubits - n_own) n_more = d->options->n_qubits - n_own;
  draw_qubits(d, n_more + n_own, qubits);
  for (size_t i = 0; i < n_more; i++) on_zero[i] = (uint8_t)below(d, 2);
  for (size_t i = 0; i < n_angles; i++) angles[i] = draw_input_angle(d, terms[i]);
  must(d, spiqe_circuit_gate_controlled(d->circuit, name, angles, n_more, qubits, on_zero,
                                        qubits + n_more));
}

/* Column c of [n][n_columns] less its part along column b. */
static void remove_column(size_t n, size_t n_columns, size_t b, size_t c, spiqe_complex *out) {
  double re = 0, im = 0; /* <b|c> */
  for (size_t r = 0; r < n; r++) {
    spiqe_complex x = out[r * n_columns + b], y = out[r * n_columns + c];
    re += x.re * y.re + x.im * y.im;
    im += x.re * y.im - x.im * y.re;
  }
  for (size_t r = 0; r < n; r++) {
    spiqe_complex x = out[r * n_columns + b], *y = &out[r * n_columns + c];
    y->re -= x.re * re - x.im * im;
    y->im -= x.re * im + x.im * re;
  }
}

/* Gram and Schmidt on a matrix of normal draws; twice, to be orthogonal to rounding. */
static void draw_isometry(drawer *d, size_t n, size_t n_columns, spiqe_complex *out) {
  for (size_t i = 0; i < n * n_columns; i++) out[i] = (spiqe_complex){normal(d), normal(d)};
  for (size_t c = 0; c < n_columns; c++) {
    double norm = 0;
    for (size_t b = 0; b < 2 * c; b++) remove_column(n, n_columns, b % c, c, out);
    for (size_t r = 0; r < n; r++) {
      spiqe_complex x = out[r * n_columns + c];
      norm += x.re * x.re + x.im * x.im;
    }
    for (size_t r = 0; r < n; r++) {
      out[r * n_columns + c].re /= sqrt(norm);
      out[r * n_columns + c].im /= sqrt(norm);
    }
  }
}

void random_isometry(uint64_t seed, size_t n, size_t n_columns, spiqe_complex *out) {
  drawer d = drawer_of(seed);
  draw_isometry(&d, n, n_columns, out);
}

void random_angles(uint64_t seed, size_t n, double *out) {
  drawer d = drawer_of(seed);
  for (size_t i = 0; i < n; i++) out[i] = (2 * uniform(&d) - 1) * PI;
}

static void add_matrix(drawer *d) {
  size_t most = d->options->n_qubits < 4 ? d->options->n_qubits : 4, k = 1 + below(d, most);
  uint32_t qubits[4];
  spiqe_complex matrix[256];
  draw_qubits(d, k, qubits);
  draw_isometry(d, (size_t)1 << k, (size_t)1 << k, matrix);
  must(d, spiqe_circuit_matrix(d->circuit, k, qubits, matrix));
}

/* The rows of an isometry from 2^k to n_kraus 2^k are Kraus operators, one behind the other. Half
 * of the channels are near the identity, as those of machines are. */
static void add_channel(drawer *d) {
  size_t most = d->options->n_qubits < 2 ? d->options->n_qubits : 2, k = 1 + below(d, most);
  size_t n = (size_t)1 << k, n_kraus = 1 + below(d, 4);
  uint32_t qubits[2];
  spiqe_complex kraus[4 * 16];
  draw_qubits(d, k, qubits);
  if (below(d, 2)) {
    draw_isometry(d, n * n_kraus, n, kraus);
    must(d, spiqe_circuit_channel(d->circuit, "random", k, qubits, n_kraus, kraus));
    return;
  }
  double gamma = uniform(d) * uniform(d);
  const spiqe_complex damping[8] = {{1, 0}, {0, 0},           {0, 0}, {sqrt(1 - gamma), 0},
                                    {0, 0}, {sqrt(gamma), 0}, {0, 0}, {0, 0}};
  must(d, spiqe_circuit_channel(d->circuit, "damping", 1, qubits, 2, damping));
}

/* Probabilities that fall off from the identity on, of up to 4 Pauli products. */
static void add_pauli_channel(drawer *d) {
  static const spiqe_complex paulis[4][4] = {{{1, 0}, {0, 0}, {0, 0}, {1, 0}},
                                             {{0, 0}, {1, 0}, {1, 0}, {0, 0}},
                                             {{0, 0}, {0, -1}, {0, 1}, {0, 0}},
                                             {{1, 0}, {0, 0}, {0, 0}, {-1, 0}}};
  size_t most = d->options->n_qubits < 2 ? d->options->n_qubits : 2, k = 1 + below(d, most);
  size_t n = (size_t)1 << k, n_kraus = 1 + below(d, 4);
  uint32_t qubits[2];
  spiqe_complex kraus[4 * 16];
  double left = 1;
  draw_qubits(d, k, qubits);
  for (size_t i = 0; i < n_kraus; i++) {
    double p = i + 1 < n_kraus ? left * uniform(d) : left;
    size_t low = i ? below(d, 4) : 0, high = i && k > 1 ? below(d, 4) : 0;
    left -= p;
    for (size_t at = 0; at < n * n; at++) {
      size_t row = at / n, column = at % n;
      spiqe_complex a = paulis[low][2 * (row & 1) + (column & 1)], b = {row >> 1 == column >> 1, 0};
      if (k > 1) b = paulis[high][2 * (row >> 1) + (column >> 1)];
      kraus[i * n * n + at] = (spiqe_complex){sqrt(p) * (a.re * b.re - a.im * b.im),
                                              sqrt(p) * (a.re * b.im + a.im * b.re)};
    }
  }
  must(d, spiqe_circuit_channel(d->circuit, "paulis", k, qubits, n_kraus, kraus));
}

static void add_readout(drawer *d, uint32_t bit) {
  spiqe_circuit *c = d->circuit;
  must(d, SPIQE_POOL_ROOM(c, numbers, 1));
  spiqe_operation op = {.kind = SPIQE_READOUT, .payload = bit, .jump = SPIQE_NO_JUMP};
  op.first_angle = (uint32_t)c->n_numbers;
  c->numbers[c->n_numbers++] = (spiqe_complex){uniform(d) / 4, below(d, 3) ? uniform(d) / 4 : 0};
  must(d, spiqe_circuit_push(c, &op));
}

static void add_measure(drawer *d) {
  uint32_t qubit, bit = SPIQE_NO_BIT;
  draw_qubits(d, 1, &qubit);
  if (d->options->n_bits && below(d, 8)) bit = (uint32_t)below(d, d->options->n_bits);
  must(d, spiqe_circuit_measure(d->circuit, qubit, bit));
  if (with(d, RANDOM_MEASURE_RESET) && below(d, 2)) must(d, spiqe_circuit_reset(d->circuit, qubit));
  if (with(d, RANDOM_READOUT) && bit != SPIQE_NO_BIT && below(d, 2)) add_readout(d, bit);
}

static void add_delay(drawer *d) {
  uint32_t qubits[8];
  size_t n = 1 + below(d, d->options->n_qubits < 8 ? d->options->n_qubits : 8);
  draw_qubits(d, n, qubits);
  if (below(d, 2))
    must(d, spiqe_circuit_barrier(d->circuit, below(d, 4) ? n : 0, qubits));
  else
    must(d, spiqe_circuit_delay(d->circuit, -d->options->delay * log1p(-uniform(d)), qubits[0]));
}

/* An expression of at most so many leaves, behind those that are there. */
static size_t draw_tree(drawer *d, size_t n_leaves, spiqe_node *nodes) {
  spiqe_node node = {.width = (uint8_t)(1 + below(d, 64)), .is_signed = (uint8_t)below(d, 2)};
  size_t n = 0;
  if (n_leaves == 1) {
    size_t most = d->options->n_bits < 64 ? d->options->n_bits : 64;
    node.kind = below(d, 4) ? SPIQE_NODE_BITS : SPIQE_NODE_CONSTANT;
    if (node.width > most) node.width = (uint8_t)most;
    node.first = (uint32_t)below(d, d->options->n_bits - node.width + 1);
    node.value = below(d, 2) ? below(d, 5) : (uint64_t)(ldexp(uniform(d), 53)) * 2047;
    if (node.kind == SPIQE_NODE_CONSTANT) node.width = 64;
    nodes[n++] = node;
    if (below(d, 3)) return n;
    node.kind = (uint8_t)(SPIQE_NODE_CAST + below(d, SPIQE_NODE_ADD - SPIQE_NODE_CAST));
    node.width = (uint8_t)(1 + below(d, 64));
    nodes[n++] = node;
    return n;
  }
  size_t n_left = 1 + below(d, n_leaves - 1);
  n = draw_tree(d, n_left, nodes);
  n += draw_tree(d, n_leaves - n_left, nodes + n);
  node.kind = (uint8_t)(SPIQE_NODE_ADD + below(d, SPIQE_N_NODES - SPIQE_NODE_ADD));
  if (node.kind >= SPIQE_NODE_EQUAL) node.is_signed = (uint8_t)below(d, 4); /* of each operand */
  nodes[n++] = node;
  return n;
}

/* c[i], !c[i], c[i] && !c[j], a few bits as a number == k. */
static size_t draw_plain(drawer *d, spiqe_node *nodes) {
  const size_t n_bits = d->options->n_bits, width = n_bits < 3 ? n_bits : 3;
  const spiqe_node a = {SPIQE_NODE_BITS, 1, 0, (uint32_t)below(d, n_bits), 0};
  const spiqe_node b = {SPIQE_NODE_BITS, 1, 0, (uint32_t)below(d, n_bits), 0};
  const spiqe_node some = {SPIQE_NODE_BITS, (uint8_t)width, 0,
                           (uint32_t)below(d, n_bits - width + 1), 0};
  const spiqe_node number = {SPIQE_NODE_CONSTANT, (uint8_t)width, 0, 0,
                             below(d, (size_t)1 << width)};
  const spiqe_node no = {SPIQE_NODE_NOT, 1, 0, 0, 0};
  size_t kind = below(d, 5), n = 0;
  if (kind < 3) nodes[n++] = a;
  if (kind == 1) nodes[n++] = no;
  if (kind == 2) {
    nodes[n++] = b;
    nodes[n++] = no;
    nodes[n++] = (spiqe_node){SPIQE_NODE_AND, 1, 0, 0, 0};
  }
  if (kind > 2) {
    nodes[n++] = some;
    nodes[n++] = number;
    nodes[n++] = (spiqe_node){kind == 3 ? SPIQE_NODE_EQUAL : SPIQE_NODE_LESS_EQUAL, 1, 0, 0, 0};
  }
  return n;
}

static size_t draw_expression(drawer *d, spiqe_node *nodes) {
  if (with(d, RANDOM_WILD) && below(d, 2)) return draw_tree(d, 1 + below(d, 6), nodes);
  return draw_plain(d, nodes);
}

static void add_assign(drawer *d) {
  spiqe_node nodes[32];
  size_t n_nodes = draw_expression(d, nodes), n_bits = d->options->n_bits;
  uint32_t first = (uint32_t)below(d, n_bits), most = (uint32_t)(n_bits - first);
  uint32_t n = 1 + (uint32_t)below(d, most < 64 ? most : 64);
  must(d, spiqe_circuit_push_assign(d->circuit, first, n, nodes, n_nodes, 0));
}

static void add_operations(drawer *d, size_t n);

static void add_if(drawer *d) {
  spiqe_node nodes[32];
  size_t n_nodes = draw_expression(d, nodes);
  must(d, spiqe_circuit_push_condition(d->circuit, SPIQE_IF, nodes, n_nodes, 0));
  add_operations(d, below(d, 4));
  if (below(d, 2)) {
    must(d, spiqe_circuit_push_else(d->circuit, 0));
    add_operations(d, below(d, 4));
  }
  must(d, spiqe_circuit_push_end(d->circuit, 0));
}

/* while (c[b]) {...; reset q; ry(angle) q; c[b] = measure q;}: goes on with P = sin^2(angle / 2),
 * at most 1/2; or counts a bit down. */
static void add_while(drawer *d) {
  const uint32_t bit = (uint32_t)below(d, d->options->n_bits);
  const spiqe_node condition = {SPIQE_NODE_BITS, 1, 0, bit, 0};
  const spiqe_node zero = {SPIQE_NODE_CONSTANT, 1, 0, 0, 0};
  const double angle = uniform(d) * PI / 2;
  uint32_t qubit;
  must(d, spiqe_circuit_push_condition(d->circuit, SPIQE_WHILE, &condition, 1, 0));
  add_operations(d, below(d, 3));
  draw_qubits(d, 1, &qubit);
  if (with(d, RANDOM_CLIFFORD) || below(d, 3) == 0) {
    must(d, spiqe_circuit_push_assign(d->circuit, bit, 1, &zero, 1, 0));
  } else {
    must(d, spiqe_circuit_reset(d->circuit, qubit));
    must(d, spiqe_circuit_gate(d->circuit, "ry", &angle, &qubit));
    must(d, spiqe_circuit_measure(d->circuit, qubit, bit));
  }
  must(d, spiqe_circuit_push_end(d->circuit, 0));
}

static void add_block(drawer *d) {
  d->depth++;
  if (with(d, RANDOM_WHILE) && (!with(d, RANDOM_IF) || below(d, 3) == 0))
    add_while(d);
  else
    add_if(d);
  d->depth--;
}

/* One operation that is not a gate; 0 when the kind that was drawn is not wanted. */
static int add_other(drawer *d) {
  const int has_bits = d->options->n_bits > 0;
  uint32_t qubit;
  switch (below(d, 7)) {
    case 0:
      if (!with(d, RANDOM_MEASURE)) return 0;
      add_measure(d);
      return 1;
    case 1:
      if (!with(d, RANDOM_RESET)) return 0;
      draw_qubits(d, 1, &qubit);
      must(d, spiqe_circuit_reset(d->circuit, qubit));
      return 1;
    case 2:
      if (!with(d, RANDOM_IF | RANDOM_WHILE) || !has_bits || d->depth == MOST_DEPTH) return 0;
      add_block(d);
      return 1;
    case 3:
      if (!with(d, RANDOM_ASSIGN) || !has_bits) return 0;
      add_assign(d);
      return 1;
    case 4:
      if (!with(d, RANDOM_DELAY)) return 0;
      add_delay(d);
      return 1;
    case 5:
      if (!with(d, RANDOM_CHANNEL | RANDOM_PAULI_CHANNEL)) return 0;
      if (with(d, RANDOM_CHANNEL))
        add_channel(d);
      else
        add_pauli_channel(d);
      return 1;
    default:
      if (!with(d, RANDOM_MATRICES)) return 0;
      add_matrix(d);
      return 1;
  }
}

static void add_operations(drawer *d, size_t n) {
  for (size_t i = 0; i < n && d->left; i++) {
    d->left--;
    if (!d->options->n_qubits || below(d, 2) || !add_other(d)) add_gate(d);
  }
}

static void measure_all(drawer *d) {
  for (uint32_t q = 0; q < d->options->n_qubits && q < d->options->n_bits; q++) {
    must(d, spiqe_circuit_measure(d->circuit, q, q));
    if (with(d, RANDOM_READOUT) && below(d, 2)) add_readout(d, q);
  }
}

spiqe_circuit *random_circuit(spiqe_context *ctx, const random_circuit_options *options) {
  drawer d = drawer_of(options->seed);
  d.options = options;
  d.left = options->n_operations;
  if (spiqe_circuit_create(ctx, options->n_qubits, options->n_bits, &d.circuit) != SPIQE_OK)
    fail_msg("%s", spiqe_context_message(ctx));
  for (size_t i = 0; i < options->n_inputs; i++) {
    char name[32];
    snprintf(name, sizeof name, "angle%zu", i);
    must(&d, spiqe_circuit_add_input(d.circuit, name, NULL));
  }
  add_operations(&d, options->n_operations);
  if (with(&d, RANDOM_MEASURE_ALL)) measure_all(&d);
  return d.circuit;
}
