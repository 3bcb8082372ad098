/* Numbers: integers in four bases, reals, times. */
#include <stdlib.h>
#include <string.h>

#include "circuit/qasm.h"
#include "core/text.h"

#define MOST_CHARACTERS 400 /* enough for every double written out */

static int is_digit(char c) {
  return c >= '0' && c <= '9';
}

static int is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}

static spiqe_status take(spiqe_qasm *in, const char *end, uint8_t kind) {
  in->token.kind = kind;
  in->token.length = (uint32_t)(end - in->token.text);
  in->place.at = end;
  return SPIQE_OK;
}

/* 0x1f, 0b101, 0o17; digits may have a _ between them. */
static spiqe_status read_based(spiqe_qasm *in, unsigned base) {
  const char *at = in->place.at + 2, *end = in->place.end;
  uint64_t value = 0;
  size_t n = 0;
  for (; at < end; at++) {
    char low = (char)(*at | 0x20);
    if (*at == '_') continue;
    unsigned digit = is_digit(*at)              ? (unsigned)(*at - '0')
                     : low >= 'a' && low <= 'f' ? (unsigned)(low - 'a' + 10)
                                                : 99u;
    if (digit >= base) break;
    if (value > (UINT64_MAX - digit) / base)
      return spiqe_qasm_fail(in, SPIQE_LIMIT, "an integer of more than 64 bits");
    value = value * base + digit;
    n++;
  }
  if (!n || (at < end && (is_letter(*at) || is_digit(*at))))
    return spiqe_qasm_fail(in, SPIQE_BAD_FORMAT, "expected digits of base %u", base);
  in->token.integer = value;
  return take(in, at, SPIQE_QASM_WHOLE);
}

/* Parts of a decimal number: digits as an integer while they fit, and the power of ten. */
typedef struct decimal {
  const char *end;
  uint64_t digits;
  int exponent, is_real, is_long; /* is_long: digits were left out */
} decimal;

static int add_digit(decimal *d, char c) {
  const uint64_t digit = (uint64_t)(c - '0');
  if (d->is_long || d->digits > (UINT64_MAX - digit) / 10) {
    d->is_long = 1;
    return 0;
  }
  d->digits = 10 * d->digits + digit;
  return 1;
}

static void scan_exponent(const char *end, decimal *d) {
  const char *at = d->end + 1;
  int negative = 0, value = 0;
  if (at < end && (*at == '+' || *at == '-')) negative = *at++ == '-';
  if (at == end || !is_digit(*at)) return;
  for (; at < end && (is_digit(*at) || *at == '_'); at++)
    if (*at != '_' && value < 100000) value = 10 * value + (*at - '0');
  d->exponent += negative ? -value : value;
  d->is_real = 1;
  d->end = at;
}

static decimal scan(const char *at, const char *end) {
  decimal d = {0};
  for (; at < end && (is_digit(*at) || *at == '_'); at++)
    if (*at != '_' && !add_digit(&d, *at)) d.exponent++;
  if (at < end && *at == '.') {
    d.is_real = 1;
    for (at++; at < end && (is_digit(*at) || *at == '_'); at++)
      if (*at != '_' && add_digit(&d, *at)) d.exponent--;
  }
  d.end = at;
  if (at < end && (*at == 'e' || *at == 'E')) scan_exponent(end, &d);
  return d;
}

/* digits * 10^exponent. Both are exact as doubles while digits < 2^53 and |exponent| <= 22, and one
 * operation rounds once (Clinger 1990); else the library's reading. */
static spiqe_status decimal_value(spiqe_qasm *in, const decimal *d, double *out) {
  static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  if (!d->is_long && d->digits <= (uint64_t)1 << 53 && abs(d->exponent) <= 22) {
    double digits = (double)d->digits;
    *out = d->exponent < 0 ? digits / powers[-d->exponent] : digits * powers[d->exponent];
    return SPIQE_OK;
  }
  char text[MOST_CHARACTERS + 1], *end;
  size_t n = 0;
  for (const char *at = in->place.at; at < d->end; at++) {
    if (*at == '_') continue;
    if (n == MOST_CHARACTERS)
      return spiqe_qasm_fail(in, SPIQE_LIMIT, "a number of more than %d characters",
                             MOST_CHARACTERS);
    text[n++] = *at;
  }
  text[n] = 0;
  *out = spiqe_text_read_real(text, &end);
  return SPIQE_OK;
}

/* Unit behind a number: its parts in a second, 0: dt; returns its length, 0 where there is none. */
static size_t read_unit(const char *at, const char *end, double *per_second) {
  static const struct {
    const char *text;
    double per_second;
  } units[] = {{"dt", 0},          {"ns", 1e9}, {"us", 1e6}, {"\xc2\xb5s", 1e6},
               {"\xce\xbcs", 1e6}, {"ms", 1e3}, {"s", 1}};
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    size_t n = strlen(units[i].text);
    if ((size_t)(end - at) < n || memcmp(at, units[i].text, n) != 0) continue;
    if (at + n < end && (is_letter(at[n]) || is_digit(at[n]))) continue;
    *per_second = units[i].per_second;
    return n;
  }
  return 0;
}

static spiqe_status finish(spiqe_qasm *in, const decimal *d) {
  const char *end = in->place.end, *at = d->end;
  double per_second;
  while (at < end && (*at == ' ' || *at == '\t')) at++;
  if (in->version == 3 && at < end && is_letter(*at)) {
    size_t n = read_unit(at, end, &per_second);
    if (n) {
      in->token.is_in_dt = per_second == 0;
      if (per_second) in->token.real /= per_second; /* 100 ns = 100 / 1e9, rounded once */
      return take(in, at + n, SPIQE_QASM_DURATION);
    }
    if (end - at >= 2 && !memcmp(at, "im", 2) && (end - at == 2 || !is_letter(at[2])))
      return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED, "complex numbers are not read");
  }
  if (d->end < end && (is_letter(*d->end) || *d->end == '.'))
    return spiqe_qasm_fail(in, SPIQE_BAD_FORMAT, "a number that goes on with '%c'",
                           (*d->end & 0x80) ? '?' : *d->end);
  return take(in, d->end, d->is_real ? SPIQE_QASM_NUMBER : SPIQE_QASM_WHOLE);
}

/* Few digits and then a sign: an index. Returns where it ends, NULL where it is something else. */
static const char *read_index(const char *at, const char *end, uint64_t *out) {
  const char *to = at;
  for (*out = 0; to < end && to - at < 9 && is_digit(*to); to++)
    *out = 10 * *out + (uint64_t)(*to - '0');
  int is_index = to < end && (*to == ']' || *to == ',' || *to == ')' || *to == ';');
  return is_index ? to : NULL;
}

spiqe_status spiqe_qasm_read_number(spiqe_qasm *in) {
  const char *at = in->place.at, *end = in->place.end;
  const char *to = read_index(at, end, &in->token.integer);
  if (to) {
    in->token.real = (double)in->token.integer;
    return take(in, to, SPIQE_QASM_WHOLE);
  }
  if (*at == '0' && end - at > 2) {
    char base = (char)(at[1] | 0x20);
    if (base == 'x') return read_based(in, 16);
    if (base == 'b') return read_based(in, 2);
    if (base == 'o') return read_based(in, 8);
  }
  decimal d = scan(at, end);
  if (!d.is_real && d.is_long)
    return spiqe_qasm_fail(in, SPIQE_LIMIT, "an integer of more than 64 bits");
  in->token.integer = d.digits;
  spiqe_status status = decimal_value(in, &d, &in->token.real);
  return status == SPIQE_OK ? finish(in, &d) : status;
}
