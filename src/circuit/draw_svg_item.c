/* The items of an SVG drawing. A letter names the colour: b gates, v gates with angles, t gates on
 * two qubits, g what ends or waits, a noise, c conditions and classical bits. */
#include <string.h>

#include "circuit/draw_svg.h"

#define PADDING 10.0
#define NAME_SIZE 13.0
#define SMALL_SIZE 10.5

static const spiqe_operation *operation_of(const spiqe_svg *svg, const spiqe_drawn *item) {
  return &svg->layout.circuit->operations[item->operation];
}

static const char *colour_of(const spiqe_operation *op) {
  switch (op->kind) {
    case SPIQE_GATE:
      if (spiqe_gates[op->gate].n_parameters) return "sq-v";
      return spiqe_gates[op->gate].n_targets > 1 ? "sq-t" : "sq-b";
    case SPIQE_MATRIX: return "sq-t";
    case SPIQE_CHANNEL:
    case SPIQE_READOUT: return "sq-a";
    case SPIQE_MEASURE:
    case SPIQE_RESET:
    case SPIQE_DELAY: return "sq-g";
    default: return "sq-c";
  }
}

/* Where a label goes on in a second, smaller line: at the angles of a gate, the time of a delay. */
static size_t first_line(const spiqe_svg *svg, const spiqe_operation *op) {
  const char *words = svg->label.data;
  size_t n = svg->label.size;
  const char *second = NULL;
  if (op->kind == SPIQE_GATE) second = memchr(words, '(', n);
  if (op->kind == SPIQE_DELAY) second = memchr(words, ' ', n);
  return second && second > words ? (size_t)(second - words) : n;
}

static int has_pins(const spiqe_drawn *item, const spiqe_operation *op) {
  return item->form == SPIQE_FORM_BOX && item->box_bottom > item->box_top && op->n_targets;
}

double spiqe_svg_item_width(spiqe_svg *svg, const spiqe_drawn *item) {
  const spiqe_operation *op = operation_of(svg, item);
  spiqe_drawn_label(&svg->layout, item, &svg->label);
  if (item->form == SPIQE_FORM_CLOSE) return 10;
  if (item->form == SPIQE_FORM_BARRIER) return 14;
  if (item->form == SPIQE_FORM_PLUS || item->form == SPIQE_FORM_CROSS) return 22;
  if (!svg->label.size) return 16;
  size_t n = first_line(svg, op);
  double name = spiqe_svg_measure(svg->label.data, n, NAME_SIZE);
  double rest = spiqe_svg_measure(svg->label.data + n, svg->label.size - n, SMALL_SIZE);
  double width = (name > rest ? name : rest) + 2 * PADDING;
  if (item->form == SPIQE_FORM_DOT) return 2 * width; /* words on the right of the dot */
  if (has_pins(item, op)) width += 26;
  return width < 2 * SPIQE_SVG_HALF_BOX ? 2 * SPIQE_SVG_HALF_BOX : width;
}

static void add_line(spiqe_svg *svg, const char *colour, double x, double from, double to) {
  spiqe_text_add(svg->out, "<path class=\"%s sq-l\" d=\"M%.1f %.1fV%.1f\"/>\n", colour, x, from,
                 to);
}

static void add_double_line(spiqe_svg *svg, const char *colour, double x, double from, double to) {
  spiqe_text_add(svg->out,
                 "<path class=\"%s sq-l sq-thin\" d=\"M%.1f %.1fV%.1fM%.1f %.1fV%.1f\"/>\n", colour,
                 x - 1.5, from, to, x + 1.5, from, to);
}

static void add_dot(spiqe_svg *svg, const char *colour, double x, double y, int is_ring) {
  spiqe_text_add(svg->out, "<circle class=\"%s %s\" cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\"/>\n", colour,
                 is_ring ? "sq-ring" : "sq-dot", x, y);
}

static void add_plus(spiqe_svg *svg, const char *colour, double x, double y) {
  spiqe_text_add(svg->out,
                 "<circle class=\"%s sq-dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"10\"/>"
                 "<path class=\"sq-plus\" d=\"M%.1f %.1fh11M%.1f %.1fv11\"/>\n",
                 colour, x, y, x - 5.5, y, x, y - 5.5);
}

static void add_cross(spiqe_svg *svg, const char *colour, double x, double y) {
  spiqe_text_add(svg->out,
                 "<path class=\"%s sq-cross\" d=\"M%.1f %.1fl11 11M%.1f %.1fl11 -11\"/>\n", colour,
                 x - 5.5, y - 5.5, x - 5.5, y + 5.5);
}

static void add_box(spiqe_svg *svg, const char *colour, double x, double width, double top,
                    double bottom) {
  spiqe_text_add(svg->out,
                 "<rect class=\"%s sq-box\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
                 "rx=\"5\"/>\n",
                 colour, x - width / 2, top, width, bottom - top);
}

/* The line to wires outside of the box: double where it leads to bits. */
static void add_joint(spiqe_svg *svg, const spiqe_drawn *item, const char *colour, double x) {
  double top = spiqe_svg_y(svg, item->line_top), bottom = spiqe_svg_y(svg, item->line_bottom);
  if (item->line_top >= item->line_bottom) return;
  if (item->line_bottom >= svg->layout.circuit->n_qubits)
    add_double_line(svg, colour, x, top, bottom);
  else
    add_line(svg, colour, x, top, bottom);
}

/* Controls, and targets that have no box. */
static void add_points(spiqe_svg *svg, const spiqe_drawn *item, const char *colour, double x) {
  const spiqe_operation *op = operation_of(svg, item);
  const uint32_t *qubits = spiqe_operation_qubits(svg->layout.circuit, op);
  for (uint32_t i = 0; i < op->n_controls; i++) {
    uint32_t row = qubits[i] & ~SPIQE_ON_ZERO;
    int is_inside = item->form == SPIQE_FORM_BOX && row > item->box_top && row < item->box_bottom;
    double at = is_inside ? x - spiqe_svg_item_width(svg, item) / 2 + 12 : x;
    add_dot(svg, colour, at, spiqe_svg_y(svg, row), (qubits[i] & SPIQE_ON_ZERO) != 0);
  }
  for (uint32_t i = 0; i < op->n_targets && item->form != SPIQE_FORM_BOX; i++) {
    double y = spiqe_svg_y(svg, qubits[op->n_controls + i]);
    if (item->form == SPIQE_FORM_DOT) add_dot(svg, colour, x, y, 0);
    if (item->form == SPIQE_FORM_PLUS) add_plus(svg, colour, x, y);
    if (item->form == SPIQE_FORM_CROSS) add_cross(svg, colour, x, y);
  }
}

static void add_pins(spiqe_svg *svg, const spiqe_drawn *item, double left) {
  const spiqe_operation *op = operation_of(svg, item);
  const uint32_t *qubits = spiqe_operation_qubits(svg->layout.circuit, op) + op->n_controls;
  for (uint32_t i = 0; i < op->n_targets; i++)
    spiqe_text_add(svg->out, "<text class=\"sq-soft\" x=\"%.1f\" y=\"%.1f\">%u</text>\n", left + 12,
                   spiqe_svg_y(svg, qubits[i]), i);
}

static void add_label(spiqe_svg *svg, const spiqe_drawn *item, double x) {
  double y = (spiqe_svg_y(svg, item->box_top) + spiqe_svg_y(svg, item->box_bottom)) / 2;
  size_t n = svg->label.size ? first_line(svg, operation_of(svg, item)) : 0;
  int has_second = n < svg->label.size;
  spiqe_svg_words(svg, x, has_second ? y - 6 : y, "", svg->label.data, n);
  if (!has_second) return;
  while (svg->label.data[n] == ' ') n++;
  spiqe_svg_words(svg, x, y + 8, "sq-small", svg->label.data + n, svg->label.size - n);
}

static void add_boxed(spiqe_svg *svg, const spiqe_drawn *item, const char *colour, double x) {
  double width = spiqe_svg_item_width(svg, item);
  int pins = has_pins(item, operation_of(svg, item));
  add_box(svg, colour, x, width, spiqe_svg_y(svg, item->box_top) - SPIQE_SVG_HALF_BOX,
          spiqe_svg_y(svg, item->box_bottom) + SPIQE_SVG_HALF_BOX);
  add_label(svg, item, pins ? x + 10 : x);
  if (pins) add_pins(svg, item, x - width / 2);
}

/* A dial, the line to the bit, and the bit's number. */
static void add_measure(spiqe_svg *svg, const spiqe_drawn *item, double x) {
  const spiqe_operation *op = operation_of(svg, item);
  double y = spiqe_svg_y(svg, item->box_top), bottom = spiqe_svg_y(svg, item->line_bottom);
  if (op->payload != SPIQE_NO_BIT) {
    const spiqe_wires *wires = &svg->layout.wires;
    uint32_t first = spiqe_wires_of_bits(wires, spiqe_wires_bit(wires, op->payload))->first;
    add_double_line(svg, "sq-g", x, y, bottom - 6);
    spiqe_text_add(svg->out,
                   "<path class=\"sq-g sq-dot\" d=\"M%.1f %.1fl5 -8h-10z\"/>"
                   "<text class=\"sq-soft\" x=\"%.1f\" y=\"%.1f\">%u</text>\n",
                   x, bottom, x, bottom + 10, op->payload - first);
  }
  add_box(svg, "sq-g", x, 2 * SPIQE_SVG_HALF_BOX, y - SPIQE_SVG_HALF_BOX, y + SPIQE_SVG_HALF_BOX);
  spiqe_text_add(svg->out,
                 "<path class=\"sq-g sq-l\" d=\"M%.1f %.1fa10 10 0 0 1 20 0M%.1f %.1fl7 -11\"/>\n",
                 x - 10, y + 6, x, y + 6);
}

static void add_barrier(spiqe_svg *svg, const spiqe_drawn *item, double x) {
  const spiqe_operation *op = operation_of(svg, item);
  for (uint32_t i = 0; i < op->n_targets; i++) {
    double y = spiqe_svg_y(svg, svg->layout.circuit->qubits_used[op->first_qubit + i]);
    spiqe_text_add(svg->out,
                   "<path class=\"sq-barrier\" d=\"M%.1f %.1fh14v%.1fh-14z\"/>"
                   "<path class=\"sq-dash\" d=\"M%.1f %.1fv%.1f\"/>\n",
                   x - 7, y - SPIQE_SVG_ROW / 2, SPIQE_SVG_ROW, x, y - SPIQE_SVG_ROW / 2,
                   SPIQE_SVG_ROW);
  }
}

/* Dots on the wires that an expression reads. */
static void add_readers(spiqe_svg *svg, const spiqe_drawn *item, double x) {
  const spiqe_operation *op = operation_of(svg, item);
  for (uint32_t i = 0; i < op->n_nodes; i++) {
    const spiqe_node *node = &svg->layout.circuit->nodes[op->first_node + i];
    if (node->kind != SPIQE_NODE_BITS) continue;
    uint32_t row = spiqe_layout_bit_row(&svg->layout, node->first);
    if (row < item->box_top || row > item->box_bottom)
      add_dot(svg, "sq-c", x, spiqe_svg_y(svg, row), 0);
  }
}

static double pad_of(const spiqe_drawn *open) {
  return SPIQE_SVG_HALF_BOX + 2 + 3 * open->n_levels;
}

/* The end of a condition has no words: the ground ends there. */
void spiqe_svg_condition(spiqe_svg *svg, const spiqe_drawn *open) {
  double half = svg->width[open->column] / 2;
  double left = open->column >= svg->from ? svg->x[open->column] - half : svg->margin;
  double right = open->close_column < svg->to ? svg->x[open->close_column] + 5 : svg->right;
  double top = spiqe_svg_y(svg, open->box_top) - pad_of(open);
  double bottom = spiqe_svg_y(svg, open->box_bottom) + pad_of(open);
  spiqe_text_add(svg->out,
                 "<rect class=\"sq-ground\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
                 "rx=\"6\"/>\n",
                 left, top, right - left, bottom - top);
}

void spiqe_svg_item(spiqe_svg *svg, const spiqe_drawn *item, double x) {
  const spiqe_operation *op = operation_of(svg, item);
  const char *colour = colour_of(op);
  spiqe_drawn_label(&svg->layout, item, &svg->label);
  switch (item->form) {
    case SPIQE_FORM_MEASURE: add_measure(svg, item, x); return;
    case SPIQE_FORM_BARRIER: add_barrier(svg, item, x); return;
    case SPIQE_FORM_CLOSE: return;
    case SPIQE_FORM_DOT:
    case SPIQE_FORM_PLUS:
    case SPIQE_FORM_CROSS:
      add_joint(svg, item, colour, x);
      add_points(svg, item, colour, x);
      if (svg->label.size)
        spiqe_svg_words(svg, x + 9, spiqe_svg_y(svg, item->top) - 9, "sq-small sq-left",
                        svg->label.data, svg->label.size);
      return;
    default: break;
  }
  add_joint(svg, item, colour, x);
  if (item->form != SPIQE_FORM_BOX) add_readers(svg, item, x);
  add_boxed(svg, item, colour, x);
  if (item->form == SPIQE_FORM_BOX) add_points(svg, item, colour, x);
}
