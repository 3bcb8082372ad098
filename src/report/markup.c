/* Escaping, numbers and base64. Numbers are built from integers: printf would write a comma for
 * the point in some locales, which breaks the coordinates of a picture. */
#include "report/markup.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static const double power_of_ten[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

/* Length of the UTF-8 character at s (RFC 3629: no overlong forms, no surrogates); 0: none. */
static size_t character_length(const unsigned char *s) {
  if (s[0] < 0x80) return 1;
  size_t n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
  if (s[0] < 0xc2 || s[0] > 0xf4) return 0;
  for (size_t i = 1; i < n; i++)
    if ((s[i] & 0xc0) != 0x80) return 0;
  if (s[0] == 0xe0 && s[1] < 0xa0) return 0;
  if (s[0] == 0xed && s[1] > 0x9f) return 0;
  if (s[0] == 0xf0 && s[1] < 0x90) return 0;
  if (s[0] == 0xf4 && s[1] > 0x8f) return 0;
  return n;
}

static const char *entity(unsigned char c) {
  switch (c) {
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '&': return "&amp;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
  }
}

void spiqe_markup_text(spiqe_text *text, const char *content) {
  const unsigned char *s = (const unsigned char *)(content ? content : "");
  while (*s) {
    size_t n = character_length(s);
    const char *escaped = entity(*s);
    if (n == 0)
      spiqe_text_add(text, "\xef\xbf\xbd");
    else if (escaped)
      spiqe_text_add(text, "%s", escaped);
    else if (*s == '\n' || *s == '\t' || (*s >= 0x20 && *s != 0x7f))
      spiqe_text_add_bytes(text, (const char *)s, n);
    s += n ? n : 1;
  }
}

static int exponent_of(double value) {
  int e = (int)floor(log10(value));
  return value / pow(10, e) >= 10 ? e + 1 : e; /* log10 may round down just below a power */
}

static void add_scientific(spiqe_text *text, double value, int digits) {
  int e = exponent_of(fabs(value));
  double mantissa = value / pow(10, e);
  spiqe_markup_fixed(text, mantissa, digits - 1);
  spiqe_text_add(text, "e%d", e);
}

void spiqe_markup_fixed(spiqe_text *text, double value, int decimals) {
  if (!isfinite(value)) {
    spiqe_text_add(text, "n/a");
    return;
  }
  double scaled = fabs(value) * power_of_ten[decimals];
  if (scaled >= 1e18) {
    add_scientific(text, value, 3);
    return;
  }
  int64_t n = llround(scaled), unit = (int64_t)power_of_ten[decimals];
  spiqe_text_add(text, "%s%" PRId64, value < 0 && n > 0 ? "-" : "", n / unit);
  if (decimals > 0) spiqe_text_add(text, ".%0*" PRId64, decimals, n % unit);
}

void spiqe_markup_coordinate(spiqe_text *text, double value) {
  int64_t n = isfinite(value) ? llround(fmin(fmax(value, -1e6), 1e6) * 100) : 0;
  spiqe_text_add(text, "%s%" PRId64, n < 0 ? "-" : "", (n < 0 ? -n : n) / 100);
  int64_t rest = (n < 0 ? -n : n) % 100;
  if (rest % 10)
    spiqe_text_add(text, ".%02" PRId64, rest);
  else if (rest)
    spiqe_text_add(text, ".%" PRId64, rest / 10);
}

void spiqe_markup_number(spiqe_text *text, double value, int digits) {
  if (value == 0 || !isfinite(value)) {
    spiqe_text_add(text, value == 0 ? "0" : "n/a");
    return;
  }
  int e = exponent_of(fabs(value));
  int decimals = digits - 1 - e;
  if (e < -4 || e > 9)
    add_scientific(text, value, digits);
  else
    spiqe_markup_fixed(text, value, decimals < 0 ? 0 : decimals > 9 ? 9 : decimals);
}

void spiqe_markup_count(spiqe_text *text, uint64_t count) {
  if (count >= 1000) {
    spiqe_markup_count(text, count / 1000);
    spiqe_text_add(text, ",%03" PRIu64, count % 1000);
  } else {
    spiqe_text_add(text, "%" PRIu64, count);
  }
}

void spiqe_markup_percent(spiqe_text *text, double fraction, int decimals) {
  spiqe_markup_fixed(text, 100 * fraction, decimals);
  if (isfinite(fraction)) spiqe_text_add(text, "\u00a0%%");
}

void spiqe_markup_duration(spiqe_text *text, double seconds, int is_fine) {
  if (!isfinite(seconds) || seconds < 0 || seconds > 1e9) {
    spiqe_text_add(text, "n/a");
    return;
  }
  if (is_fine && seconds < 10) {
    spiqe_markup_number(text, seconds, 2);
    spiqe_text_add(text, "\u00a0s");
    return;
  }
  unsigned long s = (unsigned long)llround(seconds);
  if (s >= 3600)
    spiqe_text_add(text, "%lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
  else
    spiqe_text_add(text, "%lu:%02lu", s / 60, s % 60);
}

void spiqe_markup_base64(spiqe_text *text, const uint8_t *bytes, size_t n) {
  static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < n; i += 3) {
    size_t left = n - i;
    uint32_t three = (uint32_t)bytes[i] << 16;
    if (left > 1) three |= (uint32_t)bytes[i + 1] << 8;
    if (left > 2) three |= bytes[i + 2];
    char four[4] = {digit[three >> 18], digit[three >> 12 & 63], digit[three >> 6 & 63],
                    digit[three & 63]};
    if (left < 3) four[3] = '=';
    if (left < 2) four[2] = '=';
    spiqe_text_add_bytes(text, four, 4);
  }
}
