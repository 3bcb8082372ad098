/* Descriptions of devices in YAML (docs/noise.md). */
#include "quantum/noise.h"

#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/file.h"
#include "spiqe/names.h"

static spiqe_status read_flag(const spiqe_noise_reader *in, const spiqe_yaml *node, int *out) {
  const char *text = node->kind == SPIQE_YAML_SCALAR ? node->text : "";
  SPIQE_REQUIRE(in->ctx, !strcmp(text, "true") || !strcmp(text, "false"), SPIQE_BAD_FORMAT,
                "%s:%zu: %s: expected true or false", in->place, node->line, node->key);
  *out = text[0] == 't';
  return SPIQE_OK;
}

static spiqe_status read_idle(const spiqe_noise_reader *in, const spiqe_yaml *node,
                              spiqe_idle *out) {
  static const struct {
    const char *text;
    spiqe_idle idle;
  } choices[] = {{"true", SPIQE_IDLE_ALAP},
                 {"false", SPIQE_IDLE_NONE},
                 {"alap", SPIQE_IDLE_ALAP},
                 {"asap", SPIQE_IDLE_ASAP}};
  const char *text = node->kind == SPIQE_YAML_SCALAR ? node->text : "";
  for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
    if (strcmp(choices[i].text, text)) continue;
    *out = choices[i].idle;
    return SPIQE_OK;
  }
  return spiqe_fail(in->ctx, SPIQE_BAD_FORMAT, "%s:%zu: idle: expected true, false, alap or asap",
                    in->place, node->line);
}

static spiqe_status read_times(const spiqe_noise_reader *in, const spiqe_yaml *root) {
  static const char *const measure_keys[] = {"time", NULL};
  static const char *const reset_keys[] = {"time", "error", NULL};
  const spiqe_yaml *dt = spiqe_yaml_get(root, "dt"), *measure = spiqe_yaml_get(root, "measure");
  const spiqe_yaml *reset = spiqe_yaml_get(root, "reset");
  if (dt) SPIQE_TRY(spiqe_noise_time(in, dt, 0, &in->noise->dt));
  if (measure) SPIQE_TRY(spiqe_noise_keys(in, measure, measure_keys));
  if (reset) SPIQE_TRY(spiqe_noise_keys(in, reset, reset_keys));
  const spiqe_yaml *measure_time = spiqe_yaml_get(measure, "time");
  const spiqe_yaml *time = spiqe_yaml_get(reset, "time"), *error = spiqe_yaml_get(reset, "error");
  if (measure_time) SPIQE_TRY(spiqe_noise_time(in, measure_time, 0, &in->noise->measure_time));
  if (time) SPIQE_TRY(spiqe_noise_time(in, time, 0, &in->noise->reset_time));
  return error ? spiqe_noise_probability(in, error, &in->noise->reset_error) : SPIQE_OK;
}

static spiqe_status read_root(const spiqe_noise_reader *in, const spiqe_yaml *root) {
  static const char *const keys[] = {"name",    "summary", "source",  "qubits",
                                     "T1",      "T2",      "gates",   "excited_population",
                                     "readout", "dt",      "measure", "reset",
                                     "default", "idle",    "strict",  NULL};
  SPIQE_TRY(spiqe_noise_keys(in, root, keys));
  SPIQE_TRY(spiqe_noise_read_qubits(in, root));
  SPIQE_TRY(spiqe_noise_read_gates(in, root));
  SPIQE_TRY(read_times(in, root));
  const spiqe_yaml *idle = spiqe_yaml_get(root, "idle"), *strict = spiqe_yaml_get(root, "strict");
  if (idle) SPIQE_TRY(read_idle(in, idle, &in->noise->idle));
  return strict ? read_flag(in, strict, &in->noise->is_strict) : SPIQE_OK;
}

spiqe_status spiqe_noise_parse(spiqe_context *ctx, const char *name, const char *text, size_t size,
                               spiqe_noise **out) {
  spiqe_yaml *tree;
  *out = NULL;
  SPIQE_TRY(spiqe_yaml_parse(ctx, name, text, size, &tree));
  spiqe_noise *noise = calloc(1, sizeof *noise);
  spiqe_status status = SPIQE_OK;
  if (!noise) status = spiqe_fail(ctx, SPIQE_NO_MEMORY, "%s: no memory for it", name);
  if (noise) {
    const spiqe_noise_reader in = {ctx, name, noise};
    noise->ctx = ctx;
    noise->t1_share = 1;
    status = read_root(&in, tree);
  }
  spiqe_yaml_destroy(tree);
  if (status != SPIQE_OK) {
    spiqe_noise_destroy(noise);
    return status;
  }
  *out = noise;
  return SPIQE_OK;
}

void spiqe_noise_destroy(spiqe_noise *noise) {
  if (!noise) return;
  free(noise->qubits);
  free(noise->rules);
  free(noise->channels);
  free(noise->numbers);
  free(noise);
}

const char *spiqe_noise_name(size_t index) {
  return index < spiqe_n_shipped_devices ? spiqe_shipped_devices[index].name : NULL;
}

const char *spiqe_noise_summary(size_t index) {
  return index < spiqe_n_shipped_devices ? spiqe_shipped_devices[index].summary : NULL;
}

#define MOST_SHIPPED 64

spiqe_status spiqe_noise_read(spiqe_context *ctx, const char *name_or_path, spiqe_noise **out) {
  const char *names[MOST_SHIPPED];
  char hint[96];
  size_t n = 0, size;
  uint8_t *bytes;
  *out = NULL;
  for (; n < MOST_SHIPPED && (names[n] = spiqe_noise_name(n)); n++) {
    const char *text = spiqe_shipped_devices[n].text;
    if (!strcmp(names[n], name_or_path))
      return spiqe_noise_parse(ctx, name_or_path, text, strlen(text), out);
  }
  if (!strchr(name_or_path, '/') && !strchr(name_or_path, '.') && !spiqe_file_exists(name_or_path))
    return spiqe_fail(ctx, SPIQE_BAD_NAME, "no device is called '%.60s'%s", name_or_path,
                      spiqe_text_suggest(name_or_path, names, n, hint, sizeof hint));
  SPIQE_TRY(spiqe_file_read(ctx, name_or_path, SPIQE_YAML_MOST_BYTES, &bytes, &size));
  spiqe_status status = spiqe_noise_parse(ctx, name_or_path, (const char *)bytes, size, out);
  free(bytes);
  return status;
}

const spiqe_noise_qubit *spiqe_noise_qubit_at(const spiqe_noise *noise, uint32_t qubit) {
  return &noise->qubits[noise->n_qubits ? qubit : 0];
}
