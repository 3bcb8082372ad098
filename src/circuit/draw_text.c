/* Drawings as text, page by page. A wire has a row of cells; boxes on two neighbours share the row
 * between them. */
#include <stdlib.h>
#include <string.h>

#include "circuit/draw_canvas.h"
#include "core/fail.h"

#define GAP 1 /* cells between two columns */

typedef struct artist {
  spiqe_layout layout;
  spiqe_canvas canvas;
  uint32_t *width; /* owned, [n_columns], in cells */
  uint32_t *y;     /* owned, [n_rows]: rows of cells of the wires */
  size_t height, margin;
  spiqe_text label, *out;
} artist;

static const spiqe_operation *operation_of(const artist *a, const spiqe_drawn *item) {
  return &a->layout.circuit->operations[item->operation];
}

static size_t label_width(const artist *a) {
  return a->label.size ? spiqe_draw_width(a->label.data, a->label.size) : 0;
}

static size_t n_digits(size_t n) {
  return n < 10 ? 1 : 1 + n_digits(n / 10);
}

/* Boxes over several wires name the wires at their left border by the targets' numbers. */
static size_t pin_width(const artist *a, const spiqe_drawn *item) {
  const spiqe_operation *op = operation_of(a, item);
  int has_pins = item->form == SPIQE_FORM_BOX && item->box_bottom > item->box_top && op->n_targets;
  return has_pins ? n_digits(op->n_targets - 1) : 0;
}

static uint32_t bit_in_register(const artist *a, uint32_t bit) {
  const spiqe_wires *wires = &a->layout.wires;
  return bit - spiqe_wires_of_bits(wires, spiqe_wires_bit(wires, bit))->first;
}

/* Cells that an item takes; its label is then in a->label. */
static size_t item_width(artist *a, const spiqe_drawn *item) {
  const spiqe_operation *op = operation_of(a, item);
  spiqe_drawn_label(&a->layout, item, &a->label);
  size_t width = label_width(a);
  switch (item->form) {
    case SPIQE_FORM_BOX:
    case SPIQE_FORM_CLASSICAL: return width + 4 + pin_width(a, item);
    case SPIQE_FORM_OPEN:
    case SPIQE_FORM_CLOSE: return width + 3;
    case SPIQE_FORM_MIDDLE: return width + 2;
    case SPIQE_FORM_MEASURE:
      width = op->payload == SPIQE_NO_BIT ? 1 : n_digits(bit_in_register(a, op->payload));
      return width < 3 ? 3 : width;
    case SPIQE_FORM_DOT: return width + 1;
    case SPIQE_FORM_RESET: return width;
    default: return 1;
  }
}

static void find_widths(artist *a) {
  for (size_t c = 0; c < a->layout.n_columns; c++) {
    uint32_t last = a->layout.first_of_column[c + 1];
    for (uint32_t i = a->layout.first_of_column[c]; i < last; i++) {
      size_t width = item_width(a, &a->layout.items[i]);
      if (width > a->width[c]) a->width[c] = (uint32_t)width;
    }
  }
}

/* A wire with measured bits has a row for their numbers below it. */
static void find_heights(artist *a) {
  size_t y = 1;
  for (size_t r = 0; r < a->layout.n_rows; r++) {
    a->y[r] = (uint32_t)y;
    y += a->layout.has_index[r] ? 3 : 2;
  }
  a->height = y;
  for (size_t r = 0; r < a->layout.n_rows; r++) {
    spiqe_layout_row_label(&a->layout, r, &a->label);
    if (label_width(a) > a->margin) a->margin = label_width(a);
  }
}

static void draw_wires(artist *a, size_t width) {
  for (size_t r = 0; r < a->layout.n_rows; r++)
    for (size_t x = 0; x < width; x++)
      spiqe_canvas_join(&a->canvas, x, a->y[r],
                        SPIQE_ACROSS | (r < a->layout.circuit->n_qubits ? 0 : SPIQE_DOUBLE_ACROSS));
}

static void put(artist *a, size_t x, size_t row, const char *sign) {
  spiqe_canvas_write(&a->canvas, x, a->y[row], sign, strlen(sign));
}

/* The left or right border of a box; wires come from outside. */
static void draw_side(artist *a, const spiqe_drawn *item, size_t x, uint32_t inside,
                      uint32_t outside) {
  size_t top = a->y[item->box_top] - 1, base = a->y[item->box_bottom] + 1;
  spiqe_canvas_down(&a->canvas, x, top, base, 0);
  spiqe_canvas_join(&a->canvas, x, top, inside);
  spiqe_canvas_join(&a->canvas, x, base, inside);
  for (size_t r = item->box_top; r <= item->box_bottom; r++) {
    int is_bits = r >= a->layout.circuit->n_qubits;
    spiqe_canvas_join(&a->canvas, x, a->y[r], outside | (is_bits ? SPIQE_DOUBLE_ACROSS : 0));
  }
}

/* Borders of a box around the item's rows, from x to x_end, both borders included. */
static void draw_frame(artist *a, const spiqe_drawn *item, size_t x, size_t x_end) {
  size_t top = a->y[item->box_top] - 1, base = a->y[item->box_bottom] + 1;
  int has_left = item->form != SPIQE_FORM_MIDDLE && item->form != SPIQE_FORM_CLOSE;
  int has_right = item->form != SPIQE_FORM_MIDDLE && item->form != SPIQE_FORM_OPEN;
  for (size_t y = top + 1; y < base; y++) spiqe_canvas_clear(&a->canvas, x, x_end + 1, y);
  for (size_t i = x + has_left; i < x_end + !has_right; i++) {
    spiqe_canvas_join(&a->canvas, i, top, SPIQE_ACROSS);
    spiqe_canvas_join(&a->canvas, i, base, SPIQE_ACROSS);
  }
  if (has_left) draw_side(a, item, x, SPIQE_ARM_RIGHT, SPIQE_ARM_LEFT);
  if (has_right) draw_side(a, item, x_end, SPIQE_ARM_LEFT, SPIQE_ARM_RIGHT);
}

static void draw_label(artist *a, const spiqe_drawn *item, size_t x) {
  size_t y = (a->y[item->box_top] + a->y[item->box_bottom]) / 2;
  if (a->label.size) spiqe_canvas_write(&a->canvas, x, y, a->label.data, a->label.size);
}

/* Numbers of the targets, and dots for controls between them. */
static void draw_pins(artist *a, const spiqe_drawn *item, size_t x) {
  const spiqe_operation *op = operation_of(a, item);
  const uint32_t *qubits = spiqe_operation_qubits(a->layout.circuit, op);
  for (uint32_t i = 0; i < op->n_controls + op->n_targets; i++) {
    uint32_t row = qubits[i] & ~SPIQE_ON_ZERO;
    if (row < item->box_top || row > item->box_bottom) continue;
    if (i < op->n_controls) {
      put(a, x, row, qubits[i] & SPIQE_ON_ZERO ? "○" : "●");
      continue;
    }
    spiqe_text number = {0};
    spiqe_text_add(&number, "%u", i - op->n_controls);
    if (number.data) put(a, x, row, number.data);
    spiqe_text_destroy(&number);
  }
}

static int has_box(const spiqe_drawn *item) {
  return item->form != SPIQE_FORM_DOT && item->form != SPIQE_FORM_PLUS &&
         item->form != SPIQE_FORM_CROSS;
}

/* The line through all rows of an item but those of its box, single between qubits, double where
 * bits are read or written. */
static void draw_line(artist *a, const spiqe_drawn *item, size_t x) {
  const size_t n_qubits = a->layout.circuit->n_qubits;
  uint32_t up = item->line_top >= n_qubits ? SPIQE_DOUBLE_DOWN : 0;
  uint32_t down = item->line_bottom >= n_qubits ? SPIQE_DOUBLE_DOWN : 0;
  size_t top = a->y[item->line_top], bottom = a->y[item->line_bottom];
  if (!has_box(item)) {
    spiqe_canvas_down(&a->canvas, x, top, bottom, down);
    return;
  }
  if (item->line_top < item->box_top)
    spiqe_canvas_down(&a->canvas, x, top, a->y[item->box_top] - 1, up);
  if (item->line_bottom > item->box_bottom)
    spiqe_canvas_down(&a->canvas, x, a->y[item->box_bottom] + 1, bottom, down);
}

/* Controls outside of the box, and targets that have none. */
static void draw_points(artist *a, const spiqe_drawn *item, size_t x) {
  const spiqe_operation *op = operation_of(a, item);
  const uint32_t *qubits = spiqe_operation_qubits(a->layout.circuit, op);
  for (uint32_t i = 0; i < op->n_controls; i++) {
    uint32_t row = qubits[i] & ~SPIQE_ON_ZERO;
    int is_inside = has_box(item) && row >= item->box_top && row <= item->box_bottom;
    if (!is_inside) put(a, x, row, qubits[i] & SPIQE_ON_ZERO ? "○" : "●");
  }
  if (has_box(item)) return;
  const char *target = item->form == SPIQE_FORM_DOT    ? "●"
                       : item->form == SPIQE_FORM_PLUS ? "⊕"
                                                       : "×";
  for (uint32_t i = 0; i < op->n_targets; i++) put(a, x, qubits[op->n_controls + i], target);
}

/* Dots on the classical wires that an expression reads, outside of the box. */
static void draw_readers(artist *a, const spiqe_drawn *item, size_t x) {
  const spiqe_operation *op = operation_of(a, item);
  if (op->kind != SPIQE_IF && op->kind != SPIQE_WHILE && op->kind != SPIQE_ASSIGN) return;
  for (uint32_t i = 0; i < op->n_nodes; i++) {
    const spiqe_node *node = &a->layout.circuit->nodes[op->first_node + i];
    if (node->kind != SPIQE_NODE_BITS) continue;
    uint32_t row = spiqe_layout_bit_row(&a->layout, node->first);
    if (row < item->box_top || row > item->box_bottom) put(a, x, row, "■");
  }
}

static void draw_barrier(artist *a, const spiqe_drawn *item, size_t x) {
  const spiqe_operation *op = operation_of(a, item);
  for (uint32_t i = 0; i < op->n_targets; i++) {
    size_t y = a->y[a->layout.circuit->qubits_used[op->first_qubit + i]];
    for (size_t at = y - 1; at <= y + 1; at++)
      spiqe_canvas_write(&a->canvas, x, at, "░", strlen("░"));
  }
}

static void draw_measure(artist *a, const spiqe_drawn *item, size_t x) {
  const spiqe_operation *op = operation_of(a, item);
  draw_frame(a, item, x - 1, x + 1);
  draw_label(a, item, x);
  draw_line(a, item, x);
  if (op->payload == SPIQE_NO_BIT) return;
  spiqe_text number = {0};
  spiqe_text_add(&number, "%u", bit_in_register(a, op->payload));
  if (number.data)
    spiqe_canvas_write(&a->canvas, x - (number.size - 1) / 2, a->y[item->line_bottom] + 1,
                       number.data, number.size);
  spiqe_text_destroy(&number);
}

static void draw_boxed(artist *a, const spiqe_drawn *item, size_t x, size_t width) {
  size_t pins = pin_width(a, item), middle = x + (width - 1) / 2;
  int is_open_left = item->form == SPIQE_FORM_MIDDLE || item->form == SPIQE_FORM_CLOSE;
  draw_frame(a, item, x, x + width - 1);
  draw_label(a, item, is_open_left ? x + 1 : x + 2 + pins);
  if (pins) draw_pins(a, item, x + 1);
  draw_line(a, item, middle);
  if (item->form == SPIQE_FORM_BOX) draw_points(a, item, middle);
  draw_readers(a, item, middle);
}

/* An item in the middle of its column, whose first cell is x. */
static void draw_item(artist *a, const spiqe_drawn *item, size_t x) {
  size_t width = item_width(a, item);
  x += (a->width[item->column] - width) / 2;
  switch (item->form) {
    case SPIQE_FORM_BARRIER: draw_barrier(a, item, x); return;
    case SPIQE_FORM_MEASURE: draw_measure(a, item, x + (width - 1) / 2); return;
    case SPIQE_FORM_RESET: draw_label(a, item, x); return;
    case SPIQE_FORM_DOT:
    case SPIQE_FORM_PLUS:
    case SPIQE_FORM_CROSS:
      draw_line(a, item, x);
      draw_points(a, item, x);
      if (a->label.size)
        spiqe_canvas_write(&a->canvas, x + 1, a->y[item->top], a->label.data, a->label.size);
      return;
    default: draw_boxed(a, item, x, width); return;
  }
}

static void add_margin(artist *a, size_t y, size_t *row) {
  size_t n = a->margin + 2;
  if (*row < a->layout.n_rows && a->y[*row] == y) {
    spiqe_layout_row_label(&a->layout, (*row)++, &a->label);
    for (size_t i = label_width(a); i < a->margin; i++) spiqe_text_add_bytes(a->out, " ", 1);
    spiqe_draw_add(a->out, a->label.data, a->label.size);
    spiqe_text_add_bytes(a->out, ": ", 2);
    return;
  }
  if (spiqe_canvas_is_blank(&a->canvas, y)) return;
  while (n--) spiqe_text_add_bytes(a->out, " ", 1);
}

static spiqe_status add_page(artist *a, int is_first, int is_last) {
  spiqe_context *ctx = a->layout.circuit->ctx;
  size_t row = 0;
  if (!is_first) spiqe_text_add(a->out, "\n");
  for (size_t y = 0; y < a->height; y++) {
    int is_index = row && a->layout.has_index[row - 1] && a->y[row - 1] + 1 == y;
    int is_edge = y == 0 || y + 1 == a->height;
    if ((is_edge || is_index) && spiqe_canvas_is_blank(&a->canvas, y)) continue;
    if (!is_first) spiqe_text_add_bytes(a->out, "«", strlen("«"));
    add_margin(a, y, &row);
    spiqe_canvas_add_row(&a->canvas, y, a->out);
    int is_wire = row && a->y[row - 1] == y;
    if (!is_last && is_wire) spiqe_text_add_bytes(a->out, "»", strlen("»"));
    spiqe_text_add_bytes(a->out, "\n", 1);
    SPIQE_REQUIRE(ctx, a->out->size <= SPIQE_MOST_DRAWING, SPIQE_LIMIT,
                  "a drawing of more than %zu MiB", SPIQE_MOST_DRAWING >> 20);
  }
  return SPIQE_OK;
}

/* Columns from `from` that fit into the cells, at least one; *used: cells that they take. */
static size_t fit(const artist *a, size_t from, size_t cells, size_t *used) {
  size_t to = from;
  *used = GAP;
  while (to < a->layout.n_columns) {
    size_t more = a->width[to] + GAP;
    if (cells && to > from && *used + more > cells) break;
    *used += more;
    to++;
  }
  return to;
}

static spiqe_status draw_pages(artist *a, size_t width) {
  size_t from = 0, margin = a->margin + 4, cells = 0; /* 4: ": ", "«", "»" */
  if (width) cells = width > margin + 1 ? width - margin : 1;
  do {
    size_t used, to = fit(a, from, cells, &used), x = GAP;
    SPIQE_TRY(spiqe_canvas_begin(a->layout.circuit->ctx, &a->canvas, used, a->height));
    draw_wires(a, used);
    for (size_t c = from; c < to; c++) {
      uint32_t last = a->layout.first_of_column[c + 1];
      for (uint32_t i = a->layout.first_of_column[c]; i < last; i++)
        draw_item(a, &a->layout.items[i], x);
      x += a->width[c] + GAP;
    }
    SPIQE_TRY(add_page(a, from == 0, to == a->layout.n_columns));
    from = to;
  } while (from < a->layout.n_columns);
  return SPIQE_OK;
}

static spiqe_status draw(artist *a, size_t width) {
  spiqe_context *ctx = a->layout.circuit->ctx;
  a->width = calloc(a->layout.n_columns + 1, sizeof *a->width);
  a->y = calloc(a->layout.n_rows + 1, sizeof *a->y);
  SPIQE_REQUIRE(ctx, a->width && a->y, SPIQE_NO_MEMORY, "no memory for a drawing");
  find_widths(a);
  find_heights(a);
  if (a->layout.phase.size) {
    spiqe_text_add(a->out, "global phase: ");
    spiqe_draw_add(a->out, a->layout.phase.data, a->layout.phase.size);
    spiqe_text_add(a->out, "\n");
  }
  if (a->layout.n_rows) SPIQE_TRY(draw_pages(a, width));
  int failed = a->out->failed || a->label.failed || a->layout.phase.failed;
  SPIQE_REQUIRE(ctx, !failed, SPIQE_NO_MEMORY, "no memory for a drawing");
  return SPIQE_OK;
}

spiqe_status spiqe_circuit_draw(const spiqe_circuit *circuit, size_t width, char **out) {
  spiqe_text text = {0};
  artist a = {.out = &text};
  *out = NULL;
  SPIQE_TRY(spiqe_layout_create(&a.layout, circuit));
  spiqe_text_add(&text, "%s", "");
  spiqe_status status = draw(&a, width);
  free(a.width);
  free(a.y);
  spiqe_text_destroy(&a.label);
  spiqe_canvas_destroy(&a.canvas);
  spiqe_layout_destroy(&a.layout);
  if (status == SPIQE_OK)
    *out = text.data;
  else
    spiqe_text_destroy(&text);
  return status;
}
