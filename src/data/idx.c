/* IDX, the format of MNIST. */
#include "core/fail.h"
#include "data/format.h"

/* Types by the third byte of the file; a size of 0 marks a number that is not used. */
static const spiqe_element elements[] = {
    [0x08] = {SPIQE_ELEMENT_UNSIGNED, 1, 1}, [0x09] = {SPIQE_ELEMENT_SIGNED, 1, 1},
    [0x0B] = {SPIQE_ELEMENT_SIGNED, 2, 1},   [0x0C] = {SPIQE_ELEMENT_SIGNED, 4, 1},
    [0x0D] = {SPIQE_ELEMENT_REAL, 4, 1},     [0x0E] = {SPIQE_ELEMENT_REAL, 8, 1},
};

static spiqe_status read_magic(spiqe_stream *stream, spiqe_array *out, spiqe_element *element) {
  uint8_t magic[4];
  SPIQE_TRY(spiqe_stream_read(stream, "the IDX magic number", magic, sizeof magic));
  SPIQE_REQUIRE(stream->ctx, magic[0] == 0 && magic[1] == 0, SPIQE_BAD_FORMAT,
                "%s: starts with %02x %02x, but an IDX file starts with 00 00", stream->name,
                magic[0], magic[1]);
  SPIQE_REQUIRE(stream->ctx,
                magic[2] < sizeof elements / sizeof *elements && elements[magic[2]].size > 0,
                SPIQE_BAD_FORMAT,
                "%s: byte 2 gives the element type %02x, expected 08, 09, 0b, 0c, 0d or 0e",
                stream->name, magic[2]);
  SPIQE_REQUIRE(stream->ctx, magic[3] >= 1 && magic[3] <= SPIQE_MOST_RANK, SPIQE_BAD_FORMAT,
                "%s: byte 3 gives %u dimensions, expected 1 to %d", stream->name, magic[3],
                SPIQE_MOST_RANK);
  *element = elements[magic[2]];
  out->rank = magic[3];
  return SPIQE_OK;
}

static spiqe_status read_shape(spiqe_stream *stream, spiqe_array *out) {
  for (size_t i = 0; i < out->rank; i++) {
    uint8_t raw[4];
    unsigned long long place = stream->at;
    SPIQE_TRY(spiqe_stream_read(stream, "a dimension", raw, sizeof raw));
    SPIQE_REQUIRE(stream->ctx, raw[0] < 0x80, SPIQE_BAD_FORMAT,
                  "%s: dimension %zu at byte %llu is negative", stream->name, i + 1, place);
    out->shape[i] = (size_t)raw[0] << 24 | (size_t)raw[1] << 16 | (size_t)raw[2] << 8 | raw[3];
  }
  return SPIQE_OK;
}

spiqe_status spiqe_idx_read(spiqe_stream *stream, spiqe_array *out) {
  spiqe_element element;
  *out = (spiqe_array){0};
  SPIQE_TRY(read_magic(stream, out, &element));
  SPIQE_TRY(read_shape(stream, out));
  return spiqe_array_fill(stream, element, out);
}

const spiqe_format spiqe_format_idx = {"IDX", {0, 0}, 2, spiqe_idx_read, NULL};
