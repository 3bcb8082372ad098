/* Train a network of quantum spiking neurons on the built-in digits.
 * usage: 01_train [FOLDER]; with a folder the trained network is kept there. */
#include <spiqe/spiqe.h>
#include <stdio.h>

int main(int argc, char **argv) {
  spiqe_context *ctx = NULL;
  spiqe_model *model = NULL;
  spiqe_dataset *data = NULL;
  spiqe_train_result result;
  spiqe_train_options options = {.folder = argc > 1 ? argv[1] : NULL, .seed = 1, .limit = 2000};

  int failed = spiqe_context_create(NULL, &ctx, NULL, 0) ||
               spiqe_model_open(ctx, "qsnn-small", &model) ||
               spiqe_dataset_open(ctx, "digits", NULL, &data) ||
               spiqe_train(ctx, model, data, &options, &result);
  if (failed)
    fprintf(stderr, "%s\n", ctx ? spiqe_context_message(ctx) : "no memory");
  else
    printf("%.1f %% of %zu test digits are right\n", 100 * result.test_accuracy,
           result.test_samples);

  spiqe_dataset_destroy(data);
  spiqe_model_destroy(model);
  spiqe_context_destroy(ctx);
  return failed;
}
