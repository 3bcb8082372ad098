/* Energy: the operations of a trained network, counted while test samples go through it, and what
 * they cost by technology. The table of technologies with its sources is docs/energy.md. */
#ifndef SPIQE_ENERGY_H
#define SPIQE_ENERGY_H

#include <stddef.h>

#include "spiqe/classifier.h"
#include "spiqe/work.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a network does, as a mean over samples. Stage 0 here is the input: what the encoder does,
 * and the spikes or numbers that it emits; stage i + 1 is stage i of the description. */
typedef struct spiqe_activity_count {
  size_t n_samples, n_stages;
  char names[65][24]; /* "input", "0 dense", "1 qlif" */
  int is_real[65];    /* 1: its output are real numbers, not spikes; 0 for currents too */
  spiqe_work stages[65], total;
} spiqe_activity_count;

/* Run all samples through the network, in n_runs runs each where it is set to several
 * (spiqe_classifier_set_runs), and count. Samples need no labels. The counts do not depend on the
 * number of threads. Fails: SPIQE_UNSUPPORTED (a stage or an encoder that cannot be counted, which
 * is named), and as spiqe_classifier_predict. */
spiqe_status spiqe_classifier_count(spiqe_classifier *classifier, const spiqe_samples *samples,
                                    spiqe_activity_count *out);

/* What moves from where. */
typedef enum spiqe_memory {
  SPIQE_MEMORY_NONE,     /* arithmetic alone, as the usual proxy has it */
  SPIQE_MEMORY_ON_CHIP,  /* all bytes from and to a memory on the chip that holds all weights */
  SPIQE_MEMORY_OFF_CHIP, /* all bytes from and to DRAM */
  SPIQE_N_MEMORIES
} spiqe_memory;

/* "arithmetic", "on chip", "off chip"; static. */
const char *spiqe_memory_name(spiqe_memory memory);

/* A technology; static. */
typedef struct spiqe_technology {
  const char *name, *summary; /* "45nm" */
  const char *covers;         /* "synapses and neurons" */
  int holds_memory;           /* 1: its prices are those of the whole chip */
  int has_neurons;            /* 1: neurons of its own, LIF; they know no functions or draws */
} spiqe_technology;

/* A price of a technology: joules of one of what; static strings. */
typedef struct spiqe_price {
  const char *what; /* "synaptic_operations", "on_chip_byte" */
  double joules;
  const char *source;
} spiqe_price;

/* Technology by index, NULL past the last; by name. Fails: SPIQE_BAD_NAME, with the nearest right
 * name. */
const spiqe_technology *spiqe_technology_at(size_t index);
spiqe_status spiqe_technology_find(spiqe_context *ctx, const char *name,
                                   const spiqe_technology **out);

/* Prices of a technology by index. Returns 0 past the last. */
int spiqe_technology_price(const spiqe_technology *technology, size_t index, spiqe_price *out);

/* Joules of what was done: the sum of counts times prices. What has no price is left out. NaN where
 * the technology has no figure for that memory (chips whose prices hold their own memory have
 * SPIQE_MEMORY_ON_CHIP alone) or none of what was done has a price. */
double spiqe_energy(const spiqe_technology *technology, const spiqe_work *work,
                    spiqe_memory memory);

/* Work that was done and that the technology cannot do or has no price for, by index: the key of
 * the operation, static; NULL past the last. It is work of synapses; where the technology has
 * neurons of its own, also functions and draws, which these do not know. */
const char *spiqe_energy_left_out(const spiqe_technology *technology, const spiqe_work *work,
                                  size_t index);

/* "7.78 uJ"; "0 J"; "-" for what is not known. */
void spiqe_energy_print(double joules, char *out, size_t size);

#ifdef __cplusplus
}
#endif
#endif
