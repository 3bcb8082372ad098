/* Grouping of units by a table of trains. */
#include "synapse/trains.h"

#define SLOTS ((size_t)512) /* a power of two, well above SPIQE_MOST_TRAINS */

size_t spiqe_trains_scratch(size_t n_places, size_t n_units) {
  return 4 * n_units + n_places + 2; /* floats; the words take two each */
}

void *spiqe_trains_lay_out(size_t n_places, size_t n_units, void *scratch, spiqe_trains *out) {
  out->words = scratch;
  out->units = (uint32_t *)(out->words + n_units);
  out->which = out->units + n_units;
  out->first = out->which + n_units;
  return out->first + n_places + 1 + (n_places + 1) % 2;
}

/* Number of a train, new or known; SPIQE_MOST_TRAINS when there are too many. slots: 1 + number. */
static size_t number_of(spiqe_trains *trains, uint64_t steps, uint8_t slots[SLOTS]) {
  size_t slot = (size_t)((steps * 0x9E3779B97F4A7C15u) >> 55);
  while (slots[slot] && trains->steps[slots[slot] - 1] != steps) slot = (slot + 1) % SLOTS;
  if (slots[slot]) return slots[slot] - (size_t)1;
  if (trains->n == SPIQE_MOST_TRAINS) return SPIQE_MOST_TRAINS;
  trains->steps[trains->n] = steps;
  trains->n_units[trains->n] = 0;
  slots[slot] = (uint8_t)++trains->n;
  return trains->n - 1;
}

int spiqe_trains_find(const spiqe_train_input *in, spiqe_trains *out) {
  uint8_t slots[SLOTS] = {0};
  const uint64_t *word = out->words;
  uint32_t unit = 0;
  out->n = out->n_active = 0;
  if (!in->kernels->read_trains(in->n_steps, in->stride, in->n_places * in->n_channels, in->values,
                                out->words))
    return 0;
  for (size_t place = 0; place < in->n_places; place++) {
    out->first[place] = (uint32_t)out->n_active;
    for (size_t c = 0; c < in->n_channels; c++, unit++, word++) {
      if (!*word) continue;
      size_t which = number_of(out, *word, slots);
      if (which == SPIQE_MOST_TRAINS) return 0;
      out->n_units[which]++;
      out->units[out->n_active] = unit;
      out->which[out->n_active++] = (uint32_t)which;
    }
  }
  out->first[in->n_places] = (uint32_t)out->n_active;
  return 1;
}

int spiqe_trains_pay(const spiqe_trains *trains, double part) {
  double by_steps = 0, by_trains = part * (double)trains->n_active;
  for (size_t i = 0; i < trains->n; i++) {
    double spikes = (double)__builtin_popcountll(trains->steps[i]);
    double units = part * (double)trains->n_units[i]; /* seen by a current, on average */
    by_steps += spikes * units;
    by_trains += spikes * (units < 1 ? units : 1);
  }
  return by_trains < by_steps;
}
