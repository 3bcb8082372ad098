/* Sets in one HDF5 file with the groups train and test: data, a row of reals for each sample, and
 * target, the labels. USPS is passed around so. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "core/fail.h"
#include "data/hdf5/file.h"
#include "data/path.h"
#include "data/samples.h"

static spiqe_status check(spiqe_hdf5 *file, const spiqe_hdf5_array *array, size_t n_samples,
                          size_t n_features) {
  SPIQE_REQUIRE(file->ctx,
                array->kind == H5T_FLOAT && array->rank == 2 && array->shape[0] == n_samples &&
                    array->shape[1] == n_features,
                SPIQE_BAD_FORMAT,
                "%s: '%s': expected reals, %zu rows of %zu, found %d axes, %llu rows of %llu%s",
                file->path, array->name, n_samples, n_features, array->rank,
                array->rank > 0 ? (unsigned long long)array->shape[0] : 0,
                array->rank > 1 ? (unsigned long long)array->shape[1] : 1,
                array->kind == H5T_FLOAT ? "" : " of another type");
  return SPIQE_OK;
}

static spiqe_status fill(spiqe_hdf5 *file, const spiqe_hdf5_array *array, spiqe_samples *out) {
  const size_t n = out->n_features;
  SPIQE_TRY(check(file, array, out->n_samples, n));
  out->floats = calloc(out->n_samples * n, sizeof *out->floats);
  SPIQE_REQUIRE(file->ctx, out->floats, SPIQE_NO_MEMORY, "%s: no memory for %zu samples",
                file->path, out->n_samples);
  SPIQE_TRY(spiqe_hdf5_read(file, array, 0, out->n_samples, H5T_NATIVE_FLOAT, out->floats));
  for (size_t i = 0; i < out->n_samples * n; i++)
    SPIQE_REQUIRE(file->ctx, isfinite(out->floats[i]), SPIQE_BAD_FORMAT,
                  "%s: '%s': row %zu, value %zu is not finite", file->path, array->name, i / n,
                  i % n);
  return SPIQE_OK;
}

static spiqe_status read_part(spiqe_hdf5 *file, spiqe_split split, spiqe_samples *out) {
  static const char *const data[] = {"train/data", "test/data"};
  static const char *const target[] = {"train/target", "test/target"};
  spiqe_hdf5_array array;
  SPIQE_TRY(spiqe_hdf5_find(file, data[split], &array));
  spiqe_status status = fill(file, &array, out);
  spiqe_hdf5_forget(&array);
  SPIQE_TRY(status);
  return spiqe_hdf5_read_labels(file, target[split], out->n_samples, out->n_classes, &out->labels);
}

spiqe_status spiqe_set_read_table(spiqe_context *ctx, const spiqe_set *set, const char *folder,
                                  spiqe_split split, spiqe_samples *out) {
  char path[PATH_MAX];
  spiqe_hdf5 file;
  SPIQE_TRY(spiqe_set_path(ctx, folder, &set->files[0], path, sizeof path));
  spiqe_samples_shape(set, split, out);
  spiqe_status status = spiqe_hdf5_open(ctx, path, &file);
  if (status == SPIQE_OK) status = read_part(&file, split, out);
  spiqe_hdf5_close(&file);
  return status;
}
