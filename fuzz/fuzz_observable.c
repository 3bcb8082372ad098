/* Property: any text gives an observable, whose terms are finite, sorted and all different, and
 * fall into groups that can be measured, or a message that names it. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/context.h"
#include "quantum/observable.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_terms(const spiqe_observable *o) {
  uint64_t used = 0;
  for (size_t i = 0; i < o->n_terms; i++) {
    const spiqe_pauli_term *t = &o->terms[i];
    used |= t->x_mask | t->z_mask;
    if (!isfinite(t->factor) || t->factor == 0) abort();
    if (i && (t[-1].x_mask > t->x_mask || (t[-1].x_mask == t->x_mask && t[-1].z_mask >= t->z_mask)))
      abort();
  }
  if (o->n_qubits > 64 || (o->n_qubits < 64 && used >> o->n_qubits)) abort();
  if (o->n_qubits && !(used >> (o->n_qubits - 1) & 1)) abort();
}

static void check_groups(spiqe_context *ctx, const spiqe_observable *o) {
  spiqe_pauli_group *groups = malloc((o->n_terms + 1) * sizeof *groups);
  size_t *order = malloc((o->n_terms + 1) * sizeof *order), n_groups, n = 0;
  double identity;
  if (!groups || !order) abort();
  if (spiqe_observable_group(ctx, o, &n_groups, groups, order, &identity) != SPIQE_OK) abort();
  for (size_t g = 0; g < n_groups; g++)
    for (size_t i = 0; i < groups[g].n_terms; i++, n++) {
      const spiqe_pauli_term *t = &o->terms[order[groups[g].first + i]];
      const uint64_t support = t->x_mask | t->z_mask;
      if ((groups[g].x_mask & support) != t->x_mask) abort();
      if ((groups[g].z_mask & support) != t->z_mask) abort();
    }
  if (n + (identity != 0) != o->n_terms) abort();
  free(groups);
  free(order);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct spiqe_context context = {0};
  spiqe_observable *observable;
  char *text = malloc(size + 1);
  if (!text) return 0;
  if (size) memcpy(text, data, size);
  text[size] = 0;
  spiqe_status status = spiqe_observable_parse(&context, text, &observable);
  if ((status == SPIQE_OK) != (observable != NULL)) abort();
  if (!observable && !strstr(context.message, "observable")) abort();
  if (observable) {
    check_terms(observable);
    check_groups(&context, observable);
  }
  spiqe_observable_destroy(observable);
  free(text);
  return 0;
}
