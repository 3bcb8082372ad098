/* Text headers of event files: lines that start with '#' (AEDAT) or '%' (Prophesee). */
#ifndef SPIQE_DATA_EVENT_HEADER_H
#define SPIQE_DATA_EVENT_HEADER_H

#include "data/event_list.h"

/* Where the header ends: the start of the first line that does not start with mark, or the line
 * after one that is `last`, maybe with a blank and more behind it. A line with control bytes is
 * data that starts with mark by chance. At most 4 MiB. */
size_t spiqe_header_end(const uint8_t *content, size_t size, const char *mark, const char *last);

/* The first `key` in the header: [end] bytes, in either case of letters; *value: what follows it on
 * its line, without blanks around and cut to value_size. Returns 0 when there is none. */
int spiqe_header_find(const uint8_t *content, size_t end, const char *key, char *value,
                      size_t value_size);

/* Cameras of iniVation by their names, in either case of letters. */
typedef struct spiqe_camera {
  const char *name; /* static */
  size_t width, height;
} spiqe_camera;

/* The camera whose name is in text, or NULL; names of all, ", " between. */
const spiqe_camera *spiqe_camera_in(const char *text);
const char *spiqe_camera_names(void);

#endif
