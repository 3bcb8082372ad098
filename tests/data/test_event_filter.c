/* The background activity filter keeps what its definition keeps, and takes noise away. */
#include <math.h>

#include "data/event_filter.h"
#include "events_support.h"

static spiqe_context ctx = {.n_threads = 1};

static spiqe_events *copy_of(const spiqe_address_event *made, size_t n, size_t width,
                             size_t height) {
  spiqe_events *events = malloc(sizeof *events);
  assert_non_null(events);
  *events = (spiqe_events){n, width, height, 2, 0, malloc(n * sizeof *made)};
  assert_non_null(events->events);
  memcpy(events->events, made, n * sizeof *made);
  return events;
}

/* The definition, event against event. */
static int has_neighbour(const spiqe_address_event *all, size_t i, uint32_t window) {
  for (size_t k = 0; k < i; k++) {
    int dx = all[k].x - all[i].x, dy = all[k].y - all[i].y;
    if ((dx || dy) && abs(dx) <= 1 && abs(dy) <= 1 && all[i].time - all[k].time <= window) return 1;
  }
  return 0;
}

static void what_stays_is_what_the_definition_keeps(void **state) {
  (void)state;
  const size_t sizes[][2] = {{34, 34}, {12, 2}, {1, 7}, {3, 3}, {2, 2}};
  for (uint64_t seed = 0; seed < 5; seed++) {
    const size_t n = 600, width = sizes[seed][0], height = sizes[seed][1];
    spiqe_address_event *made = made_events(seed, n, 0, 200, (uint32_t)width, (uint32_t)height);
    for (uint32_t window = 0; window < 20000; window = 3 * window + 50) {
      spiqe_events *events = copy_of(made, n, width, height);
      size_t kept = 0;
      assert_int_equal(spiqe_events_denoise(&ctx, events, window), SPIQE_OK);
      for (size_t i = 0; i < n; i++)
        if (has_neighbour(made, i, window))
          assert_memory_equal(&events->events[kept++], &made[i], sizeof *made);
      assert_int_equal(events->n_events, kept);
      spiqe_events_destroy(events);
    }
    free(made);
  }
}

static void noise_stays_as_often_as_chance_has_it(void **state) {
  (void)state;
  /* n events in n * 50 us on 30 x 30 pixels: 8 neighbours have one in 2 ms with probability
   * 1 - exp(-8 * 40 / 900); those at the edge have fewer and are not counted. */
  const size_t n = 40000;
  spiqe_address_event *made = made_events(3, n, 0, 100, 30, 30);
  spiqe_events *events = copy_of(made, n, 30, 30);
  size_t inner = 0, kept = 0;
  assert_int_equal(spiqe_events_denoise(&ctx, events, 2000), SPIQE_OK);
  for (size_t i = 0; i < n; i++) inner += made[i].x % 29 != 0 && made[i].y % 29 != 0;
  for (size_t i = 0; i < events->n_events; i++)
    kept += events->events[i].x % 29 != 0 && events->events[i].y % 29 != 0;
  /* Five standard deviations of a share of 35,000 are 0.012; neighbours share their reasons to
   * stay, which makes it some more. */
  assert_float_equal((double)kept / (double)inner, 1 - exp(-8 * 40 / 900.0), 0.02);
  spiqe_events_destroy(events);
  free(made);
}

static void a_moving_edge_stays_but_for_its_start(void **state) {
  (void)state;
  spiqe_address_event made[30 * 20];
  for (uint32_t i = 0; i < 30 * 20; i++) /* a column of 20 moves one pixel in a millisecond */
    made[i] = (spiqe_address_event){1000 * (i / 20), (uint16_t)(i / 20), (uint16_t)(i % 20), 1};
  spiqe_events *events = copy_of(made, 600, 30, 20);
  assert_int_equal(spiqe_events_denoise(&ctx, events, 1000), SPIQE_OK);
  assert_int_equal(events->n_events, 599); /* all but the very first */
  spiqe_events_destroy(events);
}

static void channels_in_one_row_are_no_neighbours(void **state) {
  (void)state;
  spiqe_address_event *made = made_events(4, 100, 0, 200, 12, 1);
  spiqe_events *events = copy_of(made, 100, 12, 1);
  assert_int_equal(spiqe_events_denoise(&ctx, events, 1), SPIQE_OK);
  assert_int_equal(events->n_events, 100);
  spiqe_events_destroy(events);
  free(made);
}

/* Two events do not justify the memory for the times of 10^8 places. */
static void a_sensor_that_is_too_large_is_refused(void **state) {
  (void)state;
  const spiqe_address_event made[] = {{0, 1, 1, 0}, {9, 9999, 9998, 1}};
  spiqe_events *events = copy_of(made, 2, 10000, 9999);
  assert_int_equal(spiqe_events_denoise(&ctx, events, 1000), SPIQE_LIMIT);
  assert_says(&ctx, "10000 x 9999 places, but at most 2^24");
  assert_int_equal(events->n_events, 2);
  spiqe_events_destroy(events);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_stays_is_what_the_definition_keeps),
      cmocka_unit_test(channels_in_one_row_are_no_neighbours),
      cmocka_unit_test(a_sensor_that_is_too_large_is_refused),
      cmocka_unit_test(noise_stays_as_often_as_chance_has_it),
      cmocka_unit_test(a_moving_edge_stays_but_for_its_start),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
