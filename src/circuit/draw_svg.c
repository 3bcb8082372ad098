/* Drawings as SVG: pages below each other, each with its wires, the grounds of conditions, and the
 * items of its columns. */
#include <stdlib.h>
#include <string.h>

#include "circuit/draw_svg.h"
#include "core/fail.h"

#define EDGE 16.0   /* around the picture */
#define HEADER 26.0 /* of the global phase */
#define LEAVE 26.0  /* between pages */

double spiqe_svg_y(const spiqe_svg *svg, size_t row) {
  return svg->top + SPIQE_SVG_ROW * (double)row;
}

/* Of a wide font (DejaVu Sans) at 13 pixels: others leave more room in the boxes. */
static double character_width(uint32_t code) {
  static const struct {
    const char *signs;
    double width;
  } classes[] = {{"iljI|!,.:;'", 4.2}, {"frt()[]/ -", 5.2}, {"mwMW%@", 12.2}, {"=<>+~^", 10.9}};
  for (size_t i = 0; code < 0x80 && i < sizeof classes / sizeof *classes; i++)
    if (strchr(classes[i].signs, (int)code)) return classes[i].width;
  if (code >= 'A' && code <= 'Z') return 8.9;
  size_t columns = spiqe_draw_columns(code);
  return columns == 2 ? 13 : columns == 0 ? 0 : 8.1;
}

double spiqe_svg_measure(const char *words, size_t n, double size) {
  double width = 0;
  for (size_t at = 0; at < n;) {
    uint32_t code;
    at += spiqe_draw_character(words + at, n - at, &code);
    width += character_width(code);
  }
  return width * size / 13;
}

void spiqe_svg_escape(spiqe_text *out, const char *words, size_t n) {
  for (size_t at = 0; at < n;) {
    uint32_t code;
    size_t step = spiqe_draw_character(words + at, n - at, &code);
    const char *name = code == '&'   ? "&amp;"
                       : code == '<' ? "&lt;"
                       : code == '>' ? "&gt;"
                       : code == '"' ? "&quot;"
                                     : NULL;
    if (code >= 0xFFFD && code <= 0xFFFF) name = "\xEF\xBF\xBD"; /* U+FFFD: XML has no others */
    if (name)
      spiqe_text_add_bytes(out, name, strlen(name));
    else
      spiqe_text_add_bytes(out, words + at, step);
    at += step;
  }
}

void spiqe_svg_words(spiqe_svg *svg, double x, double y, const char *style, const char *words,
                     size_t n) {
  if (!n) return;
  spiqe_text_add(svg->out, "<text x=\"%.1f\" y=\"%.1f\"", x, y);
  if (style[0]) spiqe_text_add(svg->out, " class=\"%s\"", style);
  spiqe_text_add_bytes(svg->out, ">", 1);
  spiqe_svg_escape(svg->out, words, n);
  spiqe_text_add_bytes(svg->out, "</text>\n", strlen("</text>\n"));
}

static void find_widths(spiqe_svg *svg) {
  const spiqe_layout *layout = &svg->layout;
  for (size_t c = 0; c < layout->n_columns; c++)
    for (uint32_t i = layout->first_of_column[c]; i < layout->first_of_column[c + 1]; i++) {
      double width = spiqe_svg_item_width(svg, &layout->items[i]);
      if (width > svg->width[c]) svg->width[c] = (float)width;
    }
  for (size_t r = 0; r < layout->n_rows; r++) {
    spiqe_layout_row_label(layout, r, &svg->label);
    double width = spiqe_svg_measure(svg->label.data, svg->label.size, 13.5);
    if (width > svg->margin) svg->margin = width;
  }
  svg->margin += EDGE + 8;
}

/* Pages: svg->x of each column, and the widest page. */
static double find_pages(spiqe_svg *svg, size_t *n_pages) {
  double widest = svg->margin, x = svg->margin + SPIQE_SVG_GAP;
  *n_pages = 1;
  for (size_t c = 0; c < svg->layout.n_columns; c++) {
    double more = svg->width[c] + SPIQE_SVG_GAP;
    if (x > svg->margin + SPIQE_SVG_GAP && x + more > SPIQE_SVG_PAGE - EDGE) {
      x = svg->margin + SPIQE_SVG_GAP;
      ++*n_pages;
    }
    svg->x[c] = (float)(x + svg->width[c] / 2);
    x += more;
    if (x > widest) widest = x;
  }
  return widest + EDGE;
}

static void add_wires(spiqe_svg *svg) {
  const size_t n_qubits = svg->layout.circuit->n_qubits;
  spiqe_text_add(svg->out, "<path class=\"sq-w\" d=\"");
  for (size_t r = 0; r < svg->layout.n_rows; r++) {
    double y = spiqe_svg_y(svg, r);
    if (r < n_qubits)
      spiqe_text_add(svg->out, "M%.1f %.1fH%.1f", svg->margin, y, svg->right);
    else
      spiqe_text_add(svg->out, "M%.1f %.1fH%.1fM%.1f %.1fH%.1f", svg->margin, y - 1.5, svg->right,
                     svg->margin, y + 1.5, svg->right);
  }
  spiqe_text_add(svg->out, "\"/>\n");
  for (size_t r = 0; r < svg->layout.n_rows; r++) {
    spiqe_layout_row_label(&svg->layout, r, &svg->label);
    spiqe_svg_words(svg, svg->margin - 8, spiqe_svg_y(svg, r), "sq-name", svg->label.data,
                    svg->label.size);
  }
}

/* Conditions that begin on this page, and those that are not at their end since the last; keeps
 * the list of the latter. */
static void add_grounds(spiqe_svg *svg, uint32_t *open, size_t *n_open) {
  const spiqe_layout *layout = &svg->layout;
  size_t n = 0;
  for (size_t i = 0; i < *n_open; i++) {
    const spiqe_drawn *item = &layout->items[open[i]];
    spiqe_svg_condition(svg, item);
    if (item->close_column >= svg->to) open[n++] = open[i];
  }
  for (uint32_t i = layout->first_of_column[svg->from]; i < layout->first_of_column[svg->to]; i++) {
    if (layout->items[i].form != SPIQE_FORM_OPEN) continue;
    spiqe_svg_condition(svg, &layout->items[i]);
    if (layout->items[i].close_column >= svg->to) open[n++] = i;
  }
  *n_open = n;
}

static spiqe_status add_page(spiqe_svg *svg, uint32_t *open, size_t *n_open) {
  const spiqe_layout *layout = &svg->layout;
  add_wires(svg);
  if (layout->n_columns) add_grounds(svg, open, n_open);
  for (size_t c = svg->from; c < svg->to; c++)
    for (uint32_t i = layout->first_of_column[c]; i < layout->first_of_column[c + 1]; i++)
      spiqe_svg_item(svg, &layout->items[i], svg->x[c]);
  SPIQE_REQUIRE(layout->circuit->ctx, svg->out->size <= SPIQE_MOST_DRAWING, SPIQE_LIMIT,
                "a drawing of more than %zu MiB", SPIQE_MOST_DRAWING >> 20);
  return SPIQE_OK;
}

static spiqe_status add_pages(spiqe_svg *svg, uint32_t *open) {
  const spiqe_layout *layout = &svg->layout;
  size_t n_open = 0;
  do {
    for (svg->to = svg->from; svg->to < layout->n_columns; svg->to++)
      if (svg->to > svg->from && svg->x[svg->to] < svg->x[svg->to - 1]) break;
    size_t last = svg->to ? svg->to - 1 : 0;
    svg->right = svg->to > svg->from ? svg->x[last] + svg->width[last] / 2 + SPIQE_SVG_GAP
                                     : svg->margin + 2 * SPIQE_SVG_GAP;
    SPIQE_TRY(add_page(svg, open, &n_open));
    svg->top += SPIQE_SVG_ROW * (double)layout->n_rows + LEAVE;
    svg->from = svg->to;
  } while (svg->from < layout->n_columns);
  return SPIQE_OK;
}

static void begin(spiqe_svg *svg, double width, double height) {
  const spiqe_circuit *circuit = svg->layout.circuit;
  spiqe_text_add(svg->out,
                 "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"sq\" width=\"%.0f\" "
                 "height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"quantum "
                 "circuit: %zu qubits, %zu bits, %zu operations\">\n<style>%s</style>\n"
                 "<rect class=\"sq-page\" width=\"100%%\" height=\"100%%\" rx=\"8\"/>\n",
                 width, height, width, height, circuit->n_qubits, circuit->n_bits,
                 circuit->n_operations, spiqe_svg_style);
  if (!svg->layout.phase.size) return;
  spiqe_text words = {0};
  spiqe_text_add(&words, "global phase: %s", svg->layout.phase.data);
  if (words.data) spiqe_svg_words(svg, EDGE, EDGE + 8, "sq-left", words.data, words.size);
  svg->out->failed |= words.failed;
  spiqe_text_destroy(&words);
}

static spiqe_status draw(spiqe_svg *svg) {
  const spiqe_layout *layout = &svg->layout;
  size_t n_pages;
  svg->width = calloc(layout->n_columns + 1, sizeof *svg->width);
  svg->x = calloc(layout->n_columns + 1, sizeof *svg->x);
  uint32_t *open = malloc((layout->n_items + 1) * sizeof *open);
  spiqe_status status = SPIQE_OK;
  if (!svg->width || !svg->x || !open) {
    status = spiqe_fail(layout->circuit->ctx, SPIQE_NO_MEMORY, "no memory for a drawing");
    goto done;
  }
  find_widths(svg);
  double width = find_pages(svg, &n_pages), rows = SPIQE_SVG_ROW * (double)layout->n_rows;
  double header = layout->phase.size ? HEADER : 0;
  begin(svg, width, header + 2 * EDGE + (double)n_pages * (rows + LEAVE) - LEAVE);
  svg->top = EDGE + header + SPIQE_SVG_ROW / 2;
  SPIQE_TRY_GOTO(add_pages(svg, open), done);
  spiqe_text_add(svg->out, "</svg>\n");
  if (svg->out->failed || svg->label.failed || layout->phase.failed)
    status = spiqe_fail(layout->circuit->ctx, SPIQE_NO_MEMORY, "no memory for a drawing");
done:
  free(open);
  return status;
}

spiqe_status spiqe_circuit_draw_svg(const spiqe_circuit *circuit, char **out) {
  spiqe_text text = {0};
  spiqe_svg svg = {.out = &text};
  *out = NULL;
  SPIQE_TRY(spiqe_layout_create(&svg.layout, circuit));
  spiqe_status status = draw(&svg);
  free(svg.width);
  free(svg.x);
  spiqe_text_destroy(&svg.label);
  spiqe_layout_destroy(&svg.layout);
  if (status == SPIQE_OK)
    *out = text.data;
  else
    spiqe_text_destroy(&text);
  return status;
}
