/* Matrix products by oneDNN. A call from inside a task stays on its thread. */
#include <oneapi/dnnl/dnnl.h>
#include <stdio.h>

#include "device/tables.h"

static void matmul(const spiqe_matmul_args *s) {
  if (s->m == 0 || s->n == 0) return;
  dnnl_sgemm(s->transpose_a ? 'T' : 'N', s->transpose_b ? 'T' : 'N', (dnnl_dim_t)s->m,
             (dnnl_dim_t)s->n, (dnnl_dim_t)s->k, 1.0f, s->a, (dnnl_dim_t)s->lda, s->b,
             (dnnl_dim_t)s->ldb, (float)s->beta, s->c, (dnnl_dim_t)s->ldc);
}

const spiqe_kernels spiqe_matmul_library_f32 = {.matmul = matmul};

const char *spiqe_matmul_library_name(void) {
  static char name[32];
  const dnnl_version_t *v = dnnl_version();
  snprintf(name, sizeof name, "oneDNN %d.%d.%d", v->major, v->minor, v->patch);
  return name;
}
