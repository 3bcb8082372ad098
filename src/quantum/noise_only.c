/* A device with one source of noise alone, of any strength. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "quantum/channels.h"
#include "quantum/noise.h"

static const struct {
  const char *name, *summary;
} sources[] = {
    {"t1", "T1 as a multiple of the device's, T2 in its ratio to T1"},
    {"t2", "T2 as a multiple of T1, which is the device's; at most 2"},
    {"gate", "average infidelity of every gate on one or two qubits"},
    {"readout", "probability that a bit is read wrongly, 0 or 1"},
};

const char *spiqe_noise_source_name(size_t index) {
  return index < SPIQE_N_NOISE_SOURCES ? sources[index].name : NULL;
}

const char *spiqe_noise_source_summary(size_t index) {
  return index < SPIQE_N_NOISE_SOURCES ? sources[index].summary : NULL;
}

static spiqe_status check_value(spiqe_context *ctx, spiqe_noise_source source, double value) {
  const char *name = spiqe_noise_source_name(source);
  switch (source) {
    case SPIQE_NOISE_T1:
      SPIQE_REQUIRE(ctx, value > 0 && isfinite(value), SPIQE_BAD_ARGUMENT,
                    "%s = %g; a multiple of T1 above 0 is expected", name, value);
      return SPIQE_OK;
    case SPIQE_NOISE_T2:
      SPIQE_REQUIRE(ctx, value > 0 && isfinite(value), SPIQE_BAD_ARGUMENT,
                    "%s = %g; a multiple of T1 above 0 is expected", name, value);
      SPIQE_REQUIRE(ctx, value <= 2, SPIQE_BAD_ARGUMENT,
                    "%s = %g: T2 = %g T1 > 2 T1: not completely positive", name, value, value);
      return SPIQE_OK;
    case SPIQE_NOISE_GATE:
      SPIQE_REQUIRE(ctx, value >= 0 && value <= 2.0 / 3, SPIQE_BAD_ARGUMENT,
                    "%s = %g; the average infidelity of a gate on one qubit is in [0, 2/3]", name,
                    value);
      return SPIQE_OK;
    default:
      SPIQE_REQUIRE(ctx, value >= 0 && value <= 1, SPIQE_BAD_ARGUMENT,
                    "%s = %g; a probability in [0, 1] is expected", name, value);
      return SPIQE_OK;
  }
}

/* Times of gates stay; all else that is wrong with qubits and gates goes. */
static spiqe_status copy_times(const spiqe_noise *device, spiqe_noise *out) {
  const size_t n = device->n_qubits ? device->n_qubits : 1;
  *out = (spiqe_noise){.ctx = device->ctx,
                       .n_qubits = device->n_qubits,
                       .dt = device->dt,
                       .measure_time = device->measure_time,
                       .reset_time = device->reset_time,
                       .idle = device->idle,
                       .is_strict = device->is_strict,
                       .has_default = device->has_default,
                       .n_rules = device->n_rules,
                       .room_rules = device->n_rules};
  out->qubits = calloc(n, sizeof *out->qubits);
  out->rules = calloc(device->n_rules + 2, sizeof *out->rules);
  SPIQE_REQUIRE(device->ctx, out->qubits && out->rules, SPIQE_NO_MEMORY,
                "no memory for a device of %zu qubits", n);
  for (size_t q = 0; q < n; q++)
    out->qubits[q] = (spiqe_noise_qubit){.t1 = INFINITY, .t2 = INFINITY};
  for (size_t i = 0; i < device->n_rules; i++) {
    out->rules[i] = device->rules[i];
    out->rules[i].error = NAN;
    out->rules[i].depolarising = 0;
    out->rules[i].n_channels = 0;
  }
  return SPIQE_OK;
}

static spiqe_status set_relaxation(const spiqe_noise *device, spiqe_noise_source source,
                                   double value, spiqe_noise *out) {
  for (size_t q = 0; q < (device->n_qubits ? device->n_qubits : 1); q++) {
    const spiqe_noise_qubit *from = &device->qubits[q];
    SPIQE_REQUIRE(device->ctx, isfinite(from->t1), SPIQE_UNSUPPORTED,
                  "the device has no T1, of which a multiple could be taken");
    const double scale = source == SPIQE_NOISE_T1 ? value : 1;
    out->qubits[q].t1 = scale * from->t1;
    out->qubits[q].t2 = source == SPIQE_NOISE_T1 ? scale * from->t2 : value * from->t1;
    out->t1_share = scale;
  }
  return SPIQE_OK;
}

/* Any gate on one or two qubits; depolarising alone, as nothing relaxes. */
static void set_gates(double error, spiqe_noise *out) {
  out->is_strict = 0;
  out->has_default = 1;
  out->n_rules = 2;
  for (uint32_t n = 1; n <= 2; n++)
    out->rules[n - 1] = (spiqe_noise_rule){.gate = -1, .n_qubits = n, .error = error};
}

spiqe_status spiqe_noise_only(const spiqe_noise *device, spiqe_noise_source source, double value,
                              spiqe_noise **out) {
  *out = NULL;
  SPIQE_TRY(check_value(device->ctx, source, value));
  spiqe_noise *made = calloc(1, sizeof *made);
  SPIQE_REQUIRE(device->ctx, made, SPIQE_NO_MEMORY, "no memory for a device");
  spiqe_status status = copy_times(device, made);
  made->t1_share = 1;
  if (status == SPIQE_OK && source <= SPIQE_NOISE_T2)
    status = set_relaxation(device, source, value, made);
  if (status == SPIQE_OK && source == SPIQE_NOISE_GATE) set_gates(value, made);
  for (size_t q = 0; status == SPIQE_OK && source == SPIQE_NOISE_READOUT; q++) {
    if (q == (device->n_qubits ? device->n_qubits : 1)) break;
    made->qubits[q].p1_of_0 = made->qubits[q].p0_of_1 = value;
  }
  if (status == SPIQE_OK)
    *out = made;
  else
    spiqe_noise_destroy(made);
  return status;
}
