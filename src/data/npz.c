/* NumPy .npz: a zip of .npy files, by libzip. */
#include <string.h>

#include <zip.h>

#include "core/fail.h"
#include "data/format.h"

static spiqe_status read_entry(spiqe_stream *stream, uint8_t *out, size_t n, size_t *got) {
  zip_file_t *file = stream->source;
  for (*got = 0; *got < n;) {
    zip_int64_t count = zip_fread(file, out + *got, n - *got);
    SPIQE_REQUIRE(stream->ctx, count >= 0, SPIQE_BAD_FORMAT, "%s: damaged after byte %llu: %s",
                  stream->name, (unsigned long long)stream->at, zip_file_strerror(file));
    if (count == 0) break;
    *got += (size_t)count;
  }
  return SPIQE_OK;
}

static void close_entry(spiqe_stream *stream) {
  zip_fclose(stream->source);
  stream->source = NULL;
}

/* A stream over entry i. numpy.savez stores, numpy.savez_compressed deflates. */
static spiqe_status open_entry(spiqe_context *ctx, zip_t *archive, zip_uint64_t i, const char *name,
                               spiqe_stream *out) {
  const zip_uint64_t needed = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD;
  zip_stat_t about;
  SPIQE_REQUIRE(ctx, zip_stat_index(archive, i, 0, &about) == 0 && (about.valid & needed) == needed,
                SPIQE_BAD_FORMAT, "%s: %s", name, zip_strerror(archive));
  SPIQE_REQUIRE(ctx, about.comp_method == ZIP_CM_STORE || about.comp_method == ZIP_CM_DEFLATE,
                SPIQE_UNSUPPORTED, "%s: packed by method %u, expected 0 (stored) or 8 (deflate)",
                name, about.comp_method);
  zip_file_t *file = zip_fopen_index(archive, i, 0);
  SPIQE_REQUIRE(ctx, file, SPIQE_BAD_FORMAT, "%s: %s", name, zip_strerror(archive));
  uint64_t bound =
      about.comp_method == ZIP_CM_STORE ? about.comp_size : spiqe_stream_bound(about.comp_size);
  *out = (spiqe_stream){.ctx = ctx,
                        .name = name,
                        .source = file,
                        .most = about.size < bound ? about.size : bound,
                        .read = read_entry,
                        .close = close_entry};
  return SPIQE_OK;
}

/* Read entry i when it is an array of rank >= 2; *found says whether it was. Others, names of
 * classes, say, need not be readable. */
static spiqe_status try_entry(spiqe_context *ctx, zip_t *archive, zip_uint64_t i, const char *name,
                              spiqe_array *out, int *found) {
  char place[512];
  const char *entry = zip_get_name(archive, i, 0);
  size_t length = entry ? strlen(entry) : 0;
  spiqe_stream stream;
  spiqe_element element;
  if (length < 4 || strcmp(entry + length - 4, ".npy") != 0) return SPIQE_OK;
  snprintf(place, sizeof place, "%.250s(%.200s)", name, entry);
  SPIQE_TRY(open_entry(ctx, archive, i, place, &stream));
  spiqe_status status = spiqe_npy_header(&stream, out, &element);
  if (status == SPIQE_UNSUPPORTED && out->rank < 2) status = SPIQE_OK;
  *found = status == SPIQE_OK && out->rank >= 2;
  if (*found) status = spiqe_array_fill(&stream, element, out);
  spiqe_stream_close(&stream);
  return status;
}

static spiqe_status read_first(spiqe_context *ctx, zip_t *archive, const char *name,
                               spiqe_array *out) {
  zip_int64_t n = zip_get_num_entries(archive, 0);
  for (zip_int64_t i = 0; i < n; i++) {
    int found = 0;
    SPIQE_TRY(try_entry(ctx, archive, (zip_uint64_t)i, name, out, &found));
    if (found) return SPIQE_OK;
  }
  *out = (spiqe_array){0};
  return spiqe_fail(ctx, SPIQE_BAD_FORMAT,
                    "%s: an .npz of %lld entries, but none is an array of two or more dimensions",
                    name, (long long)n);
}

spiqe_status spiqe_npz_read(spiqe_context *ctx, const char *name, const uint8_t *bytes, size_t size,
                            spiqe_array *out) {
  zip_error_t error;
  zip_t *archive = NULL;
  zip_error_init(&error);
  *out = (spiqe_array){0};
  zip_source_t *source = zip_source_buffer_create(bytes, size, 0, &error);
  if (source) archive = zip_open_from_source(source, ZIP_RDONLY, &error);
  spiqe_status status;
  if (archive) {
    status = read_first(ctx, archive, name, out);
    zip_discard(archive); /* frees the source */
  } else {
    status = spiqe_fail(ctx, SPIQE_BAD_FORMAT, "%s: not a whole zip file: %s", name,
                        zip_error_strerror(&error));
    if (source) zip_source_free(source);
  }
  zip_error_fini(&error);
  return status;
}

const spiqe_format spiqe_format_npz = {".npz", {'P', 'K', 3, 4}, 4, NULL, spiqe_npz_read};
