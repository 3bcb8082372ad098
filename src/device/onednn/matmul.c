/* Matrix products by oneDNN. A call from inside a task stays on its thread. */
#include <oneapi/dnnl/dnnl.h>
#include <oneapi/dnnl/dnnl_version.h>

#include "device/tables.h"

void spiqe_matmul_dense(const spiqe_matmul_args *s) {
  if (s->m == 0 || s->n == 0) return;
  dnnl_sgemm(s->transpose_a ? 'T' : 'N', s->transpose_b ? 'T' : 'N', (dnnl_dim_t)s->m,
             (dnnl_dim_t)s->n, (dnnl_dim_t)s->k, 1.0f, s->a, (dnnl_dim_t)s->lda, s->b,
             (dnnl_dim_t)s->ldb, (float)s->beta, s->c, (dnnl_dim_t)s->ldc);
}

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)

const char *spiqe_matmul_library_name(void) {
  return "oneDNN " TEXT(DNNL_VERSION_MAJOR) "." TEXT(DNNL_VERSION_MINOR) "." TEXT(
      DNNL_VERSION_PATCH);
}
