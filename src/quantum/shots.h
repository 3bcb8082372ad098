/* State vectors shot by shot, where shots share what they have in common: all shots of a block
 * start as one group with one state. Where their outcomes differ (measurement, reset, a channel, a
 * misread bit) the group parts; the largest part goes on with the state, the others get a copy, one
 * after the other. So the work grows with the number of different histories, and the copies with
 * the logarithm of the number of shots.
 *
 * A channel has a main operator K, the one that is likeliest on average, and a bound: it happens
 * with probability |K psi|^2 >= `least`, the smallest eigenvalue of K^dagger K, whatever the state.
 * So each shot draws beforehand how far it goes without having to look: -log(least) of the channels
 * that it meets adds up to its hazard, and it looks where the hazard passes an exponential draw.
 * There its operator is drawn with the probabilities that are left (thinning: Lewis, Shedler 1979).
 * Channels that no shot of a group looks at cost no draw, and their main operators are gates like
 * others, fused with those around them; the state is normalised when someone looks.
 *
 * Draw d of shot s is a function of the seed, s and d alone. Which gates are fused depends on who
 * shares a state, so blocks follow from the number of shots and not from the threads. (Where memory
 * has no room for copies, shots are run again, and a state may differ in its last bits.) */
#ifndef SPIQE_QUANTUM_SHOTS_H
#define SPIQE_QUANTUM_SHOTS_H

#include "quantum/simulate.h"

/* A channel's operators K. Probabilities follow from the state by K^dagger K as a sum of Pauli
 * products on the targets. */
typedef struct spiqe_kraus {
  size_t n_targets, n_kraus, n_paulis;
  const spiqe_complex *matrices; /* borrowed, [n_kraus][4^n_targets] */
  uint32_t *x_masks, *z_masks;   /* owned, [n_paulis]; bit i is targets[i]; the first is 1 */
  double *weights;               /* owned, [n_paulis][n_kraus] */
  size_t main;                   /* operator */
  double least;                  /* its smallest probability; 0: not known, each shot looks */
  double hazard;                 /* -log(least) */
  int is_identity, is_unitary;   /* the main operator, up to a factor */
  spiqe_complex *main_matrix;    /* owned, [4^n_targets], scaled to norm 1 on average */
} spiqe_kraus;

/* A reduced circuit made ready to run. Read only while shots run. */
typedef struct spiqe_shots_program {
  spiqe_context *ctx; /* borrowed, as is reduced */
  const spiqe_reduced *reduced;
  SPIQE_POOL(spiqe_step, steps); /* gates and main operators, in the order of the core */
  uint32_t *step_at;             /* owned, [n_core + 1] steps before an operation */
  SPIQE_POOL(spiqe_steps, runs); /* own the gates' matrices */
  spiqe_kraus *kraus;            /* owned, [n_channels]; those that are not used are all 0 */
  size_t most_kraus;             /* of a channel, at least 2: the outcomes of any operation */
} spiqe_shots_program;

/* Fails: SPIQE_NO_MEMORY. */
spiqe_status spiqe_shots_program_create(const spiqe_reduced *reduced, const double *inputs,
                                        spiqe_shots_program *out);
void spiqe_shots_program_destroy(spiqe_shots_program *program);

spiqe_status spiqe_kraus_create(const spiqe_circuit *circuit, const spiqe_channel *channel,
                                spiqe_kraus *out);
void spiqe_kraus_destroy(spiqe_kraus *kraus);

/* |K psi|^2 for each operator on some targets of a state with that norm^2, out: [n_kraus]. */
void spiqe_kraus_weights(const spiqe_kraus *kraus, const uint32_t *targets,
                         const spiqe_state *state, double norm, double *out);

/* Apply operator k and normalise; weight: |K psi|^2. Fails: SPIQE_NO_MEMORY. */
spiqe_status spiqe_kraus_apply(const spiqe_kraus *kraus, size_t k, const uint32_t *targets,
                               double weight, spiqe_state *state);

/* Shots with the same history. */
typedef struct spiqe_shot_group {
  size_t position;              /* of the next operation */
  size_t n_turns;               /* of loops, so far */
  size_t depth;                 /* its state and bits */
  size_t n;                     /* shots */
  uint32_t *shots;              /* borrowed, [n] counted from the engine's first shot */
  double hazard, next;          /* met so far; where the first of its shots looks */
  double drift;                 /* the log of the state's norm^2 is within +- drift */
  size_t first_step, last_step; /* steps that the state waits for */
} spiqe_shot_group;

#define SPIQE_MOST_SHOT_DEPTH ((size_t)40)

/* Runs blocks of shots, on one thread or with the threads of its context. */
typedef struct spiqe_shot_engine {
  spiqe_context *ctx;                 /* borrowed */
  spiqe_job *job;                     /* borrowed; told of progress when is_telling */
  const spiqe_shots_program *program; /* borrowed */
  int is_telling;
  uint32_t key[2];
  uint64_t first_shot;

  spiqe_state *prefix;                        /* owned, after the first gates; or NULL */
  spiqe_state *states[SPIQE_MOST_SHOT_DEPTH]; /* owned, [n_states] made when they are needed */
  size_t n_states, most_states, bytes;        /* bytes of all states; most_states: that fit */
  size_t n_first; /* operations that are gates at the beginning, the same for all shots */
  int is_used;    /* they were run before */
  int has_looks;  /* the core has channels with a main operator */
  size_t n_left;
  uint8_t *bits;      /* owned, [SPIQE_MOST_SHOT_DEPTH][n_bits] */
  uint8_t *shot_bits; /* owned, [n_bits] */

  /* Of the shots of a block, owned, [most_shots]: */
  uint32_t *shots, *parted;
  uint32_t *left;    /* [n_left] those that there was no state for */
  uint32_t *n_draws; /* that a shot has used */
  double *looks;     /* hazard at which it looks next */
  uint32_t *drawn;   /* outcome of each of a group */
  double *uniform, *scratch;
  uint64_t *indices;

  double *weights;     /* owned, [SPIQE_MOST_SHOT_DEPTH][most_kraus] */
  size_t *n_each;      /* owned, [SPIQE_MOST_SHOT_DEPTH][most_kraus] */
  uint64_t *outcome;   /* owned, words of an outcome */
  uint64_t n_done;     /* shots */
  spiqe_counts counts; /* owned */
} spiqe_shot_engine;

spiqe_status spiqe_shot_engine_create(spiqe_job *job, spiqe_context *ctx,
                                      const spiqe_shots_program *program, size_t most_shots,
                                      spiqe_shot_engine *out);
void spiqe_shot_engine_destroy(spiqe_shot_engine *engine);

/* Run shots [first, first + n). Fails: SPIQE_NO_MEMORY, SPIQE_LIMIT, SPIQE_INTERRUPTED. */
spiqe_status spiqe_shot_engine_run(spiqe_shot_engine *engine, uint64_t first, size_t n);

/* The next draw of a shot of the block. */
double spiqe_shot_draw(spiqe_shot_engine *engine, uint32_t shot);

/* Probability that a bit which is `bit` is read wrongly; the value of an ASSIGN, to bits. */
double spiqe_shot_misread(const spiqe_circuit *circuit, const spiqe_operation *op, uint8_t bit);
void spiqe_shot_assign(const spiqe_circuit *circuit, const spiqe_operation *op, uint8_t *bits);

/* Do the tail for a group whose core is done, and count. Fails: SPIQE_NO_MEMORY. */
spiqe_status spiqe_shot_group_finish(spiqe_shot_engine *engine, const spiqe_shot_group *group);

#endif
