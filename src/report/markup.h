/* Pieces of text for a page: escaped text and numbers that no locale changes. */
#ifndef SPIQE_REPORT_MARKUP_H
#define SPIQE_REPORT_MARKUP_H

#include <stddef.h>
#include <stdint.h>

#include "core/text.h"

/* Text as HTML content or attribute value: < > & " ' are escaped, control characters dropped,
 * bytes that are not UTF-8 replaced by U+FFFD. NULL is "". */
void spiqe_markup_text(spiqe_text *text, const char *content);

/* value with `decimals` (0 to 9) digits after the point; "n/a" when it is not finite. */
void spiqe_markup_fixed(spiqe_text *text, double value, int decimals);

/* The same without the zeros at the end: for coordinates. */
void spiqe_markup_coordinate(spiqe_text *text, double value);

/* value with `digits` significant digits; "1.2e-5" when it is very small or large. */
void spiqe_markup_number(spiqe_text *text, double value, int digits);

/* 12345 as "12,345". */
void spiqe_markup_count(spiqe_text *text, uint64_t count);

/* A fraction as "97.8 %", with a no-break space. */
void spiqe_markup_percent(spiqe_text *text, double fraction, int decimals);

/* Seconds as "0:07", "12:34" or "1:02:03"; under ten seconds as "3.4 s" when is_fine. */
void spiqe_markup_duration(spiqe_text *text, double seconds, int is_fine);

/* Bytes as base64 (RFC 4648, padded). */
void spiqe_markup_base64(spiqe_text *text, const uint8_t *bytes, size_t n);

#endif
