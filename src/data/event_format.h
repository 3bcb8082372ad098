/* Event formats: a row for each kind of file that holds events. A new format is a file
 * (event_NAME.c) with its row, and its name in the list of event_formats.c. */
#ifndef SPIQE_DATA_EVENT_FORMAT_H
#define SPIQE_DATA_EVENT_FORMAT_H

#include "data/event_list.h"

/* First bytes of the content that a format is told by. */
#define SPIQE_EVENT_START 4096

typedef struct spiqe_event_format {
  const char *name; /* static, for messages: "AEDAT 2.0" */
  /* Is it this one? start: [n], the first bytes of the content, unpacked; name: the file's, without
   * ".gz". */
  int (*is)(const char *name, const uint8_t *start, size_t n);
  /* Add the events of the stream to the list. */
  spiqe_status (*read)(spiqe_stream *stream, spiqe_event_list *list);
} spiqe_event_format;

extern const spiqe_event_format spiqe_event_nmnist;

/* Does the name end so? In either case of letters. */
int spiqe_name_ends(const char *name, const char *ending);

/* Read the recording in bytes: [size]. `name` ends in the file's name. Fails as spiqe_events_read
 * does. */
spiqe_status spiqe_events_decode(spiqe_context *ctx, const char *name, const uint8_t *bytes,
                                 size_t size, spiqe_events **out);

#endif
