/* Search for data sets. */
#include "data/path.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/file.h"

int spiqe_path_cache(char *out, size_t out_size) {
  const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
  int n = -1;
  if (cache && *cache)
    n = snprintf(out, out_size, "%s/spiqe", cache);
  else if (home && *home)
    n = snprintf(out, out_size, "%s/.cache/spiqe", home);
  return n > 0 && (size_t)n < out_size;
}

void spiqe_path_all(const char *folders, spiqe_text *out) {
  const char *variable = getenv("SPIQE_DATA");
  char cache[PATH_MAX];
  if (folders && *folders) spiqe_text_add(out, "%s:", folders);
  if (variable && *variable) spiqe_text_add(out, "%s:", variable);
  if (spiqe_path_cache(cache, sizeof cache)) spiqe_text_add(out, "%s:", cache);
  spiqe_text_add(out, "../shared/data");
}

int spiqe_path_file(const char *folder, const char *file, char *out, size_t out_size) {
  size_t n = strlen(file);
  if (!spiqe_file_join(out, out_size, folder, file)) return 0;
  if (spiqe_file_exists(out)) return 1;
  if (n < 3 || strcmp(file + n - 3, ".gz") != 0) return 0;
  out[strlen(out) - 3] = 0;
  return spiqe_file_exists(out);
}

spiqe_status spiqe_set_path(spiqe_context *ctx, const char *folder, const spiqe_set_file *file,
                            char *out, size_t out_size) {
  SPIQE_REQUIRE(ctx, spiqe_path_file(folder, file->name, out, out_size), SPIQE_NOT_FOUND,
                "%s/%s: it was there, but is no longer", folder, file->name);
  return SPIQE_OK;
}

static int holds_all(const spiqe_set *set, const char *folder) {
  char path[PATH_MAX];
  for (size_t i = 0; i < spiqe_set_n_files(set); i++)
    if (!spiqe_path_file(folder, set->files[i].name, path, sizeof path)) return 0;
  return 1;
}

static int bears_other_name(const spiqe_set *set, const char *folder) {
  size_t n = strlen(folder);
  while (n > 0 && folder[n - 1] == '/') n--;
  size_t first = n;
  while (first > 0 && folder[first - 1] != '/') first--;
  for (size_t i = 0; spiqe_set_at(i); i++) {
    const char *name = spiqe_set_at(i)->name;
    if (strlen(name) == n - first && memcmp(name, folder + first, n - first) == 0)
      return spiqe_set_at(i) != set;
  }
  return 0;
}

/* folder: one piece of the path. On success out is where the files are. */
static int find_in(const spiqe_set *set, const char *folder, char *out, size_t out_size) {
  if (spiqe_file_join(out, out_size, folder, set->name) && holds_all(set, out)) return 1;
  int n = snprintf(out, out_size, "%s", folder);
  return n > 0 && (size_t)n < out_size && !bears_other_name(set, folder) && holds_all(set, folder);
}

int spiqe_path_find(const spiqe_set *set, const char *folders, char *out, size_t out_size) {
  spiqe_text all = {0};
  int found = 0;
  if (spiqe_set_is_built_in(set)) return 0;
  spiqe_path_all(folders, &all);
  char *rest = all.failed ? NULL : all.data, *folder;
  while (!found && (folder = strsep(&rest, ":")))
    found = *folder && find_in(set, folder, out, out_size);
  spiqe_text_destroy(&all);
  return found;
}
