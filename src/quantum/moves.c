/* Gates without parameters: moves and constant rotations. */
#include "quantum/moves.h"

#include <string.h>

#define PI 3.14159265358979323846

/* h = ry(pi/2) z, ecr = (x on the first) rzx(pi/2). */
static const spiqe_fixed_gate fixed_gates[] = {
    {"h", "z", "", {{"Y", -1, 0, PI / 2}}, 1},
    {"t", "", "", {{"1", -1, 0, -PI / 2}}, 1},
    {"tdg", "", "", {{"1", -1, 0, PI / 2}}, 1},
    {"sx", "", "", {{"X", -1, 0, PI / 2}, {"I", -1, 0, -PI / 2}}, 2},
    {"sxdg", "", "", {{"X", -1, 0, -PI / 2}, {"I", -1, 0, PI / 2}}, 2},
    {"siswap", "", "", {{"XX", -1, 0, -PI / 4}, {"YY", -1, 0, -PI / 4}}, 2},
    {"siswapdg", "", "", {{"XX", -1, 0, PI / 4}, {"YY", -1, 0, PI / 4}}, 2},
    {"ecr", "", "x", {{"ZX", -1, 0, PI / 2}}, 1},
};

/* i^quarter for a number that is a power of i; -1 for others. */
static int power_of_i(spiqe_complex z) {
  static const spiqe_complex powers[4] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
  for (int k = 0; k < 4; k++)
    if (z.re == powers[k].re && z.im == powers[k].im) return k;
  return -1;
}

int spiqe_moves_find(size_t n, const spiqe_complex *matrix, spiqe_move *moves) {
  for (size_t i = 0; i < n; i++) {
    size_t n_found = 0;
    for (size_t j = 0; j < n; j++) {
      spiqe_complex z = matrix[i * n + j];
      if (z.re == 0 && z.im == 0) continue;
      moves[i] = (spiqe_move){(uint32_t)j, power_of_i(z)};
      if (moves[i].power < 0 || n_found++) return 0;
    }
    if (!n_found) return 0;
  }
  return 1;
}

const spiqe_fixed_gate *spiqe_fixed_gate_find(const char *name) {
  for (size_t i = 0; i < sizeof fixed_gates / sizeof fixed_gates[0]; i++)
    if (!strcmp(fixed_gates[i].name, name)) return &fixed_gates[i];
  return NULL;
}
