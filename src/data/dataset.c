/* Data sets by name: found, read, checked. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/file.h"
#include "data/digits.h"
#include "data/path.h"
#include "data/samples.h"

#define DIGITS_SEED 1 /* the built-in set is one set: the same everywhere */

static spiqe_status read_array(spiqe_context *ctx, const char *folder, const spiqe_set_file *file,
                               char path[PATH_MAX], spiqe_array *out) {
  uint8_t *bytes;
  size_t size;
  *out = (spiqe_array){0};
  SPIQE_REQUIRE(ctx, spiqe_path_file(folder, file->name, path, PATH_MAX), SPIQE_NOT_FOUND,
                "%s/%s: it was there, but is no longer", folder, file->name);
  SPIQE_TRY(spiqe_file_read(ctx, path, SPIQE_MOST_FILE, &bytes, &size));
  spiqe_status status = spiqe_array_read(ctx, path, bytes, size, out);
  free(bytes);
  return status;
}

static spiqe_status check_images(spiqe_context *ctx, const spiqe_set *set, spiqe_split split,
                                 const char *path, const spiqe_array *array) {
  SPIQE_REQUIRE(ctx,
                array->rank == 3 && array->bytes && array->shape[1] == set->height &&
                    array->shape[2] == set->width,
                SPIQE_BAD_FORMAT,
                "%s: expected pictures of %zu x %zu bytes, found %zu dimensions "
                "of %s, the last of size %zu",
                path, set->height, set->width, array->rank, array->bytes ? "bytes" : "other types",
                array->shape[array->rank - 1]);
  SPIQE_REQUIRE(ctx, array->shape[0] == set->n_samples[split], SPIQE_BAD_FORMAT,
                "%s: %zu pictures, but %s has %zu there; is it another set?", path, array->shape[0],
                set->name, set->n_samples[split]);
  return SPIQE_OK;
}

static spiqe_status take_labels(spiqe_context *ctx, const char *path, const spiqe_array *array,
                                spiqe_samples *samples) {
  SPIQE_REQUIRE(ctx, array->rank == 1 && array->bytes, SPIQE_BAD_FORMAT,
                "%s: expected labels, one byte each, found %zu dimensions of %s", path, array->rank,
                array->bytes ? "bytes" : "other types");
  SPIQE_REQUIRE(ctx, array->n_elements == samples->n_samples, SPIQE_BAD_FORMAT,
                "%s: %zu labels for %zu pictures", path, array->n_elements, samples->n_samples);
  samples->labels = malloc(array->n_elements * sizeof *samples->labels);
  SPIQE_REQUIRE(ctx, samples->labels, SPIQE_NO_MEMORY, "%s: no memory", path);
  for (size_t i = 0; i < array->n_elements; i++) {
    SPIQE_REQUIRE(ctx, array->bytes[i] < samples->n_classes, SPIQE_BAD_FORMAT,
                  "%s: label %zu is %u, but the set has %zu classes", path, i, array->bytes[i],
                  samples->n_classes);
    samples->labels[i] = array->bytes[i];
  }
  return SPIQE_OK;
}

static spiqe_status read_images(spiqe_context *ctx, const spiqe_set *set, const char *folder,
                                spiqe_split split, spiqe_samples *out) {
  char path[PATH_MAX];
  spiqe_array array;
  spiqe_samples *samples;
  SPIQE_TRY(read_array(ctx, folder, &set->files[2 * split + SPIQE_TRAIN_IMAGES], path, &array));
  spiqe_status status = check_images(ctx, set, split, path, &array);
  if (status == SPIQE_OK) status = spiqe_samples_from_array(ctx, path, &array, &samples);
  spiqe_array_free(&array);
  if (status != SPIQE_OK) return status;
  *out = *samples;
  free(samples);
  out->n_classes = set->n_classes;
  return SPIQE_OK;
}

static spiqe_status read_labels(spiqe_context *ctx, const spiqe_set *set, const char *folder,
                                spiqe_split split, spiqe_samples *samples) {
  char path[PATH_MAX];
  spiqe_array array;
  SPIQE_TRY(read_array(ctx, folder, &set->files[2 * split + SPIQE_TRAIN_LABELS], path, &array));
  spiqe_status status = take_labels(ctx, path, &array, samples);
  spiqe_array_free(&array);
  return status;
}

static spiqe_status read_parts(spiqe_context *ctx, const spiqe_set *set, spiqe_dataset *out) {
  for (spiqe_split split = SPIQE_TRAIN; split <= SPIQE_TEST; split++) {
    if (set->is_built_in) {
      SPIQE_TRY(
          spiqe_digits_make(ctx, DIGITS_SEED, split, set->n_samples[split], &out->part[split]));
      continue;
    }
    SPIQE_TRY(read_images(ctx, set, out->folder, split, &out->part[split]));
    SPIQE_TRY(read_labels(ctx, set, out->folder, split, &out->part[split]));
  }
  return SPIQE_OK;
}

static spiqe_status not_found(spiqe_context *ctx, const spiqe_set *set, const char *folders) {
  spiqe_text all = {0};
  spiqe_path_all(folders, &all);
  spiqe_fail(ctx, SPIQE_NOT_FOUND,
             "the data set %s is in none of %.700s; %s'spiqe data fetch %s%s'", set->name,
             all.data ? all.data : "the folders",
             set->mirrors[0] ? "get it by "
                             : "no public mirror has it, so put its files there, or "
                               "use ",
             set->name, set->mirrors[0] ? "" : " --mirror URL");
  spiqe_text_destroy(&all);
  return SPIQE_NOT_FOUND;
}

spiqe_status spiqe_dataset_open(spiqe_context *ctx, const char *name, const char *folders,
                                spiqe_dataset **out) {
  const spiqe_set *set;
  *out = NULL;
  SPIQE_TRY(spiqe_set_find(ctx, name, &set));
  spiqe_dataset *data = calloc(1, sizeof *data);
  SPIQE_REQUIRE(ctx, data, SPIQE_NO_MEMORY, "%s: no memory", name);
  snprintf(data->name, sizeof data->name, "%s", set->name);
  spiqe_status status = SPIQE_OK;
  if (!set->is_built_in && !spiqe_path_find(set, folders, data->folder, sizeof data->folder))
    status = not_found(ctx, set, folders);
  if (status == SPIQE_OK) status = read_parts(ctx, set, data);
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
  char folder[sizeof((spiqe_dataset *)0)->folder];
  if (spiqe_set_find(NULL, name, &set) != SPIQE_OK) return 0;
  return set->is_built_in || spiqe_path_find(set, folders, folder, sizeof folder);
}
