/* spiqe data show FILE: a recording of events, counted and drawn. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/cli.h"

static int ends_with(const char *name, const char *ending) {
  size_t n = strlen(name), n_ending = strlen(ending);
  return n >= n_ending && strcasecmp(name + n - n_ending, ending) == 0;
}

static double on_share(const spiqe_events *events) {
  size_t n = 0;
  for (size_t i = 0; i < events->n_events; i++) n += events->events[i].polarity != 0;
  return (double)n / (double)events->n_events;
}

static int report_events(const spiqe_events *events, const char *file, const char *out, int json) {
  double first = events->events[0].time / 1e3;
  double last = events->events[events->n_events - 1].time / 1e3;
  if (!json) {
    printf("%s: %zu events at %.3f to %.3f ms, %zu x %zu", file, events->n_events, first, last,
           events->width, events->height);
    if (events->n_polarities > 1) printf(", %.1f %% on", 100 * on_share(events));
    printf("\n");
    if (out) printf("drawn: %s\n", out);
    return CLI_DONE;
  }
  cJSON *object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "file", file);
  cJSON_AddNumberToObject(object, "events", (double)events->n_events);
  cJSON_AddNumberToObject(object, "first_ms", first);
  cJSON_AddNumberToObject(object, "last_ms", last);
  cJSON_AddNumberToObject(object, "duration_ms", last - first);
  cJSON_AddNumberToObject(object, "width", (double)events->width);
  cJSON_AddNumberToObject(object, "height", (double)events->height);
  cJSON_AddNumberToObject(object, "polarities", (double)events->n_polarities);
  cJSON_AddNumberToObject(object, "on_share", on_share(events));
  if (out) cJSON_AddStringToObject(object, "out", out);
  return cli_print_json(object);
}

static int draw_png(spiqe_context *ctx, const spiqe_events *events, const char *out) {
  uint8_t *pixels;
  size_t width, height;
  spiqe_status status = spiqe_events_picture(ctx, events, &pixels, &width, &height);
  if (status == SPIQE_OK) status = spiqe_png_write(ctx, out, pixels, width, height, 3);
  free(pixels);
  return status == SPIQE_OK ? CLI_DONE : cli_fail(ctx, status, 0);
}

static int draw_svg(spiqe_context *ctx, const spiqe_events *events, const char *file,
                    const char *out) {
  const char *slash = strrchr(file, '/');
  char *svg;
  spiqe_status status = spiqe_events_draw(ctx, events, slash ? slash + 1 : file, &svg);
  if (status != SPIQE_OK) return cli_fail(ctx, status, 0);
  int exit_code = cli_write_file(out, svg);
  free(svg);
  return exit_code;
}

int cli_show_events(spiqe_context *ctx, const char *file, size_t denoise, const char *out,
                    int json) {
  spiqe_events *events;
  int exit_code = CLI_DONE;
  spiqe_status status = spiqe_events_read(ctx, file, &events);
  if (status == SPIQE_OK && denoise)
    status =
        spiqe_events_denoise(ctx, events, denoise < UINT32_MAX ? (uint32_t)denoise : UINT32_MAX);
  if (status != SPIQE_OK) {
    spiqe_events_destroy(events);
    return cli_fail(ctx, status, 0);
  }
  if (events->n_events == 0) {
    fprintf(stderr, "spiqe: %s: all of its events are noise for --denoise %zu\n", file, denoise);
    spiqe_events_destroy(events);
    return CLI_FAILED;
  }
  if (out && ends_with(out, ".svg"))
    exit_code = draw_svg(ctx, events, file, out);
  else if (out)
    exit_code = draw_png(ctx, events, out);
  if (exit_code == CLI_DONE) exit_code = report_events(events, file, out, json);
  spiqe_events_destroy(events);
  return exit_code;
}
