/* Property: any bytes as a log give curves in order of epoch, or a message that names the place;
 * and the first half of a log's lines reads as well as the whole, with no more in it. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/context.h"
#include "report/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct curves {
  spiqe_curve_point *points;
  float *batch_loss;
  size_t n_points, n_batches;
} curves;

static spiqe_status parse(spiqe_context *ctx, const char *bytes, size_t size, curves *c) {
  spiqe_status status = spiqe_log_parse(ctx, "f", bytes, size, &c->points, &c->n_points,
                                        &c->batch_loss, &c->n_batches);
  if (status == SPIQE_OK) {
    if (!c->points || !c->batch_loss) abort();
    for (size_t i = 1; i < c->n_points; i++)
      if (!(c->points[i - 1].epoch < c->points[i].epoch)) abort();
  } else if (c->points || c->batch_loss || strncmp(ctx->message, "f:", 2) != 0) {
    abort();
  }
  free(c->points);
  free(c->batch_loss);
  return status;
}

/* Bytes up to the first end of a line in the second half. */
static size_t first_lines(const uint8_t *data, size_t size) {
  const uint8_t *end = memchr(data + size / 2, '\n', size - size / 2);
  return end ? (size_t)(end - data) + 1 : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct spiqe_context context = {0};
  curves whole, part;
  char *bytes = malloc(size ? size : 1); /* no byte more: a read past the end is seen */
  if (!bytes) return 0;
  memcpy(bytes, data, size);
  spiqe_status status = parse(&context, bytes, size, &whole);
  free(bytes);
  if (status != SPIQE_OK || size == 0) return 0;
  size_t n = first_lines(data, size);
  if (parse(&context, (const char *)data, n, &part) != SPIQE_OK) abort();
  if (part.n_points > whole.n_points || part.n_batches > whole.n_batches) abort();
  return 0;
}
