/* Event formats: a row for each kind of file that holds events. A new format is a file
 * (event_NAME.c) with its row, and its name in the list of event_formats.c. */
#ifndef SPIQE_DATA_EVENT_FORMAT_H
#define SPIQE_DATA_EVENT_FORMAT_H

#include "data/event_list.h"

typedef struct spiqe_event_format {
  const char *name; /* static, for messages: "AEDAT 2.0" */
  /* Is it this one? content: [size], unpacked; name: the file's, without ".gz". */
  int (*is)(const char *name, const uint8_t *content, size_t size);
  /* Add the events of the content to the list. */
  spiqe_status (*read)(const uint8_t *content, size_t size, spiqe_event_list *list);
} spiqe_event_format;

extern const spiqe_event_format spiqe_event_aedat2, spiqe_event_aedat3, spiqe_event_aedat4,
    spiqe_event_evt2, spiqe_event_evt3, spiqe_event_dat, spiqe_event_nmnist, spiqe_event_csv;

/* Does the content start so? */
int spiqe_content_starts(const uint8_t *content, size_t size, const char *start);

/* Does the name end so? In either case of letters. */
int spiqe_name_ends(const char *name, const char *ending);

/* Is it a file of events, by its first bytes or its name? */
int spiqe_events_are(const char *name, const uint8_t *bytes, size_t size);

/* Read the recording in bytes: [size]. `name` ends in the file's name. Fails as spiqe_events_read
 * does. */
spiqe_status spiqe_events_decode(spiqe_context *ctx, const char *name, const uint8_t *bytes,
                                 size_t size, spiqe_events **out);

/* Read labels from bytes: [size]. Fails as spiqe_event_labels_read does. */
spiqe_status spiqe_event_labels_decode(spiqe_context *ctx, const char *name, const uint8_t *bytes,
                                       size_t size, spiqe_event_label **out, size_t *n);

#endif
