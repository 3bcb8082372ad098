#include "quantum/tableau.h"

#include <stdlib.h>
#include <string.h>

#include "core/fail.h"

spiqe_status spiqe_tableau_create(spiqe_context *ctx, size_t n_qubits, spiqe_tableau **out) {
  *out = NULL;
  spiqe_tableau *t = calloc(1, sizeof *t);
  SPIQE_REQUIRE(ctx, t, SPIQE_NO_MEMORY, "no memory for a tableau");
  t->kernels = spiqe_device_kernels(ctx, SPIQE_F32);
  t->n_qubits = n_qubits;
  t->images.n_words = (n_qubits + 63) / 64;
  spiqe_arena *a = &t->arena;
  const size_t image = 2 * t->images.n_words * sizeof(uint64_t);
  const size_t words = spiqe_arena_reserve(a, 2 * n_qubits, image);
  const size_t signs = spiqe_arena_reserve(a, 2 * n_qubits, sizeof *t->images.signs);
  const size_t factor = spiqe_arena_reserve(a, 1, image);
  const size_t targets = spiqe_arena_reserve(a, 2 * n_qubits + 1, sizeof *t->targets);
  spiqe_status status = spiqe_arena_create(ctx, a);
  if (status != SPIQE_OK) {
    free(t);
    return spiqe_fail_prefix(ctx, status, "a tableau of %zu qubits", n_qubits);
  }
  t->images.words = (uint64_t *)(a->base + words);
  t->images.signs = a->base + signs;
  t->factor = (uint64_t *)(a->base + factor);
  t->targets = (uint32_t *)(a->base + targets);
  spiqe_tableau_clear(t);
  *out = t;
  return SPIQE_OK;
}

void spiqe_tableau_destroy(spiqe_tableau *tableau) {
  if (!tableau) return;
  spiqe_arena_destroy(&tableau->arena);
  free(tableau);
}

static uint64_t *image_of(const spiqe_tableau *t, size_t number) {
  return t->images.words + 2 * t->images.n_words * number;
}

void spiqe_tableau_clear(spiqe_tableau *tableau) {
  const size_t n = tableau->images.n_words, n_images = 2 * tableau->n_qubits;
  memset(tableau->images.words, 0, 2 * n * n_images * sizeof *tableau->images.words);
  memset(tableau->images.signs, 0, n_images);
  for (size_t i = 0; i < n_images; i++) /* X_q in the first part, Z_q in the second */
    image_of(tableau, i)[i % 2 * n + i / 2 / 64] = (uint64_t)1 << i / 2 % 64;
}

void spiqe_tableau_copy(spiqe_tableau *tableau, const spiqe_tableau *from) {
  const size_t n = from->images.n_words, n_images = 2 * from->n_qubits;
  memcpy(tableau->images.words, from->images.words, 2 * n * n_images * sizeof *from->images.words);
  memcpy(tableau->images.signs, from->images.signs, n_images);
}

void spiqe_tableau_apply(spiqe_tableau *tableau, size_t n_steps, const spiqe_clifford_step *steps) {
  tableau->kernels->image_gates(&tableau->images, n_steps, steps);
}

/* The first qubit where the image of Z has X or Y; n_qubits when there is none. */
static size_t find_pivot(const spiqe_tableau *tableau, uint32_t qubit) {
  const uint64_t *x = image_of(tableau, 2 * (size_t)qubit + 1);
  for (size_t w = 0; w < tableau->images.n_words; w++)
    if (x[w]) return 64 * w + (size_t)__builtin_ctzll(x[w]);
  return tableau->n_qubits;
}

int spiqe_tableau_is_random(const spiqe_tableau *tableau, uint32_t qubit) {
  return find_pivot(tableau, qubit) < tableau->n_qubits;
}

/* The outcome is random: M, the image of Z on the measured qubit, has X or Y on qubit p. Afterwards
 * it is to be (-1)^outcome Z_p. What has X or Y on p, too, is R = (R M) M, where R M has not, and
 * stays as it is but for a Z on p, of which the projection makes a number: so R becomes
 * (-1)^outcome (R M without p) Z_p. The image of X on the measured qubit, which alone does not
 * commute with M, gets X on p; its sign and a Z there change no outcome. */
static void collapse(spiqe_tableau *t, uint32_t qubit, size_t p, int outcome) {
  const size_t n = t->images.n_words, word = p / 64, of_x = 2 * (size_t)qubit, of_z = of_x + 1;
  const uint64_t bit = (uint64_t)1 << p % 64;
  size_t n_targets = 0;
  for (size_t i = 0; i < 2 * t->n_qubits; i++) {
    uint64_t *image = image_of(t, i);
    t->targets[n_targets] = (uint32_t)i;
    n_targets += (image[word] & bit) != 0;
    image[n + word] &= ~bit | image[word];
  }
  memcpy(t->factor, image_of(t, of_z), 2 * n * sizeof *t->factor); /* M, of which M M leaves 1 */
  t->kernels->image_multiply(&(spiqe_image_multiply_args){.images = t->images,
                                                          .factor = t->factor,
                                                          .factor_sign = t->images.signs[of_z],
                                                          .n_targets = n_targets,
                                                          .targets = t->targets});
  for (size_t i = 0; i < n_targets; i++) {
    image_of(t, t->targets[i])[n + word] |= bit;
    t->images.signs[t->targets[i]] ^= (uint8_t)outcome;
  }
  image_of(t, of_x)[word] |= bit;
}

int spiqe_tableau_measure(spiqe_tableau *tableau, uint32_t qubit, int draw) {
  const size_t pivot = find_pivot(tableau, qubit);
  if (pivot == tableau->n_qubits) return tableau->images.signs[2 * (size_t)qubit + 1];
  collapse(tableau, qubit, pivot, draw);
  return draw;
}

void spiqe_tableau_reset(spiqe_tableau *tableau, uint32_t qubit, int draw) {
  const spiqe_clifford_step flip = {.gate = SPIQE_CLIFFORD_X, .a = qubit};
  if (spiqe_tableau_measure(tableau, qubit, draw)) spiqe_tableau_apply(tableau, 1, &flip);
}
