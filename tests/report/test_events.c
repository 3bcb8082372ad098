/* Recordings of events as pictures: counts show where they belong; a raster has its marks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/context.h"
#include "spiqe/report.h"

static spiqe_context ctx = {.n_threads = 1};

static int is_white(const uint8_t *rgb) {
  return rgb[0] == 255 && rgb[1] == 255 && rgb[2] == 255;
}

static void a_picture_has_ink_where_events_were_and_more_where_more_were(void **state) {
  (void)state;
  spiqe_address_event all[] = {{0, 3, 1, 1}, {1, 3, 1, 1}, {2, 0, 0, 1}, {3, 2, 5, 0}};
  const spiqe_events events = {4, 4, 6, 2, 0, all};
  uint8_t *pixels;
  size_t width, height;
  assert_int_equal(spiqe_events_picture(&ctx, &events, &pixels, &width, &height), SPIQE_OK);
  const size_t zoom = 512 / 6, gap = 8;
  assert_int_equal(width, 2 * 4 * zoom + gap);
  assert_int_equal(height, 6 * zoom);
  for (size_t panel = 0; panel < 2; panel++)
    for (size_t y = 0; y < 6; y++)
      for (size_t x = 0; x < 4; x++) {
        int has = panel == 0 ? (x == 3 && y == 1) || (x == 0 && y == 0) : x == 2 && y == 5;
        size_t column = panel * (4 * zoom + gap) + x * zoom, row = y * zoom;
        assert_int_equal(is_white(pixels + 3 * (row * width + column)), !has);
        row += zoom - 1, column += zoom - 1; /* the whole place has one colour */
        assert_int_equal(is_white(pixels + 3 * (row * width + column)), !has);
      }
  const uint8_t *once = pixels, *twice = pixels + 3 * (zoom * width + 3 * zoom);
  const uint8_t *off = pixels + 3 * (5 * zoom * width + 4 * zoom + gap + 2 * zoom);
  assert_true(twice[0] < once[0] && once[2] > once[0]); /* on is blue */
  assert_true(off[0] > off[2]);                         /* off is orange */
  free(pixels);
}

static void wide_sensors_have_their_panels_below_each_other(void **state) {
  (void)state;
  spiqe_address_event one = {0, 11, 0, 0};
  spiqe_events events = {1, 12, 1, 2, 0, &one};
  uint8_t *pixels;
  size_t width, height;
  assert_int_equal(spiqe_events_picture(&ctx, &events, &pixels, &width, &height), SPIQE_OK);
  assert_int_equal(width, 12 * 42);
  assert_int_equal(height, 2 * 42 + 8);
  free(pixels);
  events.n_polarities = 1;
  assert_int_equal(spiqe_events_picture(&ctx, &events, &pixels, &width, &height), SPIQE_OK);
  assert_int_equal(height, 42);
  assert_false(is_white(pixels + 3 * (width - 1)));
  free(pixels);
}

static void a_sensor_of_too_many_places_is_refused(void **state) {
  (void)state;
  spiqe_address_event one = {0, 0, 0, 0};
  const spiqe_events events = {1, 65536, 65536, 2, 0, &one};
  uint8_t *pixels;
  size_t width, height;
  assert_int_equal(spiqe_events_picture(&ctx, &events, &pixels, &width, &height), SPIQE_LIMIT);
  assert_null(pixels);
  assert_non_null(strstr(ctx.message, "65536 x 65536 places"));
}

/* Strokes of the path of a class. */
static size_t count_marks(const char *svg, const char *class) {
  char start[48];
  size_t n = 0;
  snprintf(start, sizeof start, "<path class=\"%s\" d=\"", class);
  const char *at = strstr(svg, start);
  assert_non_null(at);
  for (at += strlen(start); *at != '"'; at++) n += *at == 'M';
  return n;
}

static void a_raster_has_a_mark_for_each_event_and_its_title_escaped(void **state) {
  (void)state;
  spiqe_address_event all[300];
  for (uint32_t i = 0; i < 300; i++)
    all[i] = (spiqe_address_event){1000 * i, (uint16_t)(i % 34), (uint16_t)(i / 10), i % 3 == 0};
  const spiqe_events events = {300, 34, 34, 2, 0, all};
  char *svg;
  assert_int_equal(spiqe_events_draw(&ctx, &events, "<a&b>", &svg), SPIQE_OK);
  assert_int_equal(count_marks(svg, "on"), 100);
  assert_int_equal(count_marks(svg, "off"), 200);
  assert_non_null(strstr(svg, "&lt;a&amp;b&gt;: 300 events<"));
  assert_int_equal(strncmp(svg, "<svg xmlns=", 11), 0);
  free(svg);
}

static void a_raster_of_many_events_is_thinned_and_says_so(void **state) {
  (void)state;
  const size_t n = 100001;
  spiqe_address_event *all = calloc(n, sizeof *all);
  assert_non_null(all);
  for (size_t i = 0; i < n; i++) all[i].time = (uint32_t)i;
  const spiqe_events events = {n, 1, 1, 1, 0, all};
  char *svg;
  assert_int_equal(spiqe_events_draw(&ctx, &events, NULL, &svg), SPIQE_OK);
  assert_non_null(strstr(svg, "100,001 events, 1 of 6 is drawn"));
  assert_true(strlen(svg) < 600000);
  free(svg);
  free(all);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_picture_has_ink_where_events_were_and_more_where_more_were),
      cmocka_unit_test(wide_sensors_have_their_panels_below_each_other),
      cmocka_unit_test(a_sensor_of_too_many_places_is_refused),
      cmocka_unit_test(a_raster_has_a_mark_for_each_event_and_its_title_escaped),
      cmocka_unit_test(a_raster_of_many_events_is_thinned_and_says_so),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
