/* Stream: the content of a file that is in memory, read once from front to back, plain or packed.
 * What a stream can give is bounded before anything is unpacked, so that sizes in a header are
 * believed only when the file is large enough to hold them. */
#ifndef SPIQE_DATA_STREAM_H
#define SPIQE_DATA_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "spiqe/context.h"

/* Largest file that is read, and largest content that is unpacked from one. */
#define SPIQE_MOST_FILE ((size_t)1 << 31)
#define SPIQE_MOST_UNPACKED ((size_t)1 << 31)

typedef struct spiqe_stream spiqe_stream;
struct spiqe_stream {
  spiqe_context *ctx;   /* borrowed */
  const char *name;     /* borrowed: what messages call it */
  uint64_t at;          /* bytes given so far */
  uint64_t most;        /* the content has no more bytes than this */
  const uint8_t *bytes; /* borrowed, [size]: plain content, NULL for other kinds */
  void *source;         /* owned: state of the unpacker, or NULL */
  /* Give up to n bytes; *got < n only at the end of the content. */
  spiqe_status (*read)(spiqe_stream *stream, uint8_t *out, size_t n, size_t *got);
  void (*close)(spiqe_stream *stream);
};

/* A stream over bytes: [size]; unpacks when they start as gzip. Fails: SPIQE_NO_MEMORY. */
spiqe_status spiqe_stream_open(spiqe_context *ctx, const char *name, const uint8_t *bytes,
                               size_t size, spiqe_stream *out);
void spiqe_stream_close(spiqe_stream *stream);

/* Bytes that `packed` bytes of deflate can unpack to at most: a match of 258 bytes costs at least
 * two bits (RFC 1951), so 1032 for one; the rest is room for headers. */
uint64_t spiqe_stream_bound(uint64_t packed);

/* Read exactly n bytes; `what` names them in the message. Fails: SPIQE_BAD_FORMAT (the content ends
 * before, or is damaged). */
spiqe_status spiqe_stream_read(spiqe_stream *stream, const char *what, uint8_t *out, size_t n);

/* Read all that is left, with no more memory than twice what there is. *out: owned by the caller
 * (free), NULL on failure. Fails: SPIQE_BAD_FORMAT (damaged), SPIQE_LIMIT (more than
 * SPIQE_MOST_UNPACKED), SPIQE_NO_MEMORY. */
spiqe_status spiqe_stream_read_all(spiqe_stream *stream, uint8_t **out, size_t *n);

/* Check that nothing follows; for packed content this checks its checksum as well. */
spiqe_status spiqe_stream_end(spiqe_stream *stream);

/* The content of a file, unpacked when it starts as gzip. *unpacked: owned by the caller (free),
 * NULL where *content is bytes itself. Fails: SPIQE_BAD_FORMAT, SPIQE_LIMIT, SPIQE_NO_MEMORY. */
spiqe_status spiqe_content_unpack(spiqe_context *ctx, const char *name, const uint8_t *bytes,
                                  size_t size, uint8_t **unpacked, const uint8_t **content,
                                  size_t *n);

#endif
