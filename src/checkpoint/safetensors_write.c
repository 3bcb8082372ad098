/* Writing of safetensors files, and the table of element types. */
#include "checkpoint/safetensors.h"

#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/file.h"
#include "core/text.h"
#include "core/utf8.h"

#define ALIGNMENT 64 /* of the data, so that a mapped file can be used in place */
#define LENGTH_BYTES 8

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the data is written as it is in memory");

static const struct {
  const char *name;
  size_t size;
} types[SPIQE_N_TENSOR_TYPES] = {
    [SPIQE_TENSOR_F32] = {"F32", 4},   [SPIQE_TENSOR_F64] = {"F64", 8},
    [SPIQE_TENSOR_U8] = {"U8", 1},     [SPIQE_TENSOR_U32] = {"U32", 4},
    [SPIQE_TENSOR_I64] = {"I64", 8},   [SPIQE_TENSOR_U64] = {"U64", 8},
    [SPIQE_TENSOR_I32] = {"I32", 4},   [SPIQE_TENSOR_BOOL] = {"BOOL", 1},
    [SPIQE_TENSOR_I8] = {"I8", 1},     [SPIQE_TENSOR_I16] = {"I16", 2},
    [SPIQE_TENSOR_U16] = {"U16", 2},   [SPIQE_TENSOR_F16] = {"F16", 2},
    [SPIQE_TENSOR_BF16] = {"BF16", 2},
};

const char *spiqe_tensor_type_name(spiqe_tensor_type type) {
  return types[type].name;
}

size_t spiqe_tensor_type_size(spiqe_tensor_type type) {
  return types[type].size;
}

static spiqe_status check_name(spiqe_context *ctx, const spiqe_tensor *tensors, size_t at) {
  const char *name = tensors[at].name;
  size_t n = strnlen(name, SPIQE_TENSOR_NAME_SIZE);
  SPIQE_REQUIRE(ctx,
                n > 0 && n < SPIQE_TENSOR_NAME_SIZE && spiqe_utf8_prefix(name, n) == n &&
                    strcmp(name, "__metadata__") != 0,
                SPIQE_BAD_ARGUMENT, "'%.60s' cannot be the name of a tensor", name);
  for (size_t i = 0; i < at; i++)
    SPIQE_REQUIRE(ctx, strcmp(tensors[i].name, name) != 0, SPIQE_BAD_ARGUMENT,
                  "two tensors are called '%.60s'", name);
  return SPIQE_OK;
}

static spiqe_status check_tensor(spiqe_context *ctx, const spiqe_tensor *t) {
  SPIQE_REQUIRE(ctx, (unsigned)t->type < SPIQE_N_TENSOR_TYPES, SPIQE_BAD_ARGUMENT,
                "tensor '%s': type %d is not one of %d", t->name, (int)t->type,
                SPIQE_N_TENSOR_TYPES);
  SPIQE_REQUIRE(ctx, t->n_dimensions <= SPIQE_TENSOR_MOST_DIMENSIONS, SPIQE_LIMIT,
                "tensor '%s': %zu dimensions, but at most %d are written", t->name, t->n_dimensions,
                SPIQE_TENSOR_MOST_DIMENSIONS);
  size_t bytes = types[t->type].size;
  int overflow = 0;
  for (size_t i = 0; i < t->n_dimensions; i++)
    overflow |= __builtin_mul_overflow(bytes, t->shape[i], &bytes);
  SPIQE_REQUIRE(ctx, !overflow && bytes == t->size && (t->data || !t->size), SPIQE_BAD_SHAPE,
                "tensor '%s': %zu bytes of data, but its shape has %zu", t->name, t->size, bytes);
  return SPIQE_OK;
}

static void add_string(spiqe_text *out, const char *text) {
  spiqe_text_add_bytes(out, "\"", 1);
  for (const char *c = text; *c; c++) {
    if (*c == '"' || *c == '\\') spiqe_text_add_bytes(out, "\\", 1);
    if (*c == '\n')
      spiqe_text_add_bytes(out, "\\n", 2);
    else if ((unsigned char)*c < 0x20)
      spiqe_text_add(out, "\\u%04x", (unsigned char)*c);
    else
      spiqe_text_add_bytes(out, c, 1);
  }
  spiqe_text_add_bytes(out, "\"", 1);
}

static spiqe_status add_texts(spiqe_context *ctx, const spiqe_tensor_text *texts, size_t n,
                              spiqe_text *out) {
  spiqe_text_add(out, "\"__metadata__\":{");
  for (size_t i = 0; i < n; i++) {
    const char *key = texts[i].key, *value = texts[i].value;
    size_t key_size = strlen(key), value_size = strlen(value);
    for (size_t j = 0; j < i; j++)
      SPIQE_REQUIRE(ctx, strcmp(texts[j].key, key) != 0, SPIQE_BAD_ARGUMENT,
                    "two texts are called '%.60s'", key);
    SPIQE_REQUIRE(ctx,
                  spiqe_utf8_prefix(key, key_size) == key_size &&
                      spiqe_utf8_prefix(value, value_size) == value_size,
                  SPIQE_BAD_ARGUMENT, "the text '%.60s' is not UTF-8", key);
    if (i) spiqe_text_add(out, ",");
    add_string(out, key);
    spiqe_text_add(out, ":");
    add_string(out, value);
  }
  spiqe_text_add(out, "}");
  return SPIQE_OK;
}

static void add_tensor(const spiqe_tensor *t, size_t offset, spiqe_text *out) {
  add_string(out, t->name);
  spiqe_text_add(out, ":{\"dtype\":\"%s\",\"shape\":[", types[t->type].name);
  for (size_t i = 0; i < t->n_dimensions; i++) spiqe_text_add(out, i ? ",%zu" : "%zu", t->shape[i]);
  spiqe_text_add(out, "],\"data_offsets\":[%zu,%zu]}", offset, offset + t->size);
}

static spiqe_status make_header(spiqe_context *ctx, const spiqe_tensor *tensors, size_t n_tensors,
                                const spiqe_tensor_text *texts, size_t n_texts, spiqe_text *out) {
  size_t offset = 0;
  spiqe_text_add(out, "{");
  if (n_texts) SPIQE_TRY(add_texts(ctx, texts, n_texts, out));
  for (size_t i = 0; i < n_tensors; i++) {
    SPIQE_TRY(check_name(ctx, tensors, i));
    SPIQE_TRY(check_tensor(ctx, &tensors[i]));
    if (i || n_texts) spiqe_text_add(out, ",");
    add_tensor(&tensors[i], offset, out);
    offset += tensors[i].size;
  }
  spiqe_text_add(out, "}");
  while (!out->failed && (LENGTH_BYTES + out->size) % ALIGNMENT) spiqe_text_add(out, " ");
  SPIQE_REQUIRE(ctx, !out->failed, SPIQE_NO_MEMORY, "no memory for a header of %zu bytes",
                out->size);
  /* A tensor is an entry, a type, two lists and their numbers. */
  size_t n_values = n_texts + 2 + n_tensors * (6 + SPIQE_TENSOR_MOST_DIMENSIONS);
  SPIQE_REQUIRE(ctx,
                out->size <= SPIQE_TENSORS_MOST_HEADER && n_values <= SPIQE_TENSORS_MOST_VALUES,
                SPIQE_LIMIT,
                "a header of %zu bytes for %zu tensors and %zu texts is more than is read",
                out->size, n_tensors, n_texts);
  return SPIQE_OK;
}

spiqe_status spiqe_tensors_write(spiqe_context *ctx, const char *path, const spiqe_tensor *tensors,
                                 size_t n_tensors, const spiqe_tensor_text *texts, size_t n_texts) {
  spiqe_text header = {0};
  spiqe_span *spans = calloc(n_tensors + 2, sizeof *spans);
  spiqe_status status = spans ? SPIQE_OK : spiqe_fail(ctx, SPIQE_NO_MEMORY, "no memory to write");
  if (status == SPIQE_OK) status = make_header(ctx, tensors, n_tensors, texts, n_texts, &header);
  if (status != SPIQE_OK) {
    status = spiqe_fail_prefix(ctx, status, "%s", path);
    goto done;
  }
  uint64_t length = header.size;
  spans[0] = (spiqe_span){&length, sizeof length};
  spans[1] = (spiqe_span){header.data, header.size};
  for (size_t i = 0; i < n_tensors; i++)
    spans[i + 2] = (spiqe_span){tensors[i].data, tensors[i].size};
  status = spiqe_file_write(ctx, path, spans, n_tensors + 2);
done:
  free(spans);
  spiqe_text_destroy(&header);
  return status;
}
