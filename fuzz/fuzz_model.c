/* Property: any text gives a model or a message that names the text; a model prints to a text that
 * parses and prints to the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/context.h"
#include "spiqe/model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *print(const spiqe_model *model) {
  char *text;
  if (spiqe_model_print(model, &text) != SPIQE_OK) abort();
  return text;
}

static void check(spiqe_context *context, const spiqe_model *model) {
  spiqe_model *again;
  char *once = print(model);
  if (spiqe_model_parse(context, "f", once, strlen(once), &again) != SPIQE_OK) abort();
  char *twice = print(again);
  if (strcmp(once, twice) != 0) abort();
  free(once);
  free(twice);
  spiqe_model_destroy(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct spiqe_context context = {0};
  spiqe_model *model;
  spiqe_status status = spiqe_model_parse(&context, "f", (const char *)data, size, &model);
  if ((status == SPIQE_OK) != (model != NULL)) abort();
  if (status != SPIQE_OK && strncmp(context.message, "f:", 2) != 0) abort();
  if (model) check(&context, model);
  spiqe_model_destroy(model);
  return 0;
}
