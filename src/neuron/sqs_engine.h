/* SQS neurons run as circuits: their circuit over all steps on the lanes of the circuit engine, a
 * shot for each sample and neuron, with a device's noise. What a network of them would do on
 * hardware: only what is measured is seen. */
#ifndef SPIQE_NEURON_SQS_ENGINE_H
#define SPIQE_NEURON_SQS_ENGINE_H

#include "neuron/sqs.h"
#include "spiqe/lanes.h"
#include "spiqe/noise.h"

typedef struct spiqe_sqs_engine {
  spiqe_context *ctx; /* borrowed */
  spiqe_lanes *lanes; /* owned */
  size_t n_inputs;
  float *inputs;       /* owned, [n_inputs][room] */
  uint8_t *bits;       /* owned, [n_steps n_io][room] */
  size_t room;         /* lanes */
  spiqe_status status; /* of the runs; what failed gave no spikes */
} spiqe_sqs_engine;

/* Compile the circuit of a stage's neurons for at most `room` lanes (samples times neurons).
 * noise: of a device whose qubits are those of a neuron; NULL: none. Fails: SPIQE_UNSUPPORTED (not
 * of sqs, recurrent, not single-shot; named), and as spiqe_noise_apply and spiqe_lanes_create. */
spiqe_status spiqe_sqs_engine_create(spiqe_context *ctx, const spiqe_stage *stage,
                                     const spiqe_noise *noise, size_t room, spiqe_sqs_engine **out);
void spiqe_sqs_engine_destroy(spiqe_sqs_engine *engine);

/* Kernels of a stage whose `engine` is one; forward only, in float, with threads of its own. What
 * is drawn for a sample depends on its index, if the samples of a piece have consecutive ones. The
 * membrane is the spike, as no probability is seen. */
extern const spiqe_neuron_kernels spiqe_sqs_engine_kernels;

#endif
