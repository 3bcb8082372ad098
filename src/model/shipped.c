/* The shipped descriptions: models/NAME.yaml, embedded by the build (cmake/embed.cmake). */
#include <string.h>

#include "model/shipped.h"
#include "spiqe/model.h"

const char *spiqe_model_shipped(size_t index, const char **summary, const char **text) {
  if (index >= spiqe_n_shipped_models) return NULL;
  if (summary) *summary = spiqe_shipped_models[index].summary;
  if (text) *text = spiqe_shipped_models[index].text;
  return spiqe_shipped_models[index].name;
}
