/* Data sets: samples with labels, in a training and a test part. */
#ifndef SPIQE_DATASET_H
#define SPIQE_DATASET_H

#include <stddef.h>
#include <stdint.h>

#include "spiqe/context.h"
#include "spiqe/events.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SPIQE_MOST_DIMENSIONS 4

typedef enum spiqe_split { SPIQE_TRAIN, SPIQE_TEST } spiqe_split;

/* One part of a data set. Samples have one of three forms: bytes (images: value / 255), floats, or
 * recordings of events, whose shape is polarities x height x width. */
typedef struct spiqe_samples {
  size_t n_samples;
  size_t n_dimensions;                 /* of one sample, 1 to 4 */
  size_t shape[SPIQE_MOST_DIMENSIONS]; /* of one sample: 28 x 28 */
  size_t n_features;                   /* product of shape */
  size_t n_classes;                    /* 0 when there are no labels */
  uint8_t *bytes;                      /* owned, [n_samples][n_features], or NULL */
  float *floats;                       /* owned, [n_samples][n_features], or NULL */
  uint16_t *labels;                    /* owned, [n_samples], < n_classes, or NULL */
  spiqe_address_event *events; /* owned, [first_event[n_samples]], or NULL: the recordings one
                                        * behind the other; within one the time never falls */
  size_t *first_event;         /* owned, [n_samples + 1]: where sample i begins, or NULL */
} spiqe_samples;

typedef struct spiqe_dataset {
  char name[64];         /* opens the same again: "usps", or "usps:1,7" */
  char folder[4096];     /* where it was found; "" for a built-in set */
  spiqe_samples part[2]; /* [SPIQE_TRAIN], [SPIQE_TEST] */
} spiqe_dataset;

/* Open a set by name. "usps:1,7" opens the samples of classes 1 and 7 only, in the order of the
 * set; they become the classes 0 and 1. folders: where to look first (several, ':' between; NULL
 * for none), then $SPIQE_DATA, the user's cache folder ($XDG_CACHE_HOME/spiqe or ~/.cache/spiqe),
 * ../shared/data.
 * In a folder the set is looked for as folder/NAME/file and, for --data-dir style use, folder/file.
 * Fails: SPIQE_BAD_NAME (with the nearest name), SPIQE_BAD_ARGUMENT (classes that the set does not
 * have, one twice, only one, none), SPIQE_NOT_FOUND (says where it looked and how to fetch it),
 * SPIQE_UNSUPPORTED (built without a library that reads it), SPIQE_BAD_FORMAT, SPIQE_FILE,
 * SPIQE_LIMIT, SPIQE_NO_MEMORY. */
spiqe_status spiqe_dataset_open(spiqe_context *ctx, const char *name, const char *folders,
                                spiqe_dataset **out);
void spiqe_dataset_destroy(spiqe_dataset *set);

/* 1 when the set can be opened without the network (built in, or its files are on the path). */
int spiqe_dataset_is_here(const char *name, const char *folders);

/* Names of the sets, their one-line description; NULL past the last. */
const char *spiqe_dataset_name(size_t index);
const char *spiqe_dataset_summary(size_t index);

/* Read samples from one file by its content: IDX, IDX.gz, .npy, .npz (first array of rank >= 2),
 * PNG (as grey, 0 to 255), any file of events (spiqe_events_read). The first dimension of an array
 * counts the samples; a PNG and a recording are one sample. Bytes stay bytes, other numbers become
 * floats. No labels. Fails: as spiqe_dataset_open, and SPIQE_UNSUPPORTED (.npy in Fortran order, of
 * records, strings or complex numbers). */
spiqe_status spiqe_samples_read(spiqe_context *ctx, const char *path, spiqe_samples **out);
void spiqe_samples_destroy(spiqe_samples *samples);

/* Copy samples index[0..n-1] as floats (bytes are divided by 255). out: [n][n_features].
 * Fails: SPIQE_BAD_INDEX, SPIQE_UNSUPPORTED (recordings of events have no values). Does not
 * allocate. */
spiqe_status spiqe_samples_get(spiqe_context *ctx, const spiqe_samples *samples,
                               const uint32_t *index, size_t n, float *out);

/* Progress of a transfer: bytes done, bytes in all (0: not known). Return 0 to go on. */
typedef int spiqe_transfer_progress(void *user, const char *file, uint64_t done, uint64_t total);

/* Download a set's files to folder/NAME (NULL: the user's cache folder). mirror: base address
 * instead of the built-in list (NULL: the list). Each file comes as NAME.part, is resumed where it
 * stopped, checked (SHA-256) and renamed; a file that is there and right is left alone.
 * A built-in set needs nothing. Fails: SPIQE_BAD_NAME, SPIQE_UNSUPPORTED (nothing to check the
 * files against is known), SPIQE_TRANSFER, SPIQE_CHECKSUM, SPIQE_FILE,
 * SPIQE_INTERRUPTED (progress did not return 0; the next call goes on from there). */
spiqe_status spiqe_dataset_fetch(spiqe_context *ctx, const char *name, const char *folder,
                                 const char *mirror, spiqe_transfer_progress *progress, void *user);

#ifdef __cplusplus
}
#endif
#endif
