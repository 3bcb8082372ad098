/* Checking of UTF-8 after the table of well-formed byte sequences in RFC 3629, section 4. */
#include "core/utf8.h"

/* Bytes of the character at at[0 .. left): 0 when it is not one. */
static size_t character(const unsigned char *at, size_t left) {
  unsigned char first = at[0], low = 0x80, high = 0xBF; /* of the second byte */
  size_t n = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (n == 0 || n > left || first > 0xF4) return 0;
  if (first == 0xE0) low = 0xA0;  /* shorter forms */
  if (first == 0xED) high = 0x9F; /* surrogates */
  if (first == 0xF0) low = 0x90;
  if (first == 0xF4) high = 0x8F; /* past U+10FFFF */
  if (n > 1 && (at[1] < low || at[1] > high)) return 0;
  for (size_t i = 2; i < n; i++)
    if ((at[i] & 0xC0) != 0x80) return 0;
  return n;
}

size_t spiqe_utf8_prefix(const char *text, size_t n) {
  const unsigned char *bytes = (const unsigned char *)text;
  size_t at = 0;
  while (at < n) {
    size_t step = character(bytes + at, n - at);
    if (step == 0) break;
    at += step;
  }
  return at;
}
