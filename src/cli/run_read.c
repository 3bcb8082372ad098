/* What spiqe run is told: values of inputs, sizes. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/run.h"

#define PI 3.14159265358979323846

/* A number or pi. Returns what is behind it, NULL when it is neither. */
static const char *read_factor(const char *text, double *out) {
  char *end;
  if (!strncmp(text, "pi", 2)) {
    *out = PI;
    return text + 2;
  }
  if (strchr("-+ ", text[0]) || !text[0]) return NULL;
  *out = strtod(text, &end);
  return end == text ? NULL : end;
}

/* "0.3", "-pi/2", "3*pi/4". Returns 0 when it is not a number. */
static int read_value(const char *text, double *out) {
  double factor, sign = text[0] == '-' ? -1 : 1;
  if (text[0] == '-' || text[0] == '+') text++;
  text = read_factor(text, out);
  while (text && (*text == '*' || *text == '/')) {
    char operation = *text;
    text = read_factor(text + 1, &factor);
    if (text) *out = operation == '*' ? *out * factor : *out / factor;
  }
  *out *= sign;
  return text && !*text && isfinite(*out);
}

static int unknown_input(const run_session *s, const char *name) {
  const char *names[256];
  char hint[96];
  size_t n = 0;
  for (; n < 256 && spiqe_circuit_input_name(s->circuit, n); n++)
    names[n] = spiqe_circuit_input_name(s->circuit, n);
  if (!n) return cli_usage_error(&cli_run, "--set: the circuit has no inputs");
  return cli_usage_error(&cli_run, "--set: no input is called '%s'%s", name,
                         spiqe_text_suggest(name, names, n, hint, sizeof hint));
}

static int set_input(run_session *s, const char *item) {
  char name[256];
  const char *equals = strchr(item, '='), *known;
  size_t size = equals ? (size_t)(equals - item) : 0, i = 0;
  double value;
  if (!size || size >= sizeof name)
    return cli_usage_error(&cli_run,
                           "--set: '%s', but NAME=VALUE is expected, as theta=0.3 or theta=pi/2",
                           item);
  memcpy(name, item, size);
  name[size] = 0;
  if (!read_value(equals + 1, &value))
    return cli_usage_error(&cli_run, "--set %s: '%s', but a number is expected", name, equals + 1);
  while ((known = spiqe_circuit_input_name(s->circuit, i)) && strcmp(known, name) != 0) i++;
  if (!known) return unknown_input(s, name);
  s->inputs[i] = value;
  return CLI_DONE;
}

/* All that are missing in one message. */
static int check_inputs(const run_session *s) {
  char missing[1024];
  size_t at = 0, n_missing = 0;
  const char *first = NULL, *name;
  for (size_t i = 0; (name = spiqe_circuit_input_name(s->circuit, i)); i++) {
    if (!isnan(s->inputs[i])) continue;
    if (!first) first = name;
    n_missing++;
    if (at < sizeof missing - 8)
      at += (size_t)snprintf(missing + at, sizeof missing - at, "%s%s", at ? ", " : "", name);
  }
  if (!n_missing) return CLI_DONE;
  return cli_usage_error(&cli_run, "%s without a value: %s%s; give it by --set %.60s=0.3",
                         n_missing == 1 ? "an input" : "inputs", missing,
                         at >= sizeof missing - 8 ? "..." : "", first);
}

int run_read_inputs(run_session *s) {
  const size_t n = spiqe_circuit_n_inputs(s->circuit);
  int code = CLI_DONE;
  s->inputs = malloc((n + 1) * sizeof *s->inputs);
  if (!s->inputs) {
    fprintf(stderr, "spiqe: no memory for %zu inputs\n", n);
    return CLI_FAILED;
  }
  for (size_t i = 0; i < n; i++) s->inputs[i] = NAN;
  for (size_t i = 0; i < s->a.set.n && code == CLI_DONE; i++)
    code = set_input(s, s->a.set.items[i]);
  return code == CLI_DONE ? check_inputs(s) : code;
}

/* "4G", "512MiB", "1000": a unit is 1024 of the one before. */
int run_read_memory(run_session *s) {
  static const char units[] = "kmgt";
  char *end;
  if (!s->a.memory) return CLI_DONE;
  double size = s->a.memory[0] >= '0' && s->a.memory[0] <= '9' ? strtod(s->a.memory, &end) : -1;
  if (size >= 0 && *end) {
    const char *unit = strchr(units, *end | 0x20);
    if (unit && *unit) size = ldexp(size, 10 * (int)(unit - units + 1));
    if (unit && *unit) end++;
    if (*end == 'i' && end > s->a.memory && unit && *unit) end++;
    if (*end == 'B' || *end == 'b') end++;
  }
  if (!(size >= 1 && size < 0x1p63) || *end)
    return cli_usage_error(&cli_run, "--memory: '%s', but a size is expected, as 4G or 512M",
                           s->a.memory);
  s->most_bytes = (size_t)size;
  return CLI_DONE;
}
