/* Textbook matrices by name: OpenQASM 3's stdgates.inc and, for what is not in it, Qiskit's circuit
 * library (both give them as matrices with the first argument as the lowest bit of an index). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "slow_twin/twin.h"
#include "support/cmocka_all.h"

#define H 0.70710678118654752440 /* sqrt(1/2) */

typedef void make_matrix(const double *angles, twin_number *out);

/* clang-format off */
static const twin_number matrix_id[] = {1, 0, 0, 1};
static const twin_number matrix_x[] = {0, 1, 1, 0};
static const twin_number matrix_y[] = {0, -I, I, 0};
static const twin_number matrix_z[] = {1, 0, 0, -1};
static const twin_number matrix_h[] = {H, H, H, -H};
static const twin_number matrix_s[] = {1, 0, 0, I};
static const twin_number matrix_sdg[] = {1, 0, 0, -I};
static const twin_number matrix_t[] = {1, 0, 0, H + H * I};
static const twin_number matrix_tdg[] = {1, 0, 0, H - H * I};
static const twin_number matrix_sx[] = {0.5 + 0.5 * I, 0.5 - 0.5 * I, 0.5 - 0.5 * I, 0.5 + 0.5 * I};
static const twin_number matrix_sxdg[] = {0.5 - 0.5 * I, 0.5 + 0.5 * I,
                                          0.5 + 0.5 * I, 0.5 - 0.5 * I};
static const twin_number matrix_swap[] = {1, 0, 0, 0,  0, 0, 1, 0,  0, 1, 0, 0,  0, 0, 0, 1};
static const twin_number matrix_iswap[] = {1, 0, 0, 0,  0, 0, I, 0,  0, I, 0, 0,  0, 0, 0, 1};
static const twin_number matrix_iswapdg[] = {1, 0, 0, 0,  0, 0, -I, 0,  0, -I, 0, 0,  0, 0, 0, 1};
static const twin_number matrix_siswap[] = {1, 0, 0, 0,  0, H, H * I, 0,
                                            0, H * I, H, 0,  0, 0, 0, 1};
static const twin_number matrix_siswapdg[] = {1, 0, 0, 0,  0, H, -H * I, 0,
                                              0, -H * I, H, 0,  0, 0, 0, 1};
static const twin_number matrix_ecr[] = {0, H, 0, H * I,  H, 0, -H * I, 0,
                                         0, H * I, 0, H,  -H * I, 0, H, 0};
static const twin_number matrix_dcx[] = {1, 0, 0, 0,  0, 0, 0, 1,  0, 1, 0, 0,  0, 0, 1, 0};
static const twin_number matrix_dcxdg[] = {1, 0, 0, 0,  0, 0, 1, 0,  0, 0, 0, 1,  0, 1, 0, 0};
/* clang-format on */

static void put(size_t n, const twin_number *from, twin_number *out) {
  memcpy(out, from, n * sizeof *out);
}

static void make_p(const double *a, twin_number *out) {
  put(4, (twin_number[]){1, 0, 0, cexp(I * a[0])}, out);
}

static void make_rx(const double *a, twin_number *out) {
  double c = cos(a[0] / 2), s = sin(a[0] / 2);
  put(4, (twin_number[]){c, -I * s, -I * s, c}, out);
}

static void make_ry(const double *a, twin_number *out) {
  double c = cos(a[0] / 2), s = sin(a[0] / 2);
  put(4, (twin_number[]){c, -s, s, c}, out);
}

static void make_rz(const double *a, twin_number *out) {
  put(4, (twin_number[]){cexp(-I * a[0] / 2), 0, 0, cexp(I * a[0] / 2)}, out);
}

static void make_r(const double *a, twin_number *out) {
  double c = cos(a[0] / 2), s = sin(a[0] / 2);
  put(4, (twin_number[]){c, -I * cexp(-I * a[1]) * s, -I * cexp(I * a[1]) * s, c}, out);
}

static void make_u(const double *a, twin_number *out) {
  double c = cos(a[0] / 2), s = sin(a[0] / 2);
  put(4, (twin_number[]){c, -cexp(I * a[2]) * s, cexp(I * a[1]) * s, cexp(I * (a[1] + a[2])) * c},
      out);
}

static void make_u2(const double *a, twin_number *out) {
  put(4, (twin_number[]){H, -H * cexp(I * a[1]), H * cexp(I * a[0]), H * cexp(I * (a[0] + a[1]))},
      out);
}

static void make_gu(const double *a, twin_number *out) {
  make_u(a, out);
  for (int i = 0; i < 4; i++) out[i] *= cexp(I * a[3]);
}

static void make_gphase(const double *a, twin_number *out) {
  out[0] = cexp(I * a[0]);
}

static void make_rxx(const double *a, twin_number *out) {
  twin_number c = cos(a[0] / 2), s = -I * sin(a[0] / 2);
  put(16, (twin_number[]){c, 0, 0, s, 0, c, s, 0, 0, s, c, 0, s, 0, 0, c}, out);
}

static void make_ryy(const double *a, twin_number *out) {
  twin_number c = cos(a[0] / 2), s = I * sin(a[0] / 2);
  put(16, (twin_number[]){c, 0, 0, s, 0, c, -s, 0, 0, -s, c, 0, s, 0, 0, c}, out);
}

static void make_rzz(const double *a, twin_number *out) {
  twin_number e = cexp(-I * a[0] / 2), f = cexp(I * a[0] / 2);
  put(16, (twin_number[]){e, 0, 0, 0, 0, f, 0, 0, 0, 0, f, 0, 0, 0, 0, e}, out);
}

static void make_rzx(const double *a, twin_number *out) {
  twin_number c = cos(a[0] / 2), s = -I * sin(a[0] / 2);
  put(16, (twin_number[]){c, 0, s, 0, 0, c, 0, -s, s, 0, c, 0, 0, -s, 0, c}, out);
}

/* One of matrix and make; n_controls qubits before the n_targets, all of which must be |1>. */
static const struct textbook_row {
  const char *name;
  size_t n_controls, n_targets;
  const twin_number *matrix;
  make_matrix *make;
} textbook[] = {
    {"id", 0, 1, matrix_id, NULL},
    {"x", 0, 1, matrix_x, NULL},
    {"y", 0, 1, matrix_y, NULL},
    {"z", 0, 1, matrix_z, NULL},
    {"h", 0, 1, matrix_h, NULL},
    {"s", 0, 1, matrix_s, NULL},
    {"sdg", 0, 1, matrix_sdg, NULL},
    {"t", 0, 1, matrix_t, NULL},
    {"tdg", 0, 1, matrix_tdg, NULL},
    {"sx", 0, 1, matrix_sx, NULL},
    {"sxdg", 0, 1, matrix_sxdg, NULL},
    {"p", 0, 1, NULL, make_p},
    {"phase", 0, 1, NULL, make_p},
    {"u1", 0, 1, NULL, make_p},
    {"rx", 0, 1, NULL, make_rx},
    {"ry", 0, 1, NULL, make_ry},
    {"rz", 0, 1, NULL, make_rz},
    {"r", 0, 1, NULL, make_r},
    {"U", 0, 1, NULL, make_u},
    {"u", 0, 1, NULL, make_u},
    {"u3", 0, 1, NULL, make_u},
    {"u2", 0, 1, NULL, make_u2},
    {"gu", 0, 1, NULL, make_gu},
    {"gphase", 0, 0, NULL, make_gphase},
    {"swap", 0, 2, matrix_swap, NULL},
    {"iswap", 0, 2, matrix_iswap, NULL},
    {"iswapdg", 0, 2, matrix_iswapdg, NULL},
    {"siswap", 0, 2, matrix_siswap, NULL},
    {"siswapdg", 0, 2, matrix_siswapdg, NULL},
    {"ecr", 0, 2, matrix_ecr, NULL},
    {"dcx", 0, 2, matrix_dcx, NULL},
    {"dcxdg", 0, 2, matrix_dcxdg, NULL},
    {"rxx", 0, 2, NULL, make_rxx},
    {"ryy", 0, 2, NULL, make_ryy},
    {"rzz", 0, 2, NULL, make_rzz},
    {"rzx", 0, 2, NULL, make_rzx},
    {"cx", 1, 1, matrix_x, NULL},
    {"CX", 1, 1, matrix_x, NULL},
    {"cy", 1, 1, matrix_y, NULL},
    {"cz", 1, 1, matrix_z, NULL},
    {"ch", 1, 1, matrix_h, NULL},
    {"cs", 1, 1, matrix_s, NULL},
    {"csdg", 1, 1, matrix_sdg, NULL},
    {"csx", 1, 1, matrix_sx, NULL},
    {"cp", 1, 1, NULL, make_p},
    {"cphase", 1, 1, NULL, make_p},
    {"cu1", 1, 1, NULL, make_p},
    {"crx", 1, 1, NULL, make_rx},
    {"cry", 1, 1, NULL, make_ry},
    {"crz", 1, 1, NULL, make_rz},
    {"cu3", 1, 1, NULL, make_u},
    {"cu", 1, 1, NULL, make_gu},
    {"cswap", 1, 2, matrix_swap, NULL},
    {"ccx", 2, 1, matrix_x, NULL},
    {"ccz", 2, 1, matrix_z, NULL},
    {"c3x", 3, 1, matrix_x, NULL},
    {"c3sqrtx", 3, 1, matrix_sx, NULL},
    {"c4x", 4, 1, matrix_x, NULL},
};

/* Put n_controls before a matrix: it acts where the controls are `wanted`. */
static void control(size_t n_controls, size_t n_targets, size_t wanted, const twin_number *target,
                    twin_number *out) {
  size_t mask = ((size_t)1 << n_controls) - 1, size = (size_t)1 << (n_controls + n_targets);
  for (size_t row = 0; row < size; row++)
    for (size_t column = 0; column < size; column++) {
      twin_number value = row == column;
      if ((row & mask) == wanted || (column & mask) == wanted)
        value = (row & mask) == (column & mask)
                    ? target[((row >> n_controls) << n_targets) + (column >> n_controls)]
                    : 0;
      out[row * size + column] = value;
    }
}

size_t twin_gate(const char *name, const double *angles, twin_number *out) {
  for (size_t i = 0; i < sizeof textbook / sizeof *textbook; i++) {
    const struct textbook_row *row = &textbook[i];
    if (strcmp(row->name, name)) continue;
    twin_number target[16];
    if (row->make)
      row->make(angles, target);
    else
      put((size_t)1 << 2 * row->n_targets, row->matrix, target);
    control(row->n_controls, row->n_targets, ((size_t)1 << row->n_controls) - 1, target, out);
    return row->n_controls + row->n_targets;
  }
  fail_msg("the slow twin knows no gate '%s': give it the textbook's matrix", name);
  return 0;
}

static double value_of(const spiqe_circuit *circuit, uint32_t index, const double *inputs) {
  const spiqe_stored_angle *angle = &circuit->angles[index];
  double sum = 0;
  for (uint32_t i = 0; i < angle->n_terms; i++) {
    spiqe_term term = circuit->terms[angle->first_term + i];
    sum += term.factor * inputs[term.input];
  }
  return sum + angle->constant;
}

void twin_operation(const spiqe_circuit *circuit, const spiqe_operation *op, const double *inputs,
                    twin_number *out) {
  twin_number *target = calloc((size_t)1 << 2 * op->n_targets, sizeof *target);
  const uint32_t *qubits = circuit->qubits_used + op->first_qubit;
  size_t wanted = 0, n = (size_t)1 << 2 * op->n_targets;
  assert_true(target && op->n_controls + op->n_targets <= TWIN_MOST_QUBITS);
  if (op->kind == SPIQE_MATRIX) {
    for (size_t i = 0; i < n; i++) {
      spiqe_complex number = circuit->numbers[op->payload + i];
      target[i] = number.re + I * number.im;
    }
  } else {
    const spiqe_gate *gate = &spiqe_gates[op->gate];
    double angles[SPIQE_MOST_GATE_PARAMETERS] = {0};
    for (uint32_t i = 0; i < gate->n_parameters; i++)
      angles[i] = value_of(circuit, op->first_angle + i, inputs);
    assert_int_equal(twin_gate(gate->name, angles, target), op->n_targets);
  }
  for (size_t i = 0; i < op->n_controls; i++) wanted |= (size_t) !(qubits[i] & SPIQE_ON_ZERO) << i;
  control(op->n_controls, op->n_targets, wanted, target, out);
  free(target);
}
