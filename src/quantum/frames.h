/* Pauli frames: Gidney, "Stim: a fast stabilizer circuit simulator", 2021, arXiv 2103.02202.
 *
 * A reference run has given an outcome for each measurement, conditional Paulis left out. At any
 * time the state of a shot is that of the reference with a Pauli product, its frame, on it. Gates
 * act on frames; a measured qubit differs from the reference where its frame has X or Y; Z after a
 * preparation or a measurement changes no state, so a random one is put in, which makes random what
 * is. Noise and conditional Paulis are Paulis more. Frames are bit planes (device/pauli_kernels.h),
 * one product for each shot of a group.
 *
 * Random numbers: of Philox, for the group and the number of the draw. A group runs all shots that
 * it could have, so a shot does not depend on how many are wanted. */
#ifndef SPIQE_QUANTUM_FRAMES_H
#define SPIQE_QUANTUM_FRAMES_H

#include "core/arena.h"
#include "quantum/stabiliser_plan.h"

/* The next one of a row of trials that hits, counted from the present one, and its second draw. */
typedef struct spiqe_next_hit {
  uint64_t wait, n_drawn;
  double choice, log_miss; /* log_miss: log(1 - p) */
} spiqe_next_hit;

typedef struct spiqe_frames {
  const spiqe_stabiliser_plan *plan; /* borrowed */
  const uint8_t *reference;          /* borrowed, [n_draws] outcomes */
  const spiqe_kernels *kernels;      /* static */
  spiqe_arena arena;                 /* owned: all that follows */
  size_t n_words;                    /* of a plane: shots of a group / 64 */
  uint64_t *x, *z;                   /* [n_qubits][n_words] */
  uint64_t *bits;                    /* [n_bits][n_words] classical bits */
  uint64_t *active;                  /* [depth + 1][n_words] shots that are inside of each IF */
  uint64_t *random;                  /* [n_words] */
  spiqe_next_hit *hits;              /* [n_chances] */
  uint8_t *bytes;                    /* [n_bits] scratch of expressions */
  uint32_t random_key[2], hit_key[2], group;
} spiqe_frames;

/* Shots of a group for a plan: 4096, fewer for large circuits. */
size_t spiqe_frames_group(const spiqe_stabiliser_plan *plan);

/* Memory for one group at a time. Fails: SPIQE_NO_MEMORY. */
spiqe_status spiqe_frames_create(const spiqe_stabiliser_plan *plan, uint64_t seed,
                                 const uint8_t *reference, spiqe_frames *out);
void spiqe_frames_destroy(spiqe_frames *frames);

/* Run the first n_shots of a group; out: [n_shots][(n_bits + 7) / 8]. Allocates nothing. */
void spiqe_frames_run(spiqe_frames *frames, uint32_t group, size_t n_shots, uint8_t *out);

#endif
