/* Laws over the table of gates: every row, every name. */
#include "support/cmocka_all.h"

#include "circuit/random_circuit.h"
#include "circuit/unitary.h"
#include "core/context.h"
#include "core/text.h"

/* A product of at most four matrices with entries up to 1: a few roundings of 1e-16 each. */
#define TOLERANCE 1e-14

static spiqe_context context;

static double complex number(spiqe_complex z) {
  return z.re + z.im * I;
}

/* out = A B, by the definition. */
static void multiply(size_t n, const spiqe_complex *a, const spiqe_complex *b,
                     double complex *out) {
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) {
      out[i * n + j] = 0;
      for (size_t k = 0; k < n; k++) out[i * n + j] += number(a[i * n + k]) * number(b[k * n + j]);
    }
}

static void assert_identity(const char *what, size_t n, const double complex *m) {
  for (size_t i = 0; i < n * n; i++) {
    double distance = cabs(m[i] - (i / n == i % n ? 1 : 0));
    if (!(distance < TOLERANCE)) fail_msg("%s: entry %zu is off by %g", what, i, distance);
  }
}

static void draw_parameters(uint64_t seed, double *out) {
  dice d = dice_of(seed);
  for (size_t i = 0; i < SPIQE_MOST_GATE_PARAMETERS; i++) out[i] = 12 * (draw(&d) - 0.5);
}

static void every_matrix_is_unitary(void **state) {
  (void)state;
  for (size_t g = 0; g < spiqe_n_gates(); g++)
    for (uint64_t seed = 0; seed < 20; seed++) {
      spiqe_complex u[16], dagger[16];
      double complex product[16];
      double parameters[SPIQE_MOST_GATE_PARAMETERS];
      size_t n = (size_t)1 << spiqe_gates[g].n_targets;
      draw_parameters(seed, parameters);
      spiqe_gate_matrix(g, parameters, u);
      for (size_t i = 0; i < n * n; i++)
        dagger[i] = (spiqe_complex){u[i % n * n + i / n].re, -u[i % n * n + i / n].im};
      multiply(n, u, dagger, product);
      assert_identity(spiqe_gates[g].name, n, product);
    }
}

static void every_inverse_undoes_its_gate(void **state) {
  (void)state;
  for (size_t g = 0; g < spiqe_n_gates(); g++) {
    const spiqe_gate_inverse *inverse = &spiqe_gates[g].inverse;
    int row = spiqe_gate_find(inverse->name);
    if (row < 0) fail_msg("%s: no gate is called '%s'", spiqe_gates[g].name, inverse->name);
    assert_int_equal(spiqe_gates[row].n_targets, spiqe_gates[g].n_targets);
    assert_int_equal(spiqe_gates[row].n_parameters, spiqe_gates[g].n_parameters);
    for (uint64_t seed = 0; seed < 20; seed++) {
      spiqe_complex u[16], v[16];
      double complex product[16];
      double a[SPIQE_MOST_GATE_PARAMETERS], b[SPIQE_MOST_GATE_PARAMETERS] = {0};
      draw_parameters(seed, a);
      for (size_t i = 0; i < spiqe_gates[row].n_parameters; i++)
        b[i] = inverse->sign[i] * a[inverse->from[i]] + inverse->offset[i];
      spiqe_gate_matrix(g, a, u);
      spiqe_gate_matrix((size_t)row, b, v);
      multiply((size_t)1 << spiqe_gates[g].n_targets, v, u, product);
      assert_identity(spiqe_gates[g].name, (size_t)1 << spiqe_gates[g].n_targets, product);
    }
  }
}

/* exp(-i a P / 2) as a sum of powers, after 8 halvings of a that squarings undo. */
static void exponential(const spiqe_factor *factor, size_t n_targets, double a,
                        double complex *out) {
  const size_t n = (size_t)1 << n_targets;
  double complex generator[16] = {0}, power[16], next[16];
  for (size_t column = 0; column < n; column++) {
    double complex value = 1;
    size_t row = column;
    for (size_t t = 0; t < n_targets; t++) {
      int bit = (int)(column >> t & 1);
      char p = factor->pauli[t];
      if (p == 'X' || p == 'Y') row ^= (size_t)1 << t;
      value *= p == 'Y' ? (bit ? -I : I) : p == 'Z' ? 1 - 2 * bit : p == '1' ? bit : 1;
    }
    generator[row * n + column] = -I * a / 512 * value;
  }
  for (size_t i = 0; i < n * n; i++) out[i] = power[i] = i / n == i % n;
  for (int k = 1; k < 20; k++) {
    memset(next, 0, sizeof next);
    for (size_t i = 0; i < n * n; i++)
      for (size_t j = 0; j < n; j++) next[i] += power[i / n * n + j] * generator[j * n + i % n] / k;
    memcpy(power, next, sizeof power);
    for (size_t i = 0; i < n * n; i++) out[i] += power[i];
  }
  for (int k = 0; k < 8; k++) {
    memset(next, 0, sizeof next);
    for (size_t i = 0; i < n * n; i++)
      for (size_t j = 0; j < n; j++) next[i] += out[i / n * n + j] * out[j * n + i % n];
    memcpy(out, next, sizeof next);
  }
}

static void factors_are_exponentials_of_their_paulis(void **state) {
  (void)state;
  for (size_t g = 0; g < spiqe_n_gates(); g++) {
    const spiqe_gate *gate = &spiqe_gates[g];
    assert_int_equal(gate->matrix == NULL, gate->n_factors > 0);
    for (size_t f = 0; f < gate->n_factors; f++) {
      const spiqe_factor *factor = &gate->factors[f];
      double parameters[SPIQE_MOST_GATE_PARAMETERS], a = 0;
      spiqe_complex made[16];
      double complex wanted[16];
      assert_int_equal(strlen(factor->pauli), gate->n_targets);
      assert_true(factor->parameter < (int)gate->n_parameters);
      draw_parameters(g, parameters);
      a = factor->offset + (factor->parameter < 0 ? 0 : parameters[factor->parameter]);
      spiqe_factor_matrix(factor, gate->n_targets, a, made);
      exponential(factor, gate->n_targets, a, wanted);
      for (size_t i = 0; i < (size_t)1 << 2 * gate->n_targets; i++)
        assert_true(cabs(number(made[i]) - wanted[i]) < 1e-13); /* 2^8 roundings of squaring */
    }
  }
}

static void names_are_unique_and_lead_to_a_gate(void **state) {
  (void)state;
  for (size_t i = 0; i < spiqe_n_spellings(); i++) {
    const spiqe_spelling *s = &spiqe_spellings[i];
    assert_true(spiqe_gate_find(s->gate) >= 0);
    assert_ptr_equal(spiqe_spelling_find(s->name, strlen(s->name)), s);
    assert_string_equal(spiqe_gate_name(i), s->name);
    assert_true(s->where);
    if (s->where & SPIQE_IN_SPIQE) assert_non_null(s->definition);
  }
  assert_null(spiqe_gate_name(spiqe_n_spellings()));
  for (size_t g = 0; g < spiqe_n_gates(); g++) {
    assert_int_equal(spiqe_gate_find(spiqe_gates[g].name), g);
    assert_true(spiqe_gates[g].n_targets <= SPIQE_MOST_GATE_TARGETS);
    const spiqe_spelling *s = spiqe_spelling_of(g, 0, ~0u);
    assert_non_null(s);
    assert_non_null(spiqe_spelling_find(spiqe_gates[g].name, strlen(spiqe_gates[g].name)));
  }
}

/* Gate s on the first qubits of a circuit. */
static spiqe_circuit *circuit_with(const spiqe_spelling *s, size_t n_qubits, const double *angles) {
  const uint32_t qubits[] = {0, 1, 2, 3, 4, 5};
  spiqe_circuit *circuit;
  must(&context, spiqe_circuit_create(&context, n_qubits, 0, &circuit));
  must(&context, spiqe_circuit_gate(circuit, s->name, angles, qubits));
  return circuit;
}

static size_t n_qubits_of(const spiqe_spelling *s) {
  size_t n_qubits, n_angles;
  assert_true(spiqe_gate_shape(s->name, &n_qubits, &n_angles));
  assert_int_equal(n_angles, spiqe_gates[spiqe_gate_find(s->gate)].n_parameters);
  return n_qubits;
}

/* The definition under a name that the reader does not know. */
static spiqe_circuit *defined(const spiqe_spelling *s, size_t n_qubits, const double *angles) {
  size_t n_angles = spiqe_gates[spiqe_gate_find(s->gate)].n_parameters;
  spiqe_text text = {0};
  spiqe_circuit *circuit;
  spiqe_text_add(&text, "OPENQASM 3.0; include \"stdgates.inc\";\ngate unknown");
  for (size_t i = 0; i < n_angles; i++) spiqe_text_add(&text, i ? ", p%zu" : "(p%zu", i);
  spiqe_text_add(&text, n_angles ? ") " : " ");
  for (size_t i = 0; i < n_qubits; i++)
    spiqe_text_add(&text, i ? ", %c" : "%c", (int)('a' + (char)i));
  spiqe_text_add(&text, " { %s }\nqubit[%zu] q; unknown", s->definition, n_qubits);
  for (size_t i = 0; i < n_angles; i++) {
    spiqe_text_add(&text, i ? ", " : "(");
    spiqe_text_add_real(&text, angles[i]);
  }
  spiqe_text_add(&text, n_angles ? ") " : " ");
  for (size_t i = 0; i < n_qubits; i++) spiqe_text_add(&text, i ? ", q[%zu]" : "q[%zu]", i);
  spiqe_text_add(&text, ";\n");
  must(&context, spiqe_circuit_parse(&context, s->name, text.data, text.size, &circuit));
  spiqe_text_destroy(&text);
  return circuit;
}

static void definitions_are_their_matrix_with_its_phase(void **state) {
  (void)state;
  for (size_t i = 0; i < spiqe_n_spellings(); i++) {
    const spiqe_spelling *s = &spiqe_spellings[i];
    if (!s->definition) continue;
    size_t n_qubits = n_qubits_of(s), n = (size_t)1 << n_qubits;
    double complex wanted[64], made[64];
    double angles[SPIQE_MOST_GATE_PARAMETERS];
    draw_parameters(i, angles);
    spiqe_circuit *named = circuit_with(s, n_qubits, angles);
    spiqe_circuit *body = defined(s, n_qubits, angles);
    unitary_of(named, NULL, wanted);
    unitary_of(body, NULL, made);
    if (!(largest_difference(n * n, wanted, made) < 1e-13)) /* up to 18 gates */
      fail_msg("%s: off by %g", s->name, largest_difference(n * n, wanted, made));
    spiqe_circuit_destroy(named);
    spiqe_circuit_destroy(body);
  }
}

static void a_controlled_gate_acts_where_all_controls_are_one(void **state) {
  (void)state;
  for (size_t i = 0; i < spiqe_n_spellings(); i++) {
    const spiqe_spelling *s = &spiqe_spellings[i];
    size_t n_qubits = n_qubits_of(s), n = (size_t)1 << n_qubits, ones = (1u << s->n_controls) - 1;
    double complex made[32 * 32];
    double angles[SPIQE_MOST_GATE_PARAMETERS];
    spiqe_complex matrix[16];
    draw_parameters(i, angles);
    spiqe_gate_matrix((size_t)spiqe_gate_find(s->gate), angles, matrix);
    spiqe_circuit *circuit = circuit_with(s, n_qubits, angles);
    unitary_of(circuit, NULL, made);
    for (size_t row = 0; row < n; row++)
      for (size_t column = 0; column < n; column++) {
        double complex wanted = row == column;
        size_t size = n >> s->n_controls;
        if ((row & ones) == ones || (column & ones) == ones) wanted = 0;
        if ((row & ones) == ones && (column & ones) == ones)
          wanted = number(matrix[(row >> s->n_controls) * size + (column >> s->n_controls)]);
        if (cabs(made[row * n + column] - wanted) > TOLERANCE)
          fail_msg("%s: entry %zu, %zu", s->name, row, column);
      }
    spiqe_circuit_destroy(circuit);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_matrix_is_unitary),
      cmocka_unit_test(every_inverse_undoes_its_gate),
      cmocka_unit_test(factors_are_exponentials_of_their_paulis),
      cmocka_unit_test(names_are_unique_and_lead_to_a_gate),
      cmocka_unit_test(definitions_are_their_matrix_with_its_phase),
      cmocka_unit_test(a_controlled_gate_acts_where_all_controls_are_one),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
