/* Is a gate that the text defines the one of that name in the table? Its matrix tells. Programs
 * that write OpenQASM define the gates which the included files lack, each by a body of its own. */
#include <math.h>

#include "circuit/qasm.h"
#include "core/fail.h"
#include "core/grow.h"

#define MOST_QUBITS 5
#define MOST_STATES (1 << MOST_QUBITS)
#define MOST_OPERATIONS 4096
#define N_SAMPLES 3
#define TOLERANCE 1e-9 /* a body rounds some ten times; different gates differ by far more */

static int has_controls(const uint32_t *qubits, uint32_t n, size_t state) {
  for (uint32_t i = 0; i < n; i++) {
    size_t bit = state >> (qubits[i] & ~SPIQE_ON_ZERO) & 1;
    if (bit == (qubits[i] & SPIQE_ON_ZERO ? 1u : 0u)) return 0;
  }
  return 1;
}

/* One column of the matrix of all operations so far: [n_states]. */
static void apply(const spiqe_circuit *circuit, const spiqe_operation *op, size_t n_states,
                  spiqe_complex *column) {
  spiqe_complex matrix[16], before[4];
  const uint32_t *controls = circuit->qubits_used + op->first_qubit;
  const uint32_t *targets = controls + op->n_controls;
  const size_t n = (size_t)1 << op->n_targets;
  spiqe_operation_matrix(circuit, op, NULL, matrix);
  for (size_t state = 0; state < n_states; state++) {
    size_t places[4] = {state, state, state, state}, is_first = 1;
    for (size_t k = 0; k < n; k++)
      for (uint32_t t = 0; t < op->n_targets; t++) {
        if (state >> targets[t] & 1) is_first = 0;
        places[k] |= (k >> t & 1) << targets[t];
      }
    if (!is_first || !has_controls(controls, op->n_controls, state)) continue;
    for (size_t k = 0; k < n; k++) before[k] = column[places[k]];
    for (size_t k = 0; k < n; k++) {
      spiqe_complex sum = {0, 0};
      for (size_t j = 0; j < n; j++) {
        const spiqe_complex m = matrix[k * n + j], b = before[j];
        sum.re += m.re * b.re - m.im * b.im;
        sum.im += m.re * b.im + m.im * b.re;
      }
      column[places[k]] = sum;
    }
  }
}

static int is_same(const spiqe_circuit *circuit, size_t n_first, size_t n_qubits) {
  const size_t n_states = (size_t)1 << n_qubits;
  for (size_t i = 0; i < n_states; i++) {
    spiqe_complex a[MOST_STATES] = {{0}}, b[MOST_STATES] = {{0}};
    a[i].re = b[i].re = 1;
    for (size_t k = 0; k < circuit->n_operations; k++)
      if (circuit->operations[k].kind == SPIQE_GATE)
        apply(circuit, &circuit->operations[k], n_states, k < n_first ? a : b);
    for (size_t k = 0; k < n_states; k++)
      if (!(hypot(a[k].re - b[k].re, a[k].im - b[k].im) < TOLERANCE)) return 0;
  }
  return 1;
}

/* The body and then the table's gate into a circuit of their own, with the same parameters. */
static spiqe_status compare(spiqe_qasm *in, uint32_t index, const spiqe_spelling *spelling,
                            size_t sample, int *same) {
  const spiqe_qasm_gate gate = in->gates[index];
  const size_t first_value = in->n_values, first_qubit = in->n_qubits;
  spiqe_angle angles[SPIQE_MOST_GATE_PARAMETERS] = {{0}};
  SPIQE_TRY(SPIQE_POOL_ROOM(in, values, gate.n_parameters));
  SPIQE_TRY(SPIQE_POOL_ROOM(in, qubits, gate.n_qubits));
  for (uint32_t i = 0; i < gate.n_parameters; i++) {
    angles[i].constant = 0.41 + 0.73 * (double)i - 1.37 * (double)sample;
    in->values[in->n_values++] = spiqe_qasm_of_real(angles[i].constant);
  }
  for (uint32_t i = 0; i < gate.n_qubits; i++) in->qubits[in->n_qubits++] = i;
  SPIQE_TRY(spiqe_qasm_expand(in, index, first_value, first_qubit));
  const size_t n_first = in->circuit->n_operations;
  SPIQE_TRY(spiqe_circuit_push_gate(in->circuit, (size_t)spiqe_gate_find(spelling->gate), angles,
                                    spelling->n_controls, in->qubits + first_qubit, 0));
  *same = is_same(in->circuit, n_first, gate.n_qubits);
  return SPIQE_OK;
}

/* Compare with all that the reader holds set aside: whatever goes wrong, the gate has its body. */
static spiqe_status compare_aside(spiqe_qasm *in, uint32_t index, const spiqe_spelling *spelling,
                                  size_t sample, int *same) {
  const spiqe_qasm_marks marks = spiqe_qasm_mark(in);
  const spiqe_qasm_place place = in->place;
  const spiqe_qasm_token token = in->token;
  spiqe_circuit *circuit = in->circuit;
  const uint64_t left[4] = {in->operations_left, in->places_left, in->reread_left, in->most_extra};
  const uint32_t depth = in->depth, block = in->block;
  const size_t n_symbols = in->n_symbols;
  spiqe_context *ctx = in->ctx;
  SPIQE_TRY(spiqe_circuit_create(NULL, in->gates[index].n_qubits, 0, &in->circuit));
  in->ctx = NULL; /* what fails here leaves no message */
  spiqe_qasm_limit(in, MOST_OPERATIONS);
  spiqe_status status = compare(in, index, spelling, sample, same);
  spiqe_circuit_destroy(in->circuit);
  spiqe_qasm_unbind(in, n_symbols);
  spiqe_qasm_fall_back(in, &marks);
  in->ctx = ctx;
  in->circuit = circuit;
  in->place = place;
  in->token = token;
  in->operations_left = left[0];
  in->places_left = left[1];
  in->reread_left = left[2];
  in->most_extra = left[3];
  in->depth = depth;
  in->block = block;
  in->frame = NULL;
  in->n_frames = 0;
  SPIQE_REQUIRE(ctx, status != SPIQE_NO_MEMORY, status, "no memory to look at a gate");
  return SPIQE_OK;
}

spiqe_status spiqe_qasm_recognise(spiqe_qasm *in, uint32_t index) {
  spiqe_qasm_gate *gate = &in->gates[index];
  const spiqe_qasm_name *name = &in->names[in->symbols[gate->symbol].name];
  const spiqe_spelling *spelling = spiqe_spelling_find(name->text, name->length);
  if (!spelling || !gate->n_qubits || gate->n_qubits > MOST_QUBITS) return SPIQE_OK;
  const int row = spiqe_gate_find(spelling->gate);
  if (gate->n_parameters != spiqe_gates[row].n_parameters ||
      gate->n_qubits != (uint32_t)spelling->n_controls + spiqe_gates[row].n_targets)
    return SPIQE_OK;
  for (size_t sample = 0; sample < (gate->n_parameters ? N_SAMPLES : 1); sample++) {
    int same = 0;
    SPIQE_TRY(compare_aside(in, index, spelling, sample, &same));
    if (!same) return SPIQE_OK;
  }
  in->gates[index].row = row;
  in->gates[index].n_controls = spelling->n_controls;
  return SPIQE_OK;
}
