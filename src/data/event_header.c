/* Text headers of event files. */
#include "data/event_header.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Sizes: https://docs.inivation.com, "AEDAT File Formats", supported devices. */
static const spiqe_camera cameras[] = {{"DVS128", 128, 128},   {"DAVIS240", 240, 180},
                                       {"DAVIS346", 346, 260}, {"DAVIS640", 640, 480},
                                       {"DAVIS128", 128, 128}, {"DAVIS208", 208, 192}};
#define N_CAMERAS (sizeof cameras / sizeof cameras[0])
#define CAMERA_NAMES "DVS128, DAVIS240, DAVIS346, DAVIS640, DAVIS128, DAVIS208"

const spiqe_camera *spiqe_camera_in(const char *text) {
  for (size_t i = 0; i < N_CAMERAS; i++)
    if (strcasestr(text, cameras[i].name)) return &cameras[i];
  return NULL;
}

const char *spiqe_camera_names(void) {
  return CAMERA_NAMES;
}

/* Longest header: jAER's, with all settings of a camera in it, have some 100 kB. */
#define MOST_HEADER ((size_t)1 << 22)

/* One past the newline of the line that starts at `at`, or size. */
static size_t line_end(const uint8_t *content, size_t size, size_t at) {
  const uint8_t *newline = memchr(content + at, '\n', size - at);
  return newline ? (size_t)(newline - content) + 1 : size;
}

static int is_text(const uint8_t *line, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (line[i] < ' ' && !strchr("\t\r\n", line[i])) return 0;
  return memchr(line, 0, n) == NULL;
}

static int starts_with(const uint8_t *line, size_t n, const char *start) {
  return n >= strlen(start) && strncasecmp((const char *)line, start, strlen(start)) == 0;
}

static int is_line(const uint8_t *line, size_t n, const char *words) {
  const size_t length = strlen(words);
  return starts_with(line, n, words) && (n == length || isspace(line[length]));
}

size_t spiqe_header_end(const uint8_t *content, size_t size, const char *mark, const char *last) {
  size_t at = 0;
  if (size > MOST_HEADER) size = MOST_HEADER;
  while (starts_with(content + at, size - at, mark)) {
    const uint8_t *line = content + at;
    const size_t n = line_end(content, size, at) - at;
    if (!is_text(line, n)) break;
    at += n;
    if (is_line(line, n, last)) break;
  }
  return at;
}

static void copy_value(const uint8_t *from, const uint8_t *end, char *value, size_t value_size) {
  while (from < end && isspace(*from)) from++;
  while (end > from && isspace(end[-1])) end--;
  snprintf(value, value_size, "%.*s", (int)(end - from < 1000 ? end - from : 1000),
           (const char *)from);
}

int spiqe_header_find(const uint8_t *content, size_t end, const char *key, char *value,
                      size_t value_size) {
  size_t n = strlen(key);
  for (size_t at = 0; at + n <= end; at++) {
    if (strncasecmp((const char *)content + at, key, n) != 0) continue;
    copy_value(content + at + n, content + line_end(content, end, at), value, value_size);
    return 1;
  }
  return 0;
}
