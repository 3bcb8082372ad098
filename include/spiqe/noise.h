/* Noise: descriptions of devices (docs/noise.md), put into circuits as channels. */
#ifndef SPIQE_NOISE_H
#define SPIQE_NOISE_H

#include "spiqe/circuit.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct spiqe_noise spiqe_noise;

/* Read a description: the name of one that is shipped (spiqe_noise_name) or the path of a YAML
 * file; or parse text. *out: destroyed by the caller. Fails: SPIQE_NOT_FOUND, SPIQE_BAD_FORMAT,
 * SPIQE_BAD_NAME (with file and line), SPIQE_BAD_ARGUMENT (not physical: the law that it breaks,
 * "T2 = 250 us > 2 T1 = 200 us"). */
spiqe_status spiqe_noise_read(spiqe_context *ctx, const char *name_or_path, spiqe_noise **out);
spiqe_status spiqe_noise_parse(spiqe_context *ctx, const char *name, const char *text, size_t size,
                               spiqe_noise **out);
void spiqe_noise_destroy(spiqe_noise *noise);

/* Shipped descriptions; NULL past the last. */
const char *spiqe_noise_name(size_t index);
const char *spiqe_noise_summary(size_t index);

/* The circuit with the channels that the device adds after gates, during delays and idle times, and
 * with readout errors after measurements. *out: destroyed by the caller. Fails: SPIQE_BAD_SHAPE
 * (more qubits than the device has), SPIQE_UNSUPPORTED (a gate that the device has not, where the
 * description is strict or has defaults for gates on fewer qubits only; a delay in dt where it says
 * nothing of dt, or one that depends on an input), SPIQE_BAD_ARGUMENT (an error of a gate that no
 * channel has), SPIQE_BAD_FORMAT (a condition without its end), SPIQE_NO_MEMORY. */
spiqe_status spiqe_noise_apply(const spiqe_noise *noise, const spiqe_circuit *circuit,
                               spiqe_circuit **out);

/* What can be wrong with a device, each by itself: to see what a circuit bears. The value is
 *   T1       a multiple of the device's T1, above 0; T2 keeps its ratio to T1
 *   T2       a multiple of T1, above 0 and at most 2; T1 is the device's
 *   GATE     average infidelity of every gate on one or two qubits, 0 to 2/3
 *   READOUT  probability that a bit is read wrongly, 0 to 1 */
typedef enum spiqe_noise_source {
  SPIQE_NOISE_T1,
  SPIQE_NOISE_T2,
  SPIQE_NOISE_GATE,
  SPIQE_NOISE_READOUT,
  SPIQE_N_NOISE_SOURCES
} spiqe_noise_source;

/* Name ("t1") and meaning of a source; NULL past the last. */
const char *spiqe_noise_source_name(size_t index);
const char *spiqe_noise_source_summary(size_t index);

/* A device with the times of this one and one source of noise alone. *out: destroyed by the caller.
 * Fails: SPIQE_BAD_ARGUMENT (a value out of its range: the law that it breaks), SPIQE_UNSUPPORTED
 * (the device has no T1), SPIQE_NO_MEMORY. */
spiqe_status spiqe_noise_only(const spiqe_noise *device, spiqe_noise_source source, double value,
                              spiqe_noise **out);

/* Channels by name, with their parameters (docs/noise.md lists them): "amplitude_damping" {gamma},
 * "depolarising" {p}, "thermal_relaxation" {T1, T2, time, excited population}... Times are in
 * seconds, and may be infinite. kraus: [*n_kraus][2^n][2^n], room for SPIQE_MOST_KRAUS_NUMBERS;
 * operators that are zero are left out. Fails: SPIQE_BAD_NAME, SPIQE_BAD_ARGUMENT (the law that is
 * broken, or the number of parameters). */
#define SPIQE_MOST_KRAUS_NUMBERS 256
spiqe_status spiqe_channel_kraus(spiqe_context *ctx, const char *name, size_t n_parameters,
                                 const double *parameters, size_t *n_qubits, size_t *n_kraus,
                                 spiqe_complex *kraus);

/* The i-th channel's name and parameters ("gamma", "p"); NULL past the last. */
const char *spiqe_channel_name(size_t index);
const char *spiqe_channel_parameters(size_t index);

#ifdef __cplusplus
}
#endif
#endif
