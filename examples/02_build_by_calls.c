/* Build a network by calls instead of a description, print it as YAML, and watch it learn. */
#include <spiqe/spiqe.h>
#include <stdio.h>
#include <stdlib.h>

/* 784 inputs, 64 hidden neurons with recurrence, one neuron for each class. */
static spiqe_status build(spiqe_context *ctx, spiqe_model **model) {
  const size_t shape[] = {28, 28};
  spiqe_status status = spiqe_model_create(ctx, "recurrent", shape, 2, model);
  if (!status) status = spiqe_model_set(*model, "encode.steps", "8");
  if (!status) status = spiqe_model_add(*model, "dense", "{units: 64, planes: 2}");
  if (!status) status = spiqe_model_add(*model, "qlif", "{recurrent: true}");
  if (!status) status = spiqe_model_add(*model, "dense", "{units: 10, planes: 2}");
  if (!status) status = spiqe_model_add(*model, "qlif", NULL);
  if (!status) status = spiqe_model_set(*model, "train.epochs", "4");
  if (!status) status = spiqe_model_set(*model, "train.batch", "50");
  if (!status) status = spiqe_model_set(*model, "train.rate", "0.005");
  return status;
}

/* Called for each event; anything but 0 stops the training. */
static int on_event(void *user, const spiqe_event *event) {
  (void)user;
  if (event->kind == SPIQE_EVENT_EPOCH)
    printf("epoch %zu of %zu: loss %.3f, accuracy %.1f %%\n", event->epoch + 1, event->n_epochs,
           event->loss, 100 * event->accuracy);
  return 0;
}

int main(void) {
  spiqe_context *ctx = NULL;
  spiqe_model *model = NULL;
  spiqe_dataset *data = NULL;
  spiqe_train_result result;
  spiqe_train_options options = {.seed = 1, .limit = 1500, .listener = on_event};
  char *text = NULL;

  int failed = spiqe_context_create(NULL, &ctx, NULL, 0) || build(ctx, &model) ||
               spiqe_model_print(model, &text) || !printf("%s\n", text) ||
               spiqe_dataset_open(ctx, "digits", NULL, &data) ||
               spiqe_train(ctx, model, data, &options, &result);
  if (failed)
    fprintf(stderr, "%s\n", ctx ? spiqe_context_message(ctx) : "no memory");
  else
    printf("%zu parameters, test accuracy %.1f %%\n", result.n_parameters,
           100 * result.test_accuracy);

  free(text);
  spiqe_dataset_destroy(data);
  spiqe_model_destroy(model);
  spiqe_context_destroy(ctx);
  return failed;
}
