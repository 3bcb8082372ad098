/* NumPy .npy: magic, version, length, a Python dictionary as text, elements. */
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "data/format.h"

/* NumPy writes 128 bytes; long ones belong to records, which are not read. */
#define MOST_HEADER 16384

/* Place in the text of the header. Messages give the byte in the file. */
typedef struct cursor {
  spiqe_stream *stream;
  const char *text; /* [size], zero past the end */
  size_t at;
  unsigned long long start; /* of the text in the file */
} cursor;

typedef struct header {
  char descr[16];
  int is_fortran, has_descr, has_order, has_shape;
} header;

static spiqe_status expected(const cursor *c, const char *what) {
  return spiqe_fail(c->stream->ctx, SPIQE_BAD_FORMAT,
                    "%s: the .npy header at byte %llu: expected %s", c->stream->name,
                    c->start + c->at, what);
}

static void skip_spaces(cursor *c) {
  while (c->text[c->at] == ' ' || c->text[c->at] == '\n' || c->text[c->at] == '\t') c->at++;
}

/* 1 when the next sign that is no space is `sign`; then it is passed. */
static int take(cursor *c, char sign) {
  skip_spaces(c);
  if (c->text[c->at] != sign) return 0;
  c->at++;
  return 1;
}

static spiqe_status take_string(cursor *c, char *out, size_t out_size) {
  skip_spaces(c);
  char quote = c->text[c->at];
  if (quote != '\'' && quote != '"') return expected(c, "a quoted string");
  const char *first = c->text + c->at + 1, *last = strchr(first, quote);
  if (!last || (size_t)(last - first) >= out_size) return expected(c, "a short quoted string");
  memcpy(out, first, (size_t)(last - first));
  out[last - first] = 0;
  c->at += (size_t)(last - first) + 2;
  return SPIQE_OK;
}

static spiqe_status take_flag(cursor *c, int *out) {
  skip_spaces(c);
  *out = strncmp(c->text + c->at, "True", 4) == 0;
  if (!*out && strncmp(c->text + c->at, "False", 5) != 0) return expected(c, "True or False");
  c->at += *out ? 4 : 5;
  return SPIQE_OK;
}

static spiqe_status take_size(cursor *c, size_t *out) {
  size_t value = 0, n = 0;
  skip_spaces(c);
  for (; c->text[c->at] >= '0' && c->text[c->at] <= '9'; c->at++, n++) {
    if (value > SPIQE_MOST_UNPACKED) return expected(c, "a dimension below 2^31");
    value = value * 10 + (size_t)(c->text[c->at] - '0');
  }
  if (n == 0) return expected(c, "a dimension of digits only");
  if (c->text[c->at] == 'L') c->at++; /* Python 2 wrote 28L */
  *out = value;
  return SPIQE_OK;
}

static spiqe_status take_shape(cursor *c, spiqe_array *out) {
  if (!take(c, '(')) return expected(c, "'(' of the shape");
  out->rank = 0;
  while (!take(c, ')')) {
    if (out->rank == SPIQE_MOST_RANK) return expected(c, "at most five dimensions");
    SPIQE_TRY(take_size(c, &out->shape[out->rank++]));
    if (!take(c, ',') && c->text[c->at] != ')') return expected(c, "',' or ')' in the shape");
  }
  return SPIQE_OK;
}

static spiqe_status take_entry(cursor *c, header *h, spiqe_array *out) {
  char key[16];
  SPIQE_TRY(take_string(c, key, sizeof key));
  if (!take(c, ':')) return expected(c, "':' after a key");
  if (strcmp(key, "descr") == 0) {
    skip_spaces(c);
    SPIQE_REQUIRE(c->stream->ctx, c->text[c->at] != '[', SPIQE_UNSUPPORTED,
                  "%s: an array of records; numbers of one type were expected", c->stream->name);
    h->has_descr = 1;
    return take_string(c, h->descr, sizeof h->descr);
  }
  if (strcmp(key, "fortran_order") == 0) {
    h->has_order = 1;
    return take_flag(c, &h->is_fortran);
  }
  if (strcmp(key, "shape") != 0) return expected(c, "one of descr, fortran_order, shape");
  h->has_shape = 1;
  return take_shape(c, out);
}

static spiqe_status parse(cursor *c, header *h, spiqe_array *out) {
  if (!take(c, '{')) return expected(c, "'{'");
  while (!take(c, '}')) {
    SPIQE_TRY(take_entry(c, h, out));
    if (!take(c, ',') && c->text[c->at] != '}') return expected(c, "',' or '}'");
  }
  if (!h->has_descr || !h->has_order || !h->has_shape)
    return expected(c, "descr, fortran_order and shape before '}'");
  return SPIQE_OK;
}

static int parse_type(const char *descr, spiqe_element *out) {
  static const char kinds[] = {'u', 'i', 'f', 'b'}; /* in the order of spiqe_element_kind */
  const char order = descr[0];
  if (strlen(descr) != 3 || !strchr("<>|=", order)) return 0;
  const char *kind = memchr(kinds, descr[1], sizeof kinds);
  size_t size = (size_t)(descr[2] - '0');
  if (!kind || (size != 1 && size != 2 && size != 4 && size != 8)) return 0;
  *out = (spiqe_element){(spiqe_element_kind)(kind - kinds), size, order == '>'};
  if (out->kind == SPIQE_ELEMENT_REAL) return size >= 4;
  return out->kind != SPIQE_ELEMENT_FLAG || size == 1;
}

/* Versions 2 and 3 give the length of the header in 4 bytes, version 1 in 2. */
static spiqe_status read_length(spiqe_stream *stream, size_t *length) {
  uint8_t magic[8], raw[4] = {0};
  SPIQE_TRY(spiqe_stream_read(stream, "the .npy magic number", magic, sizeof magic));
  SPIQE_REQUIRE(stream->ctx, memcmp(magic, "\x93NUMPY", 6) == 0, SPIQE_BAD_FORMAT,
                "%s: does not start with \\x93NUMPY, as an .npy file does", stream->name);
  SPIQE_REQUIRE(stream->ctx, magic[6] >= 1 && magic[6] <= 3 && magic[7] == 0, SPIQE_BAD_FORMAT,
                "%s: byte 6 gives .npy version %u.%u, expected 1.0, 2.0 or 3.0", stream->name,
                magic[6], magic[7]);
  SPIQE_TRY(spiqe_stream_read(stream, "the .npy header length", raw, magic[6] == 1 ? 2 : 4));
  *length = (size_t)raw[0] | (size_t)raw[1] << 8 | (size_t)raw[2] << 16 | (size_t)raw[3] << 24;
  SPIQE_REQUIRE(stream->ctx, *length <= MOST_HEADER, SPIQE_LIMIT,
                "%s: byte 8 gives an .npy header of %zu bytes, but at most %d are read",
                stream->name, *length, MOST_HEADER);
  return SPIQE_OK;
}

spiqe_status spiqe_npy_header(spiqe_stream *stream, spiqe_array *out, spiqe_element *element) {
  char text[MOST_HEADER + 1];
  size_t length = 0;
  header h = {0};
  *out = (spiqe_array){0};
  SPIQE_TRY(read_length(stream, &length));
  cursor c = {stream, text, 0, stream->at};
  SPIQE_TRY(spiqe_stream_read(stream, "the .npy header", (uint8_t *)text, length));
  text[length] = 0;
  SPIQE_TRY(parse(&c, &h, out));
  SPIQE_REQUIRE(stream->ctx, parse_type(h.descr, element), SPIQE_UNSUPPORTED,
                "%s: elements of type '%s', expected an integer, f4, f8 or b1", stream->name,
                h.descr);
  SPIQE_REQUIRE(stream->ctx, !h.is_fortran || out->rank < 2, SPIQE_UNSUPPORTED,
                "%s: the array is in Fortran order; save numpy.ascontiguousarray(x) instead",
                stream->name);
  return SPIQE_OK;
}

spiqe_status spiqe_npy_read(spiqe_stream *stream, spiqe_array *out) {
  spiqe_element element;
  SPIQE_TRY(spiqe_npy_header(stream, out, &element));
  return spiqe_array_fill(stream, element, out);
}

const spiqe_format spiqe_format_npy = {".npy", {0x93, 'N', 'U', 'M'}, 4, spiqe_npy_read, NULL};
