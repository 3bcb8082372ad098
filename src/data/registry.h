/* Registry: one table of the data sets that have a name. A new set is a new row. */
#ifndef SPIQE_DATA_REGISTRY_H
#define SPIQE_DATA_REGISTRY_H

#include <stddef.h>
#include <stdint.h>

#include "spiqe/dataset.h"

#define SPIQE_MOST_MIRRORS 4

enum {
  SPIQE_TRAIN_IMAGES,
  SPIQE_TRAIN_LABELS,
  SPIQE_TEST_IMAGES,
  SPIQE_TEST_LABELS,
  SPIQE_N_FILES
};

typedef struct spiqe_set_file {
  const char *name;   /* as published, packed by gzip */
  uint64_t size;      /* bytes */
  const char *sha256; /* of the packed file, hexadecimal */
} spiqe_set_file;

typedef struct spiqe_set {
  const char *name, *summary;
  int is_built_in;
  size_t n_samples[2]; /* [SPIQE_TRAIN], [SPIQE_TEST] */
  size_t height, width, n_classes;
  const char
      *mirrors[SPIQE_MOST_MIRRORS];    /* base addresses that end with '/', NULL after the last */
  spiqe_set_file files[SPIQE_N_FILES]; /* name NULL when built in */
} spiqe_set;

/* Row of the table, NULL past the last. */
const spiqe_set *spiqe_set_at(size_t index);

/* Row by name. Fails: SPIQE_BAD_NAME, with the nearest name. ctx may be NULL. */
spiqe_status spiqe_set_find(spiqe_context *ctx, const char *name, const spiqe_set **out);

#endif
