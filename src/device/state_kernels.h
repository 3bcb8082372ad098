/* Kernels on state vectors: arguments of the entries that begin with state_ in the table.
 *
 * Amplitudes lie in blocks of 16: the real parts, then the imaginary parts (src/quantum/state.h),
 * with a gap behind each 2^24 amplitudes: addresses that differ in bits 28 and up only push each
 * other out of the first-level cache of an AMD processor (its way prediction takes them for one:
 * Lipp et al. 2020, "Take A Way"), and a gate on a high qubit would take twice its time.
 * A vector has at least 4 qubits here. A kernel does one part of n_parts of the work; parts write
 * different amplitudes. */
#ifndef SPIQE_DEVICE_STATE_KERNELS_H
#define SPIQE_DEVICE_STATE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#define SPIQE_GAP_BITS 24
#define SPIQE_GAP ((size_t)1024) /* numbers */

/* psi <- M psi on the qubits `targets`, where index & control_mask == control_value. */
typedef struct spiqe_state_matrix_args {
  size_t n_qubits, n_targets; /* targets: at least 1; at most 4, 10 for state_matrix_wide */
  const uint32_t *targets;    /* [n_targets], bit t of a matrix index is qubit targets[t] */
  uint64_t control_mask, control_value;
  const double *matrix; /* [2^n_targets][2^n_targets][2] */
  size_t part, n_parts;
  void *amplitudes;
} spiqe_state_matrix_args;

/* Sums and products over amplitudes first .. last - 1, multiples of 16. */
typedef struct spiqe_state_range {
  size_t first, last;
  const void *a, *b; /* b: the second vector, where there are two */
  void *out;         /* vector that is written, where there is one */
} spiqe_state_range;

/* One small operation on the 8 amplitudes that 3 slots span. An entry re + i im of a matrix is
 * stored as re, re + im, im - re. */
typedef enum spiqe_micro_kind {
  SPIQE_MICRO_ONE,      /* matrix on slot a: 12 numbers, [2][2][3] */
  SPIQE_MICRO_REAL,     /* real matrix on slot a: 4 numbers, [2][2] */
  SPIQE_MICRO_CX,       /* exchange slot b where slot a is 1 */
  SPIQE_MICRO_CCX,      /* exchange slot a where the two others are 1 */
  SPIQE_MICRO_DIAGONAL, /* 16 numbers, [8][2] */
  SPIQE_MICRO_TWO       /* matrix on slots a (bit 0) and b: 48 numbers, [4][4][3] */
} spiqe_micro_kind;

typedef struct spiqe_micro {
  uint8_t kind, a, b; /* a, b: 0 to 2, which of the cluster's slots */
  uint32_t numbers;   /* index of its first number */
} spiqe_micro;

/* Micro-operations on three slots of a chunk, slots[0] < slots[1] < slots[2]. is_turn: instead,
 * exchange the slots inside of a vector, 0 .. n_lane_qubits - 1, with lanes[]. */
typedef struct spiqe_cluster {
  uint8_t is_turn;
  uint8_t slots[3];
  uint8_t lanes[4];
  uint32_t first_micro, n_micros;
} spiqe_cluster;

#define SPIQE_MOST_CHUNK_QUBITS 16

/* Numbers of a chunk in scratch: the amplitudes and gaps between them. */
#define SPIQE_SCRATCH_NUMBERS(n_active) (((size_t)2 << (n_active)) / 31 * 33)

/* A pass over the vector in chunks that stay in the cache: chunk number `part` is gathered into
 * scratch, worked on by the clusters, and put back. Slot s of a chunk is qubit active[s] at first
 * and qubit left[s] at the end; both hold qubits 0 .. n_lane_qubits - 1 in the lowest slots, active
 * is ascending. */
typedef struct spiqe_state_pass_args {
  size_t n_qubits, n_active;
  uint32_t active[SPIQE_MOST_CHUNK_QUBITS], left[SPIQE_MOST_CHUNK_QUBITS];
  size_t n_clusters;
  const spiqe_cluster *clusters;
  const spiqe_micro *micros;
  const void *numbers; /* in the precision of the table */
  int is_streaming;    /* the vector is larger than the caches: write around them */
  size_t part;
  void *amplitudes;
  void *scratch; /* SPIQE_SCRATCH_NUMBERS(n_active), 64-byte aligned */
} spiqe_state_pass_args;

#endif
