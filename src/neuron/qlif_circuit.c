/* Circuits of QLIF neurons. */
#include "neuron/qlif_circuit.h"

#include "core/fail.h"

spiqe_status spiqe_qlif_add_move(spiqe_circuit *circuit, const spiqe_qlif_move *move, double phi,
                                 double unit, uint32_t bit) {
  static const uint32_t qubit = 0;
  if (bit > 0) SPIQE_TRY(spiqe_circuit_reset(circuit, qubit));
  if (phi != 0) SPIQE_TRY(spiqe_circuit_gate(circuit, "rx", &phi, &qubit));
  if (move->is_wait)
    SPIQE_TRY(spiqe_circuit_delay(circuit, move->amount * unit, qubit));
  else if (move->amount != 0)
    SPIQE_TRY(spiqe_circuit_gate(circuit, "rx", &move->amount, &qubit));
  return spiqe_circuit_measure(circuit, qubit, bit);
}

/* The population that the law gives: p exp(-wait / t1), or that of the sum of both angles. */
static double after_move(const spiqe_qlif_settings *s, const spiqe_qlif_move *move, double phi) {
  const double half = sin((phi + (move->is_wait ? 0 : move->amount)) / 2);
  return half * half * (move->is_wait ? exp(-move->amount / s->t1) : 1);
}

static spiqe_status add_step(spiqe_circuit *circuit, const spiqe_qlif_history *h, size_t step,
                             double *phi, uint32_t *bit) {
  spiqe_qlif_move moves[SPIQE_MOST_QLIF_MOVES];
  const double *currents = h->currents + step * h->n_planes;
  const double c = h->n_planes == 2 ? currents[1] : h->wait;
  const size_t n = spiqe_qlif_moves(h->settings, h->n_planes, currents[0], c, moves);
  double population = 0;
  for (size_t m = 0; m < n; m++) {
    if (!moves[m].is_wait) moves[m].amount = spiqe_qlif_turn(h->settings, *phi, moves[m].amount);
    SPIQE_TRY(spiqe_qlif_add_move(circuit, &moves[m], *phi, h->unit, (*bit)++));
    population = after_move(h->settings, &moves[m], *phi);
    *phi = spiqe_qlif_angle(population);
  }
  if (population > h->threshold) *phi = 0;
  return SPIQE_OK;
}

spiqe_status spiqe_qlif_circuit(spiqe_context *ctx, const spiqe_qlif_history *h,
                                spiqe_circuit **out) {
  spiqe_circuit *circuit = NULL;
  spiqe_status status = SPIQE_OK;
  double phi = 0;
  uint32_t bit = 0;
  *out = NULL;
  SPIQE_TRY(spiqe_circuit_create(ctx, 1, h->n_steps * (h->n_planes == 1 ? 2 : 1), &circuit));
  for (size_t t = 0; t < h->n_steps && status == SPIQE_OK; t++)
    status = add_step(circuit, h, t, &phi, &bit);
  if (status == SPIQE_OK)
    *out = circuit;
  else
    spiqe_circuit_destroy(circuit);
  return status;
}
