/* Work: what a network did while samples went through it, counted. A synapse adds a weight for each
 * spike that reached it, along each connection of that spike; an input of real numbers is
 * multiplied. All numbers have 4 bytes.
 *
 * What moves: each weight is fetched for each operation that takes it. A current is written once by
 * the synapse and read by the neuron at each step; partial sums stay where they are added. A
 * neuron's state is read and written at each step. A spike moves as an address of 4 bytes, a real
 * number as itself. An encoder fetches the numbers that it encodes, and what it keeps meanwhile
 * (probabilities, counts) is state; one that gives the numbers themselves moves nothing beside.
 *
 * On a quantum device a neuron is a circuit. That of QLIF is run at each step, as the step after
 * begins with what was measured; that of SQS is one circuit over all steps, as its memory is not
 * measured. Each is run for so many shots: mode single-shot 1, else the neuron's option shots (mode
 * exact, of QLIF, and expected, of SQS, read what a device gives from many shots only). */
#ifndef SPIQE_WORK_H
#define SPIQE_WORK_H

#ifdef __cplusplus
extern "C" {
#endif

/* What is counted: X(ID, key in files, title). */
#define SPIQE_WORK(X)                                                                              \
  X(SYNAPTIC, "synaptic_operations", "synaptic operations: a weight added for a spike")            \
  X(MACS, "macs", "multiply-accumulates of weights and real numbers")                              \
  X(ADDITIONS, "additions", "other additions, subtractions and comparisons")                       \
  X(MULTIPLICATIONS, "multiplications", "other multiplications")                                   \
  X(FUNCTIONS, "functions", "sines, arc sines, exponentials, logarithms, roots and quotients")     \
  X(DRAWS, "draws", "random numbers")                                                              \
  X(UPDATES, "updates", "steps of neurons")                                                        \
  X(SPIKES, "spikes", "spikes that neurons emitted")                                               \
  X(INPUT_SPIKES, "input_spikes", "spikes that the encoder emitted")                               \
  X(WEIGHT_BYTES, "weight_bytes", "bytes of weights and other learnt numbers that move")           \
  X(STATE_BYTES, "state_bytes", "bytes of states and currents that move")                          \
  X(EVENT_BYTES, "event_bytes", "bytes of samples, and of spikes and numbers between the stages")  \
  X(CIRCUITS, "circuits", "circuits run, of quantum neurons on a quantum device")                  \
  X(SHOTS, "shots", "shots of those circuits")                                                     \
  X(QUBIT_SHOTS, "qubit_shots", "qubits times shots of those circuits")

typedef enum spiqe_work_kind {
#define SPIQE_WORK_ID(id, key, title) SPIQE_WORK_##id,
  SPIQE_WORK(SPIQE_WORK_ID)
#undef SPIQE_WORK_ID
      SPIQE_N_WORK_KINDS
} spiqe_work_kind;

/* A row of that table; static. */
typedef struct spiqe_work_about {
  const char *key, *title;
} spiqe_work_about;
const spiqe_work_about *spiqe_work_of(spiqe_work_kind operation);

/* A count of each; means over samples need not be whole. */
typedef struct spiqe_work {
  double counts[SPIQE_N_WORK_KINDS];
} spiqe_work;

/* Bytes that move: of weights, states, spikes and numbers. */
double spiqe_work_bytes(const spiqe_work *work);

/* sum += factor more. */
void spiqe_work_add(spiqe_work *sum, const spiqe_work *more, double factor);

#ifdef __cplusplus
}
#endif
#endif
