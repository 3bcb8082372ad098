/* A program of lanes on all its tiles: the kernels run what lies between two operations that read
 * classical bits, which are done here. */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/context.h"
#include "core/fail.h"
#include "core/threads.h"
#include "quantum/lanes.h"
#include "spiqe/random.h"

#define LANES_OF_A_TASK ((size_t)4096) /* about: handing out a task costs as much as 50 lanes */

typedef struct lane_job {
  const spiqe_lanes *lanes;
  const spiqe_lane_program *program;
  const spiqe_lanes_run *run;
  const void *weight;
  void *gradient;
  uint32_t key[2];
  size_t scratch_size, tiles_of_a_task, n_tiles;
  size_t n_run;          /* operations that are wanted */
  atomic_int is_endless; /* a loop met the limit */
} lane_job;

static size_t whole_lines(size_t bytes) {
  return (bytes + 63) / 64 * 64;
}

static size_t scratch_size(const spiqe_lanes *lanes, const spiqe_lane_program *p, int backward) {
  size_t rows = p->n_rows * p->n_lanes * spiqe_precision_size(lanes->precision);
  return whole_lines(rows) * (size_t)(1 + backward) + whole_lines(p->n_lanes * sizeof(uint32_t)) +
         whole_lines(lanes->circuit->n_bits * p->n_lanes);
}

static const void *at_lane(const void *array, size_t size, size_t lane) {
  return array ? (const uint8_t *)array + size * lane : NULL;
}

static void *out_at_lane(void *array, size_t size, size_t lane) {
  return array ? (uint8_t *)array + size * lane : NULL;
}

static spiqe_lane_tile tile_at(const lane_job *job, size_t tile, uint8_t *scratch) {
  const spiqe_lane_program *p = job->program;
  const spiqe_lanes_run *run = job->run;
  size_t size = spiqe_precision_size(job->lanes->precision), lane = tile * p->n_lanes;
  size_t rows = whole_lines(p->n_rows * p->n_lanes * size), left = run->n_lanes - lane;
  uint8_t *behind = scratch + rows * (size_t)(1 + (job->gradient != NULL));
  return (spiqe_lane_tile){
      .n_lanes = p->n_lanes,
      .n_used = left < p->n_lanes ? left : p->n_lanes,
      .ld = run->n_lanes,
      .items = p->items,
      .numbers = p->numbers,
      .uniform = job->lanes->uniform,
      .rows = scratch,
      .adjoint = scratch + rows,
      .turns = p->has_loops ? (uint32_t *)behind : NULL,
      .bits =
          p->reads_bits || run->bits ? behind + whole_lines(p->n_lanes * sizeof(uint32_t)) : NULL,
      .key = {job->key[0], job->key[1]},
      .lane = run->first_lane + lane,
      .inputs = at_lane(run->inputs, size, lane),
      .start = at_lane(run->start, size, lane),
      .outcomes = at_lane(run->outcomes, 1, lane),
      .drawn = out_at_lane(run->drawn, 1, lane),
      .probabilities = out_at_lane(run->probabilities, size, lane),
      .states = out_at_lane(run->states, size, lane),
      .log_likelihood = out_at_lane(run->log_likelihood, size, lane),
      .weight = at_lane(job->weight, size, lane),
      .gradient = out_at_lane(job->gradient, size, lane),
  };
}

/* A mask has all bits of its numbers set, or none. */
static int is_on(const lane_job *job, const spiqe_lane_tile *t, uint32_t mask, size_t lane) {
  size_t size = spiqe_precision_size(job->lanes->precision);
  return mask == SPIQE_NO_ROW || ((const uint8_t *)t->rows)[(mask + lane) * size] != 0;
}

static void set_on(const lane_job *job, const spiqe_lane_tile *t, uint32_t mask, size_t lane,
                   int on) {
  size_t size = spiqe_precision_size(job->lanes->precision);
  memset((uint8_t *)t->rows + (mask + lane) * size, on ? 0xFF : 0, size);
}

static uint64_t value_of(const lane_job *job, const spiqe_lane_tile *t, const spiqe_lane_op *op,
                         size_t lane) {
  const spiqe_circuit *circuit = job->lanes->circuit;
  const spiqe_operation *operation = &circuit->operations[op->number];
  return spiqe_expression_value(circuit->nodes + operation->first_node, operation->n_nodes,
                                t->bits + lane, t->n_lanes);
}

/* c = mask and the condition; lanes that are not there meet none. Returns whether any does. */
static int evaluate(const lane_job *job, const spiqe_lane_tile *t, const spiqe_lane_op *op,
                    uint32_t mask) {
  size_t size = spiqe_precision_size(job->lanes->precision);
  int any = 0;
  for (size_t l = 0; l < t->n_used; l++) {
    int on = is_on(job, t, mask, l) && value_of(job, t, op, l) != 0;
    set_on(job, t, op->c, l, on);
    any |= on;
  }
  memset((uint8_t *)t->rows + (op->c + t->n_used) * size, 0, (t->n_lanes - t->n_used) * size);
  return any;
}

static void assign(const lane_job *job, const spiqe_lane_tile *t, const spiqe_lane_op *op) {
  const spiqe_operation *operation = &job->lanes->circuit->operations[op->number];
  for (size_t l = 0; l < t->n_used; l++) {
    if (!is_on(job, t, op->mask, l)) continue;
    uint64_t value = value_of(job, t, op, l);
    for (uint32_t i = 0; i < operation->n_targets; i++)
      t->bits[(operation->payload + i) * t->n_lanes + l] = i < 64 ? value >> i & 1 : 0;
  }
}

/* A turn of a loop is a part of the counter of draws, so that each turn draws anew. */
static void count_turn(const lane_job *job, const spiqe_lane_tile *t, const spiqe_lane_op *op) {
  for (size_t l = 0; l < t->n_used; l++)
    ((uint32_t *)t->turns)[l] += (uint32_t)is_on(job, t, op->c, l);
}

/* Do operation i; returns the next. Loops nest, but a lane that waits does not turn, so the
 * turns of all loops together are what is bounded. */
static size_t control(lane_job *job, const spiqe_lane_tile *t, size_t i, size_t *n_turns) {
  const spiqe_lane_op *op = &job->program->ops[i];
  switch (op->kind) {
    case SPIQE_LANE_CONDITION: evaluate(job, t, op, op->mask); return i + 1;
    case SPIQE_LANE_ASSIGN: assign(job, t, op); return i + 1;
    case SPIQE_LANE_WHILE:
      if (!evaluate(job, t, op, op->mask)) return op->first;
      count_turn(job, t, op);
      return i + 1;
    default:
      if (!evaluate(job, t, op, op->c)) return i + 1;
      count_turn(job, t, op);
      if (++*n_turns >= SPIQE_MOST_TURNS) atomic_store(&job->is_endless, 1);
      return atomic_load(&job->is_endless) ? job->n_run : op->first;
  }
}

static void clear_bytes(uint8_t *array, size_t n_rows, size_t ld, size_t n) {
  if (array)
    for (size_t i = 0; i < n_rows; i++) memset(array + i * ld, 0, n);
}

static void give_bits(const lane_job *job, const spiqe_lane_tile *t, size_t lane) {
  if (!job->run->bits) return;
  for (size_t b = 0; b < job->lanes->circuit->n_bits; b++)
    memcpy(job->run->bits + b * t->ld + lane, t->bits + b * t->n_lanes, t->n_used);
}

static void clear_gradient(const lane_job *job, const spiqe_lane_tile *t) {
  size_t size = spiqe_precision_size(job->lanes->precision);
  for (size_t i = 0; i < job->lanes->n_inputs; i++)
    memset((uint8_t *)t->gradient + i * t->ld * size, 0, t->n_used * size);
}

static void run_tile(lane_job *job, size_t tile, uint8_t *scratch) {
  const spiqe_lane_program *p = job->program;
  const spiqe_kernels *kernels = job->lanes->kernels;
  spiqe_lane_tile t = tile_at(job, tile, scratch);
  size_t n_turns = 0;
  if (t.bits) memset(t.bits, 0, job->lanes->circuit->n_bits * t.n_lanes);
  if (t.turns) memset((void *)t.turns, 0, t.n_lanes * sizeof *t.turns);
  if (p->has_conditions) clear_bytes(t.drawn, job->lanes->n_measurements, t.ld, t.n_used);
  for (size_t i = 0; i < job->n_run;) {
    i = kernels->lanes_forward(&t, p->ops, i, job->n_run);
    if (i < job->n_run) i = control(job, &t, i, &n_turns);
  }
  give_bits(job, &t, tile * p->n_lanes);
  if (!job->gradient) return;
  clear_gradient(job, &t);
  kernels->lanes_backward(&t, p->ops, p->n_ops);
}

static void run_task(void *argument, size_t task, size_t worker) {
  lane_job *job = argument;
  size_t end = (task + 1) * job->tiles_of_a_task;
  if (end > job->n_tiles) end = job->n_tiles;
  for (size_t tile = task * job->tiles_of_a_task; tile < end; tile++) {
    if (atomic_load(&job->is_endless)) return;
    run_tile(job, tile, job->lanes->scratch + worker * job->scratch_size);
  }
}

/* Room for a run; kept for the next. */
static spiqe_status make_room(spiqe_lanes *lanes, void **memory, size_t *room, size_t size) {
  if (size <= *room) return SPIQE_OK;
  SPIQE_TRY(spiqe_arena_check(lanes->ctx, size));
  free(*memory);
  *room = 0;
  *memory = aligned_alloc(64, whole_lines(size));
  SPIQE_REQUIRE(lanes->ctx, *memory, SPIQE_NO_MEMORY, "no memory for lanes: %zu bytes", size);
  *room = size;
  return SPIQE_OK;
}

static void put_copies(const spiqe_lanes *lanes, size_t at, double value) {
  for (size_t i = at; i < at + SPIQE_LANE_UNIFORM; i++)
    if (lanes->precision == SPIQE_F64)
      ((double *)lanes->uniform)[i] = value;
    else
      ((float *)lanes->uniform)[i] = (float)value;
}

static spiqe_status fill_uniform(spiqe_lanes *lanes, const spiqe_lane_program *p,
                                 const double *constants) {
  size_t n = 2 * SPIQE_LANE_UNIFORM * p->n_uniforms;
  SPIQE_TRY(make_room(lanes, &lanes->uniform, &lanes->uniform_room,
                      n * spiqe_precision_size(lanes->precision)));
  for (size_t u = 0; u < p->n_uniforms; u++) {
    const spiqe_lane_uniform *angle = &p->uniforms[u];
    double a = angle->offset;
    if (angle->angle != UINT32_MAX)
      a += angle->scale * spiqe_circuit_angle(lanes->circuit, angle->angle, constants);
    put_copies(lanes, 2 * SPIQE_LANE_UNIFORM * u, cos(a / 2));
    put_copies(lanes, 2 * SPIQE_LANE_UNIFORM * u + SPIQE_LANE_UNIFORM, sin(a / 2));
  }
  return SPIQE_OK;
}

spiqe_status spiqe_lane_run(spiqe_lanes *lanes, const spiqe_lane_program *program,
                            const spiqe_lanes_run *run, const void *weight, void *gradient) {
  lane_job job = {
      .lanes = lanes, .program = program, .run = run, .weight = weight, .gradient = gradient};
  int gives = gradient || run->probabilities || run->states || run->log_likelihood;
  job.n_run = gives ? program->n_ops : program->n_body;
  job.scratch_size = scratch_size(lanes, program, gradient != NULL);
  job.n_tiles = (run->n_lanes + program->n_lanes - 1) / program->n_lanes;
  job.tiles_of_a_task = (LANES_OF_A_TASK + program->n_lanes - 1) / program->n_lanes;
  spiqe_random_key(run->seed, SPIQE_PURPOSE_MEASURE, 0, job.key);
  SPIQE_TRY(make_room(lanes, (void **)&lanes->scratch, &lanes->scratch_room,
                      job.scratch_size * lanes->ctx->n_threads));
  SPIQE_TRY(fill_uniform(lanes, program, run->constants));
  size_t n_tasks = (job.n_tiles + job.tiles_of_a_task - 1) / job.tiles_of_a_task;
  spiqe_threads_run(lanes->ctx, n_tasks, run_task, &job);
  SPIQE_REQUIRE(lanes->ctx, !atomic_load(&job.is_endless), SPIQE_LIMIT,
                "a loop did not end after %d turns", SPIQE_MOST_TURNS);
  return SPIQE_OK;
}
