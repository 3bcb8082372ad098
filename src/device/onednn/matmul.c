/* Matrix products by oneDNN. A call from inside a task stays on its thread. */
#include <oneapi/dnnl/dnnl.h>
#include <oneapi/dnnl/dnnl_version.h>
#include <string.h>

#include "device/libraries.h"
#include "device/tables.h"
#include "spiqe/version.h"

/* The library leaves C as it is when k = 0, so that beta = 0 would not clear it. */
static void scale_empty(const spiqe_matmul_args *s) {
  for (size_t i = 0; i < s->m && s->beta == 0; i++)
    memset((float *)s->c + i * s->ldc, 0, s->n * sizeof(float));
}

void spiqe_matmul_dense(const spiqe_matmul_args *s) {
  if (s->m == 0 || s->n == 0) return;
  if (s->k == 0) {
    scale_empty(s);
    return;
  }
  dnnl_sgemm(s->transpose_a ? 'T' : 'N', s->transpose_b ? 'T' : 'N', (dnnl_dim_t)s->m,
             (dnnl_dim_t)s->n, (dnnl_dim_t)s->k, 1.0f, s->a, (dnnl_dim_t)s->lda, s->b,
             (dnnl_dim_t)s->ldb, (float)s->beta, s->c, (dnnl_dim_t)s->ldc);
}

const char *spiqe_build_libraries(void) {
  return "oneDNN " SPIQE_TEXT(DNNL_VERSION_MAJOR) "." SPIQE_TEXT(DNNL_VERSION_MINOR) "." SPIQE_TEXT(
      DNNL_VERSION_PATCH) ", " SPIQE_OTHER_LIBRARIES;
}
