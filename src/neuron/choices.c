/* Names of choices that several neurons offer. */
#include "neuron/choices.h"

#include <stddef.h>

const char *const spiqe_surrogate_names[] = {"atan", "fast_sigmoid", "sigmoid", "triangular", NULL};
