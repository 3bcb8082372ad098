/* Reading of elements into bytes or floats. */
#include "data/array.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"

#define CHUNK 65536

/* Product of shape and element size against what the stream can hold; it, and the product with the
 * size in memory, against the limit. */
static spiqe_status count_elements(spiqe_stream *stream, size_t element_size, size_t size_here,
                                   spiqe_array *array) {
  const size_t larger = element_size > size_here ? element_size : size_here;
  uint64_t n = 1, left = stream->most - (stream->at < stream->most ? stream->at : stream->most);
  for (size_t i = 0; i < array->rank; i++) {
    SPIQE_REQUIRE(stream->ctx, array->shape[i] > 0, SPIQE_BAD_FORMAT,
                  "%s: dimension %zu of %zu has size 0, so the array is empty", stream->name, i + 1,
                  array->rank);
    SPIQE_REQUIRE(stream->ctx, array->shape[i] <= SPIQE_MOST_UNPACKED / larger / n, SPIQE_LIMIT,
                  "%s: the header asks for more than %zu bytes of elements", stream->name,
                  SPIQE_MOST_UNPACKED);
    n *= array->shape[i];
  }
  array->n_elements = (size_t)n;
  SPIQE_REQUIRE(stream->ctx, n * element_size <= left, SPIQE_BAD_FORMAT,
                "%s: the header at byte 0 asks for %llu bytes of elements from byte %llu, but the "
                "file can hold %llu at most",
                stream->name, (unsigned long long)(n * element_size),
                (unsigned long long)stream->at, (unsigned long long)left);
  return SPIQE_OK;
}

static uint64_t load_bits(const uint8_t *raw, spiqe_element element) {
  uint64_t bits = 0;
  for (size_t i = 0; i < element.size; i++)
    bits = bits << 8 | raw[element.is_big ? i : element.size - 1 - i];
  return bits;
}

static float load_real(uint64_t bits, size_t size) {
  if (size == 4) {
    uint32_t word = (uint32_t)bits;
    float value;
    memcpy(&value, &word, sizeof value);
    return value;
  }
  double value;
  memcpy(&value, &bits, sizeof value);
  /* Beyond the range of float the conversion is undefined: make it infinite, which is refused. */
  return fabs(value) > 3.4028234663852886e38 ? INFINITY : (float)value;
}

static float load_element(const uint8_t *raw, spiqe_element element) {
  uint64_t bits = load_bits(raw, element);
  if (element.kind == SPIQE_ELEMENT_UNSIGNED) return (float)bits;
  if (element.kind == SPIQE_ELEMENT_FLAG) return bits ? 1.0f : 0.0f;
  if (element.kind == SPIQE_ELEMENT_REAL) return load_real(bits, element.size);
  uint64_t sign = (uint64_t)1 << (8 * element.size - 1);
  return bits & sign ? -(float)(uint64_t)((sign << 1) - bits) : (float)bits;
}

static spiqe_status read_floats(spiqe_stream *stream, spiqe_element element, float *out, size_t n) {
  uint8_t raw[CHUNK];
  size_t most = CHUNK / element.size;
  for (size_t done = 0; done < n;) {
    size_t count = n - done < most ? n - done : most;
    uint64_t first = stream->at;
    SPIQE_TRY(spiqe_stream_read(stream, "the elements", raw, count * element.size));
    for (size_t i = 0; i < count; i++) {
      float value = load_element(raw + i * element.size, element);
      SPIQE_REQUIRE(stream->ctx, isfinite(value), SPIQE_BAD_FORMAT,
                    "%s: element %zu at byte %llu is not a finite number that a float can hold",
                    stream->name, done + i, (unsigned long long)(first + i * element.size));
      out[done + i] = value;
    }
    done += count;
  }
  return SPIQE_OK;
}

spiqe_status spiqe_array_fill(spiqe_stream *stream, spiqe_element element, spiqe_array *array) {
  int stays_bytes = element.size == 1 && element.kind == SPIQE_ELEMENT_UNSIGNED;
  SPIQE_TRY(count_elements(stream, element.size, stays_bytes ? 1 : sizeof *array->floats, array));
  size_t n = array->n_elements;
  if (stays_bytes)
    array->bytes = malloc(n);
  else
    array->floats = malloc(n * sizeof *array->floats);
  SPIQE_REQUIRE(stream->ctx, array->bytes || array->floats, SPIQE_NO_MEMORY,
                "%s: no memory for %zu elements", stream->name, n);
  spiqe_status status = stays_bytes ? spiqe_stream_read(stream, "the elements", array->bytes, n)
                                    : read_floats(stream, element, array->floats, n);
  if (status == SPIQE_OK) status = spiqe_stream_end(stream);
  if (status != SPIQE_OK) spiqe_array_free(array);
  return status;
}

void spiqe_array_free(spiqe_array *array) {
  free(array->bytes);
  free(array->floats);
  *array = (spiqe_array){0};
}
