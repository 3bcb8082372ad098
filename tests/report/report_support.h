/* A context and a scratch folder for the tests of the report. */
#ifndef SPIQE_TESTS_REPORT_SUPPORT_H
#define SPIQE_TESTS_REPORT_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/file.h"
#include "spiqe/report.h"

typedef struct fixture {
  spiqe_context *ctx;
  char folder[64], path[96]; /* path: a file in folder that is removed at the end */
} fixture;

__attribute__((unused)) static int set_up(void **state) {
  fixture *f = calloc(1, sizeof *f);
  if (!f || spiqe_context_create(NULL, &f->ctx, NULL, 0) != SPIQE_OK) return -1;
  snprintf(f->folder, sizeof f->folder, "/tmp/spiqe-report-XXXXXX");
  if (!mkdtemp(f->folder)) return -1;
  snprintf(f->path, sizeof f->path, "%s/file", f->folder);
  *state = f;
  return 0;
}

__attribute__((unused)) static int tear_down(void **state) {
  fixture *f = *state;
  unlink(f->path);
  rmdir(f->folder);
  spiqe_context_destroy(f->ctx);
  free(f);
  return 0;
}

/* The file at f->path, terminated; freed by the caller. */
__attribute__((unused)) static char *read_back(fixture *f) {
  uint8_t *bytes;
  size_t size;
  assert_int_equal(spiqe_file_read(f->ctx, f->path, (size_t)1 << 26, &bytes, &size), SPIQE_OK);
  return (char *)bytes;
}

#endif
