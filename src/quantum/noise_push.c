#include "quantum/noise_push.h"

#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/grow.h"

static uint64_t kind_of(const char *name) {
  return (uint64_t)(spiqe_channel_find(name) - spiqe_channel_kinds);
}

static size_t hash(const spiqe_channel_key *key) {
  uint8_t bytes[sizeof *key];
  uint64_t h = 14695981039346656037u; /* Fowler, Noll, Vo: FNV-1a */
  memcpy(bytes, key, sizeof bytes);
  for (size_t i = 0; i < sizeof bytes; i++) h = (h ^ bytes[i]) * 1099511628211u;
  return (size_t)(h ^ h >> 32);
}

/* Where the key is, or the free place where it belongs. */
static spiqe_known_channel *find(const spiqe_noise_pusher *p, const spiqe_channel_key *key) {
  size_t i = hash(key) & (p->room_known - 1);
  while (p->known[i].channel != UINT32_MAX && memcmp(&p->known[i].key, key, sizeof *key))
    i = (i + 1) & (p->room_known - 1);
  return &p->known[i];
}

/* Twice the room, at most half full. */
static spiqe_status make_room(spiqe_noise_pusher *p) {
  if (2 * p->n_known < p->room_known) return SPIQE_OK;
  spiqe_noise_pusher larger = *p;
  larger.room_known = p->room_known ? 2 * p->room_known : 64;
  larger.known = malloc(larger.room_known * sizeof *larger.known);
  SPIQE_REQUIRE(p->out->ctx, larger.known, SPIQE_NO_MEMORY, "no memory for %zu channels",
                larger.room_known);
  for (size_t i = 0; i < larger.room_known; i++) larger.known[i].channel = UINT32_MAX;
  for (size_t i = 0; i < p->room_known; i++)
    if (p->known[i].channel != UINT32_MAX) *find(&larger, &p->known[i].key) = p->known[i];
  free(p->known);
  *p = larger;
  return SPIQE_OK;
}

void spiqe_noise_pusher_clear(spiqe_noise_pusher *pusher) {
  free(pusher->known);
  *pusher = (spiqe_noise_pusher){0};
}

/* 1 when the channel is known and was pushed. */
static spiqe_status push_known(spiqe_noise_pusher *p, const spiqe_channel_key *key, size_t n,
                               const uint32_t *qubits, int *is_known) {
  SPIQE_TRY(make_room(p));
  const uint32_t channel = find(p, key)->channel;
  *is_known = channel != UINT32_MAX;
  if (!*is_known) return SPIQE_OK;
  spiqe_operation op = {.kind = SPIQE_CHANNEL, .payload = channel, .jump = SPIQE_NO_JUMP};
  op.n_targets = (uint32_t)n;
  SPIQE_TRY(spiqe_circuit_push_qubits(p->out, n, qubits, &op.first_qubit));
  return spiqe_circuit_push(p->out, &op);
}

static spiqe_status push_new(spiqe_noise_pusher *p, const spiqe_channel_key *key, const char *name,
                             size_t n, const uint32_t *qubits, size_t n_kraus,
                             const spiqe_complex *kraus) {
  SPIQE_TRY(spiqe_circuit_channel(p->out, name, n, qubits, n_kraus, kraus));
  *find(p, key) = (spiqe_known_channel){*key, (uint32_t)(p->out->n_channels - 1)};
  p->n_known++;
  return SPIQE_OK;
}

spiqe_status spiqe_push_depolarising(spiqe_noise_pusher *p, size_t n_qubits, const uint32_t *qubits,
                                     double strength) {
  const char *name = n_qubits == 1 ? "depolarising" : "depolarising2";
  const spiqe_channel_key key = {kind_of(name), {strength, 0, 0}};
  spiqe_complex kraus[SPIQE_MOST_KRAUS_NUMBERS];
  size_t n_kraus;
  int is_known;
  if (strength == 0) return SPIQE_OK;
  SPIQE_TRY(push_known(p, &key, n_qubits, qubits, &is_known));
  if (is_known) return SPIQE_OK;
  SPIQE_TRY(spiqe_channel_kraus(p->out->ctx, name, 1, &strength, &n_qubits, &n_kraus, kraus));
  return push_new(p, &key, name, n_qubits, qubits, n_kraus, kraus);
}

spiqe_status spiqe_push_relaxation(spiqe_noise_pusher *p, const char *name, uint32_t qubit,
                                   const spiqe_relaxation *r) {
  const spiqe_channel_key key = {kind_of(name), {r->to_zero, r->to_one, r->coherence}};
  spiqe_complex kraus[16];
  int is_known;
  if (r->to_zero == 0 && r->to_one == 0 && r->coherence == 1) return SPIQE_OK;
  SPIQE_TRY(push_known(p, &key, 1, &qubit, &is_known));
  if (is_known) return SPIQE_OK;
  size_t n_kraus = spiqe_relaxation_kraus(r, kraus);
  return push_new(p, &key, name, 1, &qubit, n_kraus, kraus);
}

spiqe_status spiqe_push_listed(spiqe_noise_pusher *p, const spiqe_noise *noise, size_t channel,
                               const uint32_t *qubits) {
  const spiqe_channel *listed = &noise->channels[channel];
  const spiqe_channel_key key = {SPIQE_LISTED_CHANNEL, {(double)channel, 0, 0}};
  int is_known;
  SPIQE_TRY(push_known(p, &key, listed->n_targets, qubits, &is_known));
  if (is_known) return SPIQE_OK;
  return push_new(p, &key, listed->name, listed->n_targets, qubits, listed->n_kraus,
                  noise->numbers + listed->first);
}

spiqe_status spiqe_push_readout(spiqe_noise_pusher *p, uint32_t bit, double p1_of_0,
                                double p0_of_1) {
  spiqe_operation op = {.kind = SPIQE_READOUT, .payload = bit, .jump = SPIQE_NO_JUMP};
  if (bit == SPIQE_NO_BIT || (p1_of_0 == 0 && p0_of_1 == 0)) return SPIQE_OK;
  SPIQE_REQUIRE(p->out->ctx, p->out->n_numbers < UINT32_MAX, SPIQE_LIMIT,
                "matrices of more than %u numbers", UINT32_MAX);
  SPIQE_TRY(SPIQE_POOL_ROOM(p->out, numbers, 1));
  op.first_angle = (uint32_t)p->out->n_numbers;
  p->out->numbers[p->out->n_numbers++] = (spiqe_complex){p1_of_0, p0_of_1};
  return spiqe_circuit_push(p->out, &op);
}
