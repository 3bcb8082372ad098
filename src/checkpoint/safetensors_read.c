/* Reading of safetensors files. Nothing in the file is believed: the header is measured before it
 * is parsed, and every number is checked against the size of the file. */
#include "checkpoint/safetensors.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "core/fail.h"
#include "core/file.h"
#include "core/utf8.h"

#define LENGTH_BYTES 8
#define MOST_DEPTH 3                    /* {"name": {"shape": [ ... ]}} */
#define MOST_INTEGER 9007199254740992.0 /* 2^53: cJSON holds numbers as double */

typedef struct source {
  spiqe_context *ctx;
  const char *name;   /* borrowed, for messages */
  const char *header; /* borrowed, [header_size] */
  size_t header_size;
  const uint8_t *data; /* borrowed, [data_size] */
  size_t data_size;
} source;

static spiqe_status open_source(spiqe_context *ctx, const char *name, const uint8_t *bytes,
                                size_t size, source *out) {
  uint64_t length;
  SPIQE_REQUIRE(ctx, size >= LENGTH_BYTES, SPIQE_BAD_FORMAT,
                "%s: %zu bytes, but a safetensors file begins with %d bytes of length", name, size,
                LENGTH_BYTES);
  memcpy(&length, bytes, LENGTH_BYTES);
  SPIQE_REQUIRE(ctx, length <= size - LENGTH_BYTES, SPIQE_BAD_FORMAT,
                "%s: byte 0: a header of %llu bytes, but only %zu follow", name,
                (unsigned long long)length, size - LENGTH_BYTES);
  SPIQE_REQUIRE(ctx, length <= SPIQE_TENSORS_MOST_HEADER, SPIQE_LIMIT,
                "%s: byte 0: a header of %llu bytes, but at most %zu are read", name,
                (unsigned long long)length, SPIQE_TENSORS_MOST_HEADER);
  *out = (source){.ctx = ctx,
                  .name = name,
                  .header = (const char *)bytes + LENGTH_BYTES,
                  .header_size = (size_t)length,
                  .data = bytes + LENGTH_BYTES + length,
                  .data_size = size - LENGTH_BYTES - (size_t)length};
  SPIQE_REQUIRE(ctx, length > 0 && out->header[0] == '{', SPIQE_BAD_FORMAT,
                "%s: byte %d: a JSON object is expected", name, LENGTH_BYTES);
  size_t valid = spiqe_utf8_prefix(out->header, out->header_size);
  SPIQE_REQUIRE(ctx, valid == out->header_size, SPIQE_BAD_FORMAT,
                "%s: byte %zu: UTF-8 text is expected", name, LENGTH_BYTES + valid);
  return SPIQE_OK;
}

/* The byte after the string that begins at `at`. C strings cannot hold the zero character. */
static spiqe_status skip_string(const source *in, size_t at, size_t *next) {
  const char *text = in->header;
  for (size_t i = at + 1; i < in->header_size; i++) {
    SPIQE_REQUIRE(in->ctx, (unsigned char)text[i] >= 0x20, SPIQE_BAD_FORMAT,
                  "%s: byte %zu: a control character inside text", in->name, LENGTH_BYTES + i);
    if (text[i] == '"') {
      *next = i + 1;
      return SPIQE_OK;
    }
    if (text[i] != '\\') continue;
    SPIQE_REQUIRE(in->ctx, in->header_size - i < 6 || memcmp(text + i, "\\u0000", 6) != 0,
                  SPIQE_BAD_FORMAT, "%s: byte %zu: a zero character inside text", in->name,
                  LENGTH_BYTES + i);
    i++;
  }
  return spiqe_fail(in->ctx, SPIQE_BAD_FORMAT, "%s: byte %zu: text without a closing quote",
                    in->name, LENGTH_BYTES + at);
}

/* cJSON allocates some 80 bytes for a value that costs 2 in the file, and calls itself for each
 * level: count both before it runs. A value follows each comma and opening bracket. */
static spiqe_status measure(const source *in) {
  size_t n_values = 1, depth = 0;
  for (size_t i = 0; i < in->header_size;) {
    char c = in->header[i];
    if (c == '"') {
      SPIQE_TRY(skip_string(in, i, &i));
      continue;
    }
    if (c == '{' || c == '[') depth++;
    if ((c == '}' || c == ']') && depth > 0) depth--;
    n_values += c == ',' || c == '{' || c == '[';
    i++;
    SPIQE_REQUIRE(in->ctx, depth <= MOST_DEPTH, SPIQE_BAD_FORMAT,
                  "%s: byte %zu: JSON nested deeper than the %d levels of the format", in->name,
                  LENGTH_BYTES + i - 1, MOST_DEPTH);
    SPIQE_REQUIRE(in->ctx, n_values <= SPIQE_TENSORS_MOST_VALUES, SPIQE_LIMIT,
                  "%s: byte %zu: more than %zu values in the header", in->name,
                  LENGTH_BYTES + i - 1, SPIQE_TENSORS_MOST_VALUES);
  }
  return SPIQE_OK;
}

static spiqe_status parse_header(const source *in, cJSON **out) {
  const char *end = in->header;
  SPIQE_TRY(measure(in));
  *out = cJSON_ParseWithLengthOpts(in->header, in->header_size, &end, 0);
  if (*out)
    while (end < in->header + in->header_size && *end == ' ') end++;
  SPIQE_REQUIRE(in->ctx, *out && end == in->header + in->header_size, SPIQE_BAD_FORMAT,
                "%s: byte %zu: %s", in->name, LENGTH_BYTES + (size_t)(end - in->header),
                *out ? "only spaces are expected after the header" : "JSON is expected");
  return SPIQE_OK;
}

static int by_text(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* cJSON keeps both of two equal keys; readers would disagree on which one holds. */
static spiqe_status check_keys(const source *in, const cJSON *object) {
  size_t n = 0;
  const cJSON *child;
  cJSON_ArrayForEach(child, object) n++;
  const char **keys = malloc((n + 1) * sizeof *keys);
  SPIQE_REQUIRE(in->ctx, keys, SPIQE_NO_MEMORY, "%s: no memory for %zu names", in->name, n);
  n = 0;
  cJSON_ArrayForEach(child, object) keys[n++] = child->string;
  qsort(keys, n, sizeof *keys, by_text);
  spiqe_status status = SPIQE_OK;
  for (size_t i = 1; i < n && status == SPIQE_OK; i++)
    if (!strcmp(keys[i - 1], keys[i]))
      status = spiqe_fail(in->ctx, SPIQE_BAD_FORMAT, "%s: '%.60s' is given twice in the header",
                          in->name, keys[i]);
  free(keys);
  return status;
}

static spiqe_status check_texts(const source *in, const cJSON *map) {
  const cJSON *child;
  SPIQE_REQUIRE(in->ctx, cJSON_IsObject(map), SPIQE_BAD_FORMAT,
                "%s: __metadata__: an object of texts is expected", in->name);
  cJSON_ArrayForEach(child, map)
      SPIQE_REQUIRE(in->ctx, cJSON_IsString(child), SPIQE_BAD_FORMAT,
                    "%s: __metadata__: '%.60s': text is expected", in->name, child->string);
  return check_keys(in, map);
}

static spiqe_status read_integer(const source *in, const cJSON *value, const char *place,
                                 size_t *out) {
  double number = cJSON_IsNumber(value) ? value->valuedouble : -1.0;
  SPIQE_REQUIRE(in->ctx, number >= 0.0 && number < MOST_INTEGER && number == (double)(size_t)number,
                SPIQE_BAD_FORMAT, "%s: tensor '%.60s': whole numbers from 0 to 2^53 are expected",
                in->name, place);
  *out = (size_t)number;
  return SPIQE_OK;
}

static spiqe_status read_type(const source *in, const cJSON *value, spiqe_tensor *out) {
  const char *name = cJSON_IsString(value) ? value->valuestring : "";
  for (int i = 0; i < SPIQE_N_TENSOR_TYPES; i++)
    if (!strcmp(spiqe_tensor_type_name((spiqe_tensor_type)i), name)) {
      out->type = (spiqe_tensor_type)i;
      return SPIQE_OK;
    }
  return spiqe_fail(in->ctx, SPIQE_BAD_FORMAT,
                    "%s: tensor '%.60s': dtype '%.20s', but one such as F32 is expected", in->name,
                    out->name, name);
}

static spiqe_status read_shape(const source *in, const cJSON *list, spiqe_tensor *out) {
  const cJSON *child;
  SPIQE_REQUIRE(in->ctx, cJSON_IsArray(list), SPIQE_BAD_FORMAT,
                "%s: tensor '%.60s': a list is expected as shape", in->name, out->name);
  size_t bytes = spiqe_tensor_type_size(out->type);
  cJSON_ArrayForEach(child, list) {
    SPIQE_REQUIRE(in->ctx, out->n_dimensions < SPIQE_TENSOR_MOST_DIMENSIONS, SPIQE_LIMIT,
                  "%s: tensor '%.60s': more than %d dimensions", in->name, out->name,
                  SPIQE_TENSOR_MOST_DIMENSIONS);
    size_t *extent = &out->shape[out->n_dimensions++];
    SPIQE_TRY(read_integer(in, child, out->name, extent));
    SPIQE_REQUIRE(in->ctx, !__builtin_mul_overflow(bytes, *extent, &bytes), SPIQE_BAD_FORMAT,
                  "%s: tensor '%.60s': its shape overflows, but the file has %zu bytes of data",
                  in->name, out->name, in->data_size);
  }
  out->size = bytes;
  return SPIQE_OK;
}

static spiqe_status read_offsets(const source *in, const cJSON *list, spiqe_tensor *out) {
  size_t begin, end;
  SPIQE_REQUIRE(in->ctx, cJSON_IsArray(list) && cJSON_GetArraySize(list) == 2, SPIQE_BAD_FORMAT,
                "%s: tensor '%.60s': two data_offsets are expected", in->name, out->name);
  SPIQE_TRY(read_integer(in, list->child, out->name, &begin));
  SPIQE_TRY(read_integer(in, list->child->next, out->name, &end));
  SPIQE_REQUIRE(in->ctx, begin <= end && end <= in->data_size, SPIQE_BAD_FORMAT,
                "%s: tensor '%.60s': data_offsets %zu to %zu, but the file has %zu bytes of data",
                in->name, out->name, begin, end, in->data_size);
  SPIQE_REQUIRE(in->ctx, end - begin == out->size, SPIQE_BAD_FORMAT,
                "%s: tensor '%.60s': %zu bytes by its data_offsets, but %zu by its shape", in->name,
                out->name, end - begin, out->size);
  out->data = in->data + begin;
  return SPIQE_OK;
}

static spiqe_status read_tensor(const source *in, const cJSON *entry, spiqe_tensor *out) {
  size_t n = strlen(entry->string);
  SPIQE_REQUIRE(in->ctx, n > 0 && n < SPIQE_TENSOR_NAME_SIZE, SPIQE_LIMIT,
                "%s: tensor '%.60s': a name of 1 to %d bytes is expected", in->name, entry->string,
                SPIQE_TENSOR_NAME_SIZE - 1);
  memcpy(out->name, entry->string, n + 1);
  const cJSON *type = cJSON_GetObjectItemCaseSensitive(entry, "dtype");
  const cJSON *shape = cJSON_GetObjectItemCaseSensitive(entry, "shape");
  const cJSON *offsets = cJSON_GetObjectItemCaseSensitive(entry, "data_offsets");
  SPIQE_REQUIRE(in->ctx,
                cJSON_IsObject(entry) && type && shape && offsets && cJSON_GetArraySize(entry) == 3,
                SPIQE_BAD_FORMAT, "%s: tensor '%.60s': dtype, shape and data_offsets are expected",
                in->name, out->name);
  SPIQE_TRY(read_type(in, type, out));
  SPIQE_TRY(read_shape(in, shape, out));
  return read_offsets(in, offsets, out);
}

/* By begin, then by end: an empty tensor comes before the one that begins where it lies. */
static int by_place(const void *a, const void *b) {
  const spiqe_tensor *s = a, *t = b;
  uintptr_t begin_s = (uintptr_t)s->data, begin_t = (uintptr_t)t->data;
  if (begin_s != begin_t) return begin_s < begin_t ? -1 : 1;
  return (s->size > t->size) - (s->size < t->size);
}

static spiqe_status check_places(const source *in, spiqe_tensor_file *file) {
  const uint8_t *next = in->data;
  if (file->n_tensors) qsort(file->tensors, file->n_tensors, sizeof *file->tensors, by_place);
  for (size_t i = 0; i < file->n_tensors; i++) {
    const spiqe_tensor *t = &file->tensors[i];
    const uint8_t *begin = t->data;
    SPIQE_REQUIRE(in->ctx, begin == next, SPIQE_BAD_FORMAT,
                  "%s: tensor '%.60s': begins at %zu of the data, but %zu is expected", in->name,
                  t->name, (size_t)(begin - in->data), (size_t)(next - in->data));
    next = begin + t->size;
  }
  size_t used = (size_t)(next - in->data);
  SPIQE_REQUIRE(in->ctx, used == in->data_size, SPIQE_BAD_FORMAT,
                "%s: %zu bytes of data, but the tensors have %zu", in->name, in->data_size, used);
  return SPIQE_OK;
}

static spiqe_status read_tensors(const source *in, spiqe_tensor_file *out) {
  const cJSON *entry;
  size_t n = (size_t)cJSON_GetArraySize(out->header);
  SPIQE_TRY(check_keys(in, out->header));
  out->tensors = calloc(n + 1, sizeof *out->tensors);
  SPIQE_REQUIRE(in->ctx, out->tensors, SPIQE_NO_MEMORY, "%s: no memory for %zu tensors", in->name,
                n);
  cJSON_ArrayForEach(entry, out->header) {
    if (!strcmp(entry->string, "__metadata__"))
      SPIQE_TRY(check_texts(in, entry));
    else
      SPIQE_TRY(read_tensor(in, entry, &out->tensors[out->n_tensors++]));
  }
  return check_places(in, out);
}

spiqe_status spiqe_tensors_parse(spiqe_context *ctx, const char *name, const uint8_t *bytes,
                                 size_t size, spiqe_tensor_file *out) {
  source in;
  *out = (spiqe_tensor_file){0};
  spiqe_status status = open_source(ctx, name, bytes, size, &in);
  if (status == SPIQE_OK) status = parse_header(&in, &out->header);
  if (status == SPIQE_OK) status = read_tensors(&in, out);
  if (status != SPIQE_OK) spiqe_tensors_destroy(out);
  return status;
}

spiqe_status spiqe_tensors_read(spiqe_context *ctx, const char *path, size_t limit,
                                spiqe_tensor_file *out) {
  uint8_t *bytes;
  size_t size;
  *out = (spiqe_tensor_file){0};
  SPIQE_TRY(spiqe_file_read(ctx, path, limit, &bytes, &size));
  spiqe_status status = spiqe_tensors_parse(ctx, path, bytes, size, out);
  if (status == SPIQE_OK)
    out->bytes = bytes;
  else
    free(bytes);
  return status;
}

void spiqe_tensors_destroy(spiqe_tensor_file *file) {
  free(file->bytes);
  free(file->tensors);
  cJSON_Delete(file->header);
  *file = (spiqe_tensor_file){0};
}

const spiqe_tensor *spiqe_tensors_find(const spiqe_tensor_file *file, const char *name) {
  for (size_t i = 0; i < file->n_tensors; i++)
    if (!strcmp(file->tensors[i].name, name)) return &file->tensors[i];
  return NULL;
}

const char *spiqe_tensors_text(const spiqe_tensor_file *file, const char *key) {
  const cJSON *map = cJSON_GetObjectItemCaseSensitive(file->header, "__metadata__");
  return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(map, key));
}

spiqe_status spiqe_tensors_copy(spiqe_context *ctx, const spiqe_tensor_file *file, const char *name,
                                spiqe_tensor_type type, size_t n, void *out) {
  const spiqe_tensor *found = spiqe_tensors_find(file, name);
  SPIQE_REQUIRE(ctx, found, SPIQE_NOT_FOUND, "tensor '%.60s' is not there", name);
  size_t n_found = found->size / spiqe_tensor_type_size(found->type);
  SPIQE_REQUIRE(ctx, found->type == type && n_found == n, SPIQE_BAD_SHAPE,
                "tensor '%.60s': %zu numbers of type %s, but %zu of %s are expected", name, n_found,
                spiqe_tensor_type_name(found->type), n, spiqe_tensor_type_name(type));
  if (n) memcpy(out, found->data, found->size);
  return SPIQE_OK;
}
