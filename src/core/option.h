/* Options: one table describes the settings of a thing (an encoder, a neuron, an optimiser); from
 * it follow the reading of YAML, the printing, the checks, the error messages and the docs. */
#ifndef SPIQE_CORE_OPTION_H
#define SPIQE_CORE_OPTION_H

#include <stddef.h>

#include "core/text.h"
#include "spiqe/context.h"

typedef enum spiqe_option_type {
  SPIQE_OPTION_SIZE,   /* size_t */
  SPIQE_OPTION_REAL,   /* double, finite */
  SPIQE_OPTION_FLAG,   /* int: true or false */
  SPIQE_OPTION_CHOICE, /* int: index into choices */
  SPIQE_OPTION_SOURCE  /* char [SPIQE_MOST_SOURCE]: a text; given as such, or as the path of a file
                          that holds it, which is read at once (a text has a ';', a path none) */
} spiqe_option_type;

#define SPIQE_MOST_SOURCE ((size_t)16384) /* bytes with the end */

typedef struct spiqe_option {
  const char *key;
  spiqe_option_type type;
  size_t offset;            /* of the field in the settings struct */
  const char *value;        /* default, as text */
  double low, high;         /* closed range of SIZE and REAL */
  const char *const *names; /* CHOICE: names in the order of the enum, NULL at the end */
  const char *doc;          /* one line, with the unit */
} spiqe_option;

/* Set every field to its default. The table must be right (a test sets every table). */
void spiqe_options_default(const spiqe_option *table, size_t n, void *settings);

/* Set one field from text. Fails: SPIQE_BAD_NAME (key not in the table, with the nearest one),
 * SPIQE_BAD_ARGUMENT (text is no number, out of range, no choice; says what was expected). The
 * message does not name a place: the caller adds it (spiqe_fail_prefix). */
spiqe_status spiqe_option_set(spiqe_context *ctx, const spiqe_option *table, size_t n,
                              const char *key, const char *text, void *settings);

/* Add "key: value" of one field as YAML reads it; a real is printed so that it reads back to the
 * same bits. */
void spiqe_option_print(const spiqe_option *option, const void *settings, spiqe_text *out);

#endif
