/* The layout of a drawing. Two passes: the rows of each operation, with those of a condition's body
 * known before its box is placed; then the columns. */
#include <stdlib.h>
#include <string.h>

#include "circuit/draw.h"
#include "core/fail.h"
#include "core/grow.h"

/* A set of rows from first to last; empty when first > last. */
typedef struct rows {
  uint32_t first, last;
} rows;

#define NO_ROWS ((rows){UINT32_MAX, 0})

static void add_row(rows *r, uint32_t row) {
  if (row < r->first) r->first = row;
  if (row > r->last || r->first > r->last) r->last = row;
}

static void add_rows(rows *r, rows more) {
  if (more.first > more.last) return;
  add_row(r, more.first);
  add_row(r, more.last);
}

/* A condition that is not at its end yet: its items, what is known of its body. */
typedef struct frame {
  uint32_t open, middle;
  int has_middle;
  uint8_t n_levels;
  rows body, all; /* qubits of its body; all rows of condition and body */
} frame;

typedef struct builder {
  spiqe_layout *layout;
  spiqe_drawn *items; /* owned, [n], in the order of the operations */
  uint32_t *phases;   /* owned, [n_phases]: angles of gphase without controls, outside conditions */
  size_t n, n_phases;
  frame *frames; /* owned, [n_frames] */
  size_t n_frames, room_frames;
} builder;

uint32_t spiqe_layout_bit_row(const spiqe_layout *layout, uint32_t bit) {
  return (uint32_t)(layout->circuit->n_qubits + spiqe_wires_bit(&layout->wires, bit));
}

static spiqe_form form_of(const spiqe_operation *op) {
  switch (op->kind) {
    case SPIQE_MEASURE: return SPIQE_FORM_MEASURE;
    case SPIQE_RESET: return SPIQE_FORM_RESET;
    case SPIQE_BARRIER: return SPIQE_FORM_BARRIER;
    case SPIQE_IF:
    case SPIQE_WHILE: return SPIQE_FORM_OPEN;
    case SPIQE_ELSE: return SPIQE_FORM_MIDDLE;
    case SPIQE_END: return SPIQE_FORM_CLOSE;
    case SPIQE_ASSIGN: return SPIQE_FORM_CLASSICAL;
    case SPIQE_READOUT: return op->n_targets ? SPIQE_FORM_BOX : SPIQE_FORM_CLASSICAL;
    default: break;
  }
  if (op->kind != SPIQE_GATE) return SPIQE_FORM_BOX;
  const char *name = spiqe_gates[op->gate].name;
  if (!strcmp(name, "swap")) return SPIQE_FORM_CROSS;
  if (!op->n_controls) return SPIQE_FORM_BOX;
  if (!strcmp(name, "x")) return SPIQE_FORM_PLUS;
  return !strcmp(name, "z") || !op->n_targets ? SPIQE_FORM_DOT : SPIQE_FORM_BOX;
}

static rows rows_of_expression(const spiqe_layout *layout, const spiqe_operation *op) {
  rows r = NO_ROWS;
  for (uint32_t i = 0; i < op->n_nodes; i++) {
    const spiqe_node *node = &layout->circuit->nodes[op->first_node + i];
    if (node->kind != SPIQE_NODE_BITS) continue;
    add_row(&r, spiqe_layout_bit_row(layout, node->first));
    add_row(&r, spiqe_layout_bit_row(layout, node->first + node->width - 1));
  }
  return r;
}

/* Rows of the box and all rows of an operation that begins or ends no condition. */
static void find_rows(const spiqe_layout *layout, const spiqe_operation *op, rows *box, rows *all) {
  const uint32_t *qubits = spiqe_operation_qubits(layout->circuit, op);
  *box = *all = NO_ROWS;
  if (op->kind == SPIQE_ASSIGN) {
    add_row(box, spiqe_layout_bit_row(layout, op->payload));
    add_row(box, spiqe_layout_bit_row(layout, op->payload + op->n_targets - 1));
    *all = rows_of_expression(layout, op);
    add_rows(all, *box);
    return;
  }
  for (uint32_t i = 0; i < op->n_controls + op->n_targets; i++) {
    uint32_t row = qubits[i] & ~SPIQE_ON_ZERO;
    add_row(all, row);
    if (i >= op->n_controls) add_row(box, row);
  }
  if (op->kind == SPIQE_GATE && !op->n_targets) *box = *all;
  int has_bit = op->kind == SPIQE_MEASURE || op->kind == SPIQE_READOUT;
  if (has_bit && op->payload != SPIQE_NO_BIT) {
    uint32_t row = spiqe_layout_bit_row(layout, op->payload);
    if (!op->n_targets) add_row(box, row);
    add_row(all, row);
    if (op->kind == SPIQE_MEASURE) layout->has_index[row] = 1;
  }
}

static void set_rows(spiqe_drawn *item, rows box, rows line, rows all) {
  item->top = all.first;
  item->bottom = all.last;
  item->box_top = box.first;
  item->box_bottom = box.last;
  item->line_top = line.first;
  item->line_bottom = line.last;
}

static spiqe_status open_frame(builder *b, size_t at, const spiqe_operation *op) {
  SPIQE_TRY(spiqe_grow(b->layout->circuit->ctx, (void **)&b->frames, &b->room_frames,
                       b->n_frames + 1, sizeof *b->frames));
  frame f = {.open = (uint32_t)at, .body = NO_ROWS, .all = rows_of_expression(b->layout, op)};
  b->frames[b->n_frames++] = f;
  return SPIQE_OK;
}

/* The boxes of a condition stand on the qubits of its body, or else on the bits that it reads. */
static void close_frame(builder *b, size_t at) {
  frame f = b->frames[--b->n_frames];
  rows box = f.body, all = f.all;
  if (box.first > box.last) box = all;
  if (box.first > box.last && b->layout->n_rows) box = (rows){0, 0};
  add_rows(&all, box);
  rows line = rows_of_expression(b->layout, &b->layout->circuit->operations[f.open]);
  add_rows(&line, box);
  set_rows(&b->items[f.open], box, line, all);
  set_rows(&b->items[at], box, box, all);
  if (f.has_middle) set_rows(&b->items[f.middle], box, box, all);
  b->items[f.open].n_levels = f.n_levels;
  if (!b->n_frames) return;
  frame *outer = &b->frames[b->n_frames - 1];
  add_rows(&outer->body, f.body);
  add_rows(&outer->all, all);
  if (outer->n_levels <= f.n_levels && f.n_levels < 3) outer->n_levels = f.n_levels + 1;
}

static spiqe_status place_rows(builder *b, size_t at) {
  const spiqe_operation *op = &b->layout->circuit->operations[at];
  spiqe_drawn *item = &b->items[at];
  *item = (spiqe_drawn){.operation = (uint32_t)at, .form = (uint8_t)form_of(op)};
  if (op->kind == SPIQE_IF || op->kind == SPIQE_WHILE) return open_frame(b, at, op);
  if (op->kind == SPIQE_END) {
    close_frame(b, at);
    return SPIQE_OK;
  }
  frame *f = b->n_frames ? &b->frames[b->n_frames - 1] : NULL;
  if (op->kind == SPIQE_ELSE) {
    f->middle = (uint32_t)at;
    f->has_middle = 1;
    return SPIQE_OK;
  }
  rows box, all;
  find_rows(b->layout, op, &box, &all);
  set_rows(item, box, all, all);
  int is_phase = op->kind == SPIQE_GATE && all.first > all.last;
  if (is_phase && !f) b->phases[b->n_phases++] = op->first_angle;
  if (!f) return SPIQE_OK;
  int has_bit = op->kind == SPIQE_MEASURE || op->kind == SPIQE_READOUT;
  if (all.first < b->layout->circuit->n_qubits) add_rows(&f->body, has_bit ? box : all);
  add_rows(&f->all, all);
  return SPIQE_OK;
}

/* A phase of no qubit within a condition: a box on all rows of the condition. */
static void place_phases(builder *b) {
  const spiqe_circuit *circuit = b->layout->circuit;
  b->n_frames = 0;
  for (size_t at = 0; at < b->n; at++) {
    spiqe_drawn *item = &b->items[at];
    if (item->form == SPIQE_FORM_OPEN) b->frames[b->n_frames++].open = (uint32_t)at;
    if (item->form == SPIQE_FORM_CLOSE) b->n_frames--;
    int is_phase = circuit->operations[at].kind == SPIQE_GATE && item->top > item->bottom;
    if (!is_phase || !b->n_frames) continue;
    const spiqe_drawn *open = &b->items[b->frames[b->n_frames - 1].open];
    const rows box = {open->box_top, open->box_bottom};
    set_rows(item, box, box, box);
  }
}

static spiqe_status check_size(const builder *b) {
  size_t n = b->layout->n_rows;
  for (size_t i = 0; i < b->n; i++)
    if (b->items[i].top <= b->items[i].bottom) n += b->items[i].bottom - b->items[i].top + 1;
  SPIQE_REQUIRE(b->layout->circuit->ctx, n <= SPIQE_MOST_DRAWING, SPIQE_LIMIT,
                "a drawing of more than %zu MiB", SPIQE_MOST_DRAWING >> 20);
  return SPIQE_OK;
}

/* The first column that is free in all rows; items without rows are not drawn. */
static spiqe_status place_columns(builder *b) {
  spiqe_layout *layout = b->layout;
  uint32_t *next = calloc(layout->n_rows + 1, sizeof *next);
  SPIQE_REQUIRE(layout->circuit->ctx, next, SPIQE_NO_MEMORY, "no memory for %zu rows",
                layout->n_rows);
  for (size_t i = 0; i < b->n; i++) {
    spiqe_drawn *item = &b->items[i];
    uint32_t column = 0;
    for (size_t r = item->top; r <= item->bottom; r++)
      if (next[r] > column) column = next[r];
    for (size_t r = item->top; r <= item->bottom; r++) next[r] = column + 1;
    item->column = column;
    if (item->top > item->bottom) continue;
    layout->n_items++;
    if (column >= layout->n_columns) layout->n_columns = (size_t)column + 1;
  }
  free(next);
  return SPIQE_OK;
}

/* Counting sort by column. */
static spiqe_status sort_columns(builder *b) {
  spiqe_layout *layout = b->layout;
  layout->items = malloc((layout->n_items + 1) * sizeof *layout->items);
  layout->first_of_column = calloc(layout->n_columns + 2, sizeof *layout->first_of_column);
  SPIQE_REQUIRE(layout->circuit->ctx, layout->items && layout->first_of_column, SPIQE_NO_MEMORY,
                "no memory for a drawing of %zu operations", b->n);
  uint32_t *first = layout->first_of_column;
  for (size_t i = 0; i < b->n; i++) {
    spiqe_drawn *item = &b->items[i];
    if (item->top <= item->bottom) first[item->column + 2]++;
    if (item->form == SPIQE_FORM_OPEN)
      item->close_column = b->items[spiqe_circuit_end_of(layout->circuit, (uint32_t)i)].column;
  }
  for (size_t c = 2; c < layout->n_columns + 2; c++) first[c] += first[c - 1];
  for (size_t i = 0; i < b->n; i++)
    if (b->items[i].top <= b->items[i].bottom)
      layout->items[first[b->items[i].column + 1]++] = b->items[i];
  return SPIQE_OK;
}

static void write_phase(builder *b) {
  spiqe_text *text = &b->layout->phase;
  for (size_t i = 0; i < b->n_phases && text->size < 200; i++) {
    if (i) spiqe_text_add(text, " + ");
    spiqe_draw_angle(text, b->layout->circuit, b->phases[i]);
    if (i + 1 < b->n_phases && text->size >= 200) spiqe_text_add(text, " + …");
  }
}

static spiqe_status build(builder *b) {
  spiqe_layout *layout = b->layout;
  const spiqe_circuit *circuit = layout->circuit;
  b->n = circuit->n_operations;
  layout->n_rows = circuit->n_qubits + layout->wires.n_bits;
  layout->has_index = calloc(layout->n_rows + 1, 1);
  b->items = malloc((b->n + 1) * sizeof *b->items);
  b->phases = malloc((b->n + 1) * sizeof *b->phases);
  SPIQE_REQUIRE(circuit->ctx, layout->has_index && b->items && b->phases, SPIQE_NO_MEMORY,
                "no memory for a drawing of %zu operations", b->n);
  for (size_t i = 0; i < b->n; i++) SPIQE_TRY(place_rows(b, i));
  place_phases(b);
  SPIQE_TRY(check_size(b));
  SPIQE_TRY(place_columns(b));
  SPIQE_TRY(sort_columns(b));
  write_phase(b);
  return SPIQE_OK;
}

spiqe_status spiqe_layout_create(spiqe_layout *layout, const spiqe_circuit *circuit) {
  *layout = (spiqe_layout){.circuit = circuit};
  SPIQE_TRY(spiqe_circuit_check_closed(circuit));
  SPIQE_TRY(spiqe_wires_create(&layout->wires, circuit));
  builder b = {.layout = layout};
  spiqe_status status = build(&b);
  free(b.items);
  free(b.phases);
  free(b.frames);
  if (status != SPIQE_OK) spiqe_layout_destroy(layout);
  return status;
}

void spiqe_layout_destroy(spiqe_layout *layout) {
  spiqe_wires_destroy(&layout->wires);
  free(layout->items);
  free(layout->first_of_column);
  free(layout->has_index);
  spiqe_text_destroy(&layout->phase);
  *layout = (spiqe_layout){0};
}
