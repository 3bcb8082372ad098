/* Opening of what training left behind. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "checkpoint/checkpoint.h"
#include "core/fail.h"
#include "core/file.h"
#include "spiqe/train.h"
#include "train/classifier.h"

static int is_folder(const char *path) {
  struct stat about;
  return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* The checkpoint in a run's folder, the best one first; a file stands for itself. */
static spiqe_status find_checkpoint(spiqe_context *ctx, const char *path, char *out, size_t size) {
  int n = snprintf(out, size, "%s", path), fits = n > 0 && (size_t)n < size;
  if (fits && is_folder(path)) {
    fits = spiqe_file_join(out, size, path, "best.safetensors");
    if (fits && !spiqe_file_exists(out))
      fits = spiqe_file_join(out, size, path, "last.safetensors");
  }
  SPIQE_REQUIRE(ctx, fits, SPIQE_BAD_ARGUMENT, "'%.60s': the path is empty or too long", path);
  return SPIQE_OK;
}

spiqe_status spiqe_classifier_open(spiqe_context *ctx, const char *path, spiqe_classifier **out) {
  char file[1024];
  spiqe_checkpoint saved;
  spiqe_classifier *c = NULL;
  *out = NULL;
  SPIQE_TRY(find_checkpoint(ctx, path, file, sizeof file));
  SPIQE_TRY(spiqe_checkpoint_open(ctx, file, &saved));
  spiqe_status status = spiqe_classifier_create(ctx, saved.model, saved.state.seed, &c);
  if (status == SPIQE_OK) status = spiqe_checkpoint_load(ctx, &saved, c->net);
  if (status == SPIQE_OK) {
    c->owned_model = saved.model;
    saved.model = NULL;
    c->epochs = saved.state.epoch;
    memcpy(c->data, saved.state.data, sizeof c->data);
    memcpy(c->path, file, sizeof c->path);
    *out = c;
  } else {
    spiqe_classifier_destroy(c);
    status = spiqe_fail_prefix(ctx, status, "%s", file);
  }
  spiqe_checkpoint_close(&saved);
  return status;
}

spiqe_status spiqe_run_open(spiqe_context *ctx, const char *folder, spiqe_model **model, char *data,
                            uint64_t *seed, size_t *limit) {
  char file[1024];
  spiqe_checkpoint saved;
  *model = NULL;
  SPIQE_REQUIRE(ctx, is_folder(folder), SPIQE_NOT_FOUND, "%s: no such folder; a run's is expected",
                folder);
  SPIQE_REQUIRE(ctx, spiqe_file_join(file, sizeof file, folder, "last.safetensors"),
                SPIQE_BAD_ARGUMENT, "'%.60s': the path is too long", folder);
  SPIQE_TRY(spiqe_checkpoint_open(ctx, file, &saved));
  *model = saved.model;
  saved.model = NULL;
  snprintf(data, sizeof saved.state.data, "%s", saved.state.data);
  *seed = saved.state.seed;
  *limit = (size_t)saved.state.limit;
  spiqe_checkpoint_close(&saved);
  return SPIQE_OK;
}
