/* Text: a string that grows, and the nearest of several names. */
#ifndef SPIQE_CORE_TEXT_H
#define SPIQE_CORE_TEXT_H

#include <stddef.h>

/* A growing string. Start from {0}. When memory runs out it stays as it was and `failed` is set:
 * check once, at the end. */
typedef struct spiqe_text {
  char *data; /* owned, [size + 1], terminated; NULL while empty */
  size_t size, capacity;
  int failed;
} spiqe_text;

void spiqe_text_add(spiqe_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void spiqe_text_add_bytes(spiqe_text *text, const char *bytes, size_t n);
void spiqe_text_destroy(spiqe_text *text);

/* The name nearest to `name` by edit distance (Levenshtein 1966, transposition counted once), when
 * it is near enough to be meant; else NULL. names: [n], NULL entries are skipped. */
const char *spiqe_text_nearest(const char *name, const char *const *names, size_t n);

/* For messages: write " (did you mean 'x'?)" or "" to out, and return out. */
const char *spiqe_text_suggest(const char *name, const char *const *names, size_t n, char *out,
                               size_t out_size);

#endif
