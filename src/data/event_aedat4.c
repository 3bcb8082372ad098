/* AEDAT 4, the format of DV: a header, then packets of several streams, each packed on its own and,
 * unpacked, a flatbuffer with its size before it.
 * https://docs.inivation.com/software/software-advanced-usage/file-formats/aedat-4.0.html */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "data/event_format.h"
#include "data/flatbuffer.h"
#include "data/packed.h"

#define VERSION_LINE "#!AER-DAT4.0\r\n"
#define PACKET 8 /* bytes before a packet: number of its stream, and its size */
#define RECORD 16
#define NO_STREAM UINT32_MAX
#define MOST_SIDE 65536

enum { PACKED_NONE, PACKED_LZ4, PACKED_LZ4_HIGH, PACKED_ZSTD, PACKED_ZSTD_HIGH, N_PACKED };

typedef struct aedat4 {
  spiqe_event_list *list; /* borrowed */
  const uint8_t *content; /* borrowed, [end] */
  size_t at, end;         /* end: of the packets */
  int64_t packed;         /* how packets are packed */
  char *about;            /* owned: the description of the streams, XML */
  uint32_t stream;        /* the first one that has events; NO_STREAM: none so far */
  spiqe_piece piece;      /* owned */
} aedat4;

static int is_aedat4(const char *name, const uint8_t *content, size_t size) {
  (void)name;
  return spiqe_content_starts(content, size, "#!AER-DAT4.0");
}

/* The number of <attr key="KEY" ...>NUMBER</attr>, before `end`; 0 when there is none. */
static size_t find_side(const char *text, const char *end, const char *key) {
  char start[32];
  snprintf(start, sizeof start, "key=\"%s\"", key);
  const char *at = strstr(text, start);
  if (!at || (end && at > end)) return 0;
  at = strchr(at, '>');
  unsigned long side = at ? strtoul(at + 1, NULL, 10) : 0;
  return side <= MOST_SIDE ? side : 0;
}

/* Keep the description of the streams, [n] bytes, with its end marked. */
static spiqe_status keep_description(aedat4 *reading, const uint8_t *description, size_t n) {
  const spiqe_event_list *list = reading->list;
  char *text = malloc(n + 1);
  SPIQE_REQUIRE(list->ctx, text, SPIQE_NO_MEMORY, "%s: no memory for %zu bytes", list->name, n);
  memcpy(text, description, n);
  text[n] = 0;
  reading->about = text;
  return SPIQE_OK;
}

/* Size of the camera of the stream that is read: its node has its number for a name, and its size
 * stands before the type of the next one. What is not said stays unknown. */
static void find_size(const aedat4 *reading) {
  static const char type[] = "key=\"typeIdentifier\"";
  char start[48];
  snprintf(start, sizeof start, "<node name=\"%u\"", reading->stream);
  const char *node = strstr(reading->about, start);
  const char *own = node ? strstr(node, type) : NULL;
  if (!own) return;
  const char *next = strstr(own + 1, type);
  reading->list->width = find_side(own, next, "sizeX");
  reading->list->height = find_side(own, next, "sizeY");
}

/* The header: how packets are packed, where they end (a table of them follows, or nothing when the
 * recording was cut off), a description. */
static spiqe_status read_header(aedat4 *reading, size_t size) {
  spiqe_event_list *list = reading->list;
  const uint8_t *header = reading->content + strlen(VERSION_LINE) + 4;
  size_t start = strlen(VERSION_LINE) + 4, first, n;
  SPIQE_REQUIRE(list->ctx, size >= start, SPIQE_BAD_FORMAT,
                "%s: ends at byte %zu, where the size of the header is expected", list->name, size);
  size_t header_size = spiqe_little_u32(header - 4);
  spiqe_flatbuffer buffer;
  int64_t end;
  SPIQE_REQUIRE(list->ctx, header_size <= size - start, SPIQE_BAD_FORMAT,
                "%s: a header of %zu bytes at byte %zu, but %zu bytes follow", list->name,
                header_size, start, size - start);
  SPIQE_REQUIRE(list->ctx,
                spiqe_flatbuffer_open(header, header_size, "IOHE", &buffer) &&
                    spiqe_flatbuffer_number(&buffer, 0, 4, PACKED_NONE, &reading->packed) &&
                    spiqe_flatbuffer_number(&buffer, 1, 8, -1, &end) &&
                    spiqe_flatbuffer_list(&buffer, 2, 1, &first, &n),
                SPIQE_BAD_FORMAT, "%s: the header at byte %zu is no sound flatbuffer IOHE",
                list->name, start);
  SPIQE_REQUIRE(list->ctx, reading->packed >= 0 && reading->packed < N_PACKED, SPIQE_UNSUPPORTED,
                "%s: packets are packed in way %lld, expected 0 to %d", list->name,
                (long long)reading->packed, N_PACKED - 1);
  reading->at = start + header_size;
  reading->end = end < 0 ? size : (size_t)end;
  SPIQE_REQUIRE(list->ctx, reading->end >= reading->at && reading->end <= size, SPIQE_BAD_FORMAT,
                "%s: the header says that packets end at byte %lld, expected %zu to %zu",
                list->name, (long long)end, reading->at, size);
  return keep_description(reading, header + first, n);
}

static spiqe_status unpack(aedat4 *reading, size_t size, const uint8_t **data, size_t *n) {
  spiqe_event_list *list = reading->list;
  const uint8_t *bytes = reading->content + reading->at;
  *data = bytes;
  *n = size;
  if (reading->packed == PACKED_NONE) return SPIQE_OK;
  if (reading->packed <= PACKED_LZ4_HIGH)
    SPIQE_TRY(spiqe_lz4_unpack(list->ctx, list->name, reading->at, bytes, size, &reading->piece));
  else
    SPIQE_TRY(spiqe_zstd_unpack(list->ctx, list->name, reading->at, bytes, size, &reading->piece));
  *data = reading->piece.data;
  *n = reading->piece.size;
  return SPIQE_OK;
}

/* Time of 64 bits, x and y of 16 with a sign, polarity, 3 bytes of nothing. */
static spiqe_status take_event(aedat4 *reading, const uint8_t *record) {
  spiqe_event_list *list = reading->list;
  const int64_t most = INT64_MAX / 4; /* so that differences do not overflow */
  int64_t time = (int64_t)spiqe_little_u64(record);
  SPIQE_REQUIRE(list->ctx, time >= 0 && time <= most, SPIQE_BAD_FORMAT,
                "%s: the packet at byte %zu has an event at %lld us", list->name, reading->at,
                (long long)time);
  return spiqe_event_list_add(list, reading->at, time, spiqe_little_u16(record + 8),
                              spiqe_little_u16(record + 10), record[12] != 0);
}

/* data: [n], what a packet unpacks to. Packets of pictures, motion and triggers are left out, as is
 * a second camera. */
static spiqe_status read_packet(aedat4 *reading, uint32_t stream, const uint8_t *data, size_t n) {
  spiqe_event_list *list = reading->list;
  spiqe_flatbuffer buffer;
  size_t first, n_events;
  SPIQE_REQUIRE(list->ctx, n >= 12 && spiqe_little_u32(data) == n - 4, SPIQE_BAD_FORMAT,
                "%s: the packet at byte %zu has %zu bytes, but not the size of them before",
                list->name, reading->at, n);
  if (memcmp(data + 8, "EVTS", 4) != 0) return SPIQE_OK;
  if (reading->stream != NO_STREAM && reading->stream != stream) return SPIQE_OK;
  SPIQE_REQUIRE(list->ctx,
                spiqe_flatbuffer_open(data + 4, n - 4, "EVTS", &buffer) &&
                    spiqe_flatbuffer_list(&buffer, 0, RECORD, &first, &n_events),
                SPIQE_BAD_FORMAT, "%s: the packet at byte %zu is no sound flatbuffer EVTS",
                list->name, reading->at);
  if (reading->stream == NO_STREAM && n_events > 0) {
    reading->stream = stream;
    find_size(reading);
  }
  for (size_t i = 0; i < n_events; i++)
    SPIQE_TRY(take_event(reading, buffer.bytes + first + i * RECORD));
  return SPIQE_OK;
}

static spiqe_status read_packets(aedat4 *reading) {
  spiqe_event_list *list = reading->list;
  while (reading->at < reading->end) {
    const uint8_t *before = reading->content + reading->at, *data;
    size_t left = reading->end - reading->at, n;
    SPIQE_REQUIRE(list->ctx, left >= PACKET, SPIQE_BAD_FORMAT,
                  "%s: packets end at byte %zu, inside what stands before one", list->name,
                  reading->end);
    uint32_t stream = spiqe_little_u32(before);
    size_t size = spiqe_little_u32(before + 4);
    SPIQE_REQUIRE(list->ctx, size <= left - PACKET, SPIQE_BAD_FORMAT,
                  "%s: a packet of %zu bytes at byte %zu, but %zu bytes follow", list->name, size,
                  reading->at, left - PACKET);
    reading->at += PACKET;
    SPIQE_TRY(unpack(reading, size, &data, &n));
    SPIQE_TRY(read_packet(reading, stream, data, n));
    reading->at += size;
  }
  return SPIQE_OK;
}

static spiqe_status read_aedat4(const uint8_t *content, size_t size, spiqe_event_list *list) {
  aedat4 reading = {.list = list, .content = content, .stream = NO_STREAM};
  list->most_fall = SPIQE_MOST_FALL;
  list->n_polarities = 2;
  spiqe_status status = read_header(&reading, size);
  if (status == SPIQE_OK) status = read_packets(&reading);
  free(reading.piece.data);
  free(reading.about);
  return status;
}

const spiqe_event_format spiqe_event_aedat4 = {"AEDAT 4", is_aedat4, read_aedat4};
