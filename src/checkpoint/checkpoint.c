/* Checkpoints over safetensors. */
#include "checkpoint/checkpoint.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/text.h"

#define MOST_TENSORS (SPIQE_MOST_STAGES * SPIQE_MOST_PARAMETERS + 3)
#define MOST_FILE_BYTES ((size_t)1 << 36)
#define FORMAT "spiqe checkpoint 1"

/* The integers of a state, one list for writing and reading. */
#define STATE_NUMBERS(X)                                                                           \
  X(seed) X(limit) X(epoch) X(step) X(total_steps) X(seen) X(right) X(best_epoch) X(bad_epochs)

static void tensor_name(char *out, const spiqe_stage *stage, size_t i) {
  snprintf(out, SPIQE_TENSOR_NAME_SIZE, "stages.%zu.%s", stage->index, stage->named[i].name);
}

static size_t list_tensors(const spiqe_network *net, const spiqe_learner *learner,
                           spiqe_tensor *out) {
  size_t n = 0;
  for (size_t s = 0; s < net->n_stages; s++)
    for (size_t i = 0; i < net->stages[s].n_named; i++, n++) {
      const spiqe_parameter *part = &net->stages[s].named[i];
      out[n] = (spiqe_tensor){.type = SPIQE_TENSOR_F32,
                              .n_dimensions = part->n_dimensions,
                              .data = spiqe_network_part(net, s, i),
                              .size = part->size * sizeof(float)};
      memcpy(out[n].shape, part->shape, sizeof part->shape);
      tensor_name(out[n].name, &net->stages[s], i);
    }
  for (size_t m = 0; learner && m < 2; m++) {
    const void *moment = m ? learner->moment2 : learner->moment1;
    if (!moment) continue;
    out[n] = (spiqe_tensor){.type = SPIQE_TENSOR_F32,
                            .n_dimensions = 1,
                            .shape = {learner->n_parameters},
                            .data = moment,
                            .size = learner->n_parameters * sizeof(float)};
    snprintf(out[n++].name, SPIQE_TENSOR_NAME_SIZE, "learner.moment%zu", m + 1);
  }
  if (learner && learner->n_baseline)
    out[n++] = (spiqe_tensor){.name = "learner.baseline",
                              .type = SPIQE_TENSOR_F64,
                              .n_dimensions = 1,
                              .shape = {learner->n_baseline},
                              .data = learner->baseline,
                              .size = learner->n_baseline * sizeof(double)};
  return n;
}

static void print_state(const spiqe_run_state *s, spiqe_text *out) {
  spiqe_text_add(out, "loss_sum=");
  spiqe_text_add_real(out, s->loss_sum);
  spiqe_text_add(out, "\nbest_loss=");
  spiqe_text_add_real(out, s->best_loss);
  spiqe_text_add(out, "\n");
#define PRINT_NUMBER(name) spiqe_text_add(out, #name "=%" PRIu64 "\n", s->name);
  STATE_NUMBERS(PRINT_NUMBER)
#undef PRINT_NUMBER
}

spiqe_status spiqe_checkpoint_write(spiqe_context *ctx, const char *path, const spiqe_model *model,
                                    const spiqe_network *net, const spiqe_learner *learner,
                                    const spiqe_run_state *state) {
  spiqe_tensor tensors[MOST_TENSORS];
  spiqe_text state_text = {0};
  char *model_text;
  size_t n = list_tensors(net, learner, tensors);
  SPIQE_REQUIRE(ctx,
                isfinite(
                    net->kernels->sum_squares(net->n_parameters + net->n_buffers, net->parameters)),
                SPIQE_DIVERGED, "%s: not written, as some parameters are not finite", path);
  SPIQE_TRY(spiqe_model_print(model, &model_text));
  print_state(state, &state_text);
  spiqe_tensor_text texts[] = {{"format", FORMAT},
                               {"model", model_text},
                               {"data", state->data},
                               {"state", state_text.failed ? "" : state_text.data}};
  spiqe_status status = state_text.failed
                            ? spiqe_fail(ctx, SPIQE_NO_MEMORY, "%s: no memory to write it", path)
                            : spiqe_tensors_write(ctx, path, tensors, n, texts, 4);
  spiqe_text_destroy(&state_text);
  free(model_text);
  return status;
}

/* Value of "key=" in lines of text; NULL when absent. */
static const char *state_value(const char *text, const char *key) {
  size_t n = strlen(key);
  for (const char *line = text; line && *line; line = strchr(line, '\n')) {
    if (*line == '\n') line++;
    if (!strncmp(line, key, n) && line[n] == '=') return line + n + 1;
  }
  return NULL;
}

static spiqe_status read_number(spiqe_context *ctx, const char *text, const char *key,
                                uint64_t *out) {
  const char *value = state_value(text, key);
  char *end = NULL;
  if (value && *value >= '0' && *value <= '9') *out = strtoull(value, &end, 10);
  SPIQE_REQUIRE(ctx, end && *end == '\n', SPIQE_BAD_FORMAT,
                "state: '%s' with a whole number is expected", key);
  return SPIQE_OK;
}

static spiqe_status read_real(spiqe_context *ctx, const char *text, const char *key, double *out) {
  const char *value = state_value(text, key);
  char *end = NULL;
  if (value) *out = spiqe_text_read_real(value, &end);
  SPIQE_REQUIRE(ctx, end && end != value && *end == '\n' && !isnan(*out), SPIQE_BAD_FORMAT,
                "state: '%s' with a number is expected", key);
  return SPIQE_OK;
}

static spiqe_status read_state(spiqe_context *ctx, const spiqe_tensor_file *file,
                               spiqe_run_state *s) {
  const char *text = spiqe_tensors_text(file, "state"), *data = spiqe_tensors_text(file, "data");
  SPIQE_REQUIRE(ctx, text && data && strlen(data) < sizeof s->data, SPIQE_BAD_FORMAT,
                "the texts 'state' and 'data' are expected in the metadata");
  snprintf(s->data, sizeof s->data, "%s", data);
  SPIQE_TRY(read_real(ctx, text, "loss_sum", &s->loss_sum));
  SPIQE_TRY(read_real(ctx, text, "best_loss", &s->best_loss));
#define READ_NUMBER(name) SPIQE_TRY(read_number(ctx, text, #name, &s->name));
  STATE_NUMBERS(READ_NUMBER)
#undef READ_NUMBER
  return SPIQE_OK;
}

static spiqe_status read_model(spiqe_context *ctx, const spiqe_tensor_file *file,
                               spiqe_model **out) {
  const char *format = spiqe_tensors_text(file, "format"),
             *text = spiqe_tensors_text(file, "model");
  size_t needed, held = 0;
  SPIQE_REQUIRE(ctx, format && !strcmp(format, FORMAT) && text, SPIQE_BAD_FORMAT,
                "no checkpoint of spiqe: the text 'format' with '" FORMAT "' is expected");
  SPIQE_TRY(spiqe_model_parse(ctx, "model", text, strlen(text), out));
  SPIQE_TRY(spiqe_network_count(ctx, &(*out)->network, &needed));
  for (size_t i = 0; i < file->n_tensors; i++) held += file->tensors[i].size / sizeof(float);
  SPIQE_REQUIRE(ctx, needed <= held, SPIQE_BAD_FORMAT,
                "its model has %zu numbers, but the file holds %zu", needed, held);
  return SPIQE_OK;
}

static spiqe_status understand(spiqe_context *ctx, const char *name, spiqe_checkpoint *out) {
  spiqe_status status = read_model(ctx, &out->file, &out->model);
  if (status == SPIQE_OK) status = read_state(ctx, &out->file, &out->state);
  if (status == SPIQE_OK) return SPIQE_OK;
  spiqe_checkpoint_close(out);
  return spiqe_fail_prefix(ctx, status, "%s", name);
}

spiqe_status spiqe_checkpoint_open(spiqe_context *ctx, const char *path, spiqe_checkpoint *out) {
  *out = (spiqe_checkpoint){0};
  SPIQE_TRY(spiqe_tensors_read(ctx, path, MOST_FILE_BYTES, &out->file));
  return understand(ctx, path, out);
}

void spiqe_checkpoint_close(spiqe_checkpoint *checkpoint) {
  spiqe_tensors_destroy(&checkpoint->file);
  spiqe_model_destroy(checkpoint->model);
  *checkpoint = (spiqe_checkpoint){0};
}

/* Weights of another order, such as a transposed matrix, have as many numbers as the right ones. */
static spiqe_status check_shape(spiqe_context *ctx, const spiqe_tensor_file *file, const char *name,
                                const spiqe_parameter *part) {
  const spiqe_tensor *found = spiqe_tensors_find(file, name);
  SPIQE_REQUIRE(ctx, found, SPIQE_NOT_FOUND, "tensor '%.60s' is not there", name);
  SPIQE_REQUIRE(ctx, found->n_dimensions == part->n_dimensions, SPIQE_BAD_SHAPE,
                "tensor '%.60s': %zu dimensions, but %zu are expected", name, found->n_dimensions,
                part->n_dimensions);
  for (size_t i = 0; i < part->n_dimensions; i++)
    SPIQE_REQUIRE(ctx, found->shape[i] == part->shape[i], SPIQE_BAD_SHAPE,
                  "tensor '%.60s': dimension %zu is %zu, but %zu is expected", name, i,
                  found->shape[i], part->shape[i]);
  return SPIQE_OK;
}

spiqe_status spiqe_checkpoint_load(spiqe_context *ctx, const spiqe_checkpoint *checkpoint,
                                   spiqe_network *net) {
  for (size_t s = 0; s < net->n_stages; s++)
    for (size_t i = 0; i < net->stages[s].n_named; i++) {
      const spiqe_parameter *part = &net->stages[s].named[i];
      char name[SPIQE_TENSOR_NAME_SIZE];
      tensor_name(name, &net->stages[s], i);
      SPIQE_TRY(check_shape(ctx, &checkpoint->file, name, part));
      SPIQE_TRY(spiqe_tensors_copy(ctx, &checkpoint->file, name, SPIQE_TENSOR_F32, part->size,
                                   spiqe_network_part(net, s, i)));
    }
  SPIQE_REQUIRE(ctx,
                isfinite(
                    net->kernels->sum_squares(net->n_parameters + net->n_buffers, net->parameters)),
                SPIQE_BAD_FORMAT, "some parameters are not finite");
  return SPIQE_OK;
}

spiqe_status spiqe_checkpoint_load_learner(spiqe_context *ctx, const spiqe_checkpoint *checkpoint,
                                           spiqe_learner *learner) {
  const spiqe_tensor_file *file = &checkpoint->file;
  size_t n = learner->n_parameters;
  SPIQE_TRY(
      spiqe_tensors_copy(ctx, file, "learner.moment1", SPIQE_TENSOR_F32, n, learner->moment1));
  if (learner->moment2)
    SPIQE_TRY(
        spiqe_tensors_copy(ctx, file, "learner.moment2", SPIQE_TENSOR_F32, n, learner->moment2));
  if (!learner->n_baseline) return SPIQE_OK;
  return spiqe_tensors_copy(ctx, file, "learner.baseline", SPIQE_TENSOR_F64, learner->n_baseline,
                            learner->baseline);
}
