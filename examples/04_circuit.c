/* Build a circuit with an input, give it a value, sample it, and differentiate an expectation. */
#include <spiqe/spiqe.h>
#include <stdio.h>

int main(void) {
  spiqe_context *ctx = NULL;
  spiqe_circuit *circuit = NULL;
  spiqe_simulation *counts = NULL;
  spiqe_observable *energy = NULL;
  const uint32_t qubits[] = {0, 1};
  const spiqe_term term = {.input = 0, .factor = 1}; /* the angle is 1 * theta */
  const spiqe_angle angle = {.n_terms = 1, .terms = &term};
  double theta = 0.7, value, slope;
  spiqe_simulation_options options = {.n_shots = 1000, .seed = 1, .inputs = &theta};

  int failed =
      spiqe_context_create(NULL, &ctx, NULL, 0) || spiqe_circuit_create(ctx, 2, 2, &circuit) ||
      spiqe_circuit_add_input(circuit, "theta", NULL) ||
      spiqe_circuit_gate_controlled(circuit, "ry", &angle, 0, NULL, NULL, qubits) ||
      spiqe_circuit_gate(circuit, "cx", NULL, qubits) || spiqe_circuit_measure(circuit, 0, 0) ||
      spiqe_circuit_measure(circuit, 1, 1) || spiqe_simulate(ctx, circuit, &options, &counts) ||
      spiqe_observable_parse(ctx, "Z0 + 0.5*Z0 Z1", &energy) ||
      spiqe_expectation_gradient(ctx, circuit, energy, &theta, NULL, &value, &slope);
  if (failed) fprintf(stderr, "%s\n", ctx ? spiqe_context_message(ctx) : "no memory");
  for (size_t i = 0; !failed && i < spiqe_simulation_n_outcomes(counts); i++) {
    const spiqe_outcome *outcome = &spiqe_simulation_outcomes(counts)[i];
    printf("%s came %d times\n", outcome->bits, (int)outcome->count);
  }
  if (!failed) printf("<Z0 + 0.5 Z0 Z1> = %.4f, its slope is %.4f\n", value, slope);

  spiqe_observable_destroy(energy);
  spiqe_simulation_destroy(counts);
  spiqe_circuit_destroy(circuit);
  spiqe_context_destroy(ctx);
  return failed;
}
