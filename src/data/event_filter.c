/* The background activity filter. */
#include "data/event_filter.h"

#include <stdlib.h>

#include "core/fail.h"

size_t spiqe_denoiser_scratch(size_t width, size_t height) {
  return height > 1 ? width * height * sizeof(int64_t) : 0;
}

spiqe_denoiser spiqe_denoiser_start(size_t width, size_t height, uint32_t window, void *scratch) {
  const spiqe_denoiser denoiser = {width, height, window, height > 1 ? scratch : NULL};
  for (size_t i = 0; denoiser.last && i < width * height; i++) denoiser.last[i] = -1;
  return denoiser;
}

/* An event writes its time to its neighbours, so that looking costs one number. */
static void tell_neighbours(const spiqe_denoiser *denoiser, const spiqe_address_event *event) {
  const size_t x0 = event->x > 0 ? event->x - 1u : 0, y0 = event->y > 0 ? event->y - 1u : 0;
  for (size_t y = y0; y <= event->y + 1u && y < denoiser->height; y++)
    for (size_t x = x0; x <= event->x + 1u && x < denoiser->width; x++)
      if (x != event->x || y != event->y) denoiser->last[y * denoiser->width + x] = event->time;
}

int spiqe_denoiser_keeps(const spiqe_denoiser *denoiser, const spiqe_address_event *event) {
  if (!denoiser->last) return 1;
  const int64_t last = denoiser->last[event->y * denoiser->width + event->x];
  tell_neighbours(denoiser, event);
  return last >= 0 && event->time - last <= denoiser->window;
}

spiqe_status spiqe_events_denoise(spiqe_context *ctx, spiqe_events *events, uint32_t window) {
  const size_t bytes = spiqe_denoiser_scratch(events->width, events->height);
  size_t n = 0;
  if (bytes == 0) return SPIQE_OK;
  SPIQE_REQUIRE(ctx, bytes <= SPIQE_MOST_DENOISED * sizeof(int64_t), SPIQE_LIMIT,
                "%zu x %zu places, but at most 2^24 can be denoised", events->width,
                events->height);
  void *scratch = malloc(bytes);
  SPIQE_REQUIRE(ctx, scratch, SPIQE_NO_MEMORY, "no memory to denoise %zu x %zu places",
                events->width, events->height);
  const spiqe_denoiser denoiser =
      spiqe_denoiser_start(events->width, events->height, window, scratch);
  for (size_t i = 0; i < events->n_events; i++)
    if (spiqe_denoiser_keeps(&denoiser, &events->events[i]))
      events->events[n++] = events->events[i];
  events->n_events = n;
  free(scratch);
  return SPIQE_OK;
}
