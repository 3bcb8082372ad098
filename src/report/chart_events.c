/* Recordings of events as pictures: where they were, and when. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "report/markup.h"
#include "report/svg.h"
#include "spiqe/report.h"

#define MOST_PLACES ((size_t)1 << 22) /* of a camera: 2048 x 2048 */
#define GAP 8                         /* pixels between panels */
#define GAP_GREY 221                  /* --rule of the page */
#define USUAL_SIDE 512                /* pixels: small cameras are enlarged about so far */
#define MOST_MARKS 20000              /* of a raster: a file of some 400 KB */
#define HEIGHT 330.0
#define SCALE 2 /* pixels for a unit, where nothing else gives the size */

/* Counts of a place: off, on. */
typedef struct counts {
  uint32_t *of; /* owned, [n][2] */
  size_t n;
} counts;

static spiqe_status count_places(spiqe_context *ctx, const spiqe_events *events, counts *out) {
  out->n = events->width * events->height;
  out->of = calloc(2 * out->n, sizeof *out->of);
  SPIQE_REQUIRE(ctx, out->of, SPIQE_NO_MEMORY, "no memory for a picture of %zu pixels", out->n);
  for (size_t i = 0; i < events->n_events; i++) {
    const spiqe_address_event *e = &events->events[i];
    out->of[2 * (e->y * events->width + e->x) + (e->polarity != 0)]++;
  }
  return SPIQE_OK;
}

/* The mean of the places that have events, times 3: a few places that never rest do not dim the
 * others. */
static double full_count(const counts *c) {
  uint64_t sum = 0, n = 0;
  for (size_t i = 0; i < 2 * c->n; i++) {
    sum += c->of[i];
    n += c->of[i] > 0;
  }
  return n ? 3 * (double)sum / (double)n : 1;
}

/* Panels of a picture: one for each polarity, on first; beside each other, or below each other when
 * the sensor is wide. */
typedef struct panels {
  size_t width, height, zoom; /* of one: places, and pixels of a place */
  size_t n;
  int is_stacked;
} panels;

static panels lay_out(const spiqe_events *events) {
  panels p = {.width = events->width, .height = events->height, .zoom = 1};
  size_t side = p.width > p.height ? p.width : p.height;
  if (side < USUAL_SIDE) p.zoom = USUAL_SIDE / side;
  p.n = events->n_polarities > 1 ? 2 : 1;
  p.is_stacked = p.width > 2 * p.height;
  return p;
}

/* Blue for on and orange for off on white paper, as strong as the root of the count says. */
static void ink(uint32_t count, double full, int is_on, uint8_t *rgb) {
  static const double colours[2][3] = {{180, 80, 11}, {31, 95, 191}}; /* --two, --one of the page */
  double share = sqrt(fmin(count / full, 1));
  for (size_t k = 0; k < 3; k++) rgb[k] = (uint8_t)lrint(255 - share * (255 - colours[is_on][k]));
}

static void fill_panel(const panels *p, const counts *c, size_t panel, uint8_t *pixels,
                       size_t row) {
  size_t width = p->width * p->zoom, height = p->height * p->zoom;
  double full = full_count(c);
  int is_on = panel == 0; /* the only one of a sensor without polarities is blue, too */
  size_t x0 = p->is_stacked ? 0 : panel * (width + GAP);
  size_t y0 = p->is_stacked ? panel * (height + GAP) : 0;
  for (size_t i = 0; i < width * height; i++) {
    size_t x = i % width, y = i / width;
    const uint32_t *of = c->of + 2 * (y / p->zoom * p->width + x / p->zoom);
    ink(p->n == 1 ? of[0] + of[1] : of[is_on], full, is_on, pixels + 3 * ((y0 + y) * row + x0 + x));
  }
}

spiqe_status spiqe_events_picture(spiqe_context *ctx, const spiqe_events *events, uint8_t **pixels,
                                  size_t *width, size_t *height) {
  counts c;
  panels p = lay_out(events);
  size_t beside = p.is_stacked ? 1 : p.n, below = p.is_stacked ? p.n : 1;
  *pixels = NULL;
  *width = beside * p.width * p.zoom + (beside - 1) * GAP;
  *height = below * p.height * p.zoom + (below - 1) * GAP;
  SPIQE_REQUIRE(ctx, events->width * events->height <= MOST_PLACES, SPIQE_LIMIT,
                "a picture of %zu x %zu places, but at most %zu are drawn", events->width,
                events->height, MOST_PLACES);
  SPIQE_TRY(count_places(ctx, events, &c));
  size_t n = 3 * *width * *height;
  *pixels = malloc(n);
  if (*pixels) {
    memset(*pixels, GAP_GREY, n);
    for (size_t i = 0; i < p.n; i++) fill_panel(&p, &c, i, *pixels, *width);
  }
  free(c.of);
  SPIQE_REQUIRE(ctx, *pixels, SPIQE_NO_MEMORY, "no memory for %zu bytes", n);
  return SPIQE_OK;
}

/* As the style of the page (style.c), for a picture that stands alone. */
static const char style[] =
    ".se{--card:#fff;--text:#1a2330;--soft:#5a6574;--rule:#dde2e8;--one:#1f5fbf;--two:#b4500b;"
    "font-family:system-ui,-apple-system,\"Segoe UI\",Roboto,\"Noto Sans\",\"DejaVu Sans\","
    "sans-serif}\n"
    "@media (prefers-color-scheme:dark){.se{--card:#161c24;--text:#e4e9f0;--soft:#9ba7b6;"
    "--rule:#2a323d;--one:#7ab2ff;--two:#ffb067}}\n"
    ".se text{fill:var(--text);font-size:13px;font-variant-numeric:tabular-nums}\n"
    ".se .tick{fill:var(--soft);font-size:12.5px}.se .axis-title{fill:var(--soft)}\n"
    ".se .title{font-weight:600}.se .paper{fill:var(--card)}\n"
    ".se .grid,.se .axis{fill:none;stroke:var(--rule)}.se .axis{stroke:var(--soft)}\n"
    ".se .on{stroke:var(--one)}.se .off{stroke:var(--two)}\n"
    ".se .on,.se .off{fill:none;stroke-width:1.1}\n";

static double last_ms(const spiqe_events *events) {
  return events->n_events ? events->events[events->n_events - 1].time / 1e3 : 0;
}

/* Every k-th event of a polarity, as a short upright stroke. */
static void add_marks(const spiqe_chart *chart, const spiqe_events *events, size_t every,
                      int is_on) {
  double row = (chart->base - chart->top) / (chart->y.high - chart->y.low);
  double length = fmin(fmax(0.72 * row, 1.6), 14);
  const char *class = is_on || events->n_polarities == 1 ? "on" : "off";
  spiqe_text_add(chart->text, "<path class=\"%s\" d=\"", class);
  for (size_t i = 0; i < events->n_events; i += every) {
    const spiqe_address_event *e = &events->events[i];
    if ((e->polarity != 0) != is_on) continue;
    double unit = (double)(e->y * events->width + e->x) + 0.5;
    spiqe_text_add(chart->text, "M");
    spiqe_markup_fixed(chart->text, spiqe_chart_x(chart, e->time / 1e3), 1);
    spiqe_text_add(chart->text, " ");
    spiqe_markup_fixed(chart->text, spiqe_chart_y(chart, unit) - length / 2, 1);
    spiqe_text_add(chart->text, "v");
    spiqe_markup_coordinate(chart->text, length);
  }
  spiqe_text_add(chart->text, "\"/>\n");
}

static void add_legend(const spiqe_chart *chart, double x, const char *class, const char *name) {
  spiqe_text_add(chart->text, "<path class=\"%s\" style=\"stroke-width:3\" d=\"M", class);
  spiqe_markup_coordinate(chart->text, x);
  spiqe_text_add(chart->text, " 27v10\"/>");
  spiqe_chart_text(chart->text, x + 7, 37, "start", "tick", name);
}

/* "N-MNIST.bin: 4,681 events", and how they are drawn. */
static void add_title(const spiqe_chart *chart, const spiqe_events *events, const char *title,
                      size_t every) {
  spiqe_text words = {0};
  spiqe_text_add(&words, "%s%s", title ? title : "", title ? ": " : "");
  spiqe_markup_count(&words, events->n_events);
  spiqe_text_add(&words, " events");
  if (every > 1) spiqe_text_add(&words, ", 1 of %zu is drawn", every);
  if (words.data) spiqe_chart_text(chart->text, 8, 16, "start", "title", words.data);
  chart->text->failed |= words.failed;
  spiqe_text_destroy(&words);
}

/* End the axis with its values, not with a tick beyond, where that leaves much room. */
static void fit_end(spiqe_axis *axis, double high) {
  double last = floor(high / axis->step) * axis->step;
  if (high > axis->low && high - last < axis->step / 2) axis->high = high;
}

static void add_chart(spiqe_text *text, const spiqe_events *events, const char *title) {
  spiqe_chart chart;
  char label[160], unit[64] = "unit";
  size_t every = (events->n_events + MOST_MARKS - 1) / MOST_MARKS;
  if (events->height > 1) snprintf(unit, sizeof unit, "pixel: %zu y + x", events->width);
  snprintf(label, sizeof label, "Raster of %zu events of %zu units in %.1f ms", events->n_events,
           events->width * events->height, last_ms(events));
  spiqe_chart_begin(&chart, text, HEIGHT, label);
  chart.top = 66;
  chart.right = SPIQE_CHART_WIDTH - 20; /* room for half of the last tick label */
  chart.x = spiqe_axis_fit(0, fmax(last_ms(events), 1e-3), 6, 0);
  chart.y = spiqe_axis_fit(0, (double)(events->width * events->height), 6, 1);
  fit_end(&chart.x, last_ms(events));
  fit_end(&chart.y, (double)(events->width * events->height));
  spiqe_chart_make_room(&chart);
  add_title(&chart, events, title, every);
  if (events->n_polarities > 1) {
    add_legend(&chart, chart.right - 86, "on", "on");
    add_legend(&chart, chart.right - 40, "off", "off");
  }
  spiqe_text_add(text, "<g transform=\"translate(0 36)\">");
  spiqe_chart_text(text, 8, 13, "start", "axis-title", unit);
  spiqe_text_add(text, "</g>");
  spiqe_chart_axes(&chart, "time (ms)", "");
  add_marks(&chart, events, every ? every : 1, 0);
  add_marks(&chart, events, every ? every : 1, 1);
  spiqe_chart_end(&chart);
}

spiqe_status spiqe_events_draw(spiqe_context *ctx, const spiqe_events *events, const char *title,
                               char **svg) {
  spiqe_text text = {0};
  *svg = NULL;
  spiqe_text_add(&text,
                 "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"se\" width=\"%d\" "
                 "height=\"%d\" viewBox=\"0 0 %d %d\">\n<style>%s</style>\n"
                 "<rect class=\"paper\" width=\"100%%\" height=\"100%%\"/>\n",
                 SCALE * (int)SPIQE_CHART_WIDTH, SCALE * (int)HEIGHT, (int)SPIQE_CHART_WIDTH,
                 (int)HEIGHT, style);
  add_chart(&text, events, title);
  spiqe_text_add(&text, "</svg>\n");
  if (text.failed) {
    spiqe_text_destroy(&text);
    return spiqe_fail(ctx, SPIQE_NO_MEMORY, "no memory for a picture of %zu events",
                      events->n_events);
  }
  *svg = text.data;
  return SPIQE_OK;
}
