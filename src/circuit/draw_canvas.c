#include "circuit/draw_canvas.h"

#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/fail.h"

/* A cell is 0 (blank), a code point, arms of lines, or the right half of a wide character. */
#define LINE ((uint32_t)1 << 31)
#define HALF ((uint32_t)1 << 30)

/* By weight, then by arms: up 1, down 2, left 4, right 8. */
static const char *const lines[4][16] = {
    {" ", "╵", "╷", "│", "╴", "┘", "┐", "┤", "╶", "└", "┌", "├", "─", "┴", "┬", "┼"},
    {" ", "╵", "╷", "│", "═", "╛", "╕", "╡", "═", "╘", "╒", "╞", "═", "╧", "╤", "╪"},
    {" ", "║", "║", "║", "╴", "╜", "╖", "╢", "╶", "╙", "╓", "╟", "─", "╨", "╥", "╫"},
    {" ", "║", "║", "║", "═", "╝", "╗", "╣", "═", "╚", "╔", "╠", "═", "╩", "╦", "╬"}};

spiqe_status spiqe_canvas_begin(spiqe_context *ctx, spiqe_canvas *canvas, size_t width,
                                size_t height) {
  /* Every second row is a wire, at three bytes a cell. */
  SPIQE_REQUIRE(ctx, !height || width <= SPIQE_MOST_DRAWING / height, SPIQE_LIMIT,
                "a drawing of more than %zu MiB", SPIQE_MOST_DRAWING >> 20);
  size_t n = width * height;
  if (n > canvas->room) {
    SPIQE_TRY(spiqe_arena_check(ctx, n * sizeof *canvas->cells));
    uint32_t *cells = realloc(canvas->cells, n * sizeof *cells);
    SPIQE_REQUIRE(ctx, cells, SPIQE_NO_MEMORY, "no memory for a drawing");
    canvas->cells = cells;
    canvas->room = n;
  }
  canvas->width = width;
  canvas->height = height;
  if (n) memset(canvas->cells, 0, n * sizeof *canvas->cells);
  return SPIQE_OK;
}

void spiqe_canvas_destroy(spiqe_canvas *canvas) {
  free(canvas->cells);
  *canvas = (spiqe_canvas){0};
}

void spiqe_canvas_join(spiqe_canvas *canvas, size_t x, size_t y, uint32_t arms) {
  uint32_t *cell = &canvas->cells[y * canvas->width + x];
  *cell = LINE | arms | (*cell & LINE ? *cell : 0);
}

void spiqe_canvas_down(spiqe_canvas *canvas, size_t x, size_t y, size_t y_end, uint32_t weight) {
  if (y_end <= y) return;
  spiqe_canvas_join(canvas, x, y, SPIQE_ARM_DOWN | weight);
  for (size_t i = y + 1; i < y_end; i++) spiqe_canvas_join(canvas, x, i, SPIQE_UPRIGHT | weight);
  spiqe_canvas_join(canvas, x, y_end, SPIQE_ARM_UP | weight);
}

size_t spiqe_canvas_write(spiqe_canvas *canvas, size_t x, size_t y, const char *text, size_t n) {
  uint32_t *row = canvas->cells + y * canvas->width;
  size_t start = x;
  for (size_t at = 0; at < n;) {
    uint32_t code;
    at += spiqe_draw_character(text + at, n - at, &code);
    size_t columns = spiqe_draw_columns(code);
    if (columns == 0 || x + columns > canvas->width) continue;
    row[x] = code;
    if (columns == 2) row[x + 1] = HALF;
    x += columns;
  }
  return x - start;
}

void spiqe_canvas_clear(spiqe_canvas *canvas, size_t x, size_t x_end, size_t y) {
  for (size_t i = x; i < x_end; i++) canvas->cells[y * canvas->width + i] = 0;
}

int spiqe_canvas_is_blank(const spiqe_canvas *canvas, size_t y) {
  for (size_t x = 0; x < canvas->width; x++)
    if (canvas->cells[y * canvas->width + x]) return 0;
  return 1;
}

static void add_code(spiqe_text *text, uint32_t code) {
  char bytes[4];
  size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  for (size_t i = n; i-- > 1; code >>= 6) bytes[i] = (char)(0x80 | (code & 0x3F));
  static const unsigned char first[] = {0, 0, 0xC0, 0xE0, 0xF0};
  bytes[0] = (char)(first[n] | code);
  spiqe_text_add_bytes(text, bytes, n);
}

void spiqe_canvas_add_row(const spiqe_canvas *canvas, size_t y, spiqe_text *text) {
  const uint32_t *row = canvas->cells + y * canvas->width;
  size_t n = canvas->width;
  while (n && !row[n - 1]) n--;
  for (size_t x = 0; x < n; x++) {
    uint32_t cell = row[x];
    if (cell & LINE) {
      const char *line = lines[cell >> 4 & 3][cell & 15];
      spiqe_text_add_bytes(text, line, strlen(line));
    } else if (cell != HALF) {
      add_code(text, cell ? cell : ' ');
    }
  }
}

void spiqe_draw_add(spiqe_text *text, const char *words, size_t n) {
  for (size_t at = 0; at < n;) {
    uint32_t code;
    at += spiqe_draw_character(words + at, n - at, &code);
    add_code(text, code);
  }
}
