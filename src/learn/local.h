/* Learning without backpropagation: the three-factor rule for networks of neurons whose spikes are
 * drawn with a probability that they know (Jang, Simeone, Gardner, Gruning 2019, arXiv 1910.01059;
 * for SQS neurons Chen, Rajendran, Simeone, arXiv 2506.21324).
 *
 * The last population is visible: it is to emit the target's spikes. All others are hidden. What is
 * maximised is the mean over hidden histories of the visible ones' log-likelihood, at each step t
 *   l_t = sum over visible neurons of log p(target_t | own target spikes before t, inputs up to t).
 * With the score e_t = d log p(own spike_t | own spikes before t, inputs up to t), a neuron goes by
 *   visible:  sum_t e_t                 the spikes being those of the target
 *   hidden:   sum_t w_t e_t,            w_t = sum over t' >= t of (l_t' - baseline_t')
 * As a sum over t' this is (l_t' - baseline_t') times the eligibility trace, sum over t <= t' of
 * e_t: what is learnt at t' needs nothing that comes later. e_t is the derivative of a neuron's own
 * circuit in its own angles and currents; w_t is one number for all neurons. Its mean is the
 * gradient, whatever the baseline, as long as that does not depend on the neuron's own draws:
 *   leave-one-out  mean of l_t over the other draws of the same sample
 *   mean           running mean of l_t over earlier batches
 *   none           0
 * That is objective `likelihood`. With objective `loss` no spikes are given: all populations draw,
 * and each neuron goes by (baseline - loss) sum_t e_t, the score-function estimator of the gradient
 * of the mean loss (Williams 1992, doi 10.1007/BF00992696), which has no bias, unlike derivatives
 * straight through a spike. */
#ifndef SPIQE_LEARN_LOCAL_H
#define SPIQE_LEARN_LOCAL_H

#include "core/arena.h"
#include "core/option.h"
#include "learn/score.h"
#include "network/network.h"

typedef enum spiqe_baseline {
  SPIQE_BASELINE_OTHERS,
  SPIQE_BASELINE_MEAN,
  SPIQE_BASELINE_NONE
} spiqe_baseline;

typedef enum spiqe_objective { SPIQE_OBJECTIVE_LIKELIHOOD, SPIQE_OBJECTIVE_LOSS } spiqe_objective;

typedef struct spiqe_local_settings {
  size_t draws, shots;
  int objective, baseline, gradient; /* gradient: spiqe_score_method */
  double decay, target_rate, spread;
} spiqe_local_settings;

extern const spiqe_option spiqe_local_options[];
extern const size_t spiqe_local_n_options;

/* Scores by runs of the neurons' circuits, one for each neuron stage and thread. */
typedef struct spiqe_estimators {
  spiqe_score **scores; /* owned, [n_stages][n_threads]; NULL where there is none */
  double *room;         /* owned, [n_threads][of_thread] */
  size_t n_stages, n_threads, of_thread;
} spiqe_estimators;

/* Fails: SPIQE_UNSUPPORTED (recurrence, naming the stage), SPIQE_LIMIT, SPIQE_NO_MEMORY. */
spiqe_status spiqe_estimators_create(spiqe_context *ctx, const spiqe_local_settings *settings,
                                     const spiqe_network *net, spiqe_estimators *out);
void spiqe_estimators_destroy(spiqe_estimators *estimators);

/* A pass of a stage backward: row by row, neuron by neuron. weights: [n_steps][n_rows] or NULL for
 * 1, times scale. */
void spiqe_estimators_run(spiqe_estimators *estimators, const spiqe_stage *stage,
                          const spiqe_pass *pass, const double *weights, double scale,
                          size_t worker);

/* The rule at work on a network. Rows of a batch: `draws` in turn for each sample. */
typedef struct spiqe_local {
  spiqe_context *ctx;                   /* borrowed */
  const spiqe_local_settings *settings; /* borrowed */
  spiqe_network *net;                   /* borrowed */
  spiqe_network_rule rule;
  spiqe_estimators estimators; /* of the scores; empty with gradient exact */
  size_t n_steps;
  size_t n_rows; /* of the batch at work */
  const uint16_t
      *labels;          /* borrowed, [n_rows] of the batch at work: the neurons that are to spike */
  const double *losses; /* borrowed, [n_rows]: objective loss; the run's listener fills them */
  spiqe_arena memory;
  double *baseline; /* in memory, [n_steps + 1]: the running mean of l_t, then the batches in it */
  double *sums;     /* in memory, [pieces][n_steps] of this batch's l_t */
} spiqe_local;

/* Make the network learn by the rule; before it is planned. batch: samples, each `draws` rows.
 * *out must stay where it is. Fails: SPIQE_UNSUPPORTED (naming the stage), SPIQE_BAD_ARGUMENT (a
 * baseline from other draws, but there is one), SPIQE_NO_MEMORY. */
spiqe_status spiqe_local_create(spiqe_context *ctx, const spiqe_local_settings *settings,
                                spiqe_network *net, size_t batch, spiqe_local *out);
void spiqe_local_destroy(spiqe_local *local);

/* Before and after the network's run of a batch: labels of its rows; the running mean moves on. */
void spiqe_local_begin(spiqe_local *local, const uint16_t *labels, size_t n_rows);
void spiqe_local_end(spiqe_local *local);

/* Numbers of `baseline`, which a run needs to go on; 0 where it is not used. */
size_t spiqe_local_n_baseline(const spiqe_local *local);

#endif
