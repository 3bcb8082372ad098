/* Compiling a step: the program of a gradient, in which no row is used twice, so that forward and
 * backward share it, and what depends on parameters alone may be done once for many steps. */
#include "quantum/lanes_step.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "quantum/lanes_build.h"

/* Rows and their adjoints, and what else a tile of lanes needs, in the second cache. */
#define STEP_TILE_BYTES ((size_t)128 << 10)

static spiqe_status check_operations(spiqe_context *ctx, const spiqe_circuit *circuit,
                                     size_t n_io) {
  const size_t n_unitary = circuit->n_operations - 2 * n_io;
  SPIQE_REQUIRE(ctx, circuit->n_qubits <= SPIQE_MOST_STEP_QUBITS, SPIQE_LIMIT,
                "a step of %zu qubits, but at most %d are expected", circuit->n_qubits,
                SPIQE_MOST_STEP_QUBITS);
  for (size_t i = 0; i < n_unitary; i++) {
    const uint8_t kind = circuit->operations[i].kind;
    SPIQE_REQUIRE(ctx,
                  kind == SPIQE_GATE || kind == SPIQE_MATRIX || kind == SPIQE_BARRIER ||
                      kind == SPIQE_DELAY,
                  SPIQE_UNSUPPORTED, "operation %zu of a step is no gate", i);
  }
  return SPIQE_OK;
}

/* A row for each part of an amplitude whose in/out qubits are 0; all others are 0. */
static spiqe_status begin_step(spiqe_lane_builder *b, size_t n_io, spiqe_step_part *begin) {
  for (size_t i = 0; i < 2 * b->n_amplitudes; i++) {
    spiqe_lane_ref *ref = &b->state[i / 2][i % 2];
    *ref = (spiqe_lane_ref){SPIQE_NO_ROW, 0};
    if (i / 2 % ((size_t)1 << n_io) != 0) continue;
    SPIQE_TRY(spiqe_lane_take(b, &ref->row));
    begin[2 * (i / 2 >> n_io) + i % 2] = (spiqe_step_part){ref->row, 0};
  }
  return SPIQE_OK;
}

/* Each part of the memory in a row that no other part has, so that each has an adjoint of its own.
 */
static spiqe_status end_step(spiqe_lane_builder *b, size_t n_io, spiqe_step_part *end) {
  const size_t n_parts = 2 * b->n_amplitudes >> n_io;
  for (size_t i = 0; i < n_parts; i++) {
    spiqe_lane_ref *ref = &b->state[i / 2 << n_io][i % 2];
    spiqe_lane_op copy = spiqe_lane_op_of(SPIQE_LANE_COPY);
    uint32_t words[2] = {ref->row, 0};
    int is_shared = 0;
    for (size_t j = 0; j < i && ref->row != SPIQE_NO_ROW; j++) is_shared |= end[j].row == ref->row;
    copy.n = 1;
    if (is_shared) {
      SPIQE_TRY(spiqe_lane_take(b, &words[1]));
      SPIQE_TRY(spiqe_lane_emit_items(b, &copy, 2, words));
      SPIQE_TRY(spiqe_lane_put(b, ref, words[1], ref->is_negative));
    }
    end[i] = (spiqe_step_part){ref->row, ref->is_negative};
  }
  return SPIQE_OK;
}

static spiqe_status build(spiqe_lane_builder *b, spiqe_lane_step *step) {
  const size_t n_io = step->kernel.n_io;
  b->n_amplitudes = (size_t)1 << b->circuit->n_qubits;
  b->state = malloc(b->n_amplitudes * sizeof *b->state);
  b->fused = calloc(b->circuit->n_operations + 1, sizeof *b->fused);
  SPIQE_REQUIRE(b->ctx, b->state && b->fused, SPIQE_NO_MEMORY, "no memory to compile a step");
  SPIQE_TRY(begin_step(b, n_io, step->parts));
  for (size_t i = 0; i < b->circuit->n_operations; i++) SPIQE_TRY(spiqe_lane_build_operation(b, i));
  return end_step(b, n_io, step->parts + spiqe_step_state(&step->kernel));
}

static spiqe_status compile_for(spiqe_context *ctx, const spiqe_circuit *circuit, size_t n_lanes,
                                spiqe_lane_step *step) {
  spiqe_lane_builder b = {.ctx = ctx,
                          .circuit = circuit,
                          .program = &step->program,
                          .step = &step->kernel,
                          .way = SPIQE_LANES_GRADIENT,
                          .n_lanes = n_lanes,
                          .mask = SPIQE_NO_ROW,
                          .norm = SPIQE_NO_ROW,
                          .exponent = SPIQE_NO_ROW};
  spiqe_lane_program_destroy(&step->program);
  step->program = (spiqe_lane_program){.ctx = ctx, .n_lanes = n_lanes};
  spiqe_status status = build(&b, step);
  step->program.n_rows = b.n_rows;
  spiqe_lane_builder_clear(&b);
  return status;
}

/* 1 when an operation makes coefficients of parameters alone. */
static int is_prologue(const spiqe_lane_step *step, const spiqe_lane_op *op) {
  const uint32_t *items = step->program.items + op->first;
  if (op->kind != SPIQE_LANE_ANGLE) return 0;
  for (uint32_t i = 0; i < op->n; i++)
    if (items[2 * i] < step->kernel.n_io) return 0;
  return 1;
}

/* Operations of the prologue first, each kind in its order. */
static spiqe_status sort_operations(spiqe_lane_step *step) {
  const size_t n = step->program.n_ops;
  spiqe_lane_op *sorted = malloc((n ? n : 1) * sizeof *sorted);
  size_t at = 0;
  SPIQE_REQUIRE(step->program.ctx, sorted, SPIQE_NO_MEMORY, "no memory to compile a step");
  for (int late = 0; late < 2; late++) {
    for (size_t i = 0; i < n; i++)
      if (is_prologue(step, &step->program.ops[i]) != late) sorted[at++] = step->program.ops[i];
    if (!late) step->kernel.n_prologue = at;
  }
  memcpy(step->program.ops, sorted, n * sizeof *sorted);
  free(sorted);
  for (size_t i = 0; i < n; i++)
    if (step->program.ops[i].kind == SPIQE_LANE_DRAW)
      step->kernel.draws[step->program.ops[i].number] = i;
  return SPIQE_OK;
}

/* Angles that are constants of the circuit. */
static spiqe_status fill_uniform(const spiqe_circuit *circuit, spiqe_lane_step *step) {
  const spiqe_lane_program *p = &step->program;
  const size_t n = 2 * SPIQE_LANE_UNIFORM * (p->n_uniforms + 1);
  step->uniform32 = calloc(n, sizeof *step->uniform32);
  step->uniform64 = calloc(n, sizeof *step->uniform64);
  SPIQE_REQUIRE(p->ctx, step->uniform32 && step->uniform64, SPIQE_NO_MEMORY,
                "no memory to compile a step");
  for (size_t u = 0; u < p->n_uniforms; u++) {
    const spiqe_lane_uniform *angle = &p->uniforms[u];
    double a = angle->offset;
    if (angle->angle != UINT32_MAX) a += angle->scale * circuit->angles[angle->angle].constant;
    for (size_t i = 0; i < 2 * SPIQE_LANE_UNIFORM; i++)
      step->uniform64[2 * SPIQE_LANE_UNIFORM * u + i] =
          i < SPIQE_LANE_UNIFORM ? cos(a / 2) : sin(a / 2);
  }
  for (size_t i = 0; i < n; i++) step->uniform32[i] = (float)step->uniform64[i];
  return SPIQE_OK;
}

static void point(spiqe_lane_step *step) {
  spiqe_step_program *k = &step->kernel;
  const spiqe_lane_program *p = &step->program;
  k->n_lanes = p->n_lanes;
  k->n_rows = p->n_rows;
  k->n_ops = p->n_ops;
  k->ops = p->ops;
  k->items = p->items;
  k->numbers = p->numbers;
  k->uniform[0] = step->uniform32;
  k->uniform[1] = step->uniform64;
  k->begin = step->parts;
  k->end = step->parts + spiqe_step_state(k);
}

/* Lanes of a tile: whole steps of them, some hundreds at most. */
static size_t tile_lanes(const spiqe_lane_step *step) {
  spiqe_step_program bare = step->kernel;
  bare.n_lanes = 1;
  bare.n_rows = step->program.n_rows;
  size_t n = STEP_TILE_BYTES / (spiqe_step_scratch(&bare) * sizeof(float));
  n = n / SPIQE_LANE_STEP * SPIQE_LANE_STEP;
  if (n > SPIQE_MOST_TILE_LANES / 2) return SPIQE_MOST_TILE_LANES / 2;
  return n < SPIQE_LANE_STEP ? SPIQE_LANE_STEP : n;
}

static spiqe_status compile(spiqe_context *ctx, const spiqe_circuit *circuit,
                            spiqe_lane_step *step) {
  step->parts = calloc(2 * spiqe_step_state(&step->kernel), sizeof *step->parts);
  SPIQE_REQUIRE(ctx, step->parts, SPIQE_NO_MEMORY, "no memory to compile a step");
  SPIQE_TRY(compile_for(ctx, circuit, 1, step)); /* lanes depend on rows, offsets on lanes */
  SPIQE_TRY(compile_for(ctx, circuit, tile_lanes(step), step));
  SPIQE_TRY(sort_operations(step));
  SPIQE_TRY(fill_uniform(circuit, step));
  point(step);
  return SPIQE_OK;
}

spiqe_status spiqe_lane_step_create(spiqe_context *ctx, const spiqe_circuit *circuit, size_t n_io,
                                    spiqe_lane_step **out) {
  *out = NULL;
  SPIQE_TRY(check_operations(ctx, circuit, n_io));
  spiqe_lane_step *step = calloc(1, sizeof *step);
  SPIQE_REQUIRE(ctx, step, SPIQE_NO_MEMORY, "no memory to compile a step");
  step->kernel.n_io = n_io;
  step->kernel.n_memory = circuit->n_qubits - n_io;
  step->kernel.n_parameters = circuit->n_inputs - n_io;
  spiqe_status status = compile(ctx, circuit, step);
  if (status == SPIQE_OK)
    *out = step;
  else
    spiqe_lane_step_destroy(step);
  return status;
}

void spiqe_lane_step_destroy(spiqe_lane_step *step) {
  if (!step) return;
  spiqe_lane_program_destroy(&step->program);
  free(step->parts);
  free(step->uniform32);
  free(step->uniform64);
  free(step);
}
