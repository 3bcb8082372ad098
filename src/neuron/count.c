/* Counting of what neurons do: what is the same for all kinds. */
#include "neuron/count.h"

#define NUMBER_BYTES 4.0

/* Planes of the currents that a neuron looks at. */
static double planes_read(const spiqe_stage *stage, double neurons) {
  return (double)(stage->n_needed ? stage->n_needed : stage->in.n_units) / neurons;
}

/* Every spike goes along all connections to its own population, also that of the last step. */
static void count_recurrent(const spiqe_stage *stage, const spiqe_activity *activity,
                            spiqe_work *sum) {
  const spiqe_stage loop = {.in = stage->out};
  const spiqe_activity back = {.n_samples = activity->n_samples,
                               .in = activity->out,
                               .in_is_real = activity->out_is_real};
  for (size_t u = 0; u < stage->out.n_units; u++)
    spiqe_count_connections(&loop, &back, u, (double)stage->in.n_units, sum);
}

void spiqe_neuron_count(const spiqe_stage *stage, const spiqe_activity *activity,
                        const spiqe_neuron_update *update, spiqe_work *sum) {
  const double neurons = (double)(stage->in.n_units / stage->in.n_planes);
  const double moved = planes_read(stage, neurons) + 2 * update->n_state; /* read and written */
  const spiqe_work one = {{
      [SPIQE_WORK_ADDITIONS] = update->additions,
      [SPIQE_WORK_MULTIPLICATIONS] = update->multiplications,
      [SPIQE_WORK_FUNCTIONS] = update->functions,
      [SPIQE_WORK_DRAWS] = update->draws,
      [SPIQE_WORK_UPDATES] = 1,
      [SPIQE_WORK_WEIGHT_BYTES] = NUMBER_BYTES * update->n_learnt,
      [SPIQE_WORK_STATE_BYTES] = NUMBER_BYTES * moved,
  }};
  spiqe_work_add(sum, &one, (double)activity->n_samples * (double)stage->in.n_steps * neurons);
  sum->counts[SPIQE_WORK_SPIKES] +=
      spiqe_count_output(&stage->out, activity->out, activity->out_is_real, activity, sum);
  if (stage->is_recurrent) count_recurrent(stage, activity, sum);
}

void spiqe_neuron_count_circuits(double n, double shots, double qubits, spiqe_work *sum) {
  sum->counts[SPIQE_WORK_CIRCUITS] += n;
  sum->counts[SPIQE_WORK_SHOTS] += n * shots;
  sum->counts[SPIQE_WORK_QUBIT_SHOTS] += n * shots * qubits;
}
