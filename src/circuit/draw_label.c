/* The words of a drawing, and how wide they are. */
#include <math.h>
#include <string.h>

#include "circuit/draw.h"
#include "circuit/write.h"
#include "core/utf8.h"

#define MOST_COLUMNS 60 /* of a label */
#define MOST_NODES 100  /* of an expression in a label */

size_t spiqe_draw_character(const char *text, size_t n, uint32_t *code) {
  const unsigned char *bytes = (const unsigned char *)text;
  size_t size = bytes[0] < 0x80 ? 1 : bytes[0] < 0xE0 ? 2 : bytes[0] < 0xF0 ? 3 : 4;
  *code = 0xFFFD;
  if (size > n || spiqe_utf8_prefix(text, size) != size) return 1;
  if (size == 1) {
    if (bytes[0] >= 0x20 && bytes[0] != 0x7F) *code = bytes[0];
    return 1;
  }
  uint32_t value = bytes[0] & (0x7Fu >> size);
  for (size_t i = 1; i < size; i++) value = value << 6 | (bytes[i] & 0x3F);
  int is_control = value < 0xA0 || value == 0x2028 || value == 0x2029;
  if (!is_control) *code = value;
  return size;
}

typedef struct range {
  uint32_t first, last;
} range;

static int is_in(const range *ranges, size_t n, uint32_t code) {
  for (size_t i = 0; i < n; i++)
    if (code >= ranges[i].first && code <= ranges[i].last) return 1;
  return 0;
}

/* Marks that combine with the character before take no column; East Asian wide characters (Unicode
 * Standard Annex 11) take two. */
size_t spiqe_draw_columns(uint32_t code) {
  static const range marks[] = {{0x300, 0x36F},   {0x483, 0x489},   {0x591, 0x5BD},
                                {0x610, 0x61A},   {0x64B, 0x65F},   {0x200B, 0x200F},
                                {0x202A, 0x202E}, {0x2060, 0x2069}, {0x20D0, 0x20F0},
                                {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}, {0xE0100, 0xE01EF}};
  static const range wide[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x4DBF},
                               {0x4E00, 0xA4CF},   {0xA960, 0xA97C},   {0xAC00, 0xD7A3},
                               {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},
                               {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF},
                               {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
  if (code < 0x300) return 1;
  if (is_in(marks, sizeof marks / sizeof *marks, code)) return 0;
  return is_in(wide, sizeof wide / sizeof *wide, code) ? 2 : 1;
}

size_t spiqe_draw_width(const char *text, size_t n) {
  size_t width = 0;
  uint32_t code;
  for (size_t at = 0; at < n;) {
    at += spiqe_draw_character(text + at, n - at, &code);
    width += spiqe_draw_columns(code);
  }
  return width;
}

void spiqe_layout_row_label(const spiqe_layout *layout, size_t row, spiqe_text *text) {
  const size_t n_qubits = layout->circuit->n_qubits;
  text->size = 0;
  if (row < n_qubits) {
    const spiqe_wires *wires = &layout->wires;
    const spiqe_register *r = spiqe_wires_of_qubits(wires, spiqe_wires_qubit(wires, (uint32_t)row));
    if (r->size == 1)
      spiqe_text_add(text, "%s", r->name);
    else
      spiqe_write_qubit(text, wires, (uint32_t)row);
    return;
  }
  const spiqe_register *r = spiqe_wires_of_bits(&layout->wires, row - n_qubits);
  spiqe_text_add(text, "%s", r->name);
  if (r->size > 1) spiqe_text_add(text, "/%u", r->size);
}

static void add_real(spiqe_text *text, double value) {
  int n, d;
  if (value == 0 || !spiqe_write_find_fraction(value, 1e-9, &n, &d)) {
    spiqe_text_add(text, "%.5g", value + 0.0); /* + 0: no -0 */
    return;
  }
  if (n < 0) spiqe_text_add(text, "-");
  if (n != 1 && n != -1) spiqe_text_add(text, "%d", n < 0 ? -n : n);
  spiqe_text_add(text, "π");
  if (d != 1) spiqe_text_add(text, "/%d", d);
}

/* factor * name: "θ", "-θ", "2θ" as 2*θ, "θ/2". */
static void add_term(spiqe_text *text, double factor, const char *name, int is_first) {
  if (factor < 0) spiqe_text_add(text, is_first ? "-" : " - ");
  if (factor >= 0 && !is_first) spiqe_text_add(text, " + ");
  double size = fabs(factor), part = 1 / size;
  if (size < 1 && part <= 64 && part == floor(part)) {
    spiqe_text_add(text, "%s/%g", name, part);
    return;
  }
  if (size != 1) {
    add_real(text, size);
    spiqe_text_add(text, "*");
  }
  spiqe_text_add(text, "%s", name);
}

void spiqe_draw_angle(spiqe_text *text, const spiqe_circuit *circuit, uint32_t index) {
  const spiqe_stored_angle *angle = &circuit->angles[index];
  uint32_t n = angle->n_terms < 32 ? angle->n_terms : 32; /* no label holds more */
  for (uint32_t i = 0; i < n; i++) {
    const spiqe_term *term = &circuit->terms[angle->first_term + i];
    add_term(text, term->factor, circuit->inputs[term->input], i == 0);
  }
  if (!n) {
    add_real(text, angle->constant);
  } else if (angle->constant != 0) {
    spiqe_text_add(text, angle->constant < 0 ? " - " : " + ");
    add_real(text, fabs(angle->constant));
  }
}

/* In the largest unit that leaves 1 or more: "100 ns". */
static void add_time(spiqe_text *text, const spiqe_circuit *circuit, const spiqe_operation *op) {
  static const struct {
    double size;
    const char *name;
  } units[] = {{1, "s"}, {1e-3, "ms"}, {1e-6, "µs"}, {1e-9, "ns"}};
  const spiqe_stored_angle *angle = &circuit->angles[op->first_angle];
  double time = angle->constant;
  size_t unit = 0;
  if (op->is_in_dt || angle->n_terms) {
    spiqe_draw_angle(text, circuit, op->first_angle);
    spiqe_text_add(text, op->is_in_dt ? " dt" : " s");
    return;
  }
  while (unit < 3 && fabs(time) < units[unit].size * (1 - 1e-12)) unit++;
  if (time == 0) unit = 0;
  spiqe_text_add(text, "%.5g %s", time / units[unit].size, units[unit].name);
}

static void add_expression(const spiqe_layout *layout, const spiqe_operation *op,
                           spiqe_text *text) {
  if (op->n_nodes > MOST_NODES) {
    spiqe_text_add(text, "…");
    return;
  }
  const spiqe_node *nodes = layout->circuit->nodes + op->first_node;
  if (spiqe_write_expression(text, &layout->wires, nodes, op->n_nodes) != SPIQE_OK)
    text->failed = 1;
}

static void add_gate(const spiqe_circuit *circuit, const spiqe_operation *op, spiqe_form form,
                     spiqe_text *text) {
  const spiqe_gate *gate = &spiqe_gates[op->gate];
  int has_no_label = form == SPIQE_FORM_PLUS || form == SPIQE_FORM_CROSS;
  if (has_no_label || (form == SPIQE_FORM_DOT && op->n_targets)) return;
  spiqe_text_add(text, "%s", gate->symbol);
  for (uint32_t i = 0; i < gate->n_parameters; i++) {
    spiqe_text_add(text, i ? ", " : "(");
    spiqe_draw_angle(text, circuit, op->first_angle + i);
  }
  if (gate->n_parameters) spiqe_text_add(text, ")");
}

static void add_words(const spiqe_layout *layout, const spiqe_drawn *item, spiqe_text *text) {
  const spiqe_circuit *circuit = layout->circuit;
  const spiqe_operation *op = &circuit->operations[item->operation];
  switch (op->kind) {
    case SPIQE_GATE: add_gate(circuit, op, item->form, text); break;
    case SPIQE_MATRIX: spiqe_text_add(text, "unitary"); break;
    case SPIQE_MEASURE: spiqe_text_add(text, "M"); break;
    case SPIQE_RESET: spiqe_text_add(text, "|0⟩"); break;
    case SPIQE_BARRIER: break;
    case SPIQE_DELAY:
      spiqe_text_add(text, "delay ");
      add_time(text, circuit, op);
      break;
    case SPIQE_ASSIGN:
      spiqe_write_bits(text, &layout->wires, op->payload, op->n_targets, 1);
      spiqe_text_add(text, " = ");
      add_expression(layout, op, text);
      break;
    case SPIQE_IF:
    case SPIQE_WHILE:
      spiqe_text_add(text, "%s ", spiqe_operation_name(circuit, op));
      add_expression(layout, op, text);
      break;
    default: spiqe_text_add(text, "%s", spiqe_operation_name(circuit, op)); break;
  }
}

void spiqe_drawn_label(const spiqe_layout *layout, const spiqe_drawn *item, spiqe_text *text) {
  text->size = 0;
  add_words(layout, item, text);
  if (!text->data || spiqe_draw_width(text->data, text->size) <= MOST_COLUMNS) return;
  size_t at = 0, width = 0;
  for (;;) {
    uint32_t code;
    size_t step = spiqe_draw_character(text->data + at, text->size - at, &code);
    if (width + spiqe_draw_columns(code) > MOST_COLUMNS - 1) break;
    width += spiqe_draw_columns(code);
    at += step;
  }
  text->size = at;
  spiqe_text_add(text, "…");
}
