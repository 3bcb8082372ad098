/* The choice of the way to a gradient. */
#include "spiqe/gradient.h"

#include <string.h>

#include "core/fail.h"
#include "quantum/adjoint.h"

static spiqe_status find_precision(spiqe_context *ctx, const char *name, spiqe_precision *out) {
  *out = name && !strcmp(name, "f32") ? SPIQE_F32 : SPIQE_F64;
  SPIQE_REQUIRE(ctx, !name || !strcmp(name, "f64") || !strcmp(name, "f32"), SPIQE_BAD_NAME,
                "precision '%.40s'; expected f64 or f32", name);
  return SPIQE_OK;
}

spiqe_status spiqe_expectation_gradient(spiqe_context *ctx, const spiqe_circuit *circuit,
                                        const spiqe_observable *observable, const double *inputs,
                                        const spiqe_gradient_options *options, double *expectation,
                                        double *gradient) {
  static const spiqe_gradient_options defaults = {.method = SPIQE_GRADIENT_ADJOINT};
  const spiqe_gradient_options *o = options ? options : &defaults;
  spiqe_gradient_job job = {.ctx = ctx,
                            .circuit = circuit,
                            .observable = observable,
                            .inputs = inputs,
                            .n_shots = o->n_shots,
                            .seed = o->seed,
                            .most_kept = SPIQE_ADJOINT_KEPT};
  SPIQE_TRY(find_precision(ctx, o->precision, &job.precision));
  SPIQE_TRY(spiqe_circuit_check_inputs(ctx, circuit, inputs));
  SPIQE_REQUIRE(ctx, !o->n_shots || o->method == SPIQE_GRADIENT_SHIFT, SPIQE_BAD_ARGUMENT,
                "%zu shots, which only the parameter shift can use", o->n_shots);
  switch (o->method) {
    case SPIQE_GRADIENT_ADJOINT: return spiqe_gradient_adjoint(&job, expectation, gradient);
    case SPIQE_GRADIENT_SHIFT: return spiqe_gradient_shift(&job, expectation, gradient);
    case SPIQE_GRADIENT_DIFFERENCE: return spiqe_gradient_difference(&job, expectation, gradient);
  }
  return spiqe_fail(ctx, SPIQE_BAD_ARGUMENT, "gradient method %d; expected 0 to 2", (int)o->method);
}
