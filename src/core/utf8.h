/* UTF-8: the encoding of all text that spiqe writes. */
#ifndef SPIQE_CORE_UTF8_H
#define SPIQE_CORE_UTF8_H

#include <stddef.h>

/* Length of the longest prefix of text[n] that is whole, shortest-form UTF-8 without surrogates
 * (RFC 3629): n when all of it is. */
size_t spiqe_utf8_prefix(const char *text, size_t n);

#endif
