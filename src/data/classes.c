#include "data/classes.h"

#include <stdio.h>
#include <string.h>

#include "core/fail.h"

/* One number of the list, up to the comma or the end. */
static spiqe_status read_class(spiqe_context *ctx, const char *name, const spiqe_set *set,
                               const char **at, uint16_t *out) {
  size_t value = 0, n = strspn(*at, "0123456789");
  for (size_t i = 0; i < n && value <= UINT16_MAX; i++)
    value = 10 * value + (size_t)((*at)[i] - '0');
  SPIQE_REQUIRE(ctx, n > 0 && ((*at)[n] == ',' || (*at)[n] == 0), SPIQE_BAD_ARGUMENT,
                "%.60s: numbers of classes are expected behind the ':', as %s:1,7", name,
                set->name);
  SPIQE_REQUIRE(ctx, value < set->n_classes, SPIQE_BAD_ARGUMENT,
                "%.60s: %s has the classes 0 to %zu, but %zu is not one of them", name, set->name,
                set->n_classes - 1, value);
  *out = (uint16_t)value;
  *at += n;
  return SPIQE_OK;
}

static spiqe_status read_list(spiqe_context *ctx, const char *name, const spiqe_set *set,
                              const char *at, spiqe_class_list *out) {
  for (int more = 1; more; at++) {
    uint16_t class;
    SPIQE_TRY(read_class(ctx, name, set, &at, &class));
    for (size_t i = 0; i < out->n; i++)
      SPIQE_REQUIRE(ctx, out->classes[i] != class, SPIQE_BAD_ARGUMENT,
                    "%.60s: class %u stands there twice", name, class);
    SPIQE_REQUIRE(ctx, out->n < SPIQE_MOST_KEPT_CLASSES, SPIQE_BAD_ARGUMENT,
                  "%.60s...: more than %d classes", name, SPIQE_MOST_KEPT_CLASSES);
    out->classes[out->n++] = class;
    more = *at == ',';
  }
  SPIQE_REQUIRE(ctx, out->n > 1, SPIQE_BAD_ARGUMENT,
                "%.60s: only one class; there is nothing to tell apart", name);
  return SPIQE_OK;
}

spiqe_status spiqe_set_find_part(spiqe_context *ctx, const char *name, const spiqe_set **set,
                                 spiqe_class_list *classes) {
  char base[sizeof((spiqe_dataset *)0)->name];
  const char *colon = strchr(name, ':');
  *classes = (spiqe_class_list){0};
  if (!colon) return spiqe_set_find(ctx, name, set);
  int n = colon - name < (ptrdiff_t)sizeof base ? (int)(colon - name) : (int)sizeof base - 1;
  snprintf(base, sizeof base, "%.*s", n, name);
  SPIQE_TRY(spiqe_set_find(ctx, base, set));
  return read_list(ctx, name, *set, colon + 1, classes);
}

spiqe_status spiqe_class_list_name(spiqe_context *ctx, const char *set,
                                   const spiqe_class_list *classes, char *out, size_t out_size) {
  size_t at = (size_t)snprintf(out, out_size, "%s", set);
  for (size_t i = 0; i < classes->n && at < out_size; i++)
    at += (size_t)snprintf(out + at, out_size - at, "%c%u", i ? ',' : ':', classes->classes[i]);
  SPIQE_REQUIRE(ctx, at < out_size, SPIQE_BAD_ARGUMENT,
                "%s: the list of classes is too long; with the name of the set it has at most %zu "
                "characters",
                set, out_size - 1);
  return SPIQE_OK;
}

static size_t place_in(const spiqe_class_list *classes, uint16_t label) {
  size_t i = 0;
  while (i < classes->n && classes->classes[i] != label) i++;
  return i;
}

static void move(spiqe_samples *samples, size_t from, size_t to) {
  const size_t n = samples->n_features;
  if (samples->bytes) memmove(samples->bytes + to * n, samples->bytes + from * n, n);
  if (samples->floats)
    memmove(samples->floats + to * n, samples->floats + from * n, n * sizeof *samples->floats);
  if (!samples->events) return;
  const size_t first = samples->first_event[from], count = samples->first_event[from + 1] - first;
  memmove(samples->events + samples->first_event[to], samples->events + first,
          count * sizeof *samples->events);
  samples->first_event[to + 1] = samples->first_event[to] + count;
}

spiqe_status spiqe_samples_keep_classes(spiqe_context *ctx, const char *set,
                                        const spiqe_class_list *classes, spiqe_samples *samples) {
  size_t n_kept = 0;
  for (size_t i = 0; i < samples->n_samples; i++) {
    const size_t label = place_in(classes, samples->labels[i]);
    if (label == classes->n) continue;
    move(samples, i, n_kept);
    samples->labels[n_kept++] = (uint16_t)label;
  }
  SPIQE_REQUIRE(ctx, n_kept > 0, SPIQE_BAD_FORMAT,
                "%s: a part of it has no sample of the classes that are asked for", set);
  samples->n_samples = n_kept;
  samples->n_classes = classes->n;
  return SPIQE_OK;
}
