/* Property: any text gives a suite all of whose models can be made, or a message that names the
 * text. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/context.h"
#include "spiqe/suite.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(spiqe_context *context, const spiqe_suite *suite, const char *data) {
  if (suite->n_models == 0 || suite->n_seeds == 0) abort();
  for (size_t i = 0; i < suite->n_models; i++) {
    spiqe_model *model;
    if (spiqe_suite_model(context, suite, i, data, &model) != SPIQE_OK) abort();
    spiqe_model_destroy(model);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct spiqe_context context = {0};
  for (int is_quick = 0; is_quick < 2; is_quick++) {
    spiqe_suite *suite;
    spiqe_status status =
        spiqe_suite_parse(&context, "f", (const char *)data, size, is_quick, &suite);
    if ((status == SPIQE_OK) != (suite != NULL)) abort();
    if (status != SPIQE_OK && strncmp(context.message, "f:", 2) != 0) abort();
    if (suite) check(&context, suite, "");
    for (size_t i = 0; suite && i < suite->n_data; i++) check(&context, suite, suite->data[i]);
    spiqe_suite_destroy(suite);
  }
  return 0;
}
