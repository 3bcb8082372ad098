/* Some of a set's classes: "usps:1,7" is the set usps with its classes 1 and 7, which become the
 * classes 0 and 1. */
#ifndef SPIQE_DATA_CLASSES_H
#define SPIQE_DATA_CLASSES_H

#include "data/registry.h"

#define SPIQE_MOST_KEPT_CLASSES 32 /* a longer list does not fit in the name of a set */

typedef struct spiqe_class_list {
  size_t n; /* 0: all classes */
  uint16_t classes[SPIQE_MOST_KEPT_CLASSES];
} spiqe_class_list;

/* The row and the classes that a name stands for. Fails: SPIQE_BAD_NAME (the set),
 * SPIQE_BAD_ARGUMENT (a list that is empty or has one class only, a class twice, one that the set
 * does not have, what is no number). ctx may be NULL. */
spiqe_status spiqe_set_find_part(spiqe_context *ctx, const char *name, const spiqe_set **set,
                                 spiqe_class_list *classes);

/* The name as it is kept: SET, or SET:1,7. Fails: SPIQE_BAD_ARGUMENT (longer than out). */
spiqe_status spiqe_class_list_name(spiqe_context *ctx, const char *set,
                                   const spiqe_class_list *classes, char *out, size_t out_size);

/* Leave only the samples of these classes, in their order, and number the classes anew.
 * set: for messages. Fails: SPIQE_BAD_FORMAT (no sample is left). Does not allocate. */
spiqe_status spiqe_samples_keep_classes(spiqe_context *ctx, const char *set,
                                        const spiqe_class_list *classes, spiqe_samples *samples);

#endif
