/* Find what matters, renumber it, and put what can wait to the end. */
#include "quantum/simulate_reduce.h"

#include <stdlib.h>
#include <string.h>

#include "core/fail.h"

typedef enum role { DEAD, CORE, TAIL } role;

/* Flags of a qubit. */
enum {
  LIVE = 1,    /* backward: what comes later notices it */
  TOUCHED = 2, /* backward: an operation of the core comes later */
  MOVED = 4,   /* a gate or channel of the core acts on it */
  SEEN = 8     /* forward: an operation of the core came before */
};

/* Flags of a bit. */
enum {
  READ = 1,    /* backward: the core reads it later */
  WRITTEN = 2, /* backward: the core writes it later */
  SET = 4,     /* forward: it was written before */
  SHOWN = 8,   /* part of the outcome */
  USED = 16,   /* by an operation that is left */
  RESULT = 32  /* a qubit is measured into it */
};

typedef struct reducer {
  const spiqe_circuit *in;
  spiqe_reduced *out;
  uint8_t *role;          /* [n_operations] */
  uint8_t *qubit, *bit;   /* flags */
  uint32_t *qubit_number; /* [n_qubits] in the new circuit */
  uint32_t *bit_number;   /* [n_bits] */
  uint32_t *new_index;    /* [n_operations] */
} reducer;

static size_t n_qubits_of(const spiqe_operation *op) {
  return (size_t)op->n_controls + op->n_targets;
}

static int has_qubits(const spiqe_operation *op) {
  return op->kind <= SPIQE_RESET;
}

static uint32_t qubit_at(const reducer *p, const spiqe_operation *op, size_t i) {
  return p->in->qubits_used[op->first_qubit + i] & ~SPIQE_ON_ZERO;
}

static int any_qubit(const reducer *p, const spiqe_operation *op, uint8_t flag) {
  int any = 0;
  for (size_t i = 0; i < n_qubits_of(op); i++) any |= p->qubit[qubit_at(p, op, i)] & flag;
  return any != 0;
}

static void mark_qubits(reducer *p, const spiqe_operation *op, uint8_t flags) {
  for (size_t i = 0; i < n_qubits_of(op); i++) p->qubit[qubit_at(p, op, i)] |= flags;
}

/* Bits that an operation writes: first and number. */
static size_t bits_written(const spiqe_operation *op, uint32_t *first) {
  *first = op->payload;
  if (op->kind == SPIQE_MEASURE) return op->payload != SPIQE_NO_BIT;
  if (op->kind == SPIQE_READOUT) return 1;
  return op->kind == SPIQE_ASSIGN ? op->n_targets : 0;
}

static int any_bit(const reducer *p, uint32_t first, size_t n, uint8_t flags) {
  int any = 0;
  for (size_t i = 0; i < n; i++) any |= p->bit[first + i] & flags;
  return any != 0;
}

static void mark_bits(reducer *p, uint32_t first, size_t n, uint8_t flags) {
  for (size_t i = 0; i < n; i++) p->bit[first + i] |= flags;
}

static void mark_written(reducer *p, const spiqe_operation *op, uint8_t flags) {
  uint32_t first;
  size_t n = bits_written(op, &first);
  mark_bits(p, first, n, flags);
}

/* Mark the bits that an operation reads; or, with test, tell whether any of them has the flags. */
static int visit_read(reducer *p, const spiqe_operation *op, uint8_t flags, int test) {
  int any = 0;
  if (op->kind == SPIQE_READOUT && test) return any_bit(p, op->payload, 1, flags);
  if (op->kind == SPIQE_READOUT) mark_bits(p, op->payload, 1, flags);
  if (op->kind != SPIQE_IF && op->kind != SPIQE_WHILE && op->kind != SPIQE_ASSIGN) return 0;
  for (uint32_t i = 0; i < op->n_nodes; i++) {
    const spiqe_node *node = &p->in->nodes[op->first_node + i];
    if (node->kind != SPIQE_NODE_BITS) continue;
    if (test)
      any |= any_bit(p, node->first, node->width, flags);
    else
      mark_bits(p, node->first, node->width, flags);
  }
  return any;
}

static int is_block_end(const spiqe_operation *op) {
  return op->kind == SPIQE_END;
}

static int is_block_begin(const spiqe_operation *op) {
  return op->kind == SPIQE_IF || op->kind == SPIQE_WHILE;
}

/* First operation of the outermost block that ends at `end`. */
static size_t block_begin(const reducer *p, size_t end) {
  size_t depth = 1, i = end;
  while (depth) {
    i--;
    depth += is_block_end(&p->in->operations[i]);
    depth -= is_block_begin(&p->in->operations[i]);
  }
  return i;
}

static void keep(reducer *p, size_t index) {
  const spiqe_operation *op = &p->in->operations[index];
  p->role[index] = CORE;
  if (has_qubits(op)) mark_qubits(p, op, LIVE | TOUCHED);
  mark_written(p, op, WRITTEN);
  visit_read(p, op, READ, 0);
}

/* A block matters when it writes bits or acts on what matters; then all of it is kept. */
static void judge_block(reducer *p, size_t begin, size_t end) {
  int matters = 0;
  for (size_t i = begin; i <= end; i++) {
    const spiqe_operation *op = &p->in->operations[i];
    uint32_t first;
    matters |= bits_written(op, &first) > 0 || (has_qubits(op) && any_qubit(p, op, LIVE));
  }
  for (size_t i = begin; i <= end && matters; i++)
    if (p->in->operations[i].kind < SPIQE_BARRIER || p->in->operations[i].kind > SPIQE_DELAY)
      keep(p, i);
}

/* May it wait until everything else is done? */
static int can_wait(reducer *p, const spiqe_operation *op) {
  uint32_t first;
  size_t n = bits_written(op, &first);
  return !any_bit(p, first, n, READ | WRITTEN) && !visit_read(p, op, WRITTEN, 1);
}

static void judge_measure(reducer *p, size_t index) {
  const spiqe_operation *op = &p->in->operations[index];
  const int is_used_again = any_qubit(p, op, TOUCHED);
  if (op->payload == SPIQE_NO_BIT) { /* its result is lost; the loss of phases may be noticed */
    if (is_used_again && any_qubit(p, op, LIVE)) keep(p, index);
  } else if (!is_used_again && can_wait(p, op)) {
    p->role[index] = TAIL;
    mark_qubits(p, op, LIVE);
  } else {
    keep(p, index);
  }
}

static void judge(reducer *p, size_t index) {
  const spiqe_operation *op = &p->in->operations[index];
  switch (op->kind) {
    case SPIQE_MEASURE: judge_measure(p, index); break;
    case SPIQE_RESET:
      if (!any_qubit(p, op, LIVE)) break;
      keep(p, index);
      p->qubit[qubit_at(p, op, 0)] &= (uint8_t)~LIVE; /* what was in it before is forgotten */
      break;
    case SPIQE_READOUT:
    case SPIQE_ASSIGN:
      if (can_wait(p, op))
        p->role[index] = TAIL;
      else
        keep(p, index);
      break;
    case SPIQE_GATE:
    case SPIQE_MATRIX:
    case SPIQE_CHANNEL:
      if (any_qubit(p, op, LIVE)) keep(p, index);
      break;
    default: break; /* barriers, delays */
  }
}

static void walk_backward(reducer *p) {
  for (size_t i = p->in->n_operations; i-- > 0;) {
    if (!is_block_end(&p->in->operations[i])) {
      judge(p, i);
      continue;
    }
    size_t begin = block_begin(p, i);
    judge_block(p, begin, i);
    i = begin;
  }
  for (size_t i = 0; i < p->in->n_operations; i++)
    if (p->role[i] == CORE && p->in->operations[i].kind <= SPIQE_CHANNEL)
      mark_qubits(p, &p->in->operations[i], MOVED);
}

/* A qubit that is |0>: its resets do nothing, and its measurements give 0, which is what a bit that
 * was not written yet holds. */
static void walk_forward(reducer *p) {
  size_t depth = 0;
  for (size_t i = 0; i < p->in->n_operations; i++) {
    const spiqe_operation *op = &p->in->operations[i];
    depth += is_block_begin(op);
    depth -= is_block_end(op);
    if (p->role[i] == DEAD) continue;
    if (op->kind == SPIQE_RESET &&
        (!any_qubit(p, op, MOVED) || (!depth && !any_qubit(p, op, SEEN))))
      p->role[i] = DEAD;
    if (op->kind == SPIQE_MEASURE && !any_qubit(p, op, MOVED) && !depth &&
        (op->payload == SPIQE_NO_BIT || !any_bit(p, op->payload, 1, SET)))
      p->role[i] = DEAD;
    if (p->role[i] == DEAD) continue;
    if (has_qubits(op)) mark_qubits(p, op, SEEN);
    mark_written(p, op, SET);
  }
}

/* Number the qubits and bits that are left, in their old order: what was side by side stays so. */
static void number_them(reducer *p) {
  memset(p->qubit, 0, p->in->n_qubits);
  for (size_t i = 0; i < p->in->n_operations; i++) {
    const spiqe_operation *op = &p->in->operations[i];
    if (p->role[i] == DEAD) continue;
    if (has_qubits(op)) mark_qubits(p, op, LIVE);
    mark_written(p, op, USED);
    visit_read(p, op, USED, 0);
  }
  spiqe_circuit *to = &p->out->circuit;
  to->n_qubits = to->n_bits = 0;
  for (size_t q = 0; q < p->in->n_qubits; q++)
    if (p->qubit[q]) p->qubit_number[q] = (uint32_t)to->n_qubits++;
  for (size_t b = 0; b < p->in->n_bits; b++)
    if (p->bit[b] & USED) p->bit_number[b] = (uint32_t)to->n_bits++;
}

static void move_operation(reducer *p, size_t index) {
  spiqe_circuit *to = &p->out->circuit;
  spiqe_operation *op = &to->operations[to->n_operations];
  *op = p->in->operations[index];
  uint32_t first;
  if (bits_written(op, &first)) op->payload = p->bit_number[first];
  if (has_qubits(op)) {
    uint32_t *qubits = to->qubits_used + to->n_qubits_used;
    for (size_t i = 0; i < n_qubits_of(op); i++)
      qubits[i] = p->qubit_number[qubit_at(p, op, i)] |
                  (p->in->qubits_used[op->first_qubit + i] & SPIQE_ON_ZERO);
    op->first_qubit = (uint32_t)to->n_qubits_used;
    to->n_qubits_used += n_qubits_of(op);
  }
  p->new_index[index] = (uint32_t)to->n_operations++;
}

static void move_all(reducer *p, role wanted) {
  const spiqe_circuit *in = p->in;
  spiqe_reduced *out = p->out;
  size_t *n_kind = wanted == CORE ? out->n_core_kind : out->n_tail_kind;
  for (size_t i = 0; i < in->n_operations; i++) {
    if (p->role[i] != wanted) continue;
    move_operation(p, i);
    n_kind[in->operations[i].kind]++;
  }
}

static void move_nodes(reducer *p) {
  spiqe_circuit *to = &p->out->circuit;
  for (size_t i = 0; i < to->n_nodes; i++) {
    to->nodes[i] = p->in->nodes[i];
    if (to->nodes[i].kind == SPIQE_NODE_BITS)
      to->nodes[i].first = p->bit_number[to->nodes[i].first];
  }
}

static void move_circuit(reducer *p) {
  spiqe_circuit *to = &p->out->circuit;
  move_all(p, CORE);
  p->out->n_core = to->n_operations;
  move_all(p, TAIL);
  move_nodes(p);
  for (size_t i = 0; i < p->out->n_core; i++) {
    uint32_t *jump = &to->operations[i].jump;
    if (to->operations[i].kind >= SPIQE_IF) *jump = p->new_index[*jump];
  }
}

/* Registers of bits, and variables that a qubit is measured into. */
static int is_shown(const reducer *p, const spiqe_register *r) {
  if (r->kind == SPIQE_REGISTER_QUBITS) return 0;
  return r->kind == SPIQE_REGISTER_BITS || any_bit(p, r->first, r->size, RESULT);
}

/* Text from the right to the left: the first register ends it, its bit 0 the last character. */
static void fill_form(reducer *p) {
  spiqe_reduced *out = p->out;
  size_t column = out->n_text;
  out->blank[column] = 0;
  for (size_t r = 0; r < p->in->n_registers; r++) {
    const spiqe_register *from = &p->in->registers[r];
    if (from->kind == SPIQE_REGISTER_QUBITS || !(p->bit[from->first] & SHOWN)) continue;
    if (column < out->n_text) out->blank[--column] = ' ';
    for (uint32_t b = from->first; b < from->first + from->size; b++) {
      out->blank[--column] = '0';
      if (!(p->bit[b] & USED)) continue;
      out->form_bits[out->n_form] = p->bit_number[b];
      out->form_places[out->n_form++] = (uint32_t)column;
    }
  }
}

static spiqe_status make_form(reducer *p) {
  spiqe_reduced *out = p->out;
  size_t n_shown = 0, n_bits = 0;
  for (size_t i = 0; i < p->in->n_operations; i++)
    if (p->in->operations[i].kind == SPIQE_MEASURE) mark_written(p, &p->in->operations[i], RESULT);
  for (size_t r = 0; r < p->in->n_registers; r++) {
    const spiqe_register *from = &p->in->registers[r];
    if (!is_shown(p, from)) continue;
    mark_bits(p, from->first, from->size, SHOWN);
    n_bits += from->size;
    n_shown++;
  }
  out->n_text = n_bits + (n_shown ? n_shown - 1 : 0);
  out->form_bits = malloc((n_bits + 1) * sizeof *out->form_bits);
  out->form_places = malloc((n_bits + 1) * sizeof *out->form_places);
  out->blank = malloc(out->n_text + 1);
  SPIQE_REQUIRE(p->in->ctx, out->form_bits && out->form_places && out->blank, SPIQE_NO_MEMORY,
                "no memory for outcomes of %zu bits", n_bits);
  fill_form(p);
  return SPIQE_OK;
}

static spiqe_status make_room(reducer *p) {
  const spiqe_circuit *in = p->in;
  spiqe_circuit *to = &p->out->circuit;
  p->role = calloc(in->n_operations + 1, 1);
  p->qubit = calloc(in->n_qubits + 1, 1);
  p->bit = calloc(in->n_bits + 1, 1);
  p->qubit_number = calloc(in->n_qubits + 1, sizeof *p->qubit_number);
  p->bit_number = calloc(in->n_bits + 1, sizeof *p->bit_number);
  p->new_index = calloc(in->n_operations + 1, sizeof *p->new_index);
  to->operations = malloc((in->n_operations + 1) * sizeof *to->operations);
  to->qubits_used = malloc((in->n_qubits_used + 1) * sizeof *to->qubits_used);
  to->nodes = malloc((in->n_nodes + 1) * sizeof *to->nodes);
  SPIQE_REQUIRE(in->ctx,
                p->role && p->qubit && p->bit && p->qubit_number && p->bit_number && p->new_index &&
                    to->operations && to->qubits_used && to->nodes,
                SPIQE_NO_MEMORY, "no memory for a circuit of %zu operations", in->n_operations);
  return SPIQE_OK;
}

spiqe_status spiqe_reduced_create(const spiqe_circuit *circuit, spiqe_reduced *out) {
  *out = (spiqe_reduced){.circuit = *circuit};
  spiqe_circuit *to = &out->circuit;
  reducer p = {.in = circuit, .out = out};
  to->operations = NULL;
  to->qubits_used = NULL;
  to->nodes = NULL;
  to->n_operations = to->n_qubits_used = to->n_registers = to->n_open = 0;
  spiqe_status status = spiqe_circuit_check_closed(circuit);
  if (status == SPIQE_OK) status = make_room(&p);
  if (status == SPIQE_OK) {
    walk_backward(&p);
    walk_forward(&p);
    number_them(&p);
    move_circuit(&p);
    status = make_form(&p);
  }
  free(p.role);
  free(p.qubit);
  free(p.bit);
  free(p.qubit_number);
  free(p.bit_number);
  free(p.new_index);
  if (status != SPIQE_OK) spiqe_reduced_destroy(out);
  return status;
}

void spiqe_reduced_destroy(spiqe_reduced *reduced) {
  free(reduced->circuit.operations);
  free(reduced->circuit.qubits_used);
  free(reduced->circuit.nodes);
  free(reduced->form_bits);
  free(reduced->form_places);
  free(reduced->blank);
  *reduced = (spiqe_reduced){0};
}

int spiqe_reduced_has(const spiqe_reduced *reduced, spiqe_operation_kind kind) {
  return reduced->n_core_kind[kind] > 0;
}

int spiqe_reduced_is_pure(const spiqe_reduced *reduced) {
  return reduced->n_core == reduced->n_core_kind[SPIQE_GATE] + reduced->n_core_kind[SPIQE_MATRIX];
}

void spiqe_reduced_pack(const spiqe_reduced *reduced, const uint8_t *bits, size_t stride,
                        uint64_t *key) {
  memset(key, 0, (reduced->n_form ? (reduced->n_form + 63) / 64 : 1) * sizeof *key);
  for (size_t i = 0; i < reduced->n_form; i++)
    key[i / 64] |= (uint64_t)(bits[reduced->form_bits[i] * stride] & 1) << i % 64;
}
