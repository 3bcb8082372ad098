#include "data/hdf5/file.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/file.h"
#include "data/stream.h"

static pthread_mutex_t library = PTHREAD_MUTEX_INITIALIZER;

/* A file in memory: the library takes a copy of it. It wants a name that no file has, which nothing
 * below a file can have. */
static hid_t open_image(const spiqe_hdf5 *file, size_t n) {
  char name[PATH_MAX + 16];
  hid_t access = H5Pcreate(H5P_FILE_ACCESS), id = H5I_INVALID_HID;
  snprintf(name, sizeof name, "%s/unpacked", file->path);
  if (access >= 0 && H5Pset_fapl_core(access, (size_t)1 << 16, 0) >= 0 &&
      H5Pset_file_image(access, file->image, n) >= 0)
    id = H5Fopen(name, H5F_ACC_RDONLY, access);
  if (access >= 0) H5Pclose(access);
  return id;
}

static spiqe_status open_packed(spiqe_hdf5 *file) {
  uint8_t *bytes, *image;
  const uint8_t *content;
  size_t size, n;
  SPIQE_TRY(spiqe_file_read(file->ctx, file->path, SPIQE_MOST_FILE, &bytes, &size));
  spiqe_status status =
      spiqe_content_unpack(file->ctx, file->path, bytes, size, &image, &content, &n);
  free(bytes);
  SPIQE_TRY(status);
  SPIQE_REQUIRE(file->ctx, image, SPIQE_BAD_FORMAT,
                "%s: no HDF5 file (nor one packed by gzip) that the library can read", file->path);
  file->image = image;
  file->file = open_image(file, n);
  free(file->image);
  file->image = NULL;
  SPIQE_REQUIRE(file->ctx, file->file >= 0, SPIQE_BAD_FORMAT,
                "%s: what is packed in it is no HDF5 file that the library can read", file->path);
  return SPIQE_OK;
}

spiqe_status spiqe_hdf5_open(spiqe_context *ctx, const char *path, spiqe_hdf5 *out) {
  *out = (spiqe_hdf5){.ctx = ctx, .path = path, .file = H5I_INVALID_HID};
  pthread_mutex_lock(&library);
  H5Eget_auto2(H5E_DEFAULT, &out->report, &out->report_data);
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  SPIQE_REQUIRE(ctx, spiqe_file_exists(path), SPIQE_NOT_FOUND, "%s: cannot be read", path);
  out->file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
  return out->file >= 0 ? SPIQE_OK : open_packed(out);
}

void spiqe_hdf5_close(spiqe_hdf5 *file) {
  if (file->file >= 0) H5Fclose(file->file);
  free(file->image);
  H5Eset_auto2(H5E_DEFAULT, file->report, file->report_data);
  pthread_mutex_unlock(&library);
}

static void find_kind(spiqe_hdf5_array *array) {
  hid_t type = H5Dget_type(array->id);
  array->kind = H5Tget_class(type);
  if (array->kind == H5T_VLEN) {
    hid_t item = H5Tget_super(type);
    array->item_kind = H5Tget_class(item);
    H5Tclose(item);
  }
  H5Tclose(type);
}

static void find_shape(spiqe_hdf5_array *array) {
  hid_t space = H5Dget_space(array->id);
  array->rank = H5Sget_simple_extent_ndims(space);
  if (array->rank > 0) H5Sget_simple_extent_dims(space, array->shape, NULL);
  H5Sclose(space);
}

spiqe_status spiqe_hdf5_find(spiqe_hdf5 *file, const char *name, spiqe_hdf5_array *out) {
  *out = (spiqe_hdf5_array){.name = name, .item_kind = H5T_NO_CLASS};
  out->id = H5Dopen2(file->file, name, H5P_DEFAULT);
  SPIQE_REQUIRE(file->ctx, out->id >= 0, SPIQE_BAD_FORMAT, "%s: there is no array '%s' in it",
                file->path, name);
  find_kind(out);
  find_shape(out);
  return SPIQE_OK;
}

void spiqe_hdf5_forget(spiqe_hdf5_array *array) {
  if (array->id >= 0) H5Dclose(array->id);
  array->id = H5I_INVALID_HID;
}

spiqe_status spiqe_hdf5_read(spiqe_hdf5 *file, const spiqe_hdf5_array *array, hsize_t first,
                             hsize_t n, hid_t type, void *out) {
  hsize_t start[H5S_MAX_RANK] = {first}, count[H5S_MAX_RANK];
  memcpy(count, array->shape, sizeof count);
  count[0] = n;
  hid_t from = H5Dget_space(array->id), to = H5Screate_simple(array->rank, count, NULL);
  herr_t answer = -1;
  if (from >= 0 && to >= 0 &&
      H5Sselect_hyperslab(from, H5S_SELECT_SET, start, NULL, count, NULL) >= 0)
    answer = H5Dread(array->id, type, to, from, H5P_DEFAULT, out);
  if (from >= 0) H5Sclose(from);
  if (to >= 0) H5Sclose(to);
  SPIQE_REQUIRE(file->ctx, answer >= 0, SPIQE_BAD_FORMAT,
                "%s: '%s', rows %llu to %llu: cannot be read; the file is damaged or uses a filter "
                "that is not there",
                file->path, array->name, (unsigned long long)first,
                (unsigned long long)(first + n - 1));
  return SPIQE_OK;
}

void spiqe_hdf5_reclaim(hid_t type, hsize_t n, void *elements) {
  hid_t space = H5Screate_simple(1, &n, NULL);
  if (space < 0) return;
  H5Dvlen_reclaim(type, space, H5P_DEFAULT, elements);
  H5Sclose(space);
}

static spiqe_status check_labels(spiqe_hdf5 *file, const spiqe_hdf5_array *array, size_t n_samples,
                                 size_t n_classes, const int64_t *wide, uint16_t *labels) {
  for (size_t i = 0; i < n_samples; i++) {
    SPIQE_REQUIRE(file->ctx, wide[i] >= 0 && (uint64_t)wide[i] < n_classes, SPIQE_BAD_FORMAT,
                  "%s: '%s': label %zu is %lld, but the set has %zu classes", file->path,
                  array->name, i, (long long)wide[i], n_classes);
    labels[i] = (uint16_t)wide[i];
  }
  return SPIQE_OK;
}

static spiqe_status fill_labels(spiqe_hdf5 *file, const spiqe_hdf5_array *array, size_t n_samples,
                                size_t n_classes, uint16_t *labels) {
  SPIQE_REQUIRE(file->ctx,
                array->kind == H5T_INTEGER && array->rank == 1 && array->shape[0] == n_samples,
                SPIQE_BAD_FORMAT,
                "%s: '%s': expected %zu whole numbers, found %d axes, the first of size %llu",
                file->path, array->name, n_samples, array->rank,
                array->rank > 0 ? (unsigned long long)array->shape[0] : 0);
  int64_t *wide = calloc(n_samples, sizeof *wide);
  SPIQE_REQUIRE(file->ctx, wide, SPIQE_NO_MEMORY, "%s: no memory for %zu labels", file->path,
                n_samples);
  spiqe_status status = spiqe_hdf5_read(file, array, 0, n_samples, H5T_NATIVE_INT64, wide);
  if (status == SPIQE_OK) status = check_labels(file, array, n_samples, n_classes, wide, labels);
  free(wide);
  return status;
}

spiqe_status spiqe_hdf5_read_labels(spiqe_hdf5 *file, const char *name, size_t n_samples,
                                    size_t n_classes, uint16_t **out) {
  spiqe_hdf5_array array;
  *out = NULL;
  SPIQE_TRY(spiqe_hdf5_find(file, name, &array));
  uint16_t *labels = calloc(n_samples, sizeof *labels);
  spiqe_status status =
      labels ? fill_labels(file, &array, n_samples, n_classes, labels)
             : spiqe_fail(file->ctx, SPIQE_NO_MEMORY, "%s: no memory for labels", file->path);
  spiqe_hdf5_forget(&array);
  if (status == SPIQE_OK)
    *out = labels;
  else
    free(labels);
  return status;
}
