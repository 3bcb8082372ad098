/* HDF5 files by the HDF5 library: what of it the readers need. Its errors become messages that name
 * the file and the data set in it; it prints nothing. */
#ifndef SPIQE_DATA_HDF5_FILE_H
#define SPIQE_DATA_HDF5_FILE_H

#include <hdf5.h>
#include <stddef.h>
#include <stdint.h>

#include "spiqe/context.h"

/* The library is not made for several threads: one file is open at a time in a process, and a
 * second opener waits. */
typedef struct spiqe_hdf5 {
  spiqe_context *ctx; /* borrowed, as path */
  const char *path;
  hid_t file;
  H5E_auto2_t report; /* what the library did with its errors before */
  void *report_data;
  uint8_t *image; /* owned: the content of a packed file, or NULL */
} spiqe_hdf5;

/* Open a file, plain or packed by gzip. Always followed by spiqe_hdf5_close, also on failure.
 * Fails: SPIQE_FILE, SPIQE_BAD_FORMAT, SPIQE_LIMIT, SPIQE_NO_MEMORY. */
spiqe_status spiqe_hdf5_open(spiqe_context *ctx, const char *path, spiqe_hdf5 *out);
void spiqe_hdf5_close(spiqe_hdf5 *file);

/* An array in the file. */
typedef struct spiqe_hdf5_array {
  const char *name; /* borrowed: "train/data" */
  hid_t id;
  H5T_class_t kind;      /* H5T_INTEGER, H5T_FLOAT, H5T_VLEN ... */
  H5T_class_t item_kind; /* of what variable-length elements are made of */
  int rank;
  hsize_t shape[H5S_MAX_RANK];
} spiqe_hdf5_array;

/* Open an array. Fails: SPIQE_BAD_FORMAT (it is not there, or no array). */
spiqe_status spiqe_hdf5_find(spiqe_hdf5 *file, const char *name, spiqe_hdf5_array *out);
void spiqe_hdf5_forget(spiqe_hdf5_array *array);

/* Read n rows (first axis) from `first` on, converted to `type`, into out, which holds them. Memory
 * of variable-length elements is the caller's (spiqe_hdf5_reclaim).
 * Fails: SPIQE_BAD_FORMAT (damaged). */
spiqe_status spiqe_hdf5_read(spiqe_hdf5 *file, const spiqe_hdf5_array *array, hsize_t first,
                             hsize_t n, hid_t type, void *out);
void spiqe_hdf5_reclaim(hid_t type, hsize_t n, void *elements);

/* Read labels: [n_samples] whole numbers below n_classes; *out: owned by the caller.
 * Fails: SPIQE_BAD_FORMAT, SPIQE_NO_MEMORY. */
spiqe_status spiqe_hdf5_read_labels(spiqe_hdf5 *file, const char *name, size_t n_samples,
                                    size_t n_classes, uint16_t **out);

#endif
