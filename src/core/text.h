/* Text: a string that grows. Nearest names: spiqe/names.h. */
#ifndef SPIQE_CORE_TEXT_H
#define SPIQE_CORE_TEXT_H

#include <stddef.h>

#include "spiqe/names.h"

/* All numbers are written and read with a point, whatever the locale of the program.
 *
 * A growing string. Start from {0}. When memory runs out it stays as it was and `failed` is set:
 * check once, at the end. */
typedef struct spiqe_text {
  char *data; /* owned, [size + 1], terminated; NULL while empty */
  size_t size, capacity;
  int failed;
} spiqe_text;

void spiqe_text_add(spiqe_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void spiqe_text_add_bytes(spiqe_text *text, const char *bytes, size_t n);

/* Add the shortest of 15 to 17 digits that reads back to the same bits. */
void spiqe_text_add_real(spiqe_text *text, double value);

void spiqe_text_destroy(spiqe_text *text);

/* strtod in the locale "C": *end is the first character that is not of the number. */
double spiqe_text_read_real(const char *text, char **end);

#endif
