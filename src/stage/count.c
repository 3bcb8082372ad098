/* The counting that stages share. */
#include "stage/count.h"

#define NUMBER_BYTES 4.0

static const spiqe_work_about operations[] = {
#define ABOUT(id, key, title) {key, title},
    SPIQE_WORK(ABOUT)
#undef ABOUT
};

const spiqe_work_about *spiqe_work_of(spiqe_work_kind operation) {
  return &operations[operation];
}

void spiqe_work_add(spiqe_work *sum, const spiqe_work *more, double factor) {
  for (size_t i = 0; i < SPIQE_N_WORK_KINDS; i++) sum->counts[i] += factor * more->counts[i];
}

double spiqe_work_bytes(const spiqe_work *work) {
  return work->counts[SPIQE_WORK_WEIGHT_BYTES] + work->counts[SPIQE_WORK_STATE_BYTES] +
         work->counts[SPIQE_WORK_EVENT_BYTES];
}

double spiqe_count_rows(const spiqe_signal *signal, const spiqe_activity *activity) {
  return (double)activity->n_samples * (double)spiqe_signal_stored_steps(signal);
}

void spiqe_count_connections(const spiqe_stage *stage, const spiqe_activity *activity, size_t unit,
                             double fan_out, spiqe_work *sum) {
  const int is_real = activity->in_is_real;
  const double events =
      is_real ? spiqe_count_rows(&stage->in, activity) : (double)activity->in[unit];
  sum->counts[is_real ? SPIQE_WORK_MACS : SPIQE_WORK_SYNAPTIC] += events * fan_out;
  sum->counts[SPIQE_WORK_WEIGHT_BYTES] += NUMBER_BYTES * events * fan_out;
}

void spiqe_count_currents(const spiqe_stage *stage, const spiqe_activity *activity, int has_bias,
                          spiqe_work *sum) {
  const double n = spiqe_count_rows(&stage->out, activity) * (double)activity->n_columns;
  sum->counts[SPIQE_WORK_STATE_BYTES] += NUMBER_BYTES * n;
  if (!has_bias) return;
  sum->counts[SPIQE_WORK_ADDITIONS] += n;
  sum->counts[SPIQE_WORK_WEIGHT_BYTES] += NUMBER_BYTES * n;
}

double spiqe_count_output(const spiqe_signal *signal, const uint64_t *out, int is_real,
                          const spiqe_activity *activity, spiqe_work *sum) {
  const double numbers = spiqe_count_rows(signal, activity) * (double)signal->n_units;
  double spikes = 0;
  for (size_t u = 0; !is_real && u < signal->n_units; u++) spikes += (double)out[u];
  sum->counts[SPIQE_WORK_EVENT_BYTES] += NUMBER_BYTES * (is_real ? numbers : spikes);
  return spikes;
}
