/* Laws of drawings: of the layout, of the lines, of the picture's text. */
#include "support/cmocka_all.h"

#include "circuit/draw.h"
#include "circuit/draw_canvas.h"
#include "circuit/random_circuit.h"
#include "core/context.h"

static spiqe_context context;

static char *drawn(const spiqe_circuit *circuit, size_t width) {
  char *text;
  must(&context, spiqe_circuit_draw(circuit, width, &text));
  return text;
}

static spiqe_circuit *circuit_of(size_t n_qubits, size_t n_bits) {
  spiqe_circuit *circuit;
  must(&context, spiqe_circuit_create(&context, n_qubits, n_bits, &circuit));
  return circuit;
}

static void gate(spiqe_circuit *circuit, const char *name, const double *angles, uint32_t a,
                 uint32_t b) {
  must(&context, spiqe_circuit_gate(circuit, name, angles, (uint32_t[]){a, b}));
}

static spiqe_circuit *bell(void) {
  spiqe_circuit *circuit = circuit_of(2, 2);
  gate(circuit, "h", NULL, 0, 0);
  gate(circuit, "cx", NULL, 0, 1);
  must(&context, spiqe_circuit_measure(circuit, 0, 0));
  must(&context, spiqe_circuit_measure(circuit, 1, 1));
  return circuit;
}

static void a_bell_pair_looks_as_in_a_book(void **state) {
  (void)state;
  spiqe_circuit *circuit = bell();
  char *text = drawn(circuit, 0);
  assert_string_equal(text,
                      "       ┌───┐   ┌─┐\n"
                      "q[0]: ─┤ H ├─●─┤M├─────\n"
                      "       └───┘ │ └╥┘ ┌─┐\n"
                      "q[1]: ───────⊕──╫──┤M├─\n"
                      "                ║  └╥┘\n"
                      " c/2: ══════════╩═══╩══\n"
                      "                0   1\n");
  free(text);
  spiqe_circuit_destroy(circuit);
}

static void conditions_are_boxes_around_their_body(void **state) {
  (void)state;
  const spiqe_node equal[] = {{.kind = SPIQE_NODE_BITS, .width = 2},
                              {.kind = SPIQE_NODE_CONSTANT, .width = 64, .value = 3},
                              {.kind = SPIQE_NODE_EQUAL, .width = 1}};
  spiqe_circuit *circuit = circuit_of(2, 2);
  must(&context, spiqe_circuit_push_condition(circuit, SPIQE_IF, equal, 3, 0));
  gate(circuit, "x", NULL, 1, 0);
  must(&context, spiqe_circuit_else(circuit));
  must(&context, spiqe_circuit_reset(circuit, 1));
  must(&context, spiqe_circuit_end(circuit));
  gate(circuit, "swap", NULL, 0, 1);
  char *text = drawn(circuit, 0);
  assert_string_equal(text,
                      "q[0]: ──────────────────────────────────────×─\n"
                      "       ┌─────────── ┌───┐ ──────     ─────┐ │\n"
                      "q[1]: ─┤ if c == 3 ─┤ X ├─ else ─|0⟩─ end ├─×─\n"
                      "       └────╥────── └───┘ ──────     ─────┘\n"
                      " c/2: ══════■═════════════════════════════════\n");
  free(text);
  spiqe_circuit_destroy(circuit);
}

static void assert_label(const char *name, const double *angles, const char *label) {
  spiqe_circuit *circuit = circuit_of(1, 0);
  gate(circuit, name, angles, 0, 0);
  char *text = drawn(circuit, 0);
  if (!strstr(text, label)) fail_msg("%s is not in:\n%s", label, text);
  free(text);
  spiqe_circuit_destroy(circuit);
}

static void angles_are_fractions_of_pi_where_they_are_near_one(void **state) {
  (void)state;
  const double pi = 3.14159265358979323846;
  const struct {
    double angle;
    const char *label;
  } cases[] = {{pi, "(π)"},       {-pi, "(-π)"},
               {pi / 2, "(π/2)"}, {-3 * pi / 4, "(-3π/4)"},
               {2 * pi, "(2π)"},  {pi / 1024, "(π/1024)"},
               {0, "(0)"},        {-0.0, "(0)"},
               {0.5, "(0.5)"},    {1.570796, "(1.5708)"},
               {1e-9, "(1e-09)"}, {1e300, "(1e+300)"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_label("rx", &cases[i].angle, cases[i].label);
  assert_label("u", (double[]){pi, 0.25, -pi / 3}, "┤ U(π, 0.25, -π/3) ├");
}

static void inputs_stand_in_the_labels(void **state) {
  (void)state;
  spiqe_circuit *circuit = circuit_of(1, 0);
  uint32_t a, b;
  must(&context, spiqe_circuit_add_input(circuit, "a", &a));
  must(&context, spiqe_circuit_add_input(circuit, "θ", &b));
  const spiqe_angle angle = {-3.14159265358979323846 / 2, 2, (spiqe_term[]){{a, -0.5}, {b, 2}}};
  must(&context,
       spiqe_circuit_gate_controlled(circuit, "rz", &angle, 0, NULL, NULL, (uint32_t[]){0}));
  char *text = drawn(circuit, 0);
  assert_non_null(strstr(text, "┤ Rz(-a/2 + 2*θ - π/2) ├"));
  free(text);
  spiqe_circuit_destroy(circuit);
}

/* Each item stands behind all those before it that share a row with it, and has no free column
 * before its own. */
static void operations_stand_in_the_first_free_column(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 30; seed++) {
    spiqe_circuit *circuit = random_gates(&context, seed, 6, 0, 60);
    spiqe_layout layout;
    must(&context, spiqe_layout_create(&layout, circuit));
    for (size_t i = 0; i < layout.n_items; i++) {
      const spiqe_drawn *item = &layout.items[i];
      uint32_t needed = 0;
      for (size_t j = 0; j < layout.n_items; j++) {
        const spiqe_drawn *other = &layout.items[j];
        int is_before = other->operation < item->operation;
        int shares = other->top <= item->bottom && item->top <= other->bottom;
        if (is_before && shares && other->column >= needed) needed = other->column + 1;
      }
      assert_int_equal(item->column, needed);
      if (i) assert_true(layout.items[i - 1].column <= item->column);
      assert_true(i >= layout.first_of_column[item->column]);
      assert_true(i < layout.first_of_column[item->column + 1]);
    }
    spiqe_layout_destroy(&layout);
    spiqe_circuit_destroy(circuit);
  }
}

/* A drawing as a grid of code points. */
typedef struct grid {
  uint32_t cells[256][512];
  size_t n_rows;
} grid;

static void read_grid(const char *text, grid *out) {
  memset(out, 0, sizeof *out);
  for (size_t x = 0; *text; text++) {
    uint32_t code;
    if (*text == '\n') {
      out->n_rows++;
      x = 0;
      continue;
    }
    text += spiqe_draw_character(text, strlen(text), &code) - 1;
    assert_true(x < 511 && out->n_rows < 255);
    out->cells[out->n_rows][x++] = code;
  }
}

/* Arms of a line's character; 0 for words and blanks. */
static uint32_t arms_of(uint32_t code) {
  static const struct {
    const char *signs;
    uint32_t arms;
  } all[] = {{"─═", SPIQE_ACROSS},
             {"│║", SPIQE_UPRIGHT},
             {"┌", SPIQE_ARM_DOWN | SPIQE_ARM_RIGHT},
             {"┐", SPIQE_ARM_DOWN | SPIQE_ARM_LEFT},
             {"└", SPIQE_ARM_UP | SPIQE_ARM_RIGHT},
             {"┘", SPIQE_ARM_UP | SPIQE_ARM_LEFT},
             {"├╞", SPIQE_UPRIGHT | SPIQE_ARM_RIGHT},
             {"┤╡", SPIQE_UPRIGHT | SPIQE_ARM_LEFT},
             {"┬╥", SPIQE_ACROSS | SPIQE_ARM_DOWN},
             {"┴╩", SPIQE_ACROSS | SPIQE_ARM_UP},
             {"┼╫╪", SPIQE_ACROSS | SPIQE_UPRIGHT}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    for (const char *at = all[i].signs; *at;) {
      uint32_t sign;
      at += spiqe_draw_character(at, strlen(at), &sign);
      if (sign == code) return all[i].arms;
    }
  return 0;
}

static int is_sign(uint32_t code, const char *signs) {
  for (uint32_t sign; *signs;) {
    signs += spiqe_draw_character(signs, strlen(signs), &sign);
    if (sign == code) return 1;
  }
  return 0;
}

/* What lies beside an arm: an arm that meets it, or the sign of a control, target or barrier. Wires
 * may also run into a box's words, and into the end of the page. */
static void fail_at(const char *text, size_t y, size_t x, const char *what) {
  while (y--) text = strchr(text, '\n') + 1;
  fail_msg("column %zu: %s: %.*s", x, what, (int)strcspn(text, "\n"), text);
}

static void assert_arms_meet(const char *text, const grid *g) {
  for (size_t y = 0; y < g->n_rows; y++)
    for (size_t x = 0; x < 511; x++) {
      uint32_t here = arms_of(g->cells[y][x]), code = g->cells[y][x];
      uint32_t right = g->cells[y][x + 1], below = g->cells[y + 1][x];
      int across = (here & SPIQE_ARM_RIGHT) != 0, down = (here & SPIQE_ARM_DOWN) != 0;
      int is_from_left = arms_of(right) & SPIQE_ARM_LEFT;
      if (here && arms_of(right) && across != (is_from_left != 0))
        fail_at(text, y, x, "lines do not meet");
      if (across && !arms_of(right) && !is_sign(right, "●○⊕×░»") && right)
        fail_at(text, y, x, "a line across ends");
      if (down && !(arms_of(below) & SPIQE_ARM_UP) && !is_sign(below, "●○⊕×"))
        fail_at(text, y, x, "a line down ends");
      if (arms_of(below) & SPIQE_ARM_UP && !down && !is_sign(code, "●○⊕×"))
        fail_at(text, y + 1, x, "a line up ends");
    }
}

static void lines_of_a_drawing_meet(void **state) {
  (void)state;
  static grid g;
  for (uint64_t seed = 0; seed < 40; seed++) {
    spiqe_circuit *circuit = random_gates(&context, seed, 2 + seed % 5, 0, 25);
    must(&context, spiqe_circuit_barrier(circuit, 0, NULL));
    char *text = drawn(circuit, 100);
    read_grid(text, &g);
    assert_arms_meet(text, &g);
    free(text);
    spiqe_circuit_destroy(circuit);
  }
}

static void pages_keep_to_their_width(void **state) {
  (void)state;
  spiqe_circuit *circuit = circuit_of(3, 3);
  for (uint32_t i = 0; i < 40; i++) {
    gate(circuit, "h", NULL, i % 3, 0);
    gate(circuit, "iswap", NULL, i % 2, 2);
    must(&context, spiqe_circuit_measure(circuit, i % 3, i % 3));
  }
  for (size_t width = 24; width < 200; width += 7) {
    char *text = drawn(circuit, width), *line = text;
    size_t n_measured = 0, widest = 0;
    for (char *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
      size_t columns = spiqe_draw_width(line, (size_t)(end - line));
      assert_true(columns <= width);
      if (columns > widest) widest = columns;
      for (char *at = line; (at = strstr(at, "┤M├")) != NULL && at < end; at += 3) n_measured++;
    }
    assert_int_equal(n_measured, 40);
    assert_true(widest + 20 > width); /* the widest column has 14 cells: pages are filled */
    free(text);
  }
  spiqe_circuit_destroy(circuit);
}

static void a_circuit_without_operations_has_its_wires(void **state) {
  (void)state;
  spiqe_circuit *empty = circuit_of(0, 0), *wires = circuit_of(1, 2);
  char *text = drawn(empty, 0);
  assert_string_equal(text, "");
  free(text);
  text = drawn(wires, 10);
  assert_string_equal(text, "  q: ─\n\nc/2: ═\n");
  free(text);
  must(&context, spiqe_circuit_gate(empty, "gphase", (double[]){0.5}, NULL));
  text = drawn(empty, 0);
  assert_string_equal(text, "global phase: 0.5\n");
  free(text);
  spiqe_circuit_destroy(empty);
  spiqe_circuit_destroy(wires);
}

/* memmem: a sanitizer's strstr measures the whole text each time. */
static size_t n_of(const char *text, const char *part) {
  const char *end = text + strlen(text);
  size_t n = 0;
  for (; (text = memmem(text, (size_t)(end - text), part, strlen(part))) != NULL; text++) n++;
  return n;
}

static void names_from_anywhere_cannot_break_a_drawing(void **state) {
  (void)state;
  const spiqe_complex one[] = {{1, 0}, {0, 0}, {0, 0}, {1, 0}};
  const char *names[] = {"<b>&\"x'", "a\nb\x1b[31m", "\xff\xc0z", "\xe2\x80\xa8y"};
  const char *as_text[] = {"<b>&\"x'", "a�b�[31m", "��z", "�y"};
  const char *as_svg[] = {">&lt;b&gt;&amp;&quot;x'<", ">a�b�[31m<", ">��z<", ">�y<"};
  for (size_t i = 0; i < 4; i++) {
    spiqe_circuit *circuit = circuit_of(1, 0);
    char *svg, *text;
    must(&context, spiqe_circuit_channel(circuit, names[i], 1, (uint32_t[]){0}, 1, one));
    text = drawn(circuit, 0);
    must(&context, spiqe_circuit_draw_svg(circuit, &svg));
    if (!strstr(text, as_text[i])) fail_msg("%s is not in\n%s", as_text[i], text);
    if (!strstr(svg, as_svg[i])) fail_msg("%s is not in\n%s", as_svg[i], svg);
    assert_int_equal(n_of(text, "\n"), 3);
    free(text);
    free(svg);
    spiqe_circuit_destroy(circuit);
  }
}

/* Wide characters take two columns, and combining marks none: borders stay in line. */
static void wide_names_keep_the_borders_in_line(void **state) {
  (void)state;
  spiqe_circuit *circuit = circuit_of(1, 0);
  uint32_t input;
  must(&context, spiqe_circuit_add_input(circuit, "角e\xcc\x81", &input));
  const spiqe_angle angle = {0, 1, (spiqe_term[]){{input, 1}}};
  must(&context,
       spiqe_circuit_gate_controlled(circuit, "rx", &angle, 0, NULL, NULL, (uint32_t[]){0}));
  char *text = drawn(circuit, 0);
  assert_string_equal(text,
                      "    ┌─────────┐\n"
                      "q: ─┤ Rx(角e) ├─\n"
                      "    └─────────┘\n");
  free(text);
  spiqe_circuit_destroy(circuit);
}

static void a_picture_has_each_part_of_the_circuit(void **state) {
  (void)state;
  spiqe_circuit *circuit = bell();
  char *svg;
  must(&context, spiqe_circuit_draw_svg(circuit, &svg));
  assert_int_equal(strncmp(svg, "<svg xmlns=", 11), 0);
  assert_string_equal(svg + strlen(svg) - 7, "</svg>\n");
  assert_int_equal(n_of(svg, ">H</text>"), 1);
  assert_int_equal(n_of(svg, "class=\"sq-plus\""), 1);
  assert_int_equal(n_of(svg, "r=\"4.5\""), 1);
  assert_int_equal(n_of(svg, "a10 10"), 2);
  assert_non_null(strstr(svg, "prefers-color-scheme:dark"));
  free(svg);
  spiqe_circuit_destroy(circuit);
}

static void many_gates_are_drawn(void **state) {
  (void)state;
  spiqe_circuit *circuit = circuit_of(4, 0);
  for (uint32_t i = 0; i < 20000; i++) gate(circuit, i % 2 ? "h" : "cx", NULL, i % 4, (i + 2) % 4);
  for (size_t width = 0; width <= 100; width += 100) {
    char *text = drawn(circuit, width);
    assert_int_equal(n_of(text, "┤ H ├"), 10000);
    assert_int_equal(n_of(text, "⊕"), 10000);
    free(text);
  }
  char *svg;
  must(&context, spiqe_circuit_draw_svg(circuit, &svg));
  assert_int_equal(n_of(svg, ">H</text>"), 10000);
  free(svg);
  spiqe_circuit_destroy(circuit);
}

static void a_drawing_without_bounds_is_refused(void **state) {
  (void)state;
  spiqe_circuit *circuit = circuit_of(1 << 16, 0);
  char *text = (char *)circuit;
  for (uint32_t i = 0; i < 1100; i++) gate(circuit, "cx", NULL, 0, (1 << 16) - 1);
  assert_int_equal(spiqe_circuit_draw(circuit, 0, &text), SPIQE_LIMIT);
  assert_null(text);
  assert_string_equal(context.message, "a drawing of more than 64 MiB");
  assert_int_equal(spiqe_circuit_draw_svg(circuit, &text), SPIQE_LIMIT);
  spiqe_circuit_destroy(circuit);
  const spiqe_node bit = {.kind = SPIQE_NODE_BITS, .width = 1};
  circuit = circuit_of(1, 1);
  must(&context, spiqe_circuit_push_condition(circuit, SPIQE_IF, &bit, 1, 0));
  assert_int_equal(spiqe_circuit_draw(circuit, 0, &text), SPIQE_BAD_FORMAT);
  spiqe_circuit_destroy(circuit);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_bell_pair_looks_as_in_a_book),
      cmocka_unit_test(conditions_are_boxes_around_their_body),
      cmocka_unit_test(angles_are_fractions_of_pi_where_they_are_near_one),
      cmocka_unit_test(inputs_stand_in_the_labels),
      cmocka_unit_test(operations_stand_in_the_first_free_column),
      cmocka_unit_test(lines_of_a_drawing_meet),
      cmocka_unit_test(pages_keep_to_their_width),
      cmocka_unit_test(a_circuit_without_operations_has_its_wires),
      cmocka_unit_test(names_from_anywhere_cannot_break_a_drawing),
      cmocka_unit_test(wide_names_keep_the_borders_in_line),
      cmocka_unit_test(a_picture_has_each_part_of_the_circuit),
      cmocka_unit_test(many_gates_are_drawn),
      cmocka_unit_test(a_drawing_without_bounds_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
