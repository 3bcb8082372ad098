/* Names of qubits and bits, reals and angles as OpenQASM. */
#include <math.h>
#include <string.h>

#include "circuit/write.h"

#define PI 3.14159265358979323846

void spiqe_write_qubit(spiqe_text *text, const spiqe_wires *wires, uint32_t qubit) {
  const spiqe_register *r = spiqe_wires_of_qubits(wires, spiqe_wires_qubit(wires, qubit));
  spiqe_text_add(text, "%s[%u]", r->name, qubit - r->first);
}

void spiqe_write_bit(spiqe_text *text, const spiqe_wires *wires, uint32_t bit) {
  const spiqe_register *r = spiqe_wires_of_bits(wires, spiqe_wires_bit(wires, bit));
  if (r->kind == SPIQE_REGISTER_BOOL)
    spiqe_text_add(text, "%s", r->name);
  else
    spiqe_text_add(text, "%s[%u]", r->name, bit - r->first);
}

void spiqe_write_bits(spiqe_text *text, const spiqe_wires *wires, uint32_t first, uint32_t n,
                      int is_signed) {
  const spiqe_register *r = spiqe_wires_of_bits(wires, spiqe_wires_bit(wires, first));
  int is_whole = r->first == first && r->size == n;
  int is_int = r->kind == SPIQE_REGISTER_INT;
  int is_name = is_int ? is_signed : n > 1 || r->kind != SPIQE_REGISTER_BITS;
  if (is_whole && is_name)
    spiqe_text_add(text, "%s", r->name);
  else if (n == 1)
    spiqe_write_bit(text, wires, first);
  else
    spiqe_text_add(text, "%s[%u:%u]", r->name, first - r->first, first - r->first + n - 1);
}

/* Denominators 1 to 16, then powers of 2. */
int spiqe_write_find_fraction(double value, double tolerance, int *n, int *d) {
  for (*d = 1; *d <= 1024; *d = *d < 16 ? *d + 1 : *d * 2) {
    double times = value * *d / PI;
    if (!(fabs(times) < 1000)) return 0; /* at any larger denominator too */
    *n = (int)lrint(times);
    double again = *n * PI / *d;
    if (*n && fabs(again - value) <= tolerance) return 1;
  }
  return 0;
}

/* OpenQASM 2 wants a point in a number with an exponent. */
void spiqe_write_digits(spiqe_text *text, double value) {
  size_t before = text->size;
  spiqe_text_add_real(text, value);
  if (text->failed) return;
  const char *digits = text->data + before, *exponent = strchr(digits, 'e');
  if (!exponent || strchr(digits, '.')) return;
  spiqe_text tail = {0};
  spiqe_text_add(&tail, ".0%s", exponent);
  text->size = (size_t)(exponent - text->data);
  spiqe_text_add_bytes(text, tail.data ? tail.data : "", tail.size);
  text->failed |= tail.failed;
  spiqe_text_destroy(&tail);
}

void spiqe_write_real(spiqe_text *text, double value) {
  int n, d;
  if (!spiqe_write_find_fraction(value, 0, &n, &d)) {
    spiqe_write_digits(text, value + 0.0); /* + 0: no -0 */
    return;
  }
  if (n == -1) spiqe_text_add(text, "-");
  if (n != 1 && n != -1) spiqe_text_add(text, "%d*", n);
  spiqe_text_add(text, "pi");
  if (d != 1) spiqe_text_add(text, "/%d", d);
}

/* factor * name with its sign, which stands alone between terms. */
static void write_term(spiqe_text *text, double factor, const char *name, int is_first) {
  if (factor < 0) spiqe_text_add(text, is_first ? "-" : " - ");
  if (!(factor < 0) && !is_first) spiqe_text_add(text, " + ");
  if (fabs(factor) != 1) {
    spiqe_write_digits(text, fabs(factor));
    spiqe_text_add(text, "*");
  }
  spiqe_text_add(text, "%s", name);
}

void spiqe_write_angle(spiqe_text *text, const spiqe_circuit *circuit, uint32_t index) {
  const spiqe_stored_angle *angle = &circuit->angles[index];
  for (uint32_t i = 0; i < angle->n_terms; i++) {
    const spiqe_term *term = &circuit->terms[angle->first_term + i];
    write_term(text, term->factor, circuit->inputs[term->input], i == 0);
  }
  if (!angle->n_terms) {
    spiqe_write_real(text, angle->constant);
  } else if (angle->constant != 0) {
    spiqe_text_add(text, angle->constant < 0 ? " - " : " + ");
    spiqe_write_real(text, fabs(angle->constant));
  }
}
