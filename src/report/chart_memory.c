/* One neuron with a quantum memory: its probability of a spike, its spikes and the Bloch vector of
 * each memory qubit over the steps, beside the way of the vector through the y-z plane. */
#include <math.h>
#include <stdio.h>

#include "report/chart.h"
#include "report/markup.h"
#include "report/svg.h"

#define STRIP_HEIGHT 58.0
#define STRIP_PITCH 82.0
#define STRIPS_TOP 24.0
#define STRIPS_RIGHT 268.0
#define DISC_X 358.0 /* centre */
#define MOST_DISCS 3
#define SMALL 50.0      /* radius of a disc that has no room for labels inside */
#define MOST_MARKS 40   /* of steps: more would hide the line */
#define MOST_NUMBERED 8 /* steps of which each point of the disc has its number */

static const char *const class_of[MOST_DISCS] = {"one", "two", "three"};
static const char shape_of[MOST_DISCS] = {'o', 's', 'd'};

static double component(const spiqe_trace *trace, size_t t, size_t qubit, size_t axis) {
  return (double)trace->memory[(t * trace->n_memory + qubit) * 3 + axis];
}

static size_t n_shown(const spiqe_trace *trace) {
  return trace->n_memory < MOST_DISCS ? trace->n_memory : MOST_DISCS;
}

/* The frame of one strip: its letter, lines at the ends and in the middle. */
static void add_strip(spiqe_chart *chart, size_t place, const char *letter, double low) {
  chart->top = STRIPS_TOP + STRIP_PITCH * (double)place;
  chart->base = chart->top + STRIP_HEIGHT;
  chart->y = (spiqe_axis){.low = low, .high = 1, .step = 1};
  spiqe_chart_text(chart->text, 3, (chart->top + chart->base) / 2 + 5, "start", "strong", letter);
  for (double value = low; value <= 1; value++) {
    double y = spiqe_chart_y(chart, value);
    spiqe_text_add(chart->text, "<path class=\"grid\" d=\"M%d ", (int)chart->left);
    spiqe_markup_coordinate(chart->text, y);
    spiqe_text_add(chart->text, "H%d\"/>", (int)chart->right);
    const char *label = value < 0 ? "\u22121" : value > 0 ? "1" : "0";
    spiqe_chart_text(chart->text, chart->left - 7, y + 4, "end", "tick", label);
  }
}

/* values[t * stride] as a line, with a marker for each step while there are few. */
static void add_curve(const spiqe_chart *chart, const float *values, size_t stride, size_t n,
                      size_t class) {
  spiqe_text *text = chart->text;
  int is_open = 0;
  char marks[16];
  snprintf(marks, sizeof marks, "%s small", class_of[class]);
  spiqe_text_add(text, "<path class=\"line %s\" d=\"", class_of[class]);
  for (size_t t = 0; t < n; t++) {
    int is_finite = isfinite(values[t * stride]);
    if (is_finite) {
      spiqe_text_add(text, is_open ? "L" : "M");
      spiqe_markup_coordinate(text, spiqe_chart_x(chart, (double)t + 1));
      spiqe_text_add(text, " ");
      spiqe_markup_coordinate(text, spiqe_chart_y(chart, values[t * stride]));
    }
    is_open = is_finite;
  }
  spiqe_text_add(text, "\"/>\n");
  for (size_t t = 0; t < n && n <= MOST_MARKS; t++)
    if (isfinite(values[t * stride]))
      spiqe_chart_mark(text, shape_of[class], marks, spiqe_chart_x(chart, (double)t + 1),
                       spiqe_chart_y(chart, values[t * stride]));
}

static void add_strips(spiqe_chart *chart, const spiqe_trace *trace) {
  static const char *const letters[] = {"x", "y", "z"};
  add_strip(chart, 0, "P", 0);
  add_curve(chart, trace->values, 1, trace->n_steps, 0);
  for (size_t t = 0; trace->spikes && t < trace->n_steps; t++)
    if (trace->spikes[t])
      spiqe_chart_mark(chart->text, 't', "two", spiqe_chart_x(chart, (double)t + 1),
                       chart->top - 8);
  for (size_t axis = 0; axis < 3; axis++) {
    add_strip(chart, 1 + axis, letters[axis], -1);
    for (size_t qubit = 0; qubit < n_shown(trace); qubit++)
      add_curve(chart, trace->memory + 3 * qubit + axis, 3 * trace->n_memory, trace->n_steps,
                qubit);
  }
  spiqe_chart_x_axis(chart, "step");
}

/* Where a disc shows a state: y to the right, z upward. */
typedef struct disc {
  double x, y, radius;
} disc;

static void add_circle(spiqe_text *text, const disc *d, const char *class, double radius) {
  spiqe_text_add(text, "<circle class=\"%s\" cx=\"", class);
  spiqe_markup_coordinate(text, d->x);
  spiqe_text_add(text, "\" cy=\"");
  spiqe_markup_coordinate(text, d->y);
  spiqe_text_add(text, "\" r=\"");
  spiqe_markup_coordinate(text, radius);
  spiqe_text_add(text, "\"/>\n");
}

static void add_disc_frame(spiqe_text *text, const disc *d) {
  add_circle(text, d, "sphere", d->radius);
  spiqe_text_add(text, "<path class=\"grid\" d=\"M");
  spiqe_markup_coordinate(text, d->x - d->radius);
  spiqe_text_add(text, " ");
  spiqe_markup_coordinate(text, d->y);
  spiqe_text_add(text, "h");
  spiqe_markup_coordinate(text, 2 * d->radius);
  spiqe_text_add(text, "m-");
  spiqe_markup_coordinate(text, d->radius);
  spiqe_text_add(text, " -");
  spiqe_markup_coordinate(text, d->radius);
  spiqe_text_add(text, "v");
  spiqe_markup_coordinate(text, 2 * d->radius);
  spiqe_text_add(text, "\"/>\n");
  spiqe_chart_text(text, d->x, d->y - d->radius - 10, "middle", "tick", "|0\u27e9, z = 1");
  spiqe_chart_text(text, d->x, d->y + d->radius + 15, "middle", "tick", "|1\u27e9");
  if (d->radius > SMALL)
    spiqe_chart_text(text, d->x + d->radius - 4, d->y + 14, "end", "tick", "y = 1");
}

static disc point_of(const disc *d, const spiqe_trace *trace, size_t t, size_t qubit) {
  return (disc){.x = d->x + d->radius * component(trace, t, qubit, 1),
                .y = d->y - d->radius * component(trace, t, qubit, 2)};
}

/* From the state before step t to the one before the next. */
static void add_segment(spiqe_text *text, const disc *from, const disc *to, int is_spike) {
  spiqe_text_add(text, "<path class=\"line %s\" d=\"M", is_spike ? "two" : "one");
  spiqe_markup_coordinate(text, from->x);
  spiqe_text_add(text, " ");
  spiqe_markup_coordinate(text, from->y);
  spiqe_text_add(text, "L");
  spiqe_markup_coordinate(text, to->x);
  spiqe_text_add(text, " ");
  spiqe_markup_coordinate(text, to->y);
  spiqe_text_add(text, "\"/>\n");
}

/* Numbers stand on the side of the centre, away from the labels; those of points that lie close
 * behind the last one with a number are left out. */
static void add_number(spiqe_text *text, const disc *d, const disc *at, size_t t, disc *last) {
  char label[24];
  double length = fmax(hypot(at->x - d->x, at->y - d->y), 1);
  if (t > 0 && hypot(at->x - last->x, at->y - last->y) < 11) return;
  *last = *at;
  snprintf(label, sizeof label, "%zu", t + 1);
  spiqe_chart_text(text, at->x - 11 * (at->x - d->x) / length,
                   at->y - 11 * (at->y - d->y) / length + 4, "middle", "tick", label);
}

static void add_path(spiqe_text *text, const disc *d, const spiqe_trace *trace, size_t qubit) {
  disc last = {0};
  for (size_t t = 0; t + 1 < trace->n_steps; t++) {
    disc from = point_of(d, trace, t, qubit), to = point_of(d, trace, t + 1, qubit);
    add_segment(text, &from, &to, trace->spikes && trace->spikes[t]);
  }
  for (size_t t = 0; t < trace->n_steps; t++) {
    disc at = point_of(d, trace, t, qubit);
    spiqe_text_add(text, "<g><title>before step %zu: y ", t + 1);
    spiqe_markup_number(text, component(trace, t, qubit, 1), 3);
    spiqe_text_add(text, ", z ");
    spiqe_markup_number(text, component(trace, t, qubit, 2), 3);
    spiqe_text_add(text, "</title>");
    if (trace->n_steps <= (d->radius > SMALL ? MOST_MARKS : MOST_NUMBERED))
      spiqe_chart_mark(text, 'o', "one small", at.x, at.y);
    spiqe_text_add(text, "</g>\n");
    if (trace->n_steps <= MOST_NUMBERED) add_number(text, d, &at, t, &last);
  }
  disc start = point_of(d, trace, 0, qubit);
  add_circle(text, &start, "start", 7);
}

static void add_discs(spiqe_text *text, const spiqe_trace *trace) {
  size_t n = n_shown(trace);
  double room = (4 * STRIP_PITCH + 10) / (double)n;
  for (size_t qubit = 0; qubit < n; qubit++) {
    disc d = {DISC_X, 14 + room * ((double)qubit + 0.5), fmin(room / 2 - 20, 76)};
    char title[32];
    add_disc_frame(text, &d);
    add_path(text, &d, trace, qubit);
    snprintf(title, sizeof title, "qubit %zu", qubit);
    if (trace->n_memory > 1)
      spiqe_chart_text(text, SPIQE_CHART_WIDTH, d.y + d.radius + 15, "end", "legend", title);
  }
}

int spiqe_chart_memory(spiqe_text *text, const spiqe_trace *trace) {
  if (!trace->n_steps || !trace->values || !trace->memory || !trace->n_memory) return 0;
  spiqe_chart chart;
  char label[224];
  snprintf(label, sizeof label,
           "Probability of a spike and Bloch vector of the memory of %.60s over %zu steps, and the "
           "vector's way in the y-z plane",
           trace->title ? trace->title : "a neuron", trace->n_steps);
  spiqe_chart_begin(&chart, text, STRIPS_TOP + 4 * STRIP_PITCH + 28, label);
  chart.right = STRIPS_RIGHT;
  chart.x = spiqe_axis_steps(trace->n_steps);
  add_strips(&chart, trace);
  add_discs(text, trace);
  spiqe_chart_end(&chart);
  return 1;
}
