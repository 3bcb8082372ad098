/* Sizes of a window and of what it makes. */
#include "synapse/window.h"

#include "core/fail.h"

/* Windows along n places. */
static size_t count(const spiqe_window *window, size_t n) {
  size_t padded = n + 2 * window->padding;
  return padded < window->size ? 0 : (padded - window->size) / window->stride + 1;
}

spiqe_window spiqe_window_over(const spiqe_signal *in, size_t size, size_t stride, size_t padding) {
  spiqe_window window = {.size = size,
                         .stride = stride,
                         .padding = padding,
                         .height = in->height,
                         .width = in->width,
                         .channels = in->channels};
  window.out_height = count(&window, in->height);
  window.out_width = count(&window, in->width);
  return window;
}

spiqe_status spiqe_window_check(spiqe_context *ctx, const spiqe_stage *stage, const char *what,
                                const spiqe_window *window) {
  SPIQE_REQUIRE(ctx, window->out_height > 0 && window->out_width > 0, SPIQE_BAD_SHAPE,
                "stage %zu (%s): a %s of %zu x %zu does not fit into %zu x %zu x %zu "
                "(height x width x channels)",
                stage->index, stage->kind->name, what, window->size, window->size, window->height,
                window->width, window->channels);
  return SPIQE_OK;
}
