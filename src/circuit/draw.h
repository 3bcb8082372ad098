/* Drawings: which row and column each operation stands in. Text and SVG draw the same layout.
 *
 * Rows are the wires: qubits from 0 on, then one for each classical register. An operation takes
 * all rows from its first to its last, and stands in the first column in which these are free, so
 * operations that do not overlap share a column. */
#ifndef SPIQE_CIRCUIT_DRAW_H
#define SPIQE_CIRCUIT_DRAW_H

#include "circuit/wires.h"
#include "core/text.h"

#define SPIQE_MOST_DRAWING ((size_t)64 << 20) /* bytes */

typedef enum spiqe_form {
  SPIQE_FORM_BOX,     /* a box with a label around the targets */
  SPIQE_FORM_DOT,     /* z and phases: the targets look like controls */
  SPIQE_FORM_PLUS,    /* x with controls */
  SPIQE_FORM_CROSS,   /* swap */
  SPIQE_FORM_MEASURE, /* a box, and a line to the classical wire */
  SPIQE_FORM_RESET,   /* |0> on the wire */
  SPIQE_FORM_BARRIER,
  SPIQE_FORM_OPEN,     /* a box open to the right: if, while */
  SPIQE_FORM_MIDDLE,   /* open to both sides: else */
  SPIQE_FORM_CLOSE,    /* open to the left: end */
  SPIQE_FORM_CLASSICAL /* a box on a classical wire */
} spiqe_form;

typedef struct spiqe_drawn {
  uint32_t operation, column;
  uint32_t top, bottom;           /* rows it takes */
  uint32_t box_top, box_bottom;   /* rows of its box, or of its targets */
  uint32_t line_top, line_bottom; /* rows that a line joins */
  uint32_t close_column;          /* OPEN: column of its end */
  uint8_t form;                   /* spiqe_form */
  uint8_t n_levels;               /* OPEN: conditions within conditions in it, at most 3 told */
} spiqe_drawn;

typedef struct spiqe_layout {
  const spiqe_circuit *circuit; /* borrowed */
  spiqe_wires wires;            /* owned */
  size_t n_rows, n_items, n_columns;
  spiqe_drawn *items;        /* owned, [n_items], by column */
  uint32_t *first_of_column; /* owned, [n_columns + 1] */
  uint8_t *has_index;        /* owned, [n_rows]: a classical wire with measurements into its bits */
  spiqe_text phase;          /* owned: the global phase, empty when there is none */
} spiqe_layout;

/* Fails: SPIQE_LIMIT (the rows of all operations together are more than SPIQE_MOST_DRAWING),
 * SPIQE_BAD_FORMAT (a condition without its end), SPIQE_NO_MEMORY. */
spiqe_status spiqe_layout_create(spiqe_layout *layout, const spiqe_circuit *circuit);
void spiqe_layout_destroy(spiqe_layout *layout);

/* The row of a classical bit. */
uint32_t spiqe_layout_bit_row(const spiqe_layout *layout, uint32_t bit);

/* What stands before a row's wire: "q[0]", or "c" with its size. */
void spiqe_layout_row_label(const spiqe_layout *layout, size_t row, spiqe_text *text);

/* The label of an item: "Rx(π/2)", "if c == 3"; replaces what the text held. Cut to 60 columns. */
void spiqe_drawn_label(const spiqe_layout *layout, const spiqe_drawn *item, spiqe_text *text);

/* The same for an angle: fractions of π within 1e-9, else 5 digits. */
void spiqe_draw_angle(spiqe_text *text, const spiqe_circuit *circuit, uint32_t index);

/* One character of text[n] (n not 0): its bytes and code point; U+FFFD for a byte that is not UTF-8
 * or a control character. Columns that it takes on a terminal: 0, 1 or 2. */
size_t spiqe_draw_character(const char *text, size_t n, uint32_t *code);
size_t spiqe_draw_columns(uint32_t code);
size_t spiqe_draw_width(const char *text, size_t n);

#endif
