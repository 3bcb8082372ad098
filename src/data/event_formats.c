/* The list of event formats, and the reading of a recording. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/fail.h"
#include "core/file.h"
#include "data/event_format.h"
#include "data/stream.h"

/* Earlier rows are asked first: those with a magic before those told by the name. */
static const spiqe_event_format *const formats[] = {&spiqe_event_aedat2, &spiqe_event_aedat3,
                                                    &spiqe_event_aedat4, &spiqe_event_evt2,
                                                    &spiqe_event_evt3,   &spiqe_event_dat,
                                                    &spiqe_event_nmnist, &spiqe_event_csv};
#define N_FORMATS (sizeof formats / sizeof formats[0])

int spiqe_name_ends(const char *name, const char *ending) {
  size_t n = strlen(name), n_ending = strlen(ending);
  return n >= n_ending && strcasecmp(name + n - n_ending, ending) == 0;
}

int spiqe_content_starts(const uint8_t *content, size_t size, const char *start) {
  size_t n = strlen(start);
  return size >= n && memcmp(content, start, n) == 0;
}

static spiqe_status unknown_format(spiqe_context *ctx, const char *name, const uint8_t *start,
                                   size_t n) {
  char found[3 * 8 + 1] = "none", known[256] = "";
  for (size_t i = 0; i < n && i < 8; i++)
    snprintf(found + (i ? 3 * i - 1 : 0), 4, "%s%02x", i ? " " : "", start[i]);
  for (size_t i = 0; i < N_FORMATS; i++) {
    size_t length = strlen(known);
    snprintf(known + length, sizeof known - length, "%s%s", i ? ", " : "", formats[i]->name);
  }
  return spiqe_fail(ctx, SPIQE_BAD_FORMAT,
                    "%s: neither its first bytes (%s) nor its name tell a format of events; "
                    "expected one of %s",
                    name, found, known);
}

/* The row of the content, or NULL. */
static const spiqe_event_format *find_format(const char *name, const uint8_t *content,
                                             size_t size) {
  char plain[1024];
  size_t length = strlen(name);
  if (length >= sizeof plain) name += length - (sizeof plain - 1); /* its end is what counts */
  snprintf(plain, sizeof plain, "%s", name);
  if (spiqe_name_ends(plain, ".gz")) plain[strlen(plain) - 3] = 0;
  for (size_t i = 0; i < N_FORMATS; i++)
    if (formats[i]->is(plain, content, size)) return formats[i];
  return NULL;
}

#define ENOUGH_TO_TELL ((size_t)1 << 16) /* bytes of a content; no header is longer */

int spiqe_events_are(const char *name, const uint8_t *bytes, size_t size) {
  spiqe_stream stream;
  size_t got = 0;
  uint8_t *start = malloc(ENOUGH_TO_TELL);
  if (start && spiqe_stream_open(NULL, name, bytes, size, &stream) == SPIQE_OK) {
    if (stream.read(&stream, start, ENOUGH_TO_TELL, &got) != SPIQE_OK) got = 0;
    spiqe_stream_close(&stream);
  }
  const int are = got > 0 && find_format(name, start, got) != NULL;
  free(start);
  return are;
}

static spiqe_status decode_plain(spiqe_context *ctx, const char *name, const uint8_t *content,
                                 size_t size, spiqe_events **out) {
  const spiqe_event_format *format = find_format(name, content, size);
  if (!format) return unknown_format(ctx, name, content, size);
  spiqe_event_list list = spiqe_event_list_start(ctx, name);
  spiqe_status status = format->read(content, size, &list);
  if (status == SPIQE_OK) status = spiqe_event_list_finish(&list, out);
  spiqe_event_list_destroy(&list);
  return status;
}

spiqe_status spiqe_events_decode(spiqe_context *ctx, const char *name, const uint8_t *bytes,
                                 size_t size, spiqe_events **out) {
  uint8_t *unpacked;
  const uint8_t *content;
  size_t n;
  *out = NULL;
  SPIQE_TRY(spiqe_content_unpack(ctx, name, bytes, size, &unpacked, &content, &n));
  spiqe_status status = decode_plain(ctx, name, content, n, out);
  free(unpacked);
  return status;
}

spiqe_status spiqe_events_read(spiqe_context *ctx, const char *path, spiqe_events **out) {
  uint8_t *bytes;
  size_t size;
  *out = NULL;
  SPIQE_TRY(spiqe_file_read(ctx, path, SPIQE_MOST_FILE, &bytes, &size));
  spiqe_status status = spiqe_events_decode(ctx, path, bytes, size, out);
  free(bytes);
  return status;
}
