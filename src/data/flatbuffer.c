/* Reading of flatbuffers. */
#include "data/flatbuffer.h"

#include <string.h>

#include "data/event_list.h"

/* Are n bytes at `at` in the buffer? */
static int holds(const spiqe_flatbuffer *buffer, size_t at, size_t n) {
  return at <= buffer->size && n <= buffer->size - at;
}

static int read_u16(const spiqe_flatbuffer *buffer, size_t at, size_t *out) {
  if (!holds(buffer, at, 2)) return 0;
  *out = spiqe_little_u16(buffer->bytes + at);
  return 1;
}

static int read_u32(const spiqe_flatbuffer *buffer, size_t at, size_t *out) {
  if (!holds(buffer, at, 4)) return 0;
  *out = spiqe_little_u32(buffer->bytes + at);
  return 1;
}

int spiqe_flatbuffer_open(const uint8_t *bytes, size_t size, const char *identifier,
                          spiqe_flatbuffer *out) {
  size_t back, list_size;
  *out = (spiqe_flatbuffer){.bytes = bytes, .size = size};
  if (!holds(out, 4, 4) || memcmp(bytes + 4, identifier, 4) != 0) return 0;
  if (!read_u32(out, 0, &out->table) || !read_u32(out, out->table, &back)) return 0;
  /* A distance of 32 bits with a sign: backward as a rule, forward when it is negative. */
  int64_t fields = (int64_t)out->table - (int32_t)(uint32_t)back;
  if (fields < 0 || !read_u16(out, (size_t)fields, &list_size)) return 0;
  if (list_size < 4 || !holds(out, (size_t)fields, list_size)) return 0;
  out->fields = (size_t)fields + 4;
  out->n_fields = (list_size - 4) / 2;
  return 1;
}

/* Where field i is in the buffer; 0: it is not there. */
static size_t find_field(const spiqe_flatbuffer *buffer, size_t i) {
  if (i >= buffer->n_fields) return 0;
  size_t place = spiqe_little_u16(buffer->bytes + buffer->fields + 2 * i);
  return place ? buffer->table + place : 0;
}

int spiqe_flatbuffer_number(const spiqe_flatbuffer *buffer, size_t i, size_t n, int64_t otherwise,
                            int64_t *out) {
  size_t at = find_field(buffer, i);
  *out = otherwise;
  if (at == 0) return 1;
  if (!holds(buffer, at, n)) return 0;
  uint64_t bits = 0;
  for (size_t k = n; k > 0; k--) bits = bits << 8 | buffer->bytes[at + k - 1];
  *out = n == 4 ? (int32_t)(uint32_t)bits : (int64_t)bits;
  return 1;
}

int spiqe_flatbuffer_list(const spiqe_flatbuffer *buffer, size_t i, size_t element_size,
                          size_t *first, size_t *n) {
  size_t at = find_field(buffer, i), offset;
  *first = *n = 0;
  if (at == 0) return 1;
  if (!read_u32(buffer, at, &offset) || !read_u32(buffer, at + offset, n)) return 0;
  *first = at + offset + 4;
  return holds(buffer, *first, 0) && *n <= (buffer->size - *first) / element_size;
}
