/* The Heidelberg spiking sets (Cramer et al., IEEE TNNLS 33, 2744, 2022; arXiv 1910.07407): an HDF5
 * file for each part, with spikes/times (seconds) and spikes/units, a list of a length of its own
 * for each recording, and labels. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/grow.h"
#include "data/event_list.h"
#include "data/hdf5/file.h"
#include "data/path.h"
#include "data/recordings.h"

#define BLOCK ((size_t)256) /* recordings that are read at a time */
#define MOST_SECONDS 4294.0 /* 32 bits of microseconds */

/* The two lists of a file, and a block of each. */
typedef struct lists {
  spiqe_hdf5 *file; /* borrowed */
  spiqe_hdf5_array times, units;
  hid_t time_type, unit_type; /* lists of float, of int64_t */
  hvl_t time[BLOCK], unit[BLOCK];
  spiqe_address_event *events; /* owned, of one recording */
  size_t capacity;
} lists;

static spiqe_status check(lists *l, const spiqe_hdf5_array *array, H5T_class_t item_kind,
                          const char *what, size_t n) {
  SPIQE_REQUIRE(l->file->ctx,
                array->kind == H5T_VLEN && array->item_kind == item_kind && array->rank == 1 &&
                    array->shape[0] == n,
                SPIQE_BAD_FORMAT,
                "%s: '%s': expected %zu lists of %s, found %d axes, the first of size %llu",
                l->file->path, array->name, n, what, array->rank,
                array->rank > 0 ? (unsigned long long)array->shape[0] : 0);
  return SPIQE_OK;
}

/* Recording `number`, at place i of the block. */
static spiqe_status take_recording(lists *l, spiqe_recordings *r, size_t number, size_t i,
                                   uint16_t label) {
  const size_t n = l->time[i].len;
  const float *time = l->time[i].p;
  const int64_t *unit = l->unit[i].p;
  SPIQE_REQUIRE(r->ctx, l->unit[i].len == n, SPIQE_BAD_FORMAT,
                "%s: recording %zu has %zu times, but %zu units", l->file->path, number, n,
                l->unit[i].len);
  SPIQE_TRY(spiqe_grow(r->ctx, (void **)&l->events, &l->capacity, n + 1, sizeof *l->events));
  for (size_t k = 0; k < n; k++) {
    SPIQE_REQUIRE(r->ctx,
                  time[k] >= 0 && time[k] < MOST_SECONDS && unit[k] >= 0 && unit[k] <= UINT16_MAX,
                  SPIQE_BAD_FORMAT, "%s: recording %zu, spike %zu: unit %lld at %g s",
                  l->file->path, number, k, (long long)unit[k], (double)time[k]);
    l->events[k] =
        (spiqe_address_event){.time = (uint32_t)((double)time[k] * 1e6), .x = (uint16_t)unit[k]};
  }
  SPIQE_TRY(spiqe_events_sort(r->ctx, l->events, n));
  return spiqe_recordings_add(r, l->file->path, l->events, n, label);
}

static spiqe_status read_block(lists *l, spiqe_recordings *r, size_t first, size_t n,
                               const uint16_t *labels) {
  memset(l->time, 0, sizeof l->time);
  memset(l->unit, 0, sizeof l->unit);
  spiqe_status status = spiqe_hdf5_read(l->file, &l->times, first, n, l->time_type, l->time);
  if (status == SPIQE_OK)
    status = spiqe_hdf5_read(l->file, &l->units, first, n, l->unit_type, l->unit);
  for (size_t i = 0; status == SPIQE_OK && i < n; i++)
    status = take_recording(l, r, first + i, i, labels[first + i]);
  spiqe_hdf5_reclaim(l->time_type, n, l->time);
  spiqe_hdf5_reclaim(l->unit_type, n, l->unit);
  return status;
}

static spiqe_status read_all(lists *l, spiqe_recordings *r, const uint16_t *labels) {
  const size_t n = r->samples->n_samples;
  SPIQE_TRY(check(l, &l->times, H5T_FLOAT, "reals", n));
  SPIQE_TRY(check(l, &l->units, H5T_INTEGER, "whole numbers", n));
  SPIQE_TRY(spiqe_recordings_begin(r));
  for (size_t first = 0; first < n; first += BLOCK)
    SPIQE_TRY(read_block(l, r, first, n - first < BLOCK ? n - first : BLOCK, labels));
  return SPIQE_OK;
}

static spiqe_status read_part(lists *l, spiqe_recordings *r) {
  uint16_t *labels;
  const spiqe_samples *s = r->samples;
  SPIQE_TRY(spiqe_hdf5_read_labels(l->file, "labels", s->n_samples, s->n_classes, &labels));
  spiqe_status status = spiqe_hdf5_find(l->file, "spikes/times", &l->times);
  if (status == SPIQE_OK) status = spiqe_hdf5_find(l->file, "spikes/units", &l->units);
  if (status == SPIQE_OK) status = read_all(l, r, labels);
  spiqe_hdf5_forget(&l->times);
  spiqe_hdf5_forget(&l->units);
  free(labels);
  return status;
}

spiqe_status spiqe_set_read_spikes(spiqe_context *ctx, const spiqe_set *set, const char *folder,
                                   spiqe_split split, spiqe_samples *out) {
  char path[PATH_MAX];
  spiqe_hdf5 file;
  SPIQE_TRY(spiqe_set_path(ctx, folder, &set->files[split], path, sizeof path));
  spiqe_samples_shape(set, split, out);
  spiqe_recordings r = {.ctx = ctx, .samples = out};
  lists *l = calloc(1, sizeof *l);
  SPIQE_REQUIRE(ctx, l, SPIQE_NO_MEMORY, "%s: no memory", path);
  l->file = &file;
  l->times.id = l->units.id = H5I_INVALID_HID;
  spiqe_status status = spiqe_hdf5_open(ctx, path, &file);
  l->time_type = H5Tvlen_create(H5T_NATIVE_FLOAT);
  l->unit_type = H5Tvlen_create(H5T_NATIVE_INT64);
  if (status == SPIQE_OK) status = read_part(l, &r);
  H5Tclose(l->time_type);
  H5Tclose(l->unit_type);
  spiqe_hdf5_close(&file);
  free(l->events);
  free(l);
  return status;
}
