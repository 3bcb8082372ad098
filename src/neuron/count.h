/* Counting of what neurons do. */
#ifndef SPIQE_NEURON_COUNT_H
#define SPIQE_NEURON_COUNT_H

#include "stage/count.h"

/* One step of one neuron. */
typedef struct spiqe_neuron_update {
  double additions, multiplications, functions, draws; /* spiqe/work.h */
  double n_state, n_learnt;                            /* numbers of its state, learnt numbers */
} spiqe_neuron_update;

/* All steps of all neurons, what they emit, and their recurrent connections. */
void spiqe_neuron_count(const spiqe_stage *stage, const spiqe_activity *activity,
                        const spiqe_neuron_update *update, spiqe_work *sum);

/* Of each of n circuits on a quantum device, `shots` shots on so many qubits. */
void spiqe_neuron_count_circuits(double n, double shots, double qubits, spiqe_work *sum);

#endif
