/* Observables: reading, merging, grouping. */
#include "quantum/observable.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/grow.h"
#include "core/text.h"

/* What is read: [sign] term { sign term }; term: number, or [number [*]] pauli { [*] pauli }. A
 * number may have a sign of its own, as programs write it: "Z0 + -0.5 Z1". */
typedef struct reader {
  spiqe_context *ctx;
  const char *text, *at;   /* borrowed */
  spiqe_pauli_term *terms; /* owned */
  size_t n_terms, room;
} reader;

static spiqe_status bad(const reader *in, const char *at, const char *what) {
  size_t column = (size_t)(at - in->text) + 1;
  if (!*at)
    return spiqe_fail(in->ctx, SPIQE_BAD_FORMAT, "observable, column %zu: %s, not the end", column,
                      what);
  int shown = isprint((unsigned char)*at) ? 20 : 0;
  return spiqe_fail(in->ctx, SPIQE_BAD_FORMAT, "observable, column %zu: %s, not '%.*s'", column,
                    what, shown, at);
}

static void skip_blanks(reader *in) {
  while (*in->at == ' ' || *in->at == '\t' || *in->at == '\n' || *in->at == '\r') in->at++;
}

static int starts_number(const char *at) {
  if (*at == '-' || *at == '+') at++;
  return isdigit((unsigned char)at[0]) || (at[0] == '.' && isdigit((unsigned char)at[1]));
}

static int starts_pauli(const char *at) {
  return *at && strchr("IXYZ", *at);
}

/* strtod also reads hexadecimal numbers, which nobody means by "0x1". */
static spiqe_status read_number(reader *in, double *factor) {
  const char *start = in->at;
  if (*start == '-' || *start == '+') start++;
  if (start[0] == '0' && (start[1] == 'x' || start[1] == 'X'))
    return bad(in, start + 1, "expected a decimal number");
  char *end;
  double value = spiqe_text_read_real(in->at, &end);
  if (!isfinite(value)) return bad(in, start, "expected a number below 1.8e308");
  in->at = end;
  *factor *= value;
  return SPIQE_OK;
}

/* A letter and its qubit, put into the term; taken: the qubits of the product so far. */
static spiqe_status read_pauli(reader *in, spiqe_pauli_term *term, uint64_t *taken) {
  const char *start = in->at;
  const char letter = *in->at++;
  if (!isdigit((unsigned char)*in->at)) return bad(in, in->at, "expected the number of a qubit");
  size_t qubit = 0;
  for (; isdigit((unsigned char)*in->at); in->at++) {
    qubit = 10 * qubit + (size_t)(*in->at - '0');
    SPIQE_REQUIRE(in->ctx, qubit < SPIQE_MOST_OBSERVABLE_QUBITS, SPIQE_LIMIT,
                  "observable, column %zu: a qubit above %d", (size_t)(start - in->text) + 1,
                  SPIQE_MOST_OBSERVABLE_QUBITS - 1);
  }
  const uint64_t bit = (uint64_t)1 << qubit;
  SPIQE_REQUIRE(in->ctx, !(*taken & bit), SPIQE_BAD_FORMAT,
                "observable, column %zu: qubit %zu is twice in one product",
                (size_t)(start - in->text) + 1, qubit);
  *taken |= bit;
  if (letter == 'X' || letter == 'Y') term->x_mask |= bit;
  if (letter == 'Z' || letter == 'Y') term->z_mask |= bit;
  return SPIQE_OK;
}

/* A '*' that something follows, or nothing between two factors. */
static spiqe_status skip_times(reader *in, int *more) {
  skip_blanks(in);
  int times = *in->at == '*';
  if (times) {
    in->at++;
    skip_blanks(in);
    if (!starts_pauli(in->at)) return bad(in, in->at, "expected I, X, Y or Z");
  }
  *more = times || starts_pauli(in->at);
  return SPIQE_OK;
}

static spiqe_status read_term(reader *in, double sign) {
  spiqe_pauli_term term = {.factor = sign};
  uint64_t taken = 0;
  int more = 1;
  if (starts_number(in->at)) {
    SPIQE_TRY(read_number(in, &term.factor));
    SPIQE_TRY(skip_times(in, &more));
  } else if (!starts_pauli(in->at)) {
    return bad(in, in->at, "expected a number, I, X, Y or Z");
  }
  while (more) {
    SPIQE_TRY(read_pauli(in, &term, &taken));
    SPIQE_TRY(skip_times(in, &more));
  }
  SPIQE_REQUIRE(in->ctx, in->n_terms < SPIQE_MOST_OBSERVABLE_TERMS, SPIQE_LIMIT,
                "an observable of more than %zu terms", SPIQE_MOST_OBSERVABLE_TERMS);
  SPIQE_TRY(spiqe_grow(in->ctx, (void **)&in->terms, &in->room, in->n_terms + 1, sizeof term));
  in->terms[in->n_terms++] = term;
  return SPIQE_OK;
}

static spiqe_status read_terms(reader *in) {
  skip_blanks(in);
  for (int first = 1; first || *in->at; first = 0) {
    double sign = *in->at == '-' ? -1 : 1;
    int signed_term = *in->at == '-' || *in->at == '+';
    if (!first && !signed_term) return bad(in, in->at, "expected + or -");
    if (signed_term) in->at++;
    skip_blanks(in);
    SPIQE_TRY(read_term(in, sign));
  }
  return SPIQE_OK;
}

static int compare(const void *a, const void *b) {
  const spiqe_pauli_term *s = a, *t = b;
  if (s->x_mask != t->x_mask) return s->x_mask < t->x_mask ? -1 : 1;
  if (s->z_mask != t->z_mask) return s->z_mask < t->z_mask ? -1 : 1;
  /* Equal products are added from small to large, in whatever order they were written. */
  return s->factor < t->factor ? -1 : s->factor > t->factor;
}

/* Sort, add equal products, leave out those that cancel. */
static spiqe_status merge(spiqe_context *ctx, spiqe_observable *observable) {
  spiqe_pauli_term *terms = observable->terms;
  size_t n = 0;
  uint64_t used = 0;
  if (observable->n_terms) qsort(terms, observable->n_terms, sizeof *terms, compare);
  for (size_t i = 0; i < observable->n_terms;) {
    spiqe_pauli_term sum = terms[i++];
    for (;
         i < observable->n_terms && terms[i].x_mask == sum.x_mask && terms[i].z_mask == sum.z_mask;
         i++)
      sum.factor += terms[i].factor;
    SPIQE_REQUIRE(ctx, isfinite(sum.factor), SPIQE_BAD_ARGUMENT,
                  "observable: equal terms add up to %g", sum.factor);
    if (sum.factor == 0) continue;
    used |= sum.x_mask | sum.z_mask;
    terms[n++] = sum;
  }
  observable->n_terms = n;
  for (observable->n_qubits = 0; used; used >>= 1) observable->n_qubits++;
  return SPIQE_OK;
}

spiqe_status spiqe_observable_parse(spiqe_context *ctx, const char *text, spiqe_observable **out) {
  *out = NULL;
  SPIQE_REQUIRE(ctx, strnlen(text, SPIQE_MOST_OBSERVABLE_BYTES + 1) <= SPIQE_MOST_OBSERVABLE_BYTES,
                SPIQE_LIMIT, "an observable of more than %zu bytes", SPIQE_MOST_OBSERVABLE_BYTES);
  spiqe_observable *observable = calloc(1, sizeof *observable);
  SPIQE_REQUIRE(ctx, observable, SPIQE_NO_MEMORY, "no memory for an observable");
  reader in = {.ctx = ctx, .text = text, .at = text};
  spiqe_status status = read_terms(&in);
  observable->terms = in.terms;
  observable->n_terms = in.n_terms;
  if (status == SPIQE_OK) status = merge(ctx, observable);
  if (status == SPIQE_OK)
    *out = observable;
  else
    spiqe_observable_destroy(observable);
  return status;
}

void spiqe_observable_destroy(spiqe_observable *observable) {
  if (!observable) return;
  free(observable->terms);
  free(observable);
}

size_t spiqe_observable_n_terms(const spiqe_observable *observable) {
  return observable->n_terms;
}

spiqe_status spiqe_observable_check(spiqe_context *ctx, const spiqe_observable *observable,
                                    size_t n_qubits) {
  SPIQE_REQUIRE(ctx, observable->n_qubits <= n_qubits, SPIQE_BAD_INDEX,
                "the observable is on qubit %zu, but the circuit has %zu", observable->n_qubits - 1,
                n_qubits);
  return SPIQE_OK;
}

/* Same letter on each qubit that both have. */
static int fits(const spiqe_pauli_group *group, const spiqe_pauli_term *term) {
  uint64_t both = (group->x_mask | group->z_mask) & (term->x_mask | term->z_mask);
  return !(((group->x_mask ^ term->x_mask) | (group->z_mask ^ term->z_mask)) & both);
}

static size_t first_that_fits(size_t n_groups, const spiqe_pauli_group *groups,
                              const spiqe_pauli_term *term) {
  size_t g = 0;
  while (g < n_groups && !fits(&groups[g], term)) g++;
  return g;
}

spiqe_status spiqe_observable_group(spiqe_context *ctx, const spiqe_observable *observable,
                                    size_t *n_groups, spiqe_pauli_group *groups, size_t *order,
                                    double *identity) {
  const size_t n = observable->n_terms;
  size_t *group_of = malloc((n + 1) * sizeof *group_of), first = 0;
  SPIQE_REQUIRE(ctx, group_of, SPIQE_NO_MEMORY, "no memory for %zu terms", n);
  *n_groups = 0;
  *identity = 0;
  for (size_t i = 0; i < n; i++) {
    const spiqe_pauli_term *term = &observable->terms[i];
    group_of[i] = SIZE_MAX;
    if (!(term->x_mask | term->z_mask)) {
      *identity = term->factor;
      continue;
    }
    size_t g = first_that_fits(*n_groups, groups, term);
    if (g == *n_groups) groups[(*n_groups)++] = (spiqe_pauli_group){0};
    groups[g].x_mask |= term->x_mask;
    groups[g].z_mask |= term->z_mask;
    groups[g].n_terms++;
    group_of[i] = g;
  }
  for (size_t g = 0; g < *n_groups; g++) {
    groups[g].first = first;
    first += groups[g].n_terms;
    groups[g].n_terms = 0;
  }
  for (size_t i = 0; i < n; i++)
    if (group_of[i] != SIZE_MAX) {
      spiqe_pauli_group *group = &groups[group_of[i]];
      order[group->first + group->n_terms++] = i;
    }
  free(group_of);
  return SPIQE_OK;
}
