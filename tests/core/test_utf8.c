/* UTF-8: the sequences that RFC 3629 allows, and those it forbids. */
#include "core/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The definition, by numbers: decode, then ask whether the code point needs that many bytes. */
static int is_character(const unsigned char *s, size_t n) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  static const unsigned char mark[] = {0, 0x00, 0xC0, 0xE0, 0xF0},
                             mask[] = {0, 0x80, 0xE0, 0xF0, 0xF8};
  if ((s[0] & mask[n]) != mark[n]) return 0;
  uint32_t code = s[0] & (unsigned char)~mask[n];
  for (size_t i = 1; i < n; i++) {
    if ((s[i] & 0xC0) != 0x80) return 0;
    code = code << 6 | (s[i] & 0x3F);
  }
  return code >= least[n] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
}

static int is_text(const unsigned char *s, size_t n) {
  if (n == 0) return 1;
  for (size_t k = 1; k <= 4 && k <= n; k++)
    if (is_character(s, k)) return is_text(s + k, n - k);
  return 0;
}

static void all_short_sequences_agree_with_the_definition(void **state) {
  (void)state;
  for (uint32_t word = 0; word < 0x1000000; word++) {
    unsigned char bytes[3] = {(unsigned char)(word >> 16), (unsigned char)(word >> 8),
                              (unsigned char)word};
    if (is_text(bytes, 3) != (spiqe_utf8_prefix((const char *)bytes, 3) == 3))
      fail_msg("%02x %02x %02x", bytes[0], bytes[1], bytes[2]);
  }
}

static void long_sequences_agree_with_the_definition(void **state) {
  (void)state;
  for (uint32_t word = 0; word < 0x1000000; word++) {
    unsigned char bytes[4] = {(unsigned char)(0xF0 | (word >> 20)), (unsigned char)(word >> 12),
                              (unsigned char)(word >> 4),
                              (unsigned char)(word << 4 | 0x80 | (word & 15))};
    if (is_text(bytes, 4) != (spiqe_utf8_prefix((const char *)bytes, 4) == 4))
      fail_msg("%02x %02x %02x %02x", bytes[0], bytes[1], bytes[2], bytes[3]);
  }
}

static void the_prefix_ends_before_the_first_fault(void **state) {
  (void)state;
  assert_int_equal(spiqe_utf8_prefix("", 0), 0);
  assert_int_equal(spiqe_utf8_prefix("a\xc3\xa9z", 4), 4);
  assert_int_equal(spiqe_utf8_prefix("a\xc3\xa9z", 2), 1);
  assert_int_equal(spiqe_utf8_prefix("a\xf0\x9f\x98\x80\xff z", 7), 5);
  assert_int_equal(spiqe_utf8_prefix("a\0b", 3), 3);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_short_sequences_agree_with_the_definition),
      cmocka_unit_test(long_sequences_agree_with_the_definition),
      cmocka_unit_test(the_prefix_ends_before_the_first_fault),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
