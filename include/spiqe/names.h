/* Names: the nearest of several, for programs that want to offer the right one. */
#ifndef SPIQE_NAMES_H
#define SPIQE_NAMES_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The name nearest to `name` by edit distance (Levenshtein 1966, transposition counted once), when
 * it is near enough to be meant; else NULL. names: [n], NULL entries are skipped. */
const char *spiqe_text_nearest(const char *name, const char *const *names, size_t n);

/* For messages: write " (did you mean 'x'?)" or "" to out, and return out. */
const char *spiqe_text_suggest(const char *name, const char *const *names, size_t n, char *out,
                               size_t out_size);

#ifdef __cplusplus
}
#endif
#endif
