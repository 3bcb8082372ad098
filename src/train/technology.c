/* The table of technologies, from which joules and docs/energy.md follow: a technology is a row of
 * the first table, a price of it a row of the second, with its source. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/fail.h"
#include "core/text.h"
#include "spiqe/energy.h"

static const spiqe_technology technologies[] = {
    {"45nm", "45 nm CMOS at 0.9 V, floats of 32 bits", "synapses and neurons", 0, 0},
    {"proxy", "45 nm CMOS as most papers count: synapses alone", "synapses", 0, 0},
    {"loihi", "Loihi, digital neuromorphic chip in 14 nm", "synapses and neurons", 1, 1},
    {"truenorth", "TrueNorth, digital neuromorphic chip in 28 nm", "synapses and neurons", 1, 1},
    {"analogue-28nm", "analogue LIF neuron in 28 nm CMOS", "neurons' spikes", 0, 1},
    {"superconducting", "superconducting processor of 53 qubits, power from the wall",
     "quantum neurons' circuits", 0, 0},
};
#define N_TECHNOLOGIES (sizeof technologies / sizeof technologies[0])

/* What a price is of: an operation, or a byte that moves. */
enum { ON_CHIP_BYTE = SPIQE_N_WORK_KINDS, OFF_CHIP_BYTE };
#define OF(operation) SPIQE_WORK_##operation

typedef struct price {
  const char *technology;
  int what;
  double joules;
  const char *source;
} price;

static const price prices[] = {
    {"45nm", OF(SYNAPTIC), 0.9e-12, "Horowitz, ISSCC 2014: addition of floats of 32 bits"},
    {"45nm", OF(MACS), 4.6e-12, "Horowitz, ISSCC 2014: multiplication 3.7 pJ, addition 0.9 pJ"},
    {"45nm", OF(ADDITIONS), 0.9e-12, "Horowitz, ISSCC 2014: addition of floats of 32 bits"},
    {"45nm", OF(MULTIPLICATIONS), 3.7e-12,
     "Horowitz, ISSCC 2014: multiplication of floats of 32 bits"},
    {"45nm", OF(FUNCTIONS), 32.2e-12,
     "7 multiply-adds of 4.6 pJ: the longest polynomial of src/device/simd/math.inc"},
    {"45nm", OF(DRAWS), 17e-12,
     "Philox-4x32-10 (Salmon et al., SC 2011): for 4 draws 20 multiplications of 32 bits at 3.1 pJ "
     "and some 60 additions at 0.1 pJ (Horowitz)"},
    {"45nm", ON_CHIP_BYTE, 12.5e-12, "Horowitz, ISSCC 2014: 64 bits from 1 MB of SRAM, 100 pJ"},
    {"45nm", OFF_CHIP_BYTE, 162.5e-12,
     "Horowitz, ISSCC 2014: 64 bits from DRAM, 1.3 to 2.6 nJ; the lower one"},
    {"proxy", OF(SYNAPTIC), 0.9e-12, "Horowitz, ISSCC 2014: addition of floats of 32 bits"},
    {"proxy", OF(MACS), 4.6e-12, "Horowitz, ISSCC 2014: multiplication 3.7 pJ, addition 0.9 pJ"},
    {"loihi", OF(SYNAPTIC), 23.6e-12,
     "Davies et al., IEEE Micro 38(1), 2018: a synaptic operation, at least"},
    {"loihi", OF(UPDATES), 81e-12,
     "Davies et al., IEEE Micro 38(1), 2018: update of an active neuron (an inactive one: 52 pJ)"},
    {"loihi", OF(SPIKES), 1.7e-12, "Davies et al., IEEE Micro 38(1), 2018: a spike within a tile"},
    {"truenorth", OF(SYNAPTIC), 26e-12,
     "Merolla et al., Science 345, 2014: power of the chip over its synaptic events"},
    {"analogue-28nm", OF(SPIKES), 1.61e-15, "Besrour et al., arXiv 2408.07734: a spike"},
    {"superconducting", OF(QUBIT_SHOTS), 98e-3,
     "Arute et al., Nature 574, 2019, and its supplement: 26 kW for 200 us a shot (a million in "
     "200 s), shared by 53 qubits that all have a neuron"},
};
#define N_PRICES (sizeof prices / sizeof prices[0])

const spiqe_technology *spiqe_technology_at(size_t index) {
  return index < N_TECHNOLOGIES ? &technologies[index] : NULL;
}

spiqe_status spiqe_technology_find(spiqe_context *ctx, const char *name,
                                   const spiqe_technology **out) {
  const char *names[N_TECHNOLOGIES];
  char hint[96];
  *out = NULL;
  for (size_t i = 0; i < N_TECHNOLOGIES; i++) {
    names[i] = technologies[i].name;
    if (!strcmp(name, names[i])) *out = &technologies[i];
  }
  SPIQE_REQUIRE(ctx, *out, SPIQE_BAD_NAME, "no technology is called '%.60s'%s", name,
                spiqe_text_suggest(name, names, N_TECHNOLOGIES, hint, sizeof hint));
  return SPIQE_OK;
}

static const char *name_of(int what) {
  if (what == ON_CHIP_BYTE) return "on_chip_byte";
  if (what == OFF_CHIP_BYTE) return "off_chip_byte";
  return spiqe_work_of((spiqe_work_kind)what)->key;
}

int spiqe_technology_price(const spiqe_technology *technology, size_t index, spiqe_price *out) {
  for (size_t i = 0; i < N_PRICES; i++) {
    if (strcmp(prices[i].technology, technology->name) != 0 || index-- > 0) continue;
    *out = (spiqe_price){name_of(prices[i].what), prices[i].joules, prices[i].source};
    return 1;
  }
  return 0;
}

static double price_of(const spiqe_technology *technology, int what) {
  for (size_t i = 0; i < N_PRICES; i++)
    if (prices[i].what == what && !strcmp(prices[i].technology, technology->name))
      return prices[i].joules;
  return NAN;
}

const char *spiqe_memory_name(spiqe_memory memory) {
  static const char *const names[] = {"arithmetic", "on chip", "off chip"};
  return names[memory];
}

static double byte_price(const spiqe_technology *technology, spiqe_memory memory) {
  if (technology->holds_memory) return memory == SPIQE_MEMORY_ON_CHIP ? 0 : NAN;
  if (memory == SPIQE_MEMORY_NONE) return 0;
  return price_of(technology, memory == SPIQE_MEMORY_ON_CHIP ? ON_CHIP_BYTE : OFF_CHIP_BYTE);
}

double spiqe_energy(const spiqe_technology *technology, const spiqe_work *work,
                    spiqe_memory memory) {
  const double *counts = work->counts;
  double joules = byte_price(technology, memory) * spiqe_work_bytes(work);
  int is_any = joules > 0;
  for (int what = 0; what < SPIQE_N_WORK_KINDS; what++) {
    const double each = price_of(technology, what);
    if (isfinite(each)) joules += each * counts[what];
    is_any |= isfinite(each) && counts[what] > 0;
  }
  return is_any ? joules : NAN;
}

const char *spiqe_energy_left_out(const spiqe_technology *technology, const spiqe_work *work,
                                  size_t index) {
  static const int kinds[] = {OF(SYNAPTIC), OF(MACS), OF(FUNCTIONS), OF(DRAWS)};
  const size_t n_of_synapses = 2, n = technology->has_neurons ? 4 : n_of_synapses;
  for (size_t i = 0; i < n; i++)
    if (work->counts[kinds[i]] > 0 && !isfinite(price_of(technology, kinds[i])) && index-- == 0)
      return name_of(kinds[i]);
  return NULL;
}

void spiqe_energy_print(double joules, char *out, size_t size) {
  static const char *const units[] = {"fJ", "pJ", "nJ", "uJ", "mJ", "J", "kJ", "MJ", "GJ"};
  size_t k = 0;
  double scale = 1e-15;
  for (; k + 1 < sizeof units / sizeof units[0] && joules >= 999.5 * scale; k++) scale *= 1000;
  if (!isfinite(joules))
    snprintf(out, size, "-");
  else if (joules > 0)
    snprintf(out, size, "%.3g %s", joules / scale, units[k]);
  else
    snprintf(out, size, "0 J");
}
