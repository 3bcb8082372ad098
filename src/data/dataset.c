/* Data sets by name: found, read, cut to some of their classes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "data/classes.h"
#include "data/digits.h"
#include "data/path.h"
#include "data/samples.h"

#define DIGITS_SEED 1 /* the built-in set is one set: the same everywhere */

spiqe_status spiqe_set_read_digits(spiqe_context *ctx, const spiqe_set *set, const char *folder,
                                   spiqe_split split, spiqe_samples *out) {
  (void)folder;
  return spiqe_digits_make(ctx, DIGITS_SEED, split, set->n_samples[split], out);
}

static spiqe_status not_found(spiqe_context *ctx, const spiqe_set *set, const char *folders) {
  spiqe_text all = {0}, how = {0};
  spiqe_path_all(folders, &all);
  if (set->mirrors[0])
    spiqe_text_add(&how, "get it by 'spiqe data fetch %s'", set->name);
  else if (set->home)
    spiqe_text_add(&how, "put its files there (they are at %s)", set->home);
  else
    spiqe_text_add(&how, "no public mirror has it, so put its files there%s%s%s",
                   set->files[0].sha256 ? ", or use 'spiqe data fetch " : "",
                   set->files[0].sha256 ? set->name : "",
                   set->files[0].sha256 ? " --mirror URL'" : "");
  spiqe_fail(ctx, SPIQE_NOT_FOUND, "the data set %s is in none of %.700s; %s", set->name,
             all.data ? all.data : "the folders", how.data ? how.data : "");
  spiqe_text_destroy(&all);
  spiqe_text_destroy(&how);
  return SPIQE_NOT_FOUND;
}

static spiqe_status read_parts(spiqe_context *ctx, const spiqe_set *set,
                               const spiqe_class_list *classes, spiqe_dataset *out) {
  for (spiqe_split split = SPIQE_TRAIN; split <= SPIQE_TEST; split++) {
    SPIQE_TRY(set->read(ctx, set, out->folder, split, &out->part[split]));
    if (classes->n > 0)
      SPIQE_TRY(spiqe_samples_keep_classes(ctx, set->name, classes, &out->part[split]));
  }
  return SPIQE_OK;
}

spiqe_status spiqe_dataset_open(spiqe_context *ctx, const char *name, const char *folders,
                                spiqe_dataset **out) {
  const spiqe_set *set;
  spiqe_class_list classes;
  *out = NULL;
  SPIQE_TRY(spiqe_set_find_part(ctx, name, &set, &classes));
  spiqe_dataset *data = calloc(1, sizeof *data);
  SPIQE_REQUIRE(ctx, data, SPIQE_NO_MEMORY, "%s: no memory", name);
  spiqe_status status =
      spiqe_class_list_name(ctx, set->name, &classes, data->name, sizeof data->name);
  if (status == SPIQE_OK && !spiqe_set_is_built_in(set) &&
      !spiqe_path_find(set, folders, data->folder, sizeof data->folder))
    status = not_found(ctx, set, folders);
  if (status == SPIQE_OK) status = read_parts(ctx, set, &classes, data);
  if (status == SPIQE_OK)
    *out = data;
  else
    spiqe_dataset_destroy(data);
  return status;
}

void spiqe_dataset_destroy(spiqe_dataset *set) {
  if (!set) return;
  spiqe_samples_free(&set->part[SPIQE_TRAIN]);
  spiqe_samples_free(&set->part[SPIQE_TEST]);
  free(set);
}

int spiqe_dataset_is_here(const char *name, const char *folders) {
  const spiqe_set *set;
  spiqe_class_list classes;
  char folder[sizeof((spiqe_dataset *)0)->folder];
  if (spiqe_set_find_part(NULL, name, &set, &classes) != SPIQE_OK) return 0;
  return spiqe_set_is_built_in(set) || spiqe_path_find(set, folders, folder, sizeof folder);
}
