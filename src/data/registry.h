/* Registry: one table of the data sets that have a name. A new set is a new row; how its files are
 * read is a function of the row. */
#ifndef SPIQE_DATA_REGISTRY_H
#define SPIQE_DATA_REGISTRY_H

#include <stddef.h>
#include <stdint.h>

#include "spiqe/dataset.h"

#define SPIQE_MOST_MIRRORS 4
#define SPIQE_MOST_FILES 4

typedef struct spiqe_set_file {
  const char *name;   /* as published */
  uint64_t size;      /* bytes; 0: not known */
  const char *sha256; /* of the file as published, hexadecimal; NULL: not known */
} spiqe_set_file;

typedef struct spiqe_set spiqe_set;

/* Read one part. folder: where the files are. out: empty at first; on failure the caller frees what
 * is in it. What every reader gives: the row's number of samples, their shape, labels below
 * n_classes. Fails: SPIQE_BAD_FORMAT, SPIQE_FILE, SPIQE_UNSUPPORTED, SPIQE_NO_MEMORY. */
typedef spiqe_status spiqe_set_reader(spiqe_context *ctx, const spiqe_set *set, const char *folder,
                                      spiqe_split split, spiqe_samples *out);

struct spiqe_set {
  const char *name, *summary;
  spiqe_set_reader *read;
  size_t n_samples[2];                               /* [SPIQE_TRAIN], [SPIQE_TEST] */
  size_t n_dimensions, shape[SPIQE_MOST_DIMENSIONS]; /* of one sample */
  size_t n_classes;
  const char *suffix; /* of the files of recordings that a list numbers, ".bs2"; or NULL */
  const char
      *mirrors[SPIQE_MOST_MIRRORS]; /* base addresses that end with '/', NULL after the last */
  const char *home;                 /* without mirrors: the page that says where it is, or NULL */
  spiqe_set_file files[SPIQE_MOST_FILES]; /* name NULL after the last */
};

/* The readers. Which file is which: */
spiqe_set_reader spiqe_set_read_digits;     /* none: the set is built in */
spiqe_set_reader spiqe_set_read_recall;     /* none: built in; the first axis is time */
spiqe_set_reader spiqe_set_read_images;     /* pictures and labels to train, pictures and labels to
                                         * test, in bytes */
spiqe_set_reader spiqe_set_read_recordings; /* a list to train and one to test: lines "number
                                              * label", the recording is in NUMBER + suffix */
spiqe_set_reader spiqe_set_read_braille;    /* CSV of events, CSV of labels (set_braille.c) */
spiqe_set_reader
    spiqe_set_read_spikes;             /* an HDF5 to train and one to test, each with lists of times
                                         * and units (src/data/hdf5/spikes.c) */
spiqe_set_reader spiqe_set_read_table; /* one HDF5: groups train and test, each with data, a row
                                         * of reals for each sample, and target, the labels */

/* 1 when the set has no files. */
static inline int spiqe_set_is_built_in(const spiqe_set *set) {
  return !set->files[0].name;
}

/* Files of the set. */
size_t spiqe_set_n_files(const spiqe_set *set);

/* Row of the table, NULL past the last. */
const spiqe_set *spiqe_set_at(size_t index);

/* Row by name. Fails: SPIQE_BAD_NAME, with the nearest name. ctx may be NULL. */
spiqe_status spiqe_set_find(spiqe_context *ctx, const char *name, const spiqe_set **out);

#endif
