/* Open a trained network and classify the first test samples of the set it was trained on.
 * usage: 03_predict RUN, a run's folder or a checkpoint (01_train FOLDER makes one) */
#include <spiqe/spiqe.h>
#include <stdio.h>
#include <stdlib.h>

static spiqe_status predict(spiqe_context *ctx, const char *path) {
  spiqe_classifier *net = NULL;
  spiqe_dataset *data = NULL;
  uint16_t classes[8];
  float *probabilities = NULL;

  spiqe_status status = spiqe_classifier_open(ctx, path, &net);
  if (!status) status = spiqe_dataset_open(ctx, spiqe_classifier_data(net), NULL, &data);
  if (!status) {
    spiqe_samples samples = data->part[SPIQE_TEST]; /* a view, nothing is copied */
    size_t n_classes = spiqe_classifier_n_classes(net);
    samples.n_samples = sizeof classes / sizeof classes[0];
    probabilities = calloc(samples.n_samples * n_classes, sizeof *probabilities);
    status = probabilities ? spiqe_classifier_predict(net, &samples, classes, probabilities)
                           : SPIQE_NO_MEMORY;
    for (size_t i = 0; !status && i < samples.n_samples; i++)
      printf("sample %zu: %u with probability %.3f, truly %u\n", i, classes[i],
             probabilities[i * n_classes + classes[i]], samples.labels[i]);
  }
  free(probabilities);
  spiqe_dataset_destroy(data);
  spiqe_classifier_destroy(net);
  return status;
}

int main(int argc, char **argv) {
  spiqe_context *ctx = NULL;
  char message[256];
  if (argc != 2) {
    fprintf(stderr, "usage: %s RUN\n", argv[0]);
    return 2;
  }
  if (spiqe_context_create(NULL, &ctx, message, sizeof message)) {
    fprintf(stderr, "%s\n", message);
    return 1;
  }
  spiqe_status status = predict(ctx, argv[1]);
  if (status) fprintf(stderr, "%s: %s\n", spiqe_status_text(status), spiqe_context_message(ctx));
  spiqe_context_destroy(ctx);
  return status != SPIQE_OK;
}
