/* QLIF neurons run as circuits with a device's noise, each on one qubit. A qubit's circuit is a
 * chain of affine maps of its Bloch vector (quantum/bloch.h), which the channels of the circuit
 * engine give; tests hold the two to each other.
 *
 * What carries a membrane from one step to the next:
 *   estimate  each step prepares the population that was read in the step before
 *             (neuron/qlif_circuit.h), errors of reading included. The neuron's law, run by hand
 *   history   each step runs all that came since the last reset anew, without touching the qubit
 *             in between; turns wrap. A wait leaves a mixed state, which a later turn moves less
 *             than the law says
 *
 * n shots read a population as k / n, k drawn by the binomial law; without shots as it is. One shot
 * in mode estimate is a qubit that is measured at every step: 0 sets it back, so it remembers
 * nothing.
 *
 * Time: what the description calls T1 is taken for the neuron's t1, so waits leak as they were
 * trained, while gates take their share of T1; T2 keeps its ratio to T1. */
#ifndef SPIQE_NEURON_QLIF_ENGINE_H
#define SPIQE_NEURON_QLIF_ENGINE_H

#include "neuron/qlif.h"
#include "neuron/recurrent.h"
#include "quantum/bloch.h"
#include "spiqe/noise.h"

typedef struct spiqe_qlif_engine {
  size_t n_shots; /* 0: populations as they are */
  int has_history;
  double t1, t2, excited;  /* of waits, in units of the neuron's t1 */
  double p1_of_0, p0_of_1; /* read wrongly */
  spiqe_bloch_map after_gate;
} spiqe_qlif_engine;

/* n_shots 0: as the stage's mode says. noise: of a device, whose first qubit is the neuron's; NULL:
 * none. Fails: SPIQE_UNSUPPORTED (leak: published, smooth, recurrent with a history; a T2 without a
 * T1), and as spiqe_noise_apply. */
spiqe_status spiqe_qlif_engine_create(spiqe_context *ctx, const spiqe_stage *stage,
                                      const spiqe_noise *noise, size_t n_shots, int has_history,
                                      spiqe_qlif_engine **out);
void spiqe_qlif_engine_destroy(spiqe_qlif_engine *engine);

/* P(1 is read), of a state. */
double spiqe_qlif_engine_read(const spiqe_qlif_engine *engine, const double r[3]);

/* k of n draws that are 1 with probability p, from one uniform draw. */
size_t spiqe_binomial_draw(size_t n, double p, double uniform);

/* Kernels of a stage whose `engine` is one; forward only. The membrane is the population as it was
 * read. Draws: counter (step 2 + move, sample; neuron). */
extern const spiqe_neuron_kernels spiqe_qlif_engine_kernels;

#endif
