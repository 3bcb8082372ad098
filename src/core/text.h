/* Text: a string that grows. Nearest names: spiqe/names.h. */
#ifndef SPIQE_CORE_TEXT_H
#define SPIQE_CORE_TEXT_H

#include <stddef.h>

#include "spiqe/names.h"

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

#endif
