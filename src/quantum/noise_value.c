/* Values of a description: keys, numbers, probabilities, times with their unit. */
#include <math.h>
#include <string.h>

#include "core/fail.h"
#include "core/text.h"
#include "quantum/noise.h"

#define NAME_OF(node) ((node)->key ? (node)->key : "here")

spiqe_status spiqe_noise_keys(const spiqe_noise_reader *in, const spiqe_yaml *node,
                              const char *const *keys) {
  char hint[96];
  size_t n = 0;
  SPIQE_REQUIRE(in->ctx, node->kind == SPIQE_YAML_MAPPING, SPIQE_BAD_FORMAT,
                "%s:%zu: %.40s: expected {key: value}", in->place, node->line, NAME_OF(node));
  while (keys[n]) n++;
  for (size_t i = 0; i < node->n_children; i++) {
    const spiqe_yaml *child = &node->children[i];
    size_t k = 0;
    while (keys[k] && strcmp(keys[k], child->key)) k++;
    SPIQE_REQUIRE(in->ctx, keys[k], SPIQE_BAD_NAME, "%s:%zu: '%.40s' is not known here%s",
                  in->place, child->line, child->key,
                  spiqe_text_suggest(child->key, keys, n, hint, sizeof hint));
  }
  return SPIQE_OK;
}

/* A number and what follows it in the text. */
static spiqe_status read_number(const spiqe_noise_reader *in, const spiqe_yaml *node,
                                const char *expected, double *out, const char **rest) {
  char *end = NULL;
  SPIQE_REQUIRE(in->ctx, node->kind == SPIQE_YAML_SCALAR, SPIQE_BAD_FORMAT,
                "%s:%zu: %.40s: expected %s", in->place, node->line, NAME_OF(node), expected);
  *out = spiqe_text_read_real(node->text, &end);
  SPIQE_REQUIRE(in->ctx, end != node->text && !isnan(*out), SPIQE_BAD_FORMAT,
                "%s:%zu: %.40s: '%.40s' is no number; expected %s", in->place, node->line,
                NAME_OF(node), node->text, expected);
  while (*end == ' ') end++;
  *rest = end;
  return SPIQE_OK;
}

spiqe_status spiqe_noise_number(const spiqe_noise_reader *in, const spiqe_yaml *node, double *out) {
  const char *rest;
  SPIQE_TRY(read_number(in, node, "a number", out, &rest));
  SPIQE_REQUIRE(in->ctx, !*rest && isfinite(*out), SPIQE_BAD_FORMAT,
                "%s:%zu: %.40s: '%.40s' is no finite number", in->place, node->line, NAME_OF(node),
                node->text);
  return SPIQE_OK;
}

spiqe_status spiqe_noise_probability(const spiqe_noise_reader *in, const spiqe_yaml *node,
                                     double *out) {
  SPIQE_TRY(spiqe_noise_number(in, node, out));
  SPIQE_REQUIRE(in->ctx, *out >= 0 && *out <= 1, SPIQE_BAD_ARGUMENT,
                "%s:%zu: %.40s = %g; a probability is in [0, 1]", in->place, node->line,
                NAME_OF(node), *out);
  return SPIQE_OK;
}

spiqe_status spiqe_noise_time(const spiqe_noise_reader *in, const spiqe_yaml *node,
                              int may_be_never, double *out) {
  static const struct {
    const char *name;
    double seconds;
  } units[] = {{"s", 1},     {"ms", 1e-3}, {"us", 1e-6}, {"\xc2\xb5s", 1e-6}, {"\xce\xbcs", 1e-6},
               {"ns", 1e-9}, {"ps", 1e-12}};
  const char *expected = "a time with its unit: s, ms, us, ns or ps", *unit;
  SPIQE_TRY(read_number(in, node, expected, out, &unit));
  if (may_be_never && isinf(*out) && *out > 0 && !*unit) return SPIQE_OK;
  size_t i = 0;
  while (i < sizeof units / sizeof *units && strcmp(units[i].name, unit)) i++;
  SPIQE_REQUIRE(in->ctx, i < sizeof units / sizeof *units, SPIQE_BAD_FORMAT,
                "%s:%zu: %.40s: '%.40s'; expected %s", in->place, node->line, NAME_OF(node),
                node->text, expected);
  SPIQE_REQUIRE(in->ctx, *out >= 0 && isfinite(*out), SPIQE_BAD_ARGUMENT,
                "%s:%zu: %.40s: a time of '%.40s'; expected 0 or more", in->place, node->line,
                NAME_OF(node), node->text);
  *out *= units[i].seconds;
  return SPIQE_OK;
}
