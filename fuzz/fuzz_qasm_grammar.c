/* Property: a text that follows the grammar of OpenQASM 3, with names that are declared, gives a
 * circuit or a message; a circuit that is written and read again is the same. The bytes choose what
 * the text says. */
#include <stddef.h>
#include <stdint.h>

#include "circuit_law.h"
#include "core/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct source {
  const uint8_t *data; /* borrowed */
  size_t left;
  spiqe_text text;
  int n_gates, n_loops, n_names; /* g0..., i0..., b0...: those that are known here */
  int is_in_gate;
} source;

static size_t choose(source *s, size_t n) {
  if (!s->left) return 0;
  s->left--;
  return *s->data++ % n;
}

static void say(source *s, const char *words) {
  spiqe_text_add_bytes(&s->text, words, strlen(words));
}

static void say_one(source *s, size_t n, const char *const *words) {
  say(s, words[choose(s, n)]);
}

#define ONE_OF(s, ...)                                                                             \
  say_one(s, sizeof(const char *[]){__VA_ARGS__} / sizeof(char *), (const char *[]){__VA_ARGS__})

static void constant(source *s, int depth) {
  if (s->n_loops && choose(s, 3) == 1) {
    spiqe_text_add(&s->text, "i%zu", choose(s, (size_t)s->n_loops));
  } else if (depth && choose(s, 3) == 1) {
    say(s, "(");
    constant(s, depth - 1);
    ONE_OF(s, " + ", " - ", " * ", " / ", " % ", " ** ", " << ", " | ", " ^ ");
    constant(s, depth - 1);
    say(s, ")");
  } else {
    ONE_OF(s, "1", "0", "2", "3", "7", "0x1f", "0b101", "1_000", "n", "255");
  }
}

static void angle(source *s, int depth) {
  switch (depth ? choose(s, 8) : choose(s, 4)) {
    case 0: ONE_OF(s, "pi", "0.25", "1e-3", "-2.5", "tau", "0.1234567890123456789", "half"); break;
    case 1: constant(s, 1); break;
    case 2: ONE_OF(s, "pi/2", "-pi", "3*pi/4", "euler"); break;
    case 3: say(s, s->is_in_gate ? "p0" : "theta"); break;
    case 4:
      say(s, "-(");
      angle(s, depth - 1);
      say(s, ")");
      break;
    case 5:
      ONE_OF(s, "sin(", "cos(", "sqrt(", "arctan(", "floor(");
      angle(s, depth - 1);
      say(s, ")");
      break;
    case 6:
      say(s, s->is_in_gate ? "p1*" : "phi*");
      constant(s, 1);
      break;
    default:
      angle(s, depth - 1);
      ONE_OF(s, " + ", " - ", "*", "/");
      angle(s, depth - 1);
  }
}

static void bits(source *s, int depth) {
  static const char *const signs[] = {" + ", " - ",  " * ",  " / ",  " % ", " & ",  " | ",
                                      " ^ ", " << ", " >> ", " == ", " < ", " >= ", " && "};
  switch (depth ? choose(s, 7) : choose(s, 3)) {
    case 0: ONE_OF(s, "c", "d", "a", "k", "b", "c[0]", "c[1:2]", "a[3]", "k[0:1]", "c[-1]"); break;
    case 1: constant(s, 1); break;
    case 2: ONE_OF(s, "true", "\"0110\"", "-1", "d", "0xffffffffffffffff"); break;
    case 3:
      ONE_OF(s, "!(", "~(", "-(");
      bits(s, depth - 1);
      say(s, ")");
      break;
    case 4:
      ONE_OF(s, "uint[8](", "int[3](", "bool(", "bit[5](", "uint[64](");
      bits(s, depth - 1);
      say(s, ")");
      break;
    default:
      say(s, "(");
      bits(s, depth - 1);
      say(s, signs[choose(s, 14)]);
      bits(s, depth - 1);
      say(s, ")");
  }
}

/* n different qubits: of the register from a place on, or of a gate. */
static void qubits(source *s, size_t n) {
  size_t first = choose(s, 5);
  for (size_t i = 0; i < n; i++) {
    if (i) say(s, ", ");
    if (s->is_in_gate)
      spiqe_text_add(&s->text, "%c", (char)('A' + (first + i) % 5));
    else
      spiqe_text_add(&s->text, "q[%zu]", (first + i) % 5);
  }
}

static void call(source *s) {
  static const struct {
    const char *name;
    size_t n_angles, n_qubits;
  } gates[] = {{"h", 0, 1},     {"x", 0, 1},     {"sx", 0, 1},  {"t", 0, 1},     {"rx", 1, 1},
               {"p", 1, 1},     {"U", 3, 1},     {"u2", 2, 1},  {"cx", 0, 2},    {"crz", 1, 2},
               {"cu", 4, 2},    {"swap", 0, 2},  {"ccx", 0, 3}, {"cswap", 0, 3}, {"rxx", 1, 2},
               {"iswap", 0, 2}, {"gphase", 1, 0}};
  size_t n_controls = 0, gate = choose(s, 17 + (size_t)s->n_gates);
  for (size_t i = choose(s, 4); i-- > 1;) {
    switch (choose(s, 5)) {
      case 0: say(s, "inv @ "); break;
      case 1: ONE_OF(s, "pow(2) @ ", "pow(-3) @ ", "pow(0.5) @ ", "pow(0) @ "); break;
      case 2:
        if (n_controls < 2) say(s, "negctrl @ "), n_controls++;
        break;
      default:
        if (n_controls < 2) say(s, "ctrl @ "), n_controls++;
    }
  }
  size_t n_angles = gate < 17 ? gates[gate].n_angles : 2;
  size_t n_qubits = gate < 17 ? gates[gate].n_qubits : 5 - n_controls;
  if (gate < 17)
    say(s, gates[gate].name);
  else
    spiqe_text_add(&s->text, "g%zu", gate - 17);
  for (size_t i = 0; i < n_angles; i++) {
    say(s, i ? ", " : "(");
    angle(s, 2);
  }
  say(s, n_angles ? ") " : " ");
  if (gate < 17 && n_qubits == 1 && !n_controls && !s->is_in_gate && choose(s, 4) == 1)
    ONE_OF(s, "q", "w", "q[0:2]", "q[{0, 2}]", "e");
  else
    qubits(s, n_controls + n_qubits);
  say(s, ";\n");
}

static void statement(source *s, int depth);

static void block(source *s, int depth) {
  say(s, "{\n");
  for (size_t i = 0, n = choose(s, 4); i < n && s->left; i++) statement(s, depth - 1);
  say(s, "}\n");
}

static void loop(source *s, int depth) {
  spiqe_text_add(&s->text, "for int i%d in ", s->n_loops);
  ONE_OF(s, "[0:2] ", "[4:-2:0] ", "{1, 2, 5} ", "[3:2] ", "[0:n] ", "[0:99] ");
  s->n_loops++;
  block(s, depth);
  s->n_loops--;
}

static void change(source *s) {
  ONE_OF(s, "a", "k", "c", "d", "b", "c[1]", "a[2]", "c[0:1]");
  ONE_OF(s, " = ", " += ", " ^= ", " |= ", " >>= ");
  bits(s, 3);
  say(s, ";\n");
}

static void declare(source *s) {
  static const char *const forms[] = {"bit b%d = measure w;\n", "int[5] b%d = 3;\n",
                                      "let b%d = q[1:2] ++ w;\n", "float b%d = theta/2;\n"};
  static const char *const uses[] = {"b%d = !b%d;\n", "b%d += b%d;\n", "cx b%d, q[3:4];\n",
                                     "rx(b%d - b%d) q[2];\n"};
  size_t form = choose(s, 4);
  int n = s->n_names++;
  char text[64];
  snprintf(text, sizeof text, forms[form], n);
  say(s, text);
  snprintf(text, sizeof text, uses[form], n, n);
  say(s, text);
}

static void choice(source *s, int depth) {
  say(s, "if (");
  bits(s, 2);
  say(s, ") ");
  block(s, depth);
  if (choose(s, 2)) {
    say(s, "else ");
    block(s, depth);
  }
}

static void switches(source *s, int depth) {
  say(s, "switch (");
  bits(s, 1);
  say(s, ") {\ncase 0 ");
  block(s, depth);
  say(s, "case 1, n ");
  block(s, depth);
  if (choose(s, 2)) {
    say(s, "default ");
    block(s, depth);
  }
  say(s, "}\n");
}

static void statement(source *s, int depth) {
  switch (depth ? choose(s, 14) : choose(s, 8)) {
    case 3: change(s); break;
    case 4: ONE_OF(s, "c[0] = measure q[1];\n", "c = measure q[0:2];\n", "measure q[3];\n"); break;
    case 5: ONE_OF(s, "reset q;\n", "barrier q, w;\n", "barrier;\n", "barrier q[1];\n"); break;
    case 6: ONE_OF(s, "delay[100ns] q[0];\n", "delay[2 * 3dt] w;\n", "delay[0.5us] q;\n"); break;
    case 7: declare(s); break;
    case 8:
    case 9: choice(s, depth); break;
    case 10:
      say(s, "while (");
      bits(s, 2);
      say(s, ") ");
      block(s, depth);
      break;
    case 11: loop(s, depth); break;
    case 12: switches(s, depth); break;
    case 13:
      say(s, "box ");
      block(s, depth);
      break;
    default: call(s);
  }
}

static void define_gate(source *s) {
  spiqe_text_add(&s->text, "gate g%d(p0, p1) A, B, C, D, E {\n", s->n_gates);
  s->is_in_gate = 1;
  for (size_t i = 0, n = choose(s, 5); i < n; i++) call(s);
  s->is_in_gate = 0;
  say(s, "}\n");
  s->n_gates++;
}

static void program(source *s) {
  say(s, "OPENQASM 3.0;\ninclude \"stdgates.inc\";\nconst int n = 3;\n");
  say(s, "gate rxx(p) a, b { h a; h b; cx a, b; rz(p) b; cx a, b; h a; h b; }\n");
  say(s, "gate iswap a, b { s a; s b; h a; cx a, b; cx b, a; h b; }\n");
  say(s, "const float half = 0.5;\n");
  for (size_t i = choose(s, 4); i-- > 0;) define_gate(s);
  say(s, "input float theta;\ninput angle[32] phi;\nqubit[5] q;\nqubit w;\nbit[3] c;\nbit d;\n");
  say(s, "uint[8] a;\nint[4] k;\nbool b;\nlet e = q[3:4] ++ w;\n");
  while (s->left) statement(s, 4);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct spiqe_context context = {0};
  source s = {.data = data, .left = size < 4096 ? size : 4096};
  spiqe_circuit *circuit;
  program(&s);
  if (s.text.failed) abort();
  spiqe_status status =
      spiqe_qasm_parse(&context, "f", s.text.data, s.text.size, MOST_OPERATIONS, &circuit);
  if ((status == SPIQE_OK) != (circuit != NULL)) abort();
  if (getenv("SPIQE_FUZZ_SHOW")) fprintf(stderr, "%s%s\n", s.text.data, context.message);
  if (circuit) check_circuit(&context, circuit);
  spiqe_circuit_destroy(circuit);
  spiqe_text_destroy(&s.text);
  return 0;
}
