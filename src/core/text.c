/* Growing strings and nearest names. */
#include "core/text.h"

#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int make_room(spiqe_text *text, size_t n) {
  if (text->failed) return 0;
  if (text->capacity - text->size > n) return 1;
  size_t capacity = (text->size + n + 1) * 2;
  char *data = realloc(text->data, capacity);
  if (!data) {
    text->failed = 1;
    return 0;
  }
  text->data = data;
  text->capacity = capacity;
  return 1;
}

void spiqe_text_add_bytes(spiqe_text *text, const char *bytes, size_t n) {
  if (!make_room(text, n)) return;
  memcpy(text->data + text->size, bytes, n);
  text->size += n;
  text->data[text->size] = 0;
}

/* A program around us may write 0,5: files that others read must not. The locale "C" always exists
 * and is not allocated; the change holds for this thread only. */
static locale_t enter_c_locale(void) {
  return uselocale(newlocale(LC_ALL_MASK, "C", (locale_t)0));
}

void spiqe_text_add(spiqe_text *text, const char *format, ...) {
  va_list args, again;
  locale_t before = enter_c_locale();
  va_start(args, format);
  va_copy(again, args);
  int n = vsnprintf(NULL, 0, format, args);
  if (n < 0) text->failed = 1;
  if (n >= 0 && make_room(text, (size_t)n)) {
    vsnprintf(text->data + text->size, (size_t)n + 1, format, again);
    text->size += (size_t)n;
  }
  va_end(again);
  va_end(args);
  uselocale(before);
}

double spiqe_text_read_real(const char *text, char **end) {
  locale_t before = enter_c_locale();
  double value = strtod(text, end);
  uselocale(before);
  return value;
}

/* 15 digits suffice for numbers that people write, 17 for every double (IEEE 754, 5.12.2). */
void spiqe_text_add_real(spiqe_text *text, double value) {
  char digits[32];
  locale_t before = enter_c_locale();
  for (int precision = 15; precision <= 17; precision++) {
    snprintf(digits, sizeof digits, "%.*g", precision, value);
    if (strtod(digits, NULL) == value) break;
  }
  uselocale(before);
  spiqe_text_add_bytes(text, digits, strlen(digits));
}

void spiqe_text_destroy(spiqe_text *text) {
  free(text->data);
  *text = (spiqe_text){0};
}

#define LONGEST_NAME 63

static size_t smallest(size_t a, size_t b, size_t c) {
  size_t ab = a < b ? a : b;
  return ab < c ? ab : c;
}

/* Edits (insert, delete, replace, swap of neighbours) between a and b. */
static size_t distance(const char *a, size_t n, const char *b, size_t m) {
  size_t rows[3][LONGEST_NAME + 1];
  size_t *before = rows[0], *last = rows[1], *now = rows[2];
  for (size_t j = 0; j <= m; j++) last[j] = j;
  for (size_t i = 1; i <= n; i++) {
    now[0] = i;
    for (size_t j = 1; j <= m; j++) {
      now[j] = smallest(last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
          before[j - 2] + 1 < now[j])
        now[j] = before[j - 2] + 1;
    }
    size_t *free_row = before;
    before = last;
    last = now;
    now = free_row;
  }
  return last[m];
}

const char *spiqe_text_nearest(const char *name, const char *const *names, size_t n) {
  const char *best = NULL;
  size_t length = strlen(name), best_distance = length / 3 + 2;
  if (length == 0 || length > LONGEST_NAME) return NULL;
  for (size_t i = 0; i < n; i++) {
    if (!names[i] || strlen(names[i]) > LONGEST_NAME) continue;
    size_t other = strlen(names[i]), longer = length > other ? length : other;
    size_t d = distance(name, length, names[i], other);
    if (d < best_distance && d < longer) { /* d = longer: nothing in common */
      best_distance = d;
      best = names[i];
    }
  }
  return best;
}

const char *spiqe_text_suggest(const char *name, const char *const *names, size_t n, char *out,
                               size_t out_size) {
  const char *nearest = spiqe_text_nearest(name, names, n);
  out[0] = 0;
  if (nearest) snprintf(out, out_size, " (did you mean '%s'?)", nearest);
  return out;
}
