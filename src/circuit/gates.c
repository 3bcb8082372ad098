#include "circuit/gates.h"

#include <math.h>
#include <string.h>

#define PI 3.14159265358979323846
#define R 0.70710678118654752440 /* sqrt(1/2) */

/* Matrices of gates without parameters, [row][column][2]. */
#define M(...) ((const double[]){__VA_ARGS__})

/* clang-format off */
#define SWAP_LIKE(ar, ai, br, bi, cr, ci)                                                          \
  M(1, 0, 0, 0, 0, 0, 0, 0,   0, 0, ar, ai, br, bi, 0, 0,                                          \
    0, 0, br, bi, ar, ai, 0, 0,   0, 0, 0, 0, 0, 0, cr, ci)

#define NONE {{"", -1, 0, 0}}
#define SELF(n) {n, {0, 1, 2, 3}, {1, 1, 1, 1}, {0}}
#define NEGATED(n) {n, {0, 1, 2, 3}, {-1, -1, -1, -1}, {0}}
#define ONE(p, scale) {{p, 0, scale, 0}}

const spiqe_gate spiqe_gates[] = {
  {"id", "I", "identity", 1, 0, 0, M(1, 0, 0, 0, 0, 0, 1, 0), NONE, SELF("id")},
  {"x", "X", "NOT", 1, 0, 0, M(0, 0, 1, 0, 1, 0, 0, 0), NONE, SELF("x")},
  {"y", "Y", "Pauli Y", 1, 0, 0, M(0, 0, 0, -1, 0, 1, 0, 0), NONE, SELF("y")},
  {"z", "Z", "diag(1, -1)", 1, 0, 0, M(1, 0, 0, 0, 0, 0, -1, 0), NONE, SELF("z")},
  {"h", "H", "(X + Z) / sqrt 2", 1, 0, 0, M(R, 0, R, 0, R, 0, -R, 0), NONE, SELF("h")},
  {"s", "S", "diag(1, i)", 1, 0, 0, M(1, 0, 0, 0, 0, 0, 0, 1), NONE, SELF("sdg")},
  {"sdg", "S†", "diag(1, -i)", 1, 0, 0, M(1, 0, 0, 0, 0, 0, 0, -1), NONE, SELF("s")},
  {"t", "T", "diag(1, exp(i pi/4))", 1, 0, 0, M(1, 0, 0, 0, 0, 0, R, R), NONE, SELF("tdg")},
  {"tdg", "T†", "diag(1, exp(-i pi/4))", 1, 0, 0, M(1, 0, 0, 0, 0, 0, R, -R), NONE, SELF("t")},
  {"sx", "√X", "square root of X", 1, 0, 0, M(.5, .5, .5, -.5, .5, -.5, .5, .5), NONE,
   SELF("sxdg")},
  {"sxdg", "√X†", "inverse of sx", 1, 0, 0, M(.5, -.5, .5, .5, .5, .5, .5, -.5), NONE,
   SELF("sx")},
  {"p", "P", "diag(1, exp(i a))", 1, 1, 1, NULL, ONE("1", -2), NEGATED("p")},
  {"rx", "Rx", "exp(-i a X / 2)", 1, 1, 1, NULL, ONE("X", 1), NEGATED("rx")},
  {"ry", "Ry", "exp(-i a Y / 2)", 1, 1, 1, NULL, ONE("Y", 1), NEGATED("ry")},
  {"rz", "Rz", "exp(-i a Z / 2)", 1, 1, 1, NULL, ONE("Z", 1), NEGATED("rz")},
  {"r", "R", "rotation by a about cos(b) X + sin(b) Y", 1, 2, 3, NULL,
   {{"Z", 1, -1, 0}, {"X", 0, 1, 0}, {"Z", 1, 1, 0}}, {"r", {0, 1}, {-1, 1}, {0}}},
  {"u", "U", "p(b) ry(a) p(c)", 1, 3, 3, NULL,
   {{"1", 2, -2, 0}, {"Y", 0, 1, 0}, {"1", 1, -2, 0}}, {"u", {0, 2, 1}, {-1, -1, -1}, {0}}},
  {"u2", "U2", "u(pi/2, a, b)", 1, 2, 3, NULL,
   {{"1", 1, -2, 0}, {"Y", -1, 0, PI / 2}, {"1", 0, -2, 0}},
   {"u2", {1, 0}, {-1, -1}, {-PI, PI}}},
  {"gu", "U", "exp(i d) u(a, b, c): the target of cu", 1, 4, 4, NULL,
   {{"1", 2, -2, 0}, {"Y", 0, 1, 0}, {"1", 1, -2, 0}, {"I", 3, -2, 0}},
   {"gu", {0, 2, 1, 3}, {-1, -1, -1, -1}, {0}}},
  {"gphase", "φ", "exp(i a), on no qubit", 0, 1, 1, NULL, ONE("", -2), NEGATED("gphase")},
  {"swap", "×", "exchange of two qubits", 2, 0, 0, SWAP_LIKE(0, 0, 1, 0, 1, 0), NONE,
   SELF("swap")},
  {"iswap", "iSwap", "exp(i pi/4 (XX + YY))", 2, 0, 0, SWAP_LIKE(0, 0, 0, 1, 1, 0), NONE,
   SELF("iswapdg")},
  {"iswapdg", "iSwap†", "inverse of iswap", 2, 0, 0, SWAP_LIKE(0, 0, 0, -1, 1, 0), NONE,
   SELF("iswap")},
  {"siswap", "√iSwap", "exp(i pi/8 (XX + YY))", 2, 0, 0, SWAP_LIKE(R, 0, 0, R, 1, 0), NONE,
   SELF("siswapdg")},
  {"siswapdg", "√iSwap†", "inverse of siswap", 2, 0, 0, SWAP_LIKE(R, 0, 0, -R, 1, 0), NONE,
   SELF("siswap")},
  {"ecr", "ECR", "(IX - XY) / sqrt 2, echoed cross-resonance", 2, 0, 0,
   M(0, 0, R, 0, 0, 0, 0, R,   R, 0, 0, 0, 0, -R, 0, 0,
     0, 0, 0, R, 0, 0, R, 0,   0, -R, 0, 0, R, 0, 0, 0), NONE, SELF("ecr")},
  {"dcx", "DCX", "cx a, b; cx b, a", 2, 0, 0,
   M(1, 0, 0, 0, 0, 0, 0, 0,   0, 0, 0, 0, 0, 0, 1, 0,
     0, 0, 1, 0, 0, 0, 0, 0,   0, 0, 0, 0, 1, 0, 0, 0), NONE, SELF("dcxdg")},
  {"dcxdg", "DCX†", "inverse of dcx", 2, 0, 0,
   M(1, 0, 0, 0, 0, 0, 0, 0,   0, 0, 0, 0, 1, 0, 0, 0,
     0, 0, 0, 0, 0, 0, 1, 0,   0, 0, 1, 0, 0, 0, 0, 0), NONE, SELF("dcx")},
  {"rxx", "Rxx", "exp(-i a XX / 2)", 2, 1, 1, NULL, ONE("XX", 1), NEGATED("rxx")},
  {"ryy", "Ryy", "exp(-i a YY / 2)", 2, 1, 1, NULL, ONE("YY", 1), NEGATED("ryy")},
  {"rzz", "Rzz", "exp(-i a ZZ / 2)", 2, 1, 1, NULL, ONE("ZZ", 1), NEGATED("rzz")},
  {"rzx", "Rzx", "exp(-i a ZX / 2), Z on the first qubit", 2, 1, 1, NULL, ONE("ZX", 1),
   NEGATED("rzx")},
};

#define STD3 (SPIQE_IN_STDGATES | SPIQE_IN_QELIB1)
const spiqe_spelling spiqe_spellings[] = {
  {"id", "id", 0, STD3, NULL},
  {"x", "x", 0, STD3, NULL},
  {"y", "y", 0, STD3, NULL},
  {"z", "z", 0, STD3, NULL},
  {"h", "h", 0, STD3, NULL},
  {"s", "s", 0, STD3, NULL},
  {"sdg", "sdg", 0, STD3, NULL},
  {"t", "t", 0, STD3, NULL},
  {"tdg", "tdg", 0, STD3, NULL},
  {"sx", "sx", 0, STD3, NULL},
  {"sxdg", "sxdg", 0, SPIQE_IN_QELIB1 | SPIQE_IN_SPIQE, "inv @ sx a;"},
  {"p", "p", 0, STD3, NULL},
  {"phase", "p", 0, SPIQE_IN_STDGATES, NULL},
  {"u1", "p", 0, STD3, NULL},
  {"rx", "rx", 0, STD3, NULL},
  {"ry", "ry", 0, STD3, NULL},
  {"rz", "rz", 0, STD3, NULL},
  {"r", "r", 0, SPIQE_IN_SPIQE, "rz(-p1) a; rx(p0) a; rz(p1) a;"},
  {"U", "u", 0, SPIQE_IN_QASM3 | SPIQE_IN_QELIB1, NULL},
  {"u", "u", 0, SPIQE_IN_QELIB1, NULL},
  {"u3", "u", 0, STD3, NULL},
  {"u2", "u2", 0, STD3, NULL},
  {"gu", "gu", 0, SPIQE_IN_SPIQE, "gphase(p3); U(p0, p1, p2) a;"},
  {"gphase", "gphase", 0, SPIQE_IN_QASM3, NULL},
  {"swap", "swap", 0, STD3, NULL},
  {"iswap", "iswap", 0, SPIQE_IN_SPIQE, "s a; s b; h a; cx a, b; cx b, a; h b;"},
  {"iswapdg", "iswapdg", 0, SPIQE_IN_SPIQE, "h b; cx b, a; cx a, b; h a; sdg b; sdg a;"},
  {"siswap", "siswap", 0, SPIQE_IN_SPIQE,
   "h a; h b; cx a, b; rz(-pi/4) b; cx a, b; h a; h b; "
   "sdg a; sdg b; h a; h b; cx a, b; rz(-pi/4) b; cx a, b; h a; h b; s a; s b;"},
  {"siswapdg", "siswapdg", 0, SPIQE_IN_SPIQE,
   "h a; h b; cx a, b; rz(pi/4) b; cx a, b; h a; h b; "
   "sdg a; sdg b; h a; h b; cx a, b; rz(pi/4) b; cx a, b; h a; h b; s a; s b;"},
  {"ecr", "ecr", 0, SPIQE_IN_SPIQE,
   "h b; cx a, b; rz(pi/4) b; cx a, b; h b; x a; h b; cx a, b; rz(-pi/4) b; cx a, b; h b;"},
  {"dcx", "dcx", 0, SPIQE_IN_SPIQE, "cx a, b; cx b, a;"},
  {"dcxdg", "dcxdg", 0, SPIQE_IN_SPIQE, "cx b, a; cx a, b;"},
  {"rxx", "rxx", 0, SPIQE_IN_QELIB1 | SPIQE_IN_SPIQE,
   "h a; h b; cx a, b; rz(p0) b; cx a, b; h b; h a;"},
  {"ryy", "ryy", 0, SPIQE_IN_SPIQE,
   "sdg a; sdg b; h a; h b; cx a, b; rz(p0) b; cx a, b; h a; h b; s a; s b;"},
  {"rzz", "rzz", 0, SPIQE_IN_QELIB1 | SPIQE_IN_SPIQE, "cx a, b; rz(p0) b; cx a, b;"},
  {"rzx", "rzx", 0, SPIQE_IN_SPIQE, "h b; cx a, b; rz(p0) b; cx a, b; h b;"},
  {"cx", "x", 1, STD3, NULL},
  {"CX", "x", 1, STD3, NULL},
  {"cy", "y", 1, STD3, NULL},
  {"cz", "z", 1, STD3, NULL},
  {"ch", "h", 1, STD3, NULL},
  {"cs", "s", 1, SPIQE_IN_SPIQE, "cp(pi/2) a, b;"},
  {"csdg", "sdg", 1, SPIQE_IN_SPIQE, "cp(-pi/2) a, b;"},
  {"csx", "sx", 1, SPIQE_IN_QELIB1 | SPIQE_IN_SPIQE, "ctrl @ sx a, b;"},
  {"cp", "p", 1, STD3, NULL},
  {"cphase", "p", 1, SPIQE_IN_STDGATES, NULL},
  {"cu1", "p", 1, SPIQE_IN_QELIB1, NULL},
  {"crx", "rx", 1, STD3, NULL},
  {"cry", "ry", 1, STD3, NULL},
  {"crz", "rz", 1, STD3, NULL},
  {"cu3", "u", 1, SPIQE_IN_QELIB1, NULL},
  {"cu", "gu", 1, STD3, NULL},
  {"cswap", "swap", 1, STD3, NULL},
  {"ccx", "x", 2, STD3, NULL},
  {"ccz", "z", 2, SPIQE_IN_SPIQE, "h c; ccx a, b, c; h c;"},
  {"c3x", "x", 3, SPIQE_IN_QELIB1, NULL},
  {"c3sqrtx", "sx", 3, SPIQE_IN_QELIB1, NULL},
  {"c4x", "x", 4, SPIQE_IN_QELIB1, NULL},
};
/* clang-format on */

size_t spiqe_n_gates(void) {
  return sizeof spiqe_gates / sizeof spiqe_gates[0];
}

size_t spiqe_n_spellings(void) {
  return sizeof spiqe_spellings / sizeof spiqe_spellings[0];
}

int spiqe_gate_find(const char *name) {
  for (size_t i = 0; i < spiqe_n_gates(); i++)
    if (!strcmp(spiqe_gates[i].name, name)) return (int)i;
  return -1;
}

const spiqe_spelling *spiqe_spelling_find(const char *name, size_t length) {
  for (size_t i = 0; i < spiqe_n_spellings(); i++) {
    const spiqe_spelling *s = &spiqe_spellings[i];
    if (!strncmp(s->name, name, length) && s->name[length] == 0) return s;
  }
  return NULL;
}

const spiqe_spelling *spiqe_spelling_of(size_t gate, size_t n_controls, unsigned where) {
  for (size_t i = 0; i < spiqe_n_spellings(); i++) {
    const spiqe_spelling *s = &spiqe_spellings[i];
    if (s->n_controls == n_controls && (s->where & where) &&
        !strcmp(s->gate, spiqe_gates[gate].name))
      return s;
  }
  return NULL;
}

int spiqe_gate_shape(const char *name, size_t *n_qubits, size_t *n_angles) {
  const spiqe_spelling *s = spiqe_spelling_find(name, strlen(name));
  if (!s) return 0;
  const spiqe_gate *gate = &spiqe_gates[spiqe_gate_find(s->gate)];
  *n_qubits = (size_t)s->n_controls + gate->n_targets;
  *n_angles = gate->n_parameters;
  return 1;
}

const char *spiqe_gate_name(size_t index) {
  return index < spiqe_n_spellings() ? spiqe_spellings[index].name : NULL;
}

void spiqe_matrix_multiply(size_t n, const spiqe_complex *a, const spiqe_complex *b,
                           spiqe_complex *c) {
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) {
      spiqe_complex sum = {0, 0};
      for (size_t k = 0; k < n; k++) {
        spiqe_complex x = a[i * n + k], y = b[k * n + j];
        sum.re += x.re * y.re - x.im * y.im;
        sum.im += x.re * y.im + x.im * y.re;
      }
      c[i * n + j] = sum;
    }
}

/* exp(-i a P / 2): for a Pauli product cos(a/2) - i sin(a/2) P. With projectors it acts where all
 * of them are 1, and is the identity elsewhere. */
void spiqe_factor_matrix(const spiqe_factor *factor, size_t n_targets, double a,
                         spiqe_complex *out) {
  const size_t n = (size_t)1 << n_targets;
  const double c = cos(a / 2), s = sin(a / 2);
  memset(out, 0, n * n * sizeof *out);
  for (size_t column = 0; column < n; column++) {
    size_t row = column;
    int acts = 1, quarter = 0; /* P |column> = i^quarter |row> */
    for (size_t t = 0; t < n_targets; t++) {
      int bit = (int)(column >> t & 1);
      char p = factor->pauli[t];
      if (p == '1' && !bit) acts = 0;
      if (p == 'X' || p == 'Y') row ^= (size_t)1 << t;
      if (p == 'Y') quarter += bit ? 3 : 1;
      if (p == 'Z' && bit) quarter += 2;
    }
    if (!acts) {
      out[column * n + column].re = 1;
      continue;
    }
    out[column * n + column].re += c;
    const spiqe_complex minus_i_p[4] = {{0, -s}, {s, 0}, {0, s}, {-s, 0}};
    out[row * n + column].re += minus_i_p[quarter & 3].re;
    out[row * n + column].im += minus_i_p[quarter & 3].im;
  }
}

void spiqe_gate_matrix(size_t gate, const double *parameters, spiqe_complex *out) {
  const spiqe_gate *g = &spiqe_gates[gate];
  const size_t n = (size_t)1 << g->n_targets;
  if (g->matrix) {
    for (size_t i = 0; i < n * n; i++)
      out[i] = (spiqe_complex){g->matrix[2 * i], g->matrix[2 * i + 1]};
    return;
  }
  spiqe_complex factor[16], product[16];
  for (size_t f = 0; f < g->n_factors; f++) {
    const spiqe_factor *row = &g->factors[f];
    double a = row->offset + (row->parameter < 0 ? 0 : row->scale * parameters[row->parameter]);
    spiqe_factor_matrix(row, g->n_targets, a, f ? factor : out);
    if (!f) continue;
    spiqe_matrix_multiply(n, factor, out, product);
    memcpy(out, product, n * n * sizeof *out);
  }
}
