/* Points and lines, and what lines differ in. */
#include "report/gather.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/markup.h"

/* Room for one more item of an array of n. Returns the array, or NULL when memory runs out. */
static void *grow(void *items, size_t n, size_t *room, size_t size) {
  if (n < *room) return items;
  const size_t more = *room ? 2 * *room : 8;
  void *grown = realloc(items, more * size);
  if (grown) *room = more;
  return grown;
}

static int is_same_key(const spiqe_gather_key *a, const spiqe_gather_key *b) {
  return a->n_shots == b->n_shots && a->memory == b->memory && a->n_samples == b->n_samples &&
         !strcmp(a->name, b->name) && !strcmp(a->device, b->device);
}

static spiqe_gathered_line *find_line(spiqe_gathered *g, const spiqe_gather_key *key) {
  for (size_t i = 0; i < g->n; i++)
    if (is_same_key(&g->lines[i].key, key)) return &g->lines[i];
  spiqe_gathered_line *grown = grow(g->lines, g->n, &g->room, sizeof *grown);
  if (!grown) return NULL;
  g->lines = grown;
  g->lines[g->n] = (spiqe_gathered_line){.key = *key};
  return &g->lines[g->n++];
}

/* The first place behind all points that x comes after. */
static size_t place_of(const spiqe_gathered_line *line, double x) {
  size_t at = 0;
  if (isnan(x)) return 0;
  while (at < line->n && (isnan(line->points[at].x) || line->points[at].x < x)) at++;
  return at;
}

static spiqe_gathered_point *find_point(spiqe_gathered_line *line, double x) {
  const size_t at = place_of(line, x);
  if (at < line->n && (line->points[at].x == x || (isnan(x) && isnan(line->points[at].x))))
    return &line->points[at];
  spiqe_gathered_point *grown = grow(line->points, line->n, &line->room, sizeof *grown);
  if (!grown) return NULL;
  line->points = grown;
  memmove(grown + at + 1, grown + at, (line->n++ - at) * sizeof *grown);
  grown[at] = (spiqe_gathered_point){.x = x};
  return &grown[at];
}

void spiqe_gather(spiqe_gathered *g, const spiqe_gather_key *key, double x, size_t seed,
                  double accuracy) {
  spiqe_gathered_line *line = find_line(g, key);
  spiqe_gathered_point *point = line ? find_point(line, x) : NULL;
  if (!point) g->failed = 1;
  if (!point || (point->n_seeds && point->last == seed)) return;
  const double off = accuracy - point->accuracy;
  point->last = seed;
  point->accuracy += off / (double)++point->n_seeds;
  point->squares += off * (accuracy - point->accuracy); /* Welford 1962 */
}

void spiqe_gathered_destroy(spiqe_gathered *g) {
  for (size_t i = 0; i < g->n; i++) free(g->lines[i].points);
  free(g->lines);
  *g = (spiqe_gathered){0};
}

double spiqe_gathered_error(const spiqe_gathered_line *line, const spiqe_gathered_point *point) {
  if (point->n_seeds < 2) return spiqe_accuracy_error(point->accuracy, line->key.n_samples);
  return sqrt(point->squares / (double)(point->n_seeds - 1));
}

int spiqe_gathered_line_is_drawn(const spiqe_gathered_line *line) {
  return line->n > 0 && line->points[line->n - 1].x > 0;
}

int spiqe_gathered_is_drawn(const spiqe_gathered *g) {
  for (size_t i = 0; i < g->n; i++)
    if (spiqe_gathered_line_is_drawn(&g->lines[i])) return 1;
  return 0;
}

/* Which settings lines differ in. */
typedef struct differences {
  int device, shots, memory, samples;
} differences;

static differences differences_of(const spiqe_gathered *g) {
  differences d = {0};
  for (size_t i = 1; i < g->n; i++) {
    const spiqe_gather_key *a = &g->lines[0].key, *b = &g->lines[i].key;
    d.device |= strcmp(a->device, b->device) != 0;
    d.shots |= a->n_shots != b->n_shots;
    d.memory |= a->memory != b->memory;
    d.samples |= a->n_samples != b->n_samples;
  }
  return d;
}

void spiqe_gathered_add_name(spiqe_text *text, const spiqe_gathered *g, size_t line) {
  const spiqe_gather_key *key = &g->lines[line].key;
  const differences d = differences_of(g);
  spiqe_text_add(text, "%s", key->name);
  if (d.shots && key->n_shots) spiqe_text_add(text, ", %zu shots", key->n_shots);
  if (d.shots && !key->n_shots) spiqe_text_add(text, ", shots as trained");
  if (d.memory) spiqe_text_add(text, ", %s", spiqe_qlif_memory_name(key->memory));
  if (d.device) spiqe_text_add(text, ", %s", key->device);
  if (d.samples) spiqe_text_add(text, ", %zu samples", key->n_samples);
}

void spiqe_gathered_add_settings(spiqe_text *text, const spiqe_gathered *g) {
  const differences d = differences_of(g);
  spiqe_text said = {0};
  if (!g->n) return;
  const spiqe_gather_key *key = &g->lines[0].key;
  if (!d.samples) spiqe_text_add(&said, ", %zu test samples", key->n_samples);
  if (!d.shots && key->n_shots) spiqe_text_add(&said, ", %zu shots", key->n_shots);
  if (!d.memory && key->memory != SPIQE_QLIF_MEMORY_ESTIMATE)
    spiqe_text_add(&said, ", membrane by %s", spiqe_qlif_memory_name(key->memory));
  if (!d.device && key->device[0]) spiqe_text_add(&said, ", times of %s", key->device);
  if (said.size) {
    spiqe_text_add(text, "<p class=\"note\">");
    spiqe_markup_text(text, said.data + strlen(", "));
    spiqe_text_add(text, "</p>\n");
  }
  text->failed |= said.failed;
  spiqe_text_destroy(&said);
}
