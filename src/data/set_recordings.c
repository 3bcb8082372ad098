/* Sets of recordings in files of their own, with a list for each part: a line "number label" for
 * each recording, whose file is NUMBER and the row's suffix. */
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/file.h"
#include "data/path.h"
#include "data/recordings.h"

#define MOST_LIST ((size_t)1 << 24)

/* "12 7": two whole numbers with blanks between and around. */
static int read_line(const char *line, unsigned long *number, unsigned long *label) {
  char *end;
  if (!isdigit((unsigned char)*line)) return 0;
  *number = strtoul(line, &end, 10);
  while (*end == ' ' || *end == '\t') end++;
  if (!isdigit((unsigned char)*end)) return 0;
  *label = strtoul(end, &end, 10);
  while (*end == ' ' || *end == '\t' || *end == '\r') end++;
  return *end == 0;
}

static spiqe_status add_file(spiqe_recordings *r, const char *folder, const char *suffix,
                             unsigned long number, unsigned long label) {
  char name[64], path[PATH_MAX];
  spiqe_events *events;
  snprintf(name, sizeof name, "%lu%s", number, suffix);
  SPIQE_REQUIRE(r->ctx, spiqe_file_join(path, sizeof path, folder, name), SPIQE_FILE,
                "%.60s...: the path is too long", folder);
  SPIQE_TRY(spiqe_events_read(r->ctx, path, &events));
  spiqe_status status =
      spiqe_recordings_add(r, path, events->events, events->n_events, (double)label);
  spiqe_events_destroy(events);
  return status;
}

/* list: text, changed. Lines that begin with '#' and empty ones are comments. */
static spiqe_status read_files(spiqe_recordings *r, const spiqe_set *set, const char *folder,
                               const char *path, char *list) {
  char *line;
  for (size_t number = 1; (line = strsep(&list, "\n")); number++) {
    unsigned long recording, label;
    if (*line == '#' || *line == 0 || *line == '\r') continue;
    SPIQE_REQUIRE(r->ctx, read_line(line, &recording, &label), SPIQE_BAD_FORMAT,
                  "%s:%zu: '%.40s', but the number of a recording and its class are expected", path,
                  number, line);
    spiqe_status status = add_file(r, folder, set->suffix, recording, label);
    if (status != SPIQE_OK) return spiqe_fail_prefix(r->ctx, status, "%s:%zu", path, number);
  }
  return spiqe_recordings_end(r, path);
}

spiqe_status spiqe_set_read_recordings(spiqe_context *ctx, const spiqe_set *set, const char *folder,
                                       spiqe_split split, spiqe_samples *out) {
  char path[PATH_MAX];
  uint8_t *list;
  size_t size;
  spiqe_samples_shape(set, split, out);
  spiqe_recordings r = {.ctx = ctx, .samples = out};
  SPIQE_TRY(spiqe_set_path(ctx, folder, &set->files[split], path, sizeof path));
  SPIQE_TRY(spiqe_file_read(ctx, path, MOST_LIST, &list, &size));
  spiqe_status status = spiqe_recordings_begin(&r);
  if (status == SPIQE_OK) status = read_files(&r, set, folder, path, (char *)list);
  free(list);
  return status;
}
