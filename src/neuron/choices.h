/* Names of choices that several neurons offer. */
#ifndef SPIQE_NEURON_CHOICES_H
#define SPIQE_NEURON_CHOICES_H

/* In the order of spiqe_surrogate; NULL at the end. */
extern const char *const spiqe_surrogate_names[];

#endif
