/* The header of Prophesee's files, and their clock. */
#include "data/event_prophesee.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "data/event_header.h"

#define MOST_SIDE 65536

size_t spiqe_prophesee_end(const uint8_t *content, size_t size) {
  return spiqe_header_end(content, size, "% ", "% end");
}

void spiqe_prophesee_encoding(const uint8_t *content, size_t size, char *name, size_t name_size) {
  size_t end = spiqe_prophesee_end(content, size);
  if (spiqe_header_find(content, end, "% format ", name, name_size)) {
    name[strcspn(name, "; ")] = 0;
  } else if (spiqe_header_find(content, end, "% evt ", name, name_size)) {
    int is_plain = strcmp(name, "2.0") == 0 || strcmp(name, "3.0") == 0;
    if (is_plain) snprintf(name, name_size, "EVT%c", name[0]);
  } else {
    snprintf(name, name_size, "DAT");
  }
}

int spiqe_prophesee_is(const uint8_t *content, size_t size, const char *encoding) {
  char name[64];
  if (size == 0 || content[0] != '%') return 0;
  spiqe_prophesee_encoding(content, size, name, sizeof name);
  return strcasecmp(name, encoding) == 0;
}

/* A side of the camera; 0 when the header does not name it or not in a way that we know. */
static size_t find_side(const uint8_t *content, size_t end, const char *line, const char *key) {
  char text[32];
  if (!spiqe_header_find(content, end, line, text, sizeof text) &&
      !spiqe_header_find(content, end, key, text, sizeof text))
    return 0;
  unsigned long side = strtoul(text, NULL, 10);
  return side <= MOST_SIDE ? side : 0;
}

static int find_geometry(const uint8_t *content, size_t end, size_t *width, size_t *height) {
  char text[64], *rest;
  if (!spiqe_header_find(content, end, "% geometry ", text, sizeof text)) return 0;
  unsigned long w = strtoul(text, &rest, 10);
  unsigned long h = *rest == 'x' ? strtoul(rest + 1, NULL, 10) : 0;
  if (w == 0 || h == 0 || w > MOST_SIDE || h > MOST_SIDE) return 0;
  *width = w;
  *height = h;
  return 1;
}

void spiqe_prophesee_start(const uint8_t *content, size_t end, spiqe_event_list *list) {
  if (!find_geometry(content, end, &list->width, &list->height)) {
    list->width = find_side(content, end, "% width ", ";width=");
    list->height = find_side(content, end, "% height ", ";height=");
  }
  list->most_fall = SPIQE_MOST_FALL;
  list->n_polarities = 2;
}

void spiqe_prophesee_tick(spiqe_prophesee_clock *clock, int64_t high) {
  if (clock->high >= 0 && clock->high - high > clock->range / 2) clock->loops += clock->range;
  clock->high = high;
}
