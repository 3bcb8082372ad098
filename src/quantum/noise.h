/* The noise of a device, as it is after reading: numbers in seconds, every law checked. */
#ifndef SPIQE_QUANTUM_NOISE_H
#define SPIQE_QUANTUM_NOISE_H

#include "circuit/circuit.h"
#include "core/shipped.h"
#include "core/yaml.h"
#include "spiqe/noise.h"

#define SPIQE_MOST_RULE_QUBITS 5 /* of a gate that has a name: c4x */

typedef struct spiqe_noise_qubit {
  double t1, t2, excited;  /* infinite where nothing decays; t2 <= 2 t1 */
  double p1_of_0, p0_of_1; /* read wrongly */
} spiqe_noise_qubit;

/* What a gate does besides its matrix: depolarising, then its channels, then relaxation during its
 * time. */
typedef struct spiqe_noise_rule {
  int gate;            /* row of spiqe_gates; -1: any gate on n_qubits */
  uint32_t n_controls; /* positive or not */
  uint32_t n_qubits;   /* controls and targets */
  uint32_t n_on;       /* n_qubits where it is for these qubits only, else 0 */
  uint32_t on[SPIQE_MOST_RULE_QUBITS];
  double time;
  double error;                       /* average infidelity of the whole; NAN: not given */
  double depolarising;                /* 0: none */
  uint32_t first_channel, n_channels; /* each on all qubits of the gate, or on every one */
} spiqe_noise_rule;

typedef enum spiqe_idle { SPIQE_IDLE_NONE, SPIQE_IDLE_ASAP, SPIQE_IDLE_ALAP } spiqe_idle;

struct spiqe_noise {
  spiqe_context *ctx;        /* borrowed */
  size_t n_qubits;           /* 0: any number, all alike */
  spiqe_noise_qubit *qubits; /* owned, [n_qubits], at least 1 */
  double dt;                 /* 0: not given */
  double measure_time, reset_time, reset_error;
  double t1_share; /* T1 over that of the device when neurons were fitted to it; 1 as it is read */
  spiqe_idle idle;
  int is_strict, has_default;
  SPIQE_POOL(spiqe_noise_rule, rules);
  SPIQE_POOL(spiqe_channel, channels);
  SPIQE_POOL(spiqe_complex, numbers);
};

/* What a text is read with. */
typedef struct spiqe_noise_reader {
  spiqe_context *ctx;
  const char *place; /* borrowed: the file */
  spiqe_noise *noise;
} spiqe_noise_reader;

/* Refuse what is not a mapping, or has a key that is not in the list (NULL at the end). */
spiqe_status spiqe_noise_keys(const spiqe_noise_reader *in, const spiqe_yaml *node,
                              const char *const *keys);

/* A finite number; one in [0, 1]; a time with its unit ("40 ns"), in seconds, 0 or more;
 * may_be_never: "inf" is one too. All fail with SPIQE_BAD_FORMAT or SPIQE_BAD_ARGUMENT. */
spiqe_status spiqe_noise_number(const spiqe_noise_reader *in, const spiqe_yaml *node, double *out);
spiqe_status spiqe_noise_probability(const spiqe_noise_reader *in, const spiqe_yaml *node,
                                     double *out);
spiqe_status spiqe_noise_time(const spiqe_noise_reader *in, const spiqe_yaml *node,
                              int may_be_never, double *out);

/* Sections: T1, T2, excited_population, qubits and readout; gates and default; a list of channels,
 * for gates on n_qubits. */
spiqe_status spiqe_noise_read_qubits(const spiqe_noise_reader *in, const spiqe_yaml *root);
spiqe_status spiqe_noise_read_gates(const spiqe_noise_reader *in, const spiqe_yaml *root);
spiqe_status spiqe_noise_read_channels(const spiqe_noise_reader *in, const spiqe_yaml *list,
                                       spiqe_noise_rule *rule);

const spiqe_noise_qubit *spiqe_noise_qubit_at(const spiqe_noise *noise, uint32_t qubit);

/* The rule for a GATE or MATRIX; *out NULL where there is no noise. Fails: SPIQE_UNSUPPORTED (the
 * device has no such gate). */
spiqe_status spiqe_noise_find_rule(const spiqe_noise *noise, const spiqe_circuit *circuit,
                                   const spiqe_operation *op, const spiqe_noise_rule **out);

/* Qubits of an operation, controls first; 0 for those that have none. */
size_t spiqe_noise_n_qubits(const spiqe_operation *op);

/* Idle times. Operations first .. last - 1 hold no condition; duration: [n_operations]. idle, by
 * place in qubits_used: how long the qubit waits before the operation; tail, [n_qubits]: after its
 * last operation, up to the end of the longest. Allocates nothing. */
typedef struct spiqe_noise_schedule {
  const spiqe_circuit *circuit;
  const double *duration;
  double *busy;   /* scratch, [n_qubits] */
  uint32_t *next; /* scratch, [n_qubits] */
  double *idle, *tail;
} spiqe_noise_schedule;

void spiqe_noise_schedule_run(const spiqe_noise_schedule *schedule, spiqe_idle policy, size_t first,
                              size_t last);

/* Table made by cmake/embed.cmake from devices/NAME.yaml. */
extern const spiqe_shipped spiqe_shipped_devices[];
extern const size_t spiqe_n_shipped_devices;

#endif
