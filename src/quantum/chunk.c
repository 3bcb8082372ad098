#include "quantum/chunk.h"

#include <string.h>

#define MOST SPIQE_MOST_CHUNK_QUBITS

static size_t rounded(size_t size) {
  return (size + 63) / 64 * 64;
}

size_t spiqe_chunk_size(size_t n_atoms) {
  return rounded((3 * n_atoms + 1) * sizeof(spiqe_cluster)) +
         rounded(n_atoms * sizeof(spiqe_micro)) + rounded(48 * n_atoms * sizeof(double)) +
         rounded(n_atoms * sizeof(uint32_t));
}

void spiqe_chunk_place(spiqe_chunk *chunk, size_t n_atoms, void *memory) {
  uint8_t *at = memory;
  chunk->clusters = (spiqe_cluster *)(void *)at;
  at += rounded((3 * n_atoms + 1) * sizeof(spiqe_cluster));
  chunk->micros = (spiqe_micro *)(void *)at;
  at += rounded(n_atoms * sizeof(spiqe_micro));
  chunk->numbers = at;
  at += rounded(48 * n_atoms * sizeof(double));
  chunk->waiting = (uint32_t *)(void *)at;
}

/* While a program is made. Places are the indices of args->active. */
typedef struct maker {
  spiqe_chunk *chunk;
  const spiqe_atom *atoms;
  spiqe_precision precision;
  size_t n_lanes, n_active, n_waiting;
  uint8_t place[64];  /* of a qubit */
  uint8_t slot[MOST]; /* where a place lies now */
  int is_home;        /* places 0 .. n_lanes - 1 lie inside of the vectors, in order */
} maker;

static uint32_t slots_of(const maker *m, const spiqe_atom *atom) {
  uint32_t mask = 0;
  for (size_t i = 0; i < atom->n_qubits; i++) mask |= 1u << m->slot[m->place[atom->qubits[i]]];
  return mask;
}

static void add_number(maker *m, double x) {
  if (m->precision == SPIQE_F32)
    ((float *)m->chunk->numbers)[m->chunk->n_numbers++] = (float)x;
  else
    ((double *)m->chunk->numbers)[m->chunk->n_numbers++] = x;
}

/* Entries of a matrix, as the kernel wants them. */
static uint32_t add_entries(maker *m, size_t n, const spiqe_complex *entries) {
  const uint32_t first = (uint32_t)m->chunk->n_numbers;
  for (size_t i = 0; i < n; i++) {
    add_number(m, entries[i].re);
    add_number(m, entries[i].re + entries[i].im);
    add_number(m, entries[i].im - entries[i].re);
  }
  return first;
}

static void make_one(maker *m, const spiqe_atom *atom, spiqe_micro *micro) {
  int is_real = 1;
  for (size_t i = 0; i < 4; i++) is_real &= atom->matrix[i].im == 0;
  micro->kind = is_real ? SPIQE_MICRO_REAL : SPIQE_MICRO_ONE;
  micro->b = 0;
  micro->numbers = (uint32_t)m->chunk->n_numbers;
  if (!is_real) add_entries(m, 4, atom->matrix);
  for (size_t i = 0; i < 4 && is_real; i++) add_number(m, atom->matrix[i].re);
}

/* at: which of the cluster's slots the atom's qubits are. */
static void make_diagonal(maker *m, const spiqe_atom *atom, const uint8_t *at, spiqe_micro *micro) {
  *micro = (spiqe_micro){.kind = SPIQE_MICRO_DIAGONAL, .numbers = (uint32_t)m->chunk->n_numbers};
  for (size_t index = 0; index < 8; index++) {
    size_t own = 0;
    for (size_t i = 0; i < atom->n_qubits; i++) own |= (index >> at[i] & 1) << i;
    add_number(m, atom->matrix[own].re);
    add_number(m, atom->matrix[own].im);
  }
}

static void make_two(maker *m, const spiqe_atom *atom, spiqe_micro *micro) {
  static const uint8_t to[4] = {0, 2, 1, 3};
  spiqe_complex turned[16];
  micro->kind = SPIQE_MICRO_TWO;
  if (micro->a < micro->b) {
    micro->numbers = add_entries(m, 16, atom->matrix);
    return;
  }
  uint8_t a = micro->a;
  micro->a = micro->b;
  micro->b = a;
  for (size_t i = 0; i < 16; i++) turned[4 * to[i / 4] + to[i % 4]] = atom->matrix[i];
  micro->numbers = add_entries(m, 16, turned);
}

static void add_micro(maker *m, const spiqe_atom *atom, const uint8_t slots[3]) {
  spiqe_micro *micro = &m->chunk->micros[m->chunk->n_micros++];
  uint8_t at[3] = {0};
  for (size_t i = 0; i < atom->n_qubits; i++)
    while (slots[at[i]] != m->slot[m->place[atom->qubits[i]]]) at[i]++;
  *micro = (spiqe_micro){.a = at[0], .b = at[1]};
  if (atom->kind == SPIQE_ATOM_ONE) {
    make_one(m, atom, micro);
  } else if (atom->kind == SPIQE_ATOM_CX) {
    micro->kind = SPIQE_MICRO_CX;
  } else if (atom->kind == SPIQE_ATOM_CCX) {
    *micro = (spiqe_micro){.kind = SPIQE_MICRO_CCX, .a = at[2]};
  } else if (atom->kind == SPIQE_ATOM_TWO) {
    make_two(m, atom, micro);
  } else {
    make_diagonal(m, atom, at, micro);
  }
}

/* Choose up to three slots outside of the vectors for the atoms that can go next. */
static uint32_t choose_slots(const maker *m) {
  const uint32_t inside = (1u << m->n_lanes) - 1, all = (1u << m->n_active) - 1;
  uint32_t chosen = 0, blocked = inside;
  for (size_t i = 0; i < m->n_waiting && blocked != all; i++) {
    uint32_t mask = slots_of(m, &m->atoms[m->chunk->waiting[i]]);
    if ((mask & blocked) || __builtin_popcount(chosen | mask) > 3)
      blocked |= mask;
    else
      chosen |= mask;
  }
  return chosen;
}

/* Make the cluster on those slots: all atoms within them that nothing before blocks. */
static void add_cluster(maker *m, uint32_t chosen) {
  spiqe_chunk *chunk = m->chunk;
  spiqe_cluster *cluster = &chunk->clusters[chunk->n_clusters++];
  for (uint32_t s = (uint32_t)m->n_lanes; __builtin_popcount(chosen) < 3; s++) chosen |= 1u << s;
  *cluster = (spiqe_cluster){.first_micro = (uint32_t)chunk->n_micros};
  for (uint8_t s = 0, i = 0; i < 3; s++)
    if (chosen >> s & 1) cluster->slots[i++] = s;
  uint32_t blocked = 0;
  size_t left = 0;
  for (size_t i = 0; i < m->n_waiting; i++) {
    const spiqe_atom *atom = &m->atoms[chunk->waiting[i]];
    uint32_t mask = slots_of(m, atom);
    if ((mask & blocked) || (mask & ~chosen)) {
      blocked |= mask;
      chunk->waiting[left++] = chunk->waiting[i];
    } else {
      add_micro(m, atom, cluster->slots);
    }
  }
  m->n_waiting = left;
  cluster->n_micros = (uint32_t)chunk->n_micros - cluster->first_micro;
}

/* When each place is needed next: the index of the waiting atom. */
static void find_next_uses(const maker *m, size_t next[MOST]) {
  for (size_t p = 0; p < MOST; p++) next[p] = m->n_waiting;
  for (size_t i = m->n_waiting; i-- > 0;) {
    const spiqe_atom *atom = &m->atoms[m->chunk->waiting[i]];
    for (size_t k = 0; k < atom->n_qubits; k++) next[m->place[atom->qubits[k]]] = i;
  }
}

/* Exchange what lies inside of the vectors with the places given. */
static void add_turn(maker *m, const uint8_t *places) {
  spiqe_cluster *cluster = &m->chunk->clusters[m->chunk->n_clusters++];
  *cluster = (spiqe_cluster){.is_turn = 1};
  for (uint8_t t = 0; t < m->n_lanes; t++) {
    uint8_t outside = m->slot[places[t]];
    cluster->lanes[t] = outside;
    for (size_t p = 0; p < m->n_active; p++)
      if (m->slot[p] == t) m->slot[p] = outside;
    m->slot[places[t]] = t;
  }
}

static int is_inside(const maker *m, size_t place) {
  return m->slot[place] < m->n_lanes;
}

/* The n_lanes places, neither home nor inside, that are needed last; returns when the first of them
 * is needed, 0 when there are too few. */
static size_t choose_idle(const maker *m, const size_t next[MOST], uint8_t chosen[4]) {
  size_t soonest = m->n_waiting;
  uint32_t used = 0;
  for (size_t t = 0; t < m->n_lanes; t++) {
    size_t best = MOST;
    for (size_t p = m->n_lanes; p < m->n_active; p++)
      if (!is_inside(m, p) && !(used >> p & 1) && (best == MOST || next[p] >= next[best])) best = p;
    if (best == MOST) return 0;
    used |= 1u << best;
    chosen[t] = (uint8_t)best;
    if (next[best] < soonest) soonest = next[best];
  }
  return soonest;
}

static const uint8_t home[4] = {0, 1, 2, 3};

/* Put into the vectors what is needed last: the home places all together, or others. From home
 * others can always be found that the first waiting atom does not need (n_active >= 2 n_lanes + 3),
 * so two turns at most come before the next cluster. */
static void turn_for_next(maker *m) {
  size_t next[MOST], home_next = m->n_waiting;
  uint8_t chosen[4];
  find_next_uses(m, next);
  const size_t soonest = choose_idle(m, next, chosen);
  for (size_t t = 0; t < m->n_lanes; t++)
    if (next[t] < home_next) home_next = next[t];
  int go_home = !m->is_home && (home_next >= soonest || !soonest);
  add_turn(m, go_home ? home : chosen);
  m->is_home = go_home;
}

void spiqe_chunk_make(spiqe_chunk *chunk, const spiqe_atom *atoms, size_t n, const uint32_t *taken,
                      size_t n_lane_qubits, spiqe_precision precision,
                      spiqe_state_pass_args *args) {
  maker m = {.chunk = chunk, .atoms = atoms, .precision = precision, .is_home = 1};
  m.n_lanes = n_lane_qubits;
  m.n_active = args->n_active;
  m.n_waiting = n;
  memcpy(chunk->waiting, taken, n * sizeof *taken);
  for (uint8_t i = 0; i < args->n_active; i++) {
    m.place[args->active[i]] = i;
    m.slot[i] = i;
  }
  chunk->n_clusters = chunk->n_micros = chunk->n_numbers = 0;
  while (m.n_waiting) {
    uint32_t chosen = choose_slots(&m);
    if (chosen)
      add_cluster(&m, chosen);
    else
      turn_for_next(&m);
  }
  if (!m.is_home) add_turn(&m, home);
  for (size_t p = 0; p < args->n_active; p++) args->left[m.slot[p]] = args->active[p];
  args->n_clusters = chunk->n_clusters;
  args->clusters = chunk->clusters;
  args->micros = chunk->micros;
  args->numbers = chunk->numbers;
}
