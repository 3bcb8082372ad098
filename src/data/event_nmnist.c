/* N-MNIST and N-Caltech101: five bytes an event, x, y, then one bit of polarity and 23 bits of
 * microseconds, the high ones first (Orchard et al., Front. Neurosci. 9:437, 2015). */
#include "data/event_format.h"

#define RECORD 5
#define SIDE 34            /* of the camera's window that saw a digit */
#define OVERFLOW_Y 240     /* no row of the camera: time has passed */
#define OVERFLOW (1 << 13) /* microseconds */

static int is_nmnist(const char *name, const uint8_t *content, size_t size) {
  (void)content, (void)size;
  return spiqe_name_ends(name, ".bin") || spiqe_name_ends(name, ".bs2");
}

typedef struct nmnist {
  spiqe_event_list *list; /* borrowed */
  int64_t passed;         /* microseconds that overflow events added so far */
} nmnist;

static spiqe_status take_event(void *self, const uint8_t *record, uint64_t place) {
  nmnist *reading = self;
  int64_t time = (int64_t)(spiqe_big_u32(record + 1) & 0x7fffff);
  if (record[1] == OVERFLOW_Y) {
    reading->passed += OVERFLOW;
    return SPIQE_OK;
  }
  return spiqe_event_list_add(reading->list, place, reading->passed + time, record[0], record[1],
                              record[2] >> 7);
}

static spiqe_status read_nmnist(const uint8_t *content, size_t size, spiqe_event_list *list) {
  nmnist reading = {list, 0};
  list->starts_with_clock = 1;
  list->most_fall = SPIQE_MOST_FALL;
  list->least_width = list->least_height = SIDE;
  list->n_polarities = 2;
  return spiqe_event_records(list, "an event", content, size, 0, RECORD, take_event, &reading);
}

const spiqe_event_format spiqe_event_nmnist = {"N-MNIST (.bin, .bs2)", is_nmnist, read_nmnist};
