#include "quantum/frames.h"

#include <math.h>
#include <string.h>

#include "core/fail.h"
#include "spiqe/random.h"

/* Streams of the purpose SPIQE_PURPOSE_MEASURE. */
enum { STREAM_WORDS = 1, STREAM_HITS = 2 };

#define MOST_WORDS ((size_t)64)
#define FEW_WORDS ((size_t)8)
#define MOST_PLANES ((size_t)1 << 17) /* of MOST_WORDS: 64 MiB */
#define NEVER ((uint64_t)1 << 62)

static size_t group_words(const spiqe_stabiliser_plan *plan) {
  return 2 * plan->n_qubits + plan->n_bits <= MOST_PLANES ? MOST_WORDS : FEW_WORDS;
}

size_t spiqe_frames_group(const spiqe_stabiliser_plan *plan) {
  return 64 * group_words(plan);
}

spiqe_status spiqe_frames_create(const spiqe_stabiliser_plan *plan, uint64_t seed,
                                 const uint8_t *reference, spiqe_frames *out) {
  *out = (spiqe_frames){.plan = plan, .reference = reference, .n_words = group_words(plan)};
  out->kernels = spiqe_device_kernels(plan->ctx, SPIQE_F32);
  spiqe_random_key(seed, SPIQE_PURPOSE_MEASURE, STREAM_WORDS, out->random_key);
  spiqe_random_key(seed, SPIQE_PURPOSE_MEASURE, STREAM_HITS, out->hit_key);
  spiqe_arena *a = &out->arena;
  const size_t plane = out->n_words * sizeof(uint64_t);
  const size_t x = spiqe_arena_reserve(a, plan->n_qubits, plane);
  const size_t z = spiqe_arena_reserve(a, plan->n_qubits, plane);
  const size_t bits = spiqe_arena_reserve(a, plan->n_bits, plane);
  const size_t active = spiqe_arena_reserve(a, plan->depth + 1, plane);
  const size_t random = spiqe_arena_reserve(a, 1, plane);
  const size_t hits = spiqe_arena_reserve(a, plan->n_chances, sizeof *out->hits);
  const size_t bytes = spiqe_arena_reserve(a, plan->n_bits, 1);
  SPIQE_TRY(spiqe_arena_create(plan->ctx, a));
  out->x = (uint64_t *)(a->base + x), out->z = (uint64_t *)(a->base + z);
  out->bits = (uint64_t *)(a->base + bits), out->active = (uint64_t *)(a->base + active);
  out->random = (uint64_t *)(a->base + random), out->hits = (spiqe_next_hit *)(a->base + hits);
  out->bytes = a->base + bytes;
  return SPIQE_OK;
}

void spiqe_frames_destroy(spiqe_frames *frames) {
  spiqe_arena_destroy(&frames->arena);
}

static const uint64_t *draw_words(spiqe_frames *f, size_t draw) {
  f->kernels->random_words(&(spiqe_random_words_args){.key = {f->random_key[0], f->random_key[1]},
                                                      .draw = (uint32_t)draw,
                                                      .group = f->group,
                                                      .n_words = f->n_words,
                                                      .out = f->random});
  return f->random;
}

/* Trials that fail before the next one that hits: geometric, floor(log(1 - u) / log(1 - p)). */
static void draw_hit(const spiqe_frames *f, uint32_t chance, spiqe_next_hit *hit) {
  const uint64_t n = hit->n_drawn++;
  const uint32_t counter[4] = {(uint32_t)n, (uint32_t)(n >> 32), f->group, chance};
  uint32_t block[4];
  spiqe_philox(counter, f->hit_key, block);
  const double u = (double)(((uint64_t)block[0] << 32 | block[1]) >> 11) * 0x1p-53;
  const double gap = log(1 - u) / hit->log_miss;
  hit->choice = (double)(((uint64_t)block[2] << 32 | block[3]) >> 11) * 0x1p-53;
  hit->wait += gap < (double)NEVER ? (uint64_t)gap : NEVER;
}

static void begin(spiqe_frames *f, size_t n_used) {
  const spiqe_stabiliser_plan *plan = f->plan;
  const size_t plane = f->n_words * sizeof *f->x;
  memset(f->x, 0, plan->n_qubits * plane);
  memset(f->bits, 0, plan->n_bits * plane);
  memset(f->active, 0xff, plane);
  for (size_t q = 0; q < plan->n_qubits; q++)
    memcpy(f->z + q * f->n_words, draw_words(f, q), n_used * sizeof *f->z);
  for (uint32_t i = 0; i < plan->n_chances; i++) {
    f->hits[i] = (spiqe_next_hit){.log_miss = log1p(-plan->chances[i])};
    draw_hit(f, i, &f->hits[i]);
  }
}

static void run_gates(const spiqe_frames *f, const spiqe_move *move, size_t n_used) {
  f->kernels->pauli_gates(&(spiqe_pauli_gates_args){.n_words = n_used,
                                                    .stride = f->n_words,
                                                    .x = f->x,
                                                    .z = f->z,
                                                    .n_steps = move->n,
                                                    .steps = f->plan->steps + move->first});
}

/* Conditional gates are X and Z. */
static void run_paulis(const spiqe_frames *f, const spiqe_move *move, const uint64_t *active,
                       size_t n_used) {
  for (uint32_t i = 0; i < move->n; i++) {
    const spiqe_clifford_step *step = &f->plan->steps[move->first + i];
    uint64_t *plane = (step->gate == SPIQE_CLIFFORD_X ? f->x : f->z) + step->a * f->n_words;
    for (size_t w = 0; w < n_used; w++) plane[w] ^= active[w];
  }
}

static void run_measure(spiqe_frames *f, const spiqe_move *move, size_t n_used) {
  const uint64_t *random = draw_words(f, f->plan->n_qubits + move->draw);
  const uint64_t *x = f->x + move->qubits[0] * f->n_words;
  uint64_t *z = f->z + move->qubits[0] * f->n_words;
  const uint64_t flip = f->reference[move->draw] ? ~(uint64_t)0 : 0;
  for (size_t w = 0; w < n_used; w++) z[w] ^= random[w];
  if (move->bit == SPIQE_NO_BIT) return;
  uint64_t *bit = f->bits + move->bit * f->n_words;
  for (size_t w = 0; w < n_used; w++) bit[w] = x[w] ^ flip;
}

static void run_reset(spiqe_frames *f, const spiqe_move *move, size_t n_used) {
  const uint64_t *random = draw_words(f, f->plan->n_qubits + move->draw);
  memset(f->x + move->qubits[0] * f->n_words, 0, n_used * sizeof *f->x);
  memcpy(f->z + move->qubits[0] * f->n_words, random, n_used * sizeof *f->z);
}

static void hit_channel(const spiqe_frames *f, const spiqe_move *move, double choice, size_t word,
                        uint64_t shot) {
  const unsigned p = spiqe_pauli_channel_draw(&f->plan->channels[move->index], choice);
  for (size_t t = 0; t < move->n_targets; t++) {
    const size_t at = move->qubits[t] * f->n_words + word;
    if (p >> t & 1) f->x[at] ^= shot;
    if (p >> (t + 2) & 1) f->z[at] ^= shot;
  }
}

static void hit_readout(const spiqe_frames *f, const spiqe_move *move, double choice, size_t word,
                        uint64_t shot) {
  uint64_t *bit = &f->bits[move->bit * f->n_words + word];
  if (choice < move->p[*bit & shot ? 1 : 0]) *bit ^= shot;
}

/* One trial for each shot of the group. Trials of equal probability follow one another over the
 * whole circuit, so that rare events cost nothing where there are none. */
static void run_noise(spiqe_frames *f, const spiqe_move *move, const uint64_t *active,
                      size_t n_used) {
  spiqe_next_hit *hit = &f->hits[move->chance];
  const uint64_t n_trials = 64 * f->n_words;
  while (hit->wait < n_trials) {
    const size_t word = hit->wait / 64;
    const uint64_t shot = (uint64_t)1 << hit->wait % 64;
    if (word < n_used && (active[word] & shot)) {
      if (move->kind == SPIQE_CHANNEL)
        hit_channel(f, move, hit->choice, word, shot);
      else
        hit_readout(f, move, hit->choice, word, shot);
    }
    hit->wait++;
    draw_hit(f, move->chance, hit);
  }
  hit->wait -= n_trials;
}

static void run_assign(const spiqe_frames *f, const spiqe_move *move, const uint64_t *active,
                       size_t n_used) {
  uint64_t values[64];
  for (size_t w = 0; w < n_used; w++) {
    spiqe_plane_expression_word(&f->plan->expressions[move->index], f->plan->values, f->bits + w,
                                f->n_words, f->bytes, move->n, values);
    for (uint32_t b = 0; b < move->n; b++) {
      uint64_t *bit = &f->bits[(move->first + b) * f->n_words + w];
      *bit = (*bit & ~active[w]) | (values[b] & active[w]);
    }
  }
}

static void run_if(const spiqe_frames *f, const spiqe_move *move, uint64_t *active, size_t n_used) {
  uint64_t *inner = active + f->n_words;
  for (size_t w = 0; w < n_used; w++) {
    spiqe_plane_expression_word(&f->plan->expressions[move->index], f->plan->values, f->bits + w,
                                f->n_words, f->bytes, 1, &inner[w]);
    inner[w] &= active[w];
  }
}

static void run_moves(spiqe_frames *f, size_t n_used) {
  uint64_t *active = f->active; /* of the innermost IF */
  for (size_t i = 0; i < f->plan->n_moves; i++) {
    const spiqe_move *move = &f->plan->moves[i];
    switch (move->kind) {
      case SPIQE_GATE:
        if (active == f->active)
          run_gates(f, move, n_used);
        else
          run_paulis(f, move, active, n_used);
        break;
      case SPIQE_MEASURE: run_measure(f, move, n_used); break;
      case SPIQE_RESET: run_reset(f, move, n_used); break;
      case SPIQE_ASSIGN: run_assign(f, move, active, n_used); break;
      case SPIQE_IF:
        run_if(f, move, active, n_used);
        active += f->n_words;
        break;
      case SPIQE_ELSE:
        for (size_t w = 0; w < n_used; w++) active[w] = active[w - f->n_words] & ~active[w];
        break;
      case SPIQE_END: active -= f->n_words; break;
      default: run_noise(f, move, active, n_used);
    }
  }
}

/* Bit c of row r and bit r of row c change places: Warren, Hacker's Delight, sec. 7-3. */
static void transpose(uint64_t m[64]) {
  uint64_t mask = 0x00000000FFFFFFFFu;
  for (unsigned size = 32; size; size /= 2, mask ^= mask << size)
    for (size_t row = 0; row < 64; row = ((row | size) + 1) & ~(size_t)size) {
      const uint64_t change = (m[row] >> size ^ m[row | size]) & mask;
      m[row] ^= change << size;
      m[row | size] ^= change;
    }
}

/* Bit planes to rows of shots. */
static void put_out(const spiqe_frames *f, size_t n_shots, uint8_t *out) {
  const size_t n_bits = f->plan->n_bits, n_bytes = (n_bits + 7) / 8;
  for (size_t first = 0; first < n_bits; first += 64) {
    const size_t n = n_bits - first < 64 ? n_bits - first : 64;
    const size_t n_here = n_bytes - first / 8 < 8 ? n_bytes - first / 8 : 8;
    for (size_t w = 0; 64 * w < n_shots; w++) {
      uint64_t m[64] = {0};
      for (size_t b = 0; b < n; b++) m[b] = f->bits[(first + b) * f->n_words + w];
      transpose(m);
      for (size_t s = 0; s < 64 && 64 * w + s < n_shots; s++)
        memcpy(out + (64 * w + s) * n_bytes + first / 8, &m[s], n_here);
    }
  }
}

void spiqe_frames_run(spiqe_frames *frames, uint32_t group, size_t n_shots, uint8_t *out) {
  const size_t n_used = (n_shots + 63) / 64;
  frames->group = group;
  begin(frames, n_used);
  run_moves(frames, n_used);
  put_out(frames, n_shots, out);
}
